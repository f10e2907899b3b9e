"""A report's frozen figures in words, for both of its documents."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.enums import Measure
from core.figures import FigureValue
from core.templatetags.portal import display, measure
from reports.columns import number_of, value_words
from reports.documents.charts import BarChart, Series
from reports.enums import Section
from reports.models import AnnualReport
from reports.selection import BY_PROVINCE, CHART, GROUPS

CHARTED = ("exams.pass_rate", "courses.online_hours_mean", "supervision.points")
_MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as it was frozen."""

    code: str
    label: str
    definition: str
    unit: str
    value: FigureValue
    planned: Any
    by: Mapping[str, FigureValue]

    @property
    def words(self) -> str:
        return value_words(self.unit, self.value)

    @property
    def beside(self) -> str:
        """The parts of a share, or what the plan foresaw."""
        if self.unit == Measure.SHARE and self.value.percent is not None:
            return _("%(part)s of %(whole)s") % {
                "part": display(self.value.amount),
                "whole": display(self.value.base),
            }
        return _("plan: %(planned)s") % {"planned": measure(self.planned, self.unit)} if self.planned else ""

    def member(self, key: str) -> FigureValue:
        """A province or base without any row has zero of a count and no value of anything else."""
        return self.by.get(key) or FigureValue(0 if self.unit == Measure.COUNT else None)


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """What cover, tables, charts and chapters show."""

    report: AnnualReport
    taken_at: dt.datetime | None
    groups: tuple[PrintedGroup, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    charts: tuple[BarChart, ...]
    chapters: tuple[tuple[str, tuple[str, ...]], ...]
    calendar: tuple[Mapping[str, Any], ...]
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        return _("Annual summary report")

    @property
    def member_head(self) -> str:
        return _("Training base") if self.report.region_id else _("Province")

    @property
    def member_title(self) -> str:
        return _("The training bases in figures") if self.report.region_id else _("The provinces in figures")


def _thawed(pair: Sequence[Any], unit: str) -> FigureValue:
    return FigureValue(*(_amount(part, unit) for part in pair))


def _amount(part: Any, unit: str) -> Any:
    if not isinstance(part, str):
        return part
    return dt.date.fromisoformat(part) if unit == Measure.DATE else Decimal(part)


def _entry(data: Mapping[str, Any]) -> Entry:
    unit = data["unit"]
    return Entry(
        code=data["code"],
        label=data["label"],
        definition=data["definition"],
        unit=unit,
        value=_thawed(data["value"], unit),
        planned=_amount(data["planned"], unit),
        by={key: _thawed(pair, unit) for key, pair in data["by"].items()},
    )


def printed(report: AnnualReport) -> Printed:
    """Read the snapshot back; nothing here asks for live figures."""
    snapshot = report.snapshot
    entries = {entry.code: entry for entry in map(_entry, snapshot["figures"])}
    members = snapshot["members"]
    columns = [entries[code] for code in BY_PROVINCE if code in entries and entries[code].by]
    return Printed(
        report=report,
        taken_at=parse_datetime(snapshot["taken_at"]),
        groups=tuple(_groups(entries)),
        heads=tuple(entry.label for entry in columns),
        rows=tuple(_member_row(member, columns) for member in members) if columns else (),
        charts=tuple(_charts(entries, members)),
        chapters=tuple((str(section.label), paragraphs(report.narrative[section])) for section in Section),
        calendar=tuple(snapshot["calendar"]),
        entries=tuple(entries.values()),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """People's own words, line by line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _groups(entries: Mapping[str, Entry]) -> Iterable[PrintedGroup]:
    for group in GROUPS:
        found = tuple(entries[code] for code in group.codes if code in entries)
        if found:
            yield PrintedGroup(str(group.label), found)


def _member_row(member: Mapping[str, str], columns: Sequence[Entry]) -> tuple[str, ...]:
    return (member["short"], *(_cell(entry, member["key"]) for entry in columns))


def _cell(entry: Entry, key: str) -> str:
    number = number_of(entry.unit, entry.member(key))
    return display(number, "percent" if entry.unit == Measure.SHARE else "decimal")


def _charts(entries: Mapping[str, Entry], members: Sequence[Mapping[str, str]]) -> Iterable[BarChart]:
    """Seats beside approved and what else compares members; last the shares of the place as a whole."""
    pair = [entries[code] for code in CHART if code in entries and entries[code].by]
    drawn = [pair, *([entries[code]] for code in CHARTED if code in entries)]
    if 0 < len(members) <= _MOST_BARS:
        yield from (_by_member(group, members) for group in drawn if any(map(_has_bars, group)))
    shares = [
        entry for entry in entries.values() if entry.unit == Measure.SHARE and entry.value.percent is not None
    ]
    if shares:
        yield BarChart(
            _("Shares"), [entry.label for entry in shares],
            [Series(_("Shares"), [entry.value.percent for entry in shares])], unit="%", most=100,
        )  # fmt: skip


def _has_bars(entry: Entry) -> bool:
    return any(value.amount for value in entry.by.values())


def _by_member(group: Sequence[Entry], members: Sequence[Mapping[str, str]]) -> BarChart:
    share = group[0].unit == Measure.SHARE
    return BarChart(
        " · ".join(entry.label for entry in group),
        [member["short"] for member in members],
        [
            Series(entry.label, [number_of(entry.unit, entry.member(member["key"])) for member in members])
            for entry in group
        ],
        unit="%" if share else "",
        most=100 if share else None,
    )
