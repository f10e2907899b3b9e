"""The pages: what each role sees and does, and what comes back when it is not right."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from core.models import Job
from programs.models import Participation
from supervision.enums import LineDecision, ScorecardStatus, SheetKind
from supervision.jobs import REFRESH
from supervision.models import Evidence, Scorecard
from supervision.queries import province_results
from supervision.services import confirm_line, confirm_measured_lines, confirm_scorecard, finalize_scorecard
from tests.factories import HEBEI, HENAN, NOW, UnitFactory
from tests.helpers import assert_constant_queries, cells_of
from tests.supervision.factories import (
    PDF,
    bare_card,
    fresh,
    full_entries,
    handed_up,
    line,
    make_activity,
    make_card,
    make_fund,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]
ADMIN = SheetKind.ADMINISTRATIVE


def url(name, year, **kwargs):
    return reverse(f"supervision:{name}", kwargs={**year.url_kwargs, **kwargs})


def text_of(response) -> str:
    return response.content.decode()


def settle(card, reviewer):
    confirm_measured_lines(card=card, actor=reviewer.actor, now=NOW)
    for one in card.lines.filter(decision=LineDecision.PENDING):
        confirm_line(line=one, actor=reviewer.actor, now=NOW)
    confirm_scorecard(card=card, actor=reviewer.actor, now=NOW)


# Lists


def test_r3_the_office_sees_31_provinces_and_takes_them_to_excel(year_2022, national_officer):
    client = national_officer.client
    assert client.post(url("scorecards-open", year_2022)).status_code == 302
    page = client.get(url("scorecard-list", year_2022))
    assert page.context["list"].page.paginator.count == 62
    cells = cells_of(client.post(url("scorecard-list", year_2022) + "?kind=technical").content)
    rows = [row for row in cells if row[2] == str(SheetKind.TECHNICAL.label)]
    assert len(rows) == 31
    assert {row[4] for row in rows} == {75}
    job = Job.objects.get()
    assert (job.kind, job.params) == (REFRESH, {"year": year_2022.pk})


def test_s4_a_province_lists_its_own_sheets(year_2022, hebei_coordinator, base_coordinator):
    for card in (
        make_card(ADMIN),
        make_card(),
        make_card(region=HENAN),
        make_card(SheetKind.BASE, unit=base_coordinator.unit),
    ):
        assert card.lines.exists()
    shown = hebei_coordinator.client.get(url("scorecard-list", year_2022)).context["list"].page.object_list
    assert {card.region_id for card in shown} == {HEBEI}
    assert len(shown) == 3
    shown = base_coordinator.client.get(url("scorecard-list", year_2022)).context["list"].page.object_list
    assert [card.unit for card in shown] == [base_coordinator.unit]


@pytest.mark.parametrize("name", ["scorecard-list", "activity-list", "fund-list"])
def test_lists_ask_the_same_for_1_row_and_30(year_2022, national_officer, name):
    def make(number: int) -> None:
        for _ in range(number):
            make_activity()
            make_fund("arrival", "10")
            bare_card(SheetKind.BASE, unit=UnitFactory())

    assert_constant_queries(national_officer.client, url(name, year_2022), make)


@pytest.mark.parametrize("of", ["", "?of=bases"])
def test_the_ranking_asks_the_same_for_1_row_and_30(year_2022, national_officer, of):
    regions = iter(Participation.objects.filter(year=year_2022).values_list("region", flat=True))

    def make(number: int) -> None:
        for _ in range(number):
            bare_card(region=next(regions))
            bare_card(SheetKind.BASE, unit=UnitFactory())

    assert_constant_queries(national_officer.client, url("ranking-list", year_2022) + of, make)


# A unit's own sheet


def test_s4_the_menu_leads_to_the_own_sheet(year_2022, hebei_administrator):
    client = hebei_administrator.client
    assert client.get(url("scorecard-own", year_2022)).status_code == 200
    card = make_card(ADMIN)
    assert client.get(url("scorecard-own", year_2022)).url == url("scorecard-detail", year_2022, pk=card.pk)


def test_s3_the_sheet_shows_the_live_number_with_the_way_to_its_rows(year_2022, hebei_administrator):
    card = make_card(ADMIN)
    for _ in range(3):
        make_activity()
    page = hebei_administrator.client.get(url("scorecard-detail", year_2022, pk=card.pk))
    (row,) = [row for group in page.context["groups"] for row in group["rows"] if row["url"]]
    assert (row["line"].value, row["line"].measured_points) == (3, 5)
    assert row["url"] == url("figure-show", year_2022, code="supervision.activities") + f"?region={HEBEI}"
    assert page.context["totals"].applicable == 25
    opened = hebei_administrator.client.get(row["url"])
    assert opened.context["list"].page.paginator.count == 3


def test_s2_a_base_s_sheet_says_96_and_100(year_2022, base_coordinator):
    card = make_card(SheetKind.BASE, unit=base_coordinator.unit)
    page = base_coordinator.client.get(url("scorecard-detail", year_2022, pk=card.pk))
    assert (page.context["totals"].applicable, page.context["totals"].printed) == (100, 96)
    assert "96" in text_of(page)


def post_of(card, **more):
    data = {}
    for one in card.lines.all():
        data |= {f"points_{one.pk}": "", f"note_{one.pk}": ""}
    return {**data, **more}


def test_s3_a_unit_fills_in_and_hands_up(year_2022, hebei_administrator):
    card, client = make_card(ADMIN), hebei_administrator.client
    team = line(card, "management-team")
    data = post_of(card)
    for pk, entry in full_entries(card).items():
        data |= {f"points_{pk}": str(entry.points), f"note_{pk}": entry.note}
    data[f"file_{team.pk}"] = SimpleUploadedFile("文件.pdf", PDF)
    assert client.post(url("scorecard-save", year_2022, pk=card.pk), data).status_code == 302
    paper = Evidence.objects.get()
    download = client.get(url("evidence-file", year_2022, pk=paper.pk))
    assert download["Content-Disposition"].startswith("attachment")
    assert b"".join(download.streaming_content) == PDF
    page = client.get(url("scorecard-detail", year_2022, pk=card.pk))
    assert page.context["findings"] == []
    answer = client.post(url("scorecard-submit", year_2022, pk=card.pk))
    assert answer.url == url("scorecard-receipt", year_2022, pk=card.pk)
    receipt = client.get(answer.url).context["receipt"]
    assert receipt["number"] == fresh(card).submission.number
    data = post_of(card, **{f"remove_{paper.pk}": "on"})
    assert client.post(url("scorecard-save", year_2022, pk=card.pk), data).status_code == 200
    assert Evidence.objects.exists(), "a sheet under review is closed"


def test_s3_faults_come_back_with_what_was_typed(year_2022, hebei_administrator):
    card = make_card(ADMIN)
    team = line(card, "management-team")
    data = post_of(card, **{f"points_{team.pk}": "2.3", f"note_{team.pk}": "我们的说明"})
    page = hebei_administrator.client.post(url("scorecard-save", year_2022, pk=card.pk), data)
    assert page.status_code == 200
    assert "成立项目管理组" in str(page.context["form"].errors) + text_of(page)
    assert "我们的说明" in text_of(page)
    assert line(card, "management-team").self_points is None


def test_s3_a_file_that_is_no_paper_is_refused_in_place(year_2022, hebei_administrator):
    card = make_card(ADMIN)
    team = line(card, "management-team")
    data = post_of(card, **{f"file_{team.pk}": SimpleUploadedFile("x.pdf", b"MZ program")})
    page = hebei_administrator.client.post(url("scorecard-save", year_2022, pk=card.pk), data)
    assert "pdf, png, jpg" in page.context["form"].errors[f"file_{team.pk}"][0]
    assert "pdf, png, jpg" in text_of(page)
    assert not Evidence.objects.exists()


def test_s4_an_incomplete_sheet_says_so(year_2022, hebei_administrator):
    card = make_card(ADMIN)
    answer = hebei_administrator.client.post(url("scorecard-submit", year_2022, pk=card.pk), follow=True)
    assert "7" in str(next(iter(answer.context["messages"])))
    assert len(answer.context["findings"]) == 7
    assert (
        hebei_administrator.client.get(url("scorecard-receipt", year_2022, pk=card.pk)).context["receipt"]
        is None
    )


@pytest.mark.parametrize(
    ("kind", "printed"), [(ADMIN, "25"), (SheetKind.TECHNICAL, "75"), (SheetKind.BASE, "100")]
)
def test_s2_the_printed_form_carries_both_sums(year_2022, national_officer, kind, printed):
    unit = UnitFactory() if kind == SheetKind.BASE else None
    card = make_card(kind, unit=unit)
    answer = national_officer.client.get(url("scorecard-print", year_2022, pk=card.pk))
    assert answer["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.content))
    words = "".join(page.extract_text() for page in pdf.pages)
    assert pdf.pages[0].mediabox.width > pdf.pages[0].mediabox.height
    assert {printed, "25", "75", "100", "96"} <= set(re.findall(r"\d+", words))
    assert str(card.unit)[:8] in words.replace("\n", "")


# The review


def test_s3_an_expert_settles_lines_and_completes_the_review(year_2022, hebei_administrator, expert):
    card, client = handed_up(hebei_administrator, ADMIN), expert.client
    page = client.get(url("scorecard-detail", year_2022, pk=card.pk))
    assert page.context["may_review"]
    assert not [row for group in page.context["groups"] for row in group["rows"] if row["url"]], (
        "no people behind figures"
    )
    client.post(url("scorecard-confirm-measured", year_2022, pk=card.pk))
    assert line(card, "publicity").decision == LineDecision.CONFIRMED
    publicity = line(card, "publicity")
    override = {"override-points": "2.5", "override-reason": "一次未录入"}
    assert client.post(url("line-override", year_2022, pk=publicity.pk), override).status_code == 302
    assert line(card, "publicity").reviewer_points == Decimal("2.5")
    early = client.post(url("scorecard-confirm", year_2022, pk=card.pk), follow=True)
    assert any("7" in str(message) for message in early.context["messages"])
    for one in card.lines.filter(decision=LineDecision.PENDING):
        client.post(url("line-confirm", year_2022, pk=one.pk))
    client.post(url("scorecard-confirm", year_2022, pk=card.pk))
    assert fresh(card).status == ScorecardStatus.CONFIRMED
    assert client.post(url("scorecard-finalize", year_2022, pk=card.pk)).status_code == 403


@pytest.mark.parametrize(
    "data",
    [{"override-points": "6", "override-reason": "r"}, {"override-points": "1", "override-reason": ""}],
)
def test_s3_a_faulty_override_comes_back(year_2022, hebei_administrator, expert, data):
    one = line(handed_up(hebei_administrator, ADMIN), "publicity")
    page = expert.client.post(url("line-override", year_2022, pk=one.pk), data)
    assert page.context["override_form"].errors
    assert line(one.scorecard, "publicity").decision == LineDecision.PENDING


def test_s3_a_line_and_the_sheet_go_back_with_reasons(year_2022, hebei_administrator, expert):
    card, client = handed_up(hebei_administrator, ADMIN), expert.client
    one = line(card, "management-team")
    assert client.post(url("line-return", year_2022, pk=one.pk), {"return-reason": ""}).status_code == 200
    client.post(url("line-return", year_2022, pk=one.pk), {"return-reason": "请补文件"})
    client.post(url("scorecard-return", year_2022, pk=card.pk), {"reason": ""})
    assert fresh(card).status == ScorecardStatus.SELF_ASSESSED
    client.post(url("scorecard-return", year_2022, pk=card.pk), {"reason": "一项补件"})
    page = hebei_administrator.client.get(url("scorecard-detail", year_2022, pk=card.pk))
    assert "请补文件" in text_of(page)
    assert page.context["may_fill"]


def test_s4_final_points_rank_provinces_and_bases_apart(
    year_2022, hebei_administrator, hebei_coordinator, base_coordinator, national_officer
):
    client = national_officer.client
    cards = [handed_up(hebei_administrator, ADMIN), handed_up(hebei_coordinator)]
    assert _results(year_2022, national_officer)[HEBEI].rank is None
    for card in cards:
        settle(card, national_officer)
        client.post(url("scorecard-finalize", year_2022, pk=card.pk))
    results = _results(year_2022, national_officer)
    points = sum(fresh(card).final_points for card in cards)
    assert (
        results[HEBEI].rank,
        results[HEBEI].points,
        results[HEBEI].applicable,
        results[HEBEI].is_final,
    ) == (1, points, 100, True)
    assert client.get(url("ranking-list", year_2022)).context["ranked"] == 1
    base = make_card(SheetKind.BASE, unit=base_coordinator.unit)
    Scorecard.objects.filter(pk=base.pk).update(status=ScorecardStatus.FINAL, final_points=88)
    assert client.get(url("ranking-list", year_2022) + "?of=bases").context["ranked"] == 1
    exported = cells_of(client.post(url("ranking-list", year_2022) + "?of=bases").content)
    assert [next(row for row in exported if row[0] == base.unit.name)[i] for i in (4, 1)] == [88, 1]
    own = base_coordinator.client.get(url("ranking-list", year_2022) + "?of=bases")
    assert own.context["count"] == 1


def _results(year, who):
    return {one.participation.region_id: one for one in province_results(year, who.scope)}


def test_s4_reopening_by_the_office_wants_a_reason(year_2022, hebei_administrator, national_officer):
    card = handed_up(hebei_administrator, ADMIN)
    settle(card, national_officer)
    finalize_scorecard(card=card, actor=national_officer.actor, now=NOW)
    client = national_officer.client
    client.post(url("scorecard-reopen", year_2022, pk=card.pk), {"reason": " "})
    assert fresh(card).status == ScorecardStatus.FINAL
    make_activity()
    page = client.get(url("scorecard-detail", year_2022, pk=card.pk))
    assert [finding.code for finding in page.context["drifts"]] == ["publicity"]
    client.post(url("scorecard-reopen", year_2022, pk=card.pk), {"reason": "复核有误"})
    assert fresh(card).status == ScorecardStatus.SELF_ASSESSED
