"""One person of the roster: refuse, withdraw, replace, move the funding, correct facts, mark as joined."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region
from core.events import changes, record, record_many
from core.exceptions import Refusal
from core.transitions import advance
from enrollment.enums import EnrollmentStatus, FundingKind, RosterStatus
from enrollment.imports.again import PLAIN, facts_of
from enrollment.models import Enrollment, Roster
from enrollment.permissions import check_keep_enrollment, check_keep_roster
from enrollment.queries import health_of, online_specialty_of
from enrollment.quotas import free_seats
from enrollment.rules.again import FACTS
from enrollment.services.approval import admit
from enrollment.services.flows import ENROLLMENT_FLOW
from enrollment.services.guards import COLLECTING, STANDING, is_late, open_for
from programs.enums import Track
from programs.models import ProgramYear


@transaction.atomic
def refuse(
    *, year: ProgramYear, region: Region, people: Iterable[int], reason: str, actor: Actor, now: dt.datetime
) -> int:
    """Turn down those of `people` who wait, for one reason; returns how many."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *COLLECTING)
    waiting = list(Enrollment.objects.of(year).waiting().filter(region=region, pk__in=set(people)))
    if not waiting:
        raise Refusal(
            _("Nobody among those chosen waits for approval."), remedy=_("Reload the page and choose again.")
        )
    for person in waiting:
        advance(person, ENROLLMENT_FLOW, "refuse", actor=actor, now=now, reason=reason)
    return len(waiting)


@transaction.atomic
def withdraw(*, enrollment: Enrollment, reason: str, actor: Actor, now: dt.datetime) -> Enrollment:
    """The person takes part no longer; the seat is free, nobody moves into it by himself (E3)."""
    check_keep_enrollment(actor, enrollment)
    roster = open_for(enrollment.year, enrollment.region, *STANDING)
    advance(enrollment, ENROLLMENT_FLOW, "withdraw", actor=actor, now=now, reason=reason)
    _run_rules(roster, actor, now)
    return enrollment


def _run_rules(roster: Roster, actor: Actor, now: dt.datetime) -> None:
    """What was handed in keeps its findings; each change after it is measured anew, and what then fails is on record."""
    if roster.status == RosterStatus.ACCEPTED:
        failing = [finding.kind for finding in health_of(roster.year, roster.region).failing]
        record("run_rules", roster, actor=actor, now=now, data={"failing": failing})


@transaction.atomic
def replace(
    *, enrollment: Enrollment, by: Enrollment, reason: str, actor: Actor, now: dt.datetime
) -> Enrollment:
    """`by`, who waits on the same track of the province, takes the place and the funding of `enrollment`."""
    check_keep_enrollment(actor, enrollment)
    roster = open_for(enrollment.year, enrollment.region, *STANDING)
    newcomer = (
        Enrollment.objects.select_for_update(of=("self",))
        .of(enrollment.year)
        .waiting()
        .filter(pk=by.pk, region=enrollment.region_id, track=enrollment.track)
        .select_related("person", "institution__merged_into")
        .first()
    )
    if newcomer is None:
        raise Refusal(
            _("Only someone of the same province and track who waits can take the place."),
            remedy=_("Choose another person from the list of those waiting."),
        )
    late = is_late(enrollment.year, enrollment.region, now)
    funding = enrollment.funding
    advance(enrollment, ENROLLMENT_FLOW, "replace", actor=actor, now=now, reason=reason, by=newcomer.pk)
    admit([newcomer], year=enrollment.year, region=enrollment.region, late=late, actor=actor, now=now)
    newcomer.replaces, newcomer.funding = enrollment, funding
    newcomer.save(update_fields=["replaces", "funding"])
    _run_rules(roster, actor, now)
    return newcomer


@transaction.atomic
def set_funding(
    *, enrollment: Enrollment, funding: FundingKind, reason: str, actor: Actor, now: dt.datetime
) -> Enrollment:
    """Move an approved comprehensive trainee between funded and locally funded; a funded seat must be free (E3)."""
    check_keep_enrollment(actor, enrollment)
    open_for(enrollment.year, enrollment.region, *STANDING)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    locked = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    if locked.status != EnrollmentStatus.APPROVED or locked.track != Track.COMPREHENSIVE:
        raise Refusal(_("Only approved comprehensive trainees are funded or locally funded."))
    if (
        funding == FundingKind.FUNDED
        and locked.funding != funding
        and not free_seats(enrollment.year, enrollment.region, Track.COMPREHENSIVE)
    ):
        raise Refusal(
            _("All funded seats of the province are taken."),
            remedy=_("Withdraw a funded trainee or mark one as locally funded first."),
        )
    before, locked.funding = locked.funding, funding
    locked.save(update_fields=["funding"])
    record(
        "set_funding", locked, actor=actor, now=now, reason=reason, data={"funding": [before, str(funding)]}
    )
    return locked


@transaction.atomic
def edit_facts(
    *, enrollment: Enrollment, values: Mapping[str, Any], actor: Actor, now: dt.datetime
) -> Enrollment:
    """Correct what was applied with, until approval freezes it; raises Refusal afterwards."""
    check_keep_enrollment(actor, enrollment)
    open_for(enrollment.year, enrollment.region, *STANDING)
    locked = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    if locked.status != EnrollmentStatus.APPLIED:
        raise Refusal(
            _("The facts are frozen at approval."),
            remedy=_("Replace the person, or ask the national office."),
        )
    given = {name: getattr(value, "pk", value) for name, value in values.items() if name in FACTS}
    record("edit_facts", locked, actor=actor, now=now, data=set_facts(locked, given))
    return locked


def set_facts(locked: Enrollment, values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values, rows of lists by number, onto an enrollment that the caller has locked; raises Refusal.

    Returns what changed, for the event.
    """
    before = facts_of(locked)
    for name, value in values.items():
        setattr(locked, PLAIN[name], value)
    if "institution" in values:
        locked.institution_level = locked.institution.level
    check_facts(locked)
    locked.save()
    return changes(before, facts_of(locked))


def check_facts(enrollment: Enrollment) -> None:
    """Online-only trainees keep their fixed specialty (E12); a year's rows come from that year."""
    if enrollment.track == Track.ONLINE_ONLY and enrollment.specialty_id != online_specialty_of(
        enrollment.year
    ):
        raise Refusal(
            _("Online-only trainees have one fixed specialty."), remedy=_("Leave the specialty as it is.")
        )
    try:
        enrollment.clean_fields(exclude=["person", "registration", "roster_import"])
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    rows = (enrollment.specialty, enrollment.fine_specialty, enrollment.priority_program)
    if any(row is not None and row.year_id != enrollment.year_id for row in rows):
        raise Refusal(_("The chosen entry belongs to another year."))


@transaction.atomic
def mark_joined(
    *, year: ProgramYear, region: Region, people: Iterable[int], actor: Actor, now: dt.datetime
) -> int:
    """Record that people have joined the national discussion group (E13); returns how many are new in it."""
    check_keep_roster(actor, year, region.pk)
    rows = list(
        Enrollment.objects.of(year).active().filter(region=region, pk__in=set(people), joined_group=False)
    )
    Enrollment.objects.filter(pk__in=[row.pk for row in rows]).update(joined_group=True)
    record_many("join_group", rows, actor=actor, now=now)
    return len(rows)
