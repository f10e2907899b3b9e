"""The annual report as PDF: cover, contents, figures, charts, narrative, calendar."""

from django.utils.translation import get_language

from core.documents import pdf
from reports.documents.charts import bar_chart
from reports.documents.printed import printed
from reports.models import AnnualReport


def report_pdf(report: AnnualReport) -> bytes:
    """A4 from the frozen snapshot and the narrative, wide tables on landscape pages."""
    found = printed(report)
    charts = [(chart.title, bar_chart(chart)) for chart in found.charts]
    language = "zh-Hans" if get_language() == "zh-hans" else get_language()
    return pdf(
        "reports/documents/annual_report.html",
        {"report": report, "printed": found, "charts": charts, "language": language},
    )
