"""Provinces × duties: who has done what, in one look (P4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.enums import Role, UnitKind
from core.columns import Column, Listing
from core.lists import build_table, export
from core.templatetags.portal import name_of
from programs.columns import DUTIES
from programs.enums import DutyState
from programs.http import PortalRequest, year_page
from programs.models import Duty, Participation, ProgramYear
from programs.queries import DutyLine, Standing, duty_lines, provinces_of
from programs.views.calendar import TONES
from programs.views.rows import year_crumbs

_PROVINCIAL = {UnitKind.ADMINISTRATIVE, UnitKind.TECHNICAL_LEAD}
# where two units of a province hold a duty, the one that is behind counts
_WORST = (DutyState.OVERDUE, DutyState.DUE, DutyState.LATE, DutyState.DONE)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One province; `cells` by duty, empty where none of its units holds it."""

    participation: Participation
    cells: dict[int, Standing]

    @property
    def pk(self) -> str:
        return self.participation.region_id


def board_rows(provinces: Iterable[Participation], lines: Sequence[DutyLine]) -> list[BoardRow]:
    """In the official order of the provinces."""
    cells: dict[str, dict[int, Standing]] = {}
    for line in lines:
        for standing in line.standings:
            if standing.unit.kind not in _PROVINCIAL or standing.unit.region_id is None:
                continue
            own = cells.setdefault(standing.unit.region_id, {})
            held = own.get(line.duty.pk)
            if held is None or _WORST.index(standing.state) < _WORST.index(held.state):
                own[line.duty.pk] = standing
    return [BoardRow(row, cells.get(row.region_id, {})) for row in provinces]


def _label(standing: Standing | None) -> str:
    if standing is None:
        return ""
    return f"{standing.state.label}{_('(extended)') if standing.extended else ''}"


def _column(duty: Duty) -> Column:
    return Column(
        duty.code,
        name_of(duty),
        lambda row: _label(row.cells.get(duty.pk)),
        kind="status",
        tone=lambda row: TONES[row.cells[duty.pk].state] if duty.pk in row.cells else "",
        width=18,
    )


def listing_of(duties: Sequence[Duty]) -> Listing:
    province = Column(
        "province", gettext_lazy("Province"), "participation.region.short_name", kind="code", width=18
    )
    return Listing(
        code="programs.board",
        title=gettext_lazy("Provinces and duties"),
        columns=(province, *map(_column, duties)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, Role.AUDITOR)
def duty_board(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A row per province, a column per duty of its units; POST exports it."""
    held = [duty for duty in Duty.objects.visible_to(request.scope).filter(year=year) if _is_provincial(duty)]
    lines = duty_lines(held, year, request.scope, request.now)
    rows, listing = board_rows(provinces_of(year), lines), listing_of(held)
    if request.method == "POST":
        return export(request, listing, rows, actor=request.actor, place=name_of(year))
    calendar = reverse("programs:duty-list", kwargs=year.url_kwargs)
    context = {
        "year": year,
        "table": build_table(request, listing, rows),
        "count": len(rows),
        "crumbs": year_crumbs(year, (DUTIES.title, calendar), (listing.title, "")),
        "stats": _stats(rows),
    }
    return render(request, "programs/duty_board.html", context)


def _is_provincial(duty: Duty) -> bool:
    return bool(_PROVINCIAL & set(duty.holders))


def _stats(rows: Sequence[BoardRow]) -> list[dict[str, Any]]:
    states = [standing.state for row in rows for standing in row.cells.values()]
    return [{"label": state.label, "value": states.count(state)} for state in DutyState]
