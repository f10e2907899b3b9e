"""Annual reports: where each stands, and what their figures are taken from."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.scope import Scope
from core.figures import FIGURES, Figure, FigureValue
from core.templatetags.portal import deadline, name_of
from programs.enums import DutyState
from programs.models import Duty, Participation, ProgramYear
from programs.queries import DutyLine, duty_of_kind, provinces_of
from programs.where import Where
from reports.models import AnnualReport
from reports.queries.dashboard import as_shown, base_rows, stat_of
from reports.queries.late import calendar_lines, of_region, overdue
from reports.rules import ReportFacts
from reports.selection import BY_PROVINCE, known

DUTY_KIND = "reports"
FILED = "reports.annual_report_filed"
SNAPSHOT_VERSION = 1


def with_reports(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Provinces of a year with the standing of their report beside them."""
    own = AnnualReport.objects.filter(year=OuterRef("year"), region=OuterRef("region"))
    fields = {
        "report_id": "pk",
        "report_status": "status",
        "report_built_at": "built_at",
        "report_filed_at": "filed_at",
        "report_number": "submission__number",
    }
    found: QuerySet[Any] = rows.annotate(
        **{name: Subquery(own.values(path)[:1]) for name, path in fields.items()}
    )
    return found


def report_duty(year: ProgramYear) -> Duty | None:
    return duty_of_kind(year, DUTY_KIND)


def missing_reports(year: ProgramYear) -> list[Participation]:
    """Provinces whose report is not filed, in the official order."""
    filed = set(
        AnnualReport.objects.filter(year=year).of_provinces().filed().values_list("region", flat=True)
    )
    return [row for row in provinces_of(year) if row.region_id not in filed]


# The snapshot


def where_of(report: AnnualReport) -> Where:
    return Where(report.year_id, region=report.region_id or "")


def plain(amount: Any) -> Any:
    """An amount as the snapshot keeps it; decimals and days as text."""
    amount = as_shown(amount)
    if isinstance(amount, Decimal):
        return str(int(amount) if amount == amount.to_integral_value() else amount)
    return amount.isoformat() if isinstance(amount, dt.date) else amount


def _pair(value: FigureValue) -> list[Any]:
    return [plain(value.amount), plain(value.base)]


def figure_entry(figure: Figure, report: AnnualReport, scope: Scope) -> dict[str, Any]:
    """One figure as the report keeps it: the number, the plan beside it, and its parts by province or base."""
    stat = stat_of(figure, scope, where_of(report))
    dimension = "base" if report.region_id else "province"
    shown = figure in known(BY_PROVINCE) and dimension in figure.by
    parts = figure.values(scope, where_of(report), dimension) if shown else {}
    return {
        "code": figure.code,
        "label": str(figure.label),
        "definition": str(figure.definition),
        "unit": str(figure.unit),
        "value": _pair(stat.value),
        "planned": plain(stat.planned),
        "by": {str(key): _pair(value) for key, value in parts.items() if key is not None},
    }


def members(report: AnnualReport, scope: Scope) -> list[dict[str, str]]:
    """The provinces of the country, or the bases of the province, in their order."""
    if report.region is None:
        rows = [row.region for row in provinces_of(report.year)]
        return [{"key": row.pk, "name": name_of(row), "short": row.short_name} for row in rows]
    bases = base_rows(report.year, scope, report.region, [])
    return [{"key": row.key, "name": name_of(row.name), "short": name_of(row.name)} for row in bases]


def calendar(report: AnnualReport, scope: Scope, now: dt.datetime) -> list[dict[str, Any]]:
    """Each duty with how many of the units have done it, and when."""
    found = []
    for line in _lines(report, scope, now):
        found.append({
            "name": name_of(line.duty), "due": deadline(line.duty.due_at), "total": len(line.standings),
            "done": line.count(DutyState.DONE), "late": line.count(DutyState.LATE),
            "overdue": line.count(DutyState.OVERDUE),
        })  # fmt: skip
    return found


def _lines(report: AnnualReport, scope: Scope, now: dt.datetime) -> list[DutyLine]:
    """The calendar of the report's place."""
    lines = calendar_lines(report.year, scope, now)
    return of_region(lines, report.region_id) if report.region_id else lines


def snapshot_of(
    report: AnnualReport, figures: list[dict[str, Any]], scope: Scope, now: dt.datetime
) -> dict[str, Any]:
    """Everything that the documents print beside the narrative, as plain data."""
    return {
        "version": SNAPSHOT_VERSION,
        "taken_at": now.isoformat(),
        "program": name_of(report.year.program),
        "year": name_of(report.year),
        "place": name_of(report.region) if report.region else "",
        "unit": name_of(report.unit),
        "members": members(report, scope),
        "figures": figures,
        "calendar": calendar(report, scope, now),
    }


# What the checks read


def frozen_values(report: AnnualReport) -> dict[str, str]:
    """What was taken, by figure; a province's report is not moved by its own filing."""
    own = {FILED} if report.region_id else set()
    entries = report.snapshot.get("figures", [])
    return {entry["code"]: _compared(entry["value"]) for entry in entries if entry["code"] not in own}


def live_values(report: AnnualReport, scope: Scope) -> dict[str, str]:
    """The same figures as the records say now; a figure that no room measures any more is left out."""
    figures = [FIGURES.get(code) for code in frozen_values(report)]
    where = where_of(report)
    return {figure.code: _compared(_pair(figure.value(scope, where))) for figure in figures if figure}


def _compared(pair: list[Any]) -> str:
    return "/".join("" if part is None else str(part) for part in pair)


def facts_of(report: AnnualReport, scope: Scope, now: dt.datetime) -> ReportFacts:
    """What the checks of a report read."""
    provinces = provinces_of(report.year) if report.region_id is None else []
    return ReportFacts(
        sections=report.narrative,
        provinces=len(provinces),
        provinces_filed=len(provinces) - len(missing_reports(report.year)) if provinces else 0,
        overdue=_overdue(report, scope, now),
        frozen=frozen_values(report),
        live=live_values(report, scope) if report.snapshot else {},
    )


def _overdue(report: AnnualReport, scope: Scope, now: dt.datetime) -> int:
    """Duties of the report's place past their date, but for the report itself, which is about to be filed."""
    return sum(row.duty.kind != DUTY_KIND for row in overdue(_lines(report, scope, now), now))
