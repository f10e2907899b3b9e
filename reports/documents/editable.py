"""The annual report as .docx, for whoever has to edit it before it goes out."""

import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

from core.templatetags.portal import display
from reports.documents.charts import text_bars
from reports.documents.printed import Printed, printed
from reports.models import AnnualReport

# named, not embedded: the reader's own machine has a font of that name or puts another in its place
FONT = "SimSun"


def report_document(report: AnnualReport) -> bytes:
    """The same snapshot and narrative as the PDF, as headings, paragraphs and tables; a chart is a table of bars."""
    found = printed(report)
    document = Document()
    _set_font(document)
    _cover(document, report, found)
    _figures(document, found)
    for title, lines in found.chapters:
        document.add_heading(title, 1)
        for line in lines:
            document.add_paragraph(line)
    _charts(document, found)
    _calendar(document, found)
    _members(document, found)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_font(document: DocumentObject) -> None:
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    document.styles["Normal"].font.size = Pt(11)


def _cover(document: DocumentObject, report: AnnualReport, found: Printed) -> None:
    document.add_heading(f"{report.snapshot['year']} {found.title}", 0)
    place = report.snapshot["place"]
    for line in (
        place,
        report.snapshot["unit"],
        _("Figures as of %(time)s") % {"time": display(found.taken_at)},
    ):
        if line:
            document.add_paragraph(line)


def _figures(document: DocumentObject, found: Printed) -> None:
    document.add_heading(_("Key figures"), 1)
    for group in found.groups:
        document.add_heading(group.label, 2)
        rows = [(entry.label, entry.words, entry.beside) for entry in group.entries]
        _table(document, (_("Figure"), _("Value"), _("Beside it")), rows)


def _charts(document: DocumentObject, found: Printed) -> None:
    """Bars of text: whoever edits the report can change them, and any word processor shows them."""
    if found.charts:
        document.add_heading(_("Charts"), 1)
    for chart in found.charts:
        document.add_heading(chart.title, 2)
        heads = ("", *(one.name for one in chart.series))
        bars = [text_bars(chart, one) for one in chart.series]
        _table(document, heads, list(zip(chart.labels, *bars, strict=True)), size=8)


def _calendar(document: DocumentObject, found: Printed) -> None:
    document.add_heading(_("Calendar"), 1)
    heads = (_("Duty"), _("Due"), _("Units"), _("Done"), _("Done late"), _("Overdue"))
    keys = ("name", "due", "total", "done", "late", "overdue")
    _table(document, heads, [tuple(str(line[key]) for key in keys) for line in found.calendar])


def _members(document: DocumentObject, found: Printed) -> None:
    """The wide table last, on pages that lie on their side."""
    if not found.rows:
        return
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.add_heading(found.member_title, 1)
    _table(document, (found.member_head, *found.heads), found.rows, size=7)


def _table(
    document: DocumentObject, heads: Sequence[str], rows: Iterable[Sequence[str]], size: int = 10
) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for row_of in table.rows:
        for cell in row_of.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(size)
