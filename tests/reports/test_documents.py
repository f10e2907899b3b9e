"""What stands in the PDF and in the editable document, read back out of them (R1)."""

import io
import zipfile
from collections.abc import Iterator

import pypdf
import pytest
from django.utils import translation
from docx import Document

from reports.documents.annual import report_pdf
from reports.documents.editable import report_document
from reports.documents.printed import paragraphs, printed
from reports.enums import Section
from reports.models import AnnualReport
from tests.factories import HENAN
from tests.reports.factories import WORDS, built, frozen, trainees

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]  # others measure the same lines


@pytest.fixture
def country(national_officer) -> AnnualReport:
    trainees(3, health_management=True)
    trainees(2, HENAN)
    return built(national_officer, None)


@pytest.fixture
def taken(national_officer) -> AnnualReport:
    trainees(3, health_management=True)
    trainees(2, HENAN)
    return frozen(national_officer, None)


def pages(report: AnnualReport) -> list[pypdf.PageObject]:
    with report.pdf.open("rb") as file:
        return list(pypdf.PdfReader(io.BytesIO(file.read())).pages)


def squeezed(text: str) -> str:
    """Lines break anywhere in Chinese."""
    return "".join(text.split())


def text_of(report: AnnualReport) -> str:
    return squeezed("".join(page.extract_text() for page in pages(report)))


def test_the_pdf_says_what_was_counted_and_what_was_written(country):
    text = text_of(country)
    for words in (
        "年度总结报告",
        "目录",
        "主要指标",
        "项目成效",
        "存在问题",
        "资金使用",
        "图表",
        "各省份指标",
        "工作日历",
        "统计口径",
    ):
        assert words in text, words
    for told in WORDS.values():
        assert squeezed(told) in text
    assert squeezed(country.snapshot["unit"]) in text
    assert "河北" in text
    assert "新疆" in text


def test_the_contents_name_the_pages_of_the_chapters(country):
    found = pages(country)
    (calendar,) = (
        number
        for number, page in enumerate(found, 1)
        if page.extract_text().count("国家级考试") and "截止" in page.extract_text()
    )
    line = next(line for line in found[1].extract_text().splitlines() if "工作日历" in line)
    assert line.rstrip(". ").endswith(str(calendar))


def test_wide_tables_lie_on_their_side_and_the_fonts_are_inside(country):
    sizes = [
        (round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages(country)
    ]
    landscape = [number for number, (width, height) in enumerate(sizes) if width > height]
    assert set(sizes) == {(595, 842), (842, 595)}
    assert len(landscape) == 1, "the table of 31 provinces fits one page"
    text = squeezed(pages(country)[landscape[0]].extract_text())
    assert all(member["short"] in text for member in country.snapshot["members"])
    fonts = [font.get_object() for page in pages(country) for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        (descendant,) = font.get("/DescendantFonts", [font])
        descriptor = descendant.get_object()["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), descriptor["/FontName"]


def test_charts_compare_the_provinces(taken):
    found = printed(taken)
    seats, *_rest, shares = found.charts
    assert len(seats.series) == 2
    assert len(seats.labels) == 31
    assert seats.series[1].values[seats.labels.index("河北")] == 3
    assert shares.most == 100


def test_a_report_of_a_place_without_anything_has_no_empty_chart(hebei_coordinator):
    found = printed(frozen(hebei_coordinator))
    assert found.rows == ()
    assert all(
        any(value for one in chart.series for value in one.values) or chart.most for chart in found.charts
    )


def test_the_table_has_zero_for_a_count_and_nothing_for_a_mean(taken):
    found = printed(taken)
    by_name = {row[0]: dict(zip(found.heads, row[1:], strict=True)) for row in found.rows}
    label = {entry.code: entry.label for entry in found.entries}
    assert by_name["河北"][label["enrollment.approved"]] == "3"
    assert by_name["湖北"][label["enrollment.approved"]] == "0"
    assert by_name["湖北"][label["enrollment.county_share"]] == "–"


def test_lines_become_paragraphs():
    assert paragraphs(" 一\n\n  二 \r\n") == ("一", "二")


def test_nothing_is_counted_anew_when_it_is_printed_again(taken, django_assert_num_queries):
    with django_assert_num_queries(0):
        report_pdf(taken)
        report_document(taken)


def tables(document) -> Iterator[list[list[str]]]:
    for table in document.tables:
        yield [[cell.text for cell in row.cells] for row in table.rows]


def test_the_editable_document_has_the_same_words_and_tables(taken):
    document, found = Document(io.BytesIO(report_document(taken))), printed(taken)
    lines = [paragraph.text for paragraph in document.paragraphs]
    for section in Section:
        assert str(section.label) in lines
        assert set(paragraphs(WORDS[section])) <= set(lines)
    *_others, shares, _calendar, members = tables(document)
    (chart,) = found.charts[-1:]
    assert chart.title in lines
    assert [row[0] for row in shares[1:]] == list(chart.labels)
    assert all(row[1].endswith("%") for row in shares[1:])
    assert len(members) == 32
    assert tuple(members[0][1:]) == found.heads
    assert [tuple(row) for row in members[1:]] == list(found.rows)
    assert document.sections[-1].page_width > document.sections[-1].page_height


def test_the_editable_document_asks_for_nothing_outside(taken):
    with zipfile.ZipFile(io.BytesIO(report_document(taken))) as archive:
        relations = "".join(
            archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels")
        )
    assert 'TargetMode="External"' not in relations


def test_a_report_is_printed_in_the_language_of_who_asks(national_officer):
    with translation.override("en"):
        text = text_of(built(national_officer, None))
    assert squeezed("Annual summary report") in text
    assert "Hebei" in text or "河北" in text
