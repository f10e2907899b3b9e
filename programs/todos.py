"""What waits for whom in the year's plan."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import Role
from core.templatetags.portal import name_of
from core.todos import Todo, TodoSource
from programs.enums import DutyState, YearStatus
from programs.models import Duty, ProgramYear
from programs.permissions import RECORDING_ROLES
from programs.queries import duty_lines, row_counts

SOON = dt.timedelta(days=30)
# other rooms say themselves what their figures, and the duties whose kind they know, wait for
_BY_EVIDENCE = ("", "programs")


def for_holder(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """The unit's own duties that want evidence: overdue, or due within a month (P4)."""
    duties = [
        duty
        for duty in Duty.objects.visible_to(actor.scope).filter(year=year, due_at__lt=now + SOON)
        if not duty.kind and duty.figure.partition(".")[0] in _BY_EVIDENCE
    ]
    for line in duty_lines(duties, year, actor.scope, now) if duties else []:
        own = line.of(actor.scope.unit_id)
        if own and own.state in (DutyState.DUE, DutyState.OVERDUE):
            yield Todo(
                name_of(line.duty),
                reverse("programs:duty-record", kwargs={**year.url_kwargs, "pk": line.duty.pk}),
                _("Record as done"),
                due_at=own.due_at,
                tone="late" if own.state == DutyState.OVERDUE else "",
            )


def for_office(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """A draft to review, assumed figures to confirm (P1)."""
    if year.status == YearStatus.DRAFT and year.copied_from_id:
        review = reverse("programs:year-review", kwargs=year.url_kwargs)
        yield Todo(_("The draft of this year waits to be reviewed and opened"), review, _("Review"))
    provisional = sum(count.provisional for count in row_counts(year))
    if provisional:
        place = reverse("programs:assumption-list", kwargs=year.url_kwargs)
        yield Todo(_("Assumed figures wait to be confirmed"), place, _("Confirm"), count=provisional)


SOURCES = (
    TodoSource("programs.duties", frozenset(RECORDING_ROLES), for_holder),
    TodoSource("programs.plan", frozenset({Role.NATIONAL_OFFICE}), for_office),
)
