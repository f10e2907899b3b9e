"""What waits for whom on the scorecards."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import Role
from core.todos import Todo, TodoSource
from programs.enums import Area
from programs.models import ProgramYear
from programs.queries import due_at, duty_of_kind
from supervision.enums import LineDecision, ScorecardStatus
from supervision.files import file_findings
from supervision.models import ProvincialFile, QualityVisit
from supervision.queries import card_of, criteria_of, status_counts
from supervision.services.sheets import DUTY_KIND


def for_unit(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Assess yourself, or mend what was returned."""
    card = card_of(year, actor.scope.unit_id)
    if card is None:
        return
    url = reverse("supervision:scorecard-detail", kwargs={**year.url_kwargs, "pk": card.pk})
    duty = duty_of_kind(year, DUTY_KIND)
    due = due_at(duty, card.unit) if duty else None
    if card.status == ScorecardStatus.DRAFT:
        waiting = card.lines.filter(measured_points=None, self_points=None).count()
        if waiting:
            yield Todo(
                _("Self-assessment: lines without points"),
                url,
                _("Fill in the scorecard"),
                count=waiting,
                due_at=due,
            )
        else:
            yield Todo(
                _("Self-assessment filled in, not handed up yet"), url, _("Check and hand up"), due_at=due
            )
    elif card.status == ScorecardStatus.RETURNED:
        returned = card.lines.filter(decision=LineDecision.RETURNED).count()
        yield Todo(
            _("Scorecard returned: lines to be mended"),
            url,
            _("Mend the scorecard"),
            count=returned,
            due_at=due,
            tone="danger",
        )


def for_province(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """What the provincial file still lacks (P5)."""
    if not year.has(Area.SUPERVISION):
        return
    files = ProvincialFile.objects.visible_to(actor.scope).filter(year=year)
    visits = QualityVisit.objects.visible_to(actor.scope).filter(year=year).count()
    missing = [one for one in file_findings(year, files.first(), visits) if not one.passed]
    if missing:
        yield Todo(
            _("Provincial file: points still missing"),
            reverse("supervision:file-own", kwargs=year.url_kwargs),
            _("Complete the file"),
            count=len(missing),
        )


def for_reviewer(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Sheets handed up."""
    waiting = status_counts(year, actor.scope).get(ScorecardStatus.SELF_ASSESSED, 0)
    if waiting:
        yield Todo(
            _("Scorecards to be reviewed"),
            _list_url(year, ScorecardStatus.SELF_ASSESSED),
            _("Review"),
            count=waiting,
        )


def for_office(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Open the sheets, review them, make them final."""
    counts = status_counts(year, actor.scope)
    if not counts and criteria_of(year):
        yield Todo(_("Scorecards are not opened"), _list_url(year), _("Open the scorecards"))
    yield from for_reviewer(actor, year, now)
    if reviewed := counts.get(ScorecardStatus.CONFIRMED, 0):
        yield Todo(
            _("Reviewed scorecards to be made final"),
            _list_url(year, ScorecardStatus.CONFIRMED),
            _("Make final"),
            count=reviewed,
        )


def _list_url(year: ProgramYear, status: str = "") -> str:
    url = reverse("supervision:scorecard-list", kwargs=year.url_kwargs)
    return f"{url}?status={status}" if status else url


_BY_ROLE = {
    Role.TECHNICAL_LEAD: for_unit,
    Role.ADMINISTRATIVE: for_unit,
    Role.BASE_COORDINATOR: for_unit,
    Role.EXPERT: for_reviewer,
    Role.NATIONAL_OFFICE: for_office,
}


def _find(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    if year.has(Area.SUPERVISION):
        yield from _BY_ROLE[Role(actor.scope.role)](actor, year, now)


SOURCE = TodoSource("supervision", frozenset(_BY_ROLE), _find)
FILE_SOURCE = TodoSource(
    "supervision.file", frozenset({Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE}), for_province
)
