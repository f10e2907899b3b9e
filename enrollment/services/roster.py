"""The roster as a whole: reason for a warning, submission, decision, lock (E8, E11)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.actors import Actor
from accounts.enums import NoticeKind, Role
from accounts.models import Region
from accounts.queries import members_of
from accounts.services.notices import notify
from core.enums import FindingStatus, Severity
from core.events import record
from core.exceptions import Refusal
from core.findings import Finding, blocking
from core.transitions import advance
from enrollment.models import Enrollment, PastInstitution, Roster
from enrollment.permissions import check_decide_roster, check_keep_roster
from enrollment.queries import ROSTER, health_of, lead_unit
from enrollment.rules.rows import tidy
from enrollment.services.flows import ROSTER_FLOW
from enrollment.services.guards import COLLECTING, open_for
from enrollment.services.remarks import check_answered
from programs.models import Closing, ProgramYear, Submission
from programs.queries import check_not_closed
from programs.services import close, decide_submission, reopen, submit

SUBMISSION_KIND = "roster"
ACCEPTED = gettext_noop("The roster of %(region)s for %(year)s was accepted.")
RETURNED = gettext_noop("The roster of %(region)s for %(year)s was returned. Open it to read why.")


def wanting_reason(findings: Iterable[Finding]) -> list[Finding]:
    """Warnings that are not met: allowed in principle, with a written reason (E8)."""
    return [f for f in findings if f.severity == Severity.WARN and f.status == FindingStatus.FAILED]


@transaction.atomic
def note_warning_reason(
    *, year: ProgramYear, region: Region, reason: str, actor: Actor, now: dt.datetime
) -> Roster:
    """Why the province goes beyond a limit in principle; handed up with the roster."""
    check_keep_roster(actor, year, region.pk)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    roster = open_for(year, region, *COLLECTING)
    roster.warning_reason = reason.strip()
    roster.save(update_fields=["warning_reason"])
    record("note_warning_reason", roster, actor=actor, now=now, reason=reason)
    return roster


@transaction.atomic
def submit_roster(*, year: ProgramYear, region: Region, actor: Actor, now: dt.datetime) -> Roster:
    """Hand the roster up with its findings frozen; hard findings and unexplained warnings stop it.

    The content names people by registration number: identity numbers and phones stay in the portal.
    """
    check_keep_roster(actor, year, region.pk)
    roster = open_for(year, region, *COLLECTING)
    check_answered(roster)
    findings = health_of(year, region).findings
    _check_findings(findings, roster)
    unit = lead_unit(year, region)
    if unit is None:
        raise Refusal(_("The province takes no part in this year."))
    people = list(
        Enrollment.objects.of(year)
        .active()
        .filter(region=region)
        .select_related("registration", "specialty", "fine_specialty", "institution", "priority_program")
        .order_by("registration__number")
    )
    content = {
        "people": {str(person.registration): _line(person) for person in people},
        "totals": dict(Counter(person.track for person in people)),
        "warning_reason": roster.warning_reason,
    }
    roster.submission = submit(
        kind=SUBMISSION_KIND,
        year=year,
        unit=unit,
        region=region,
        content=content,
        findings=findings,
        actor=actor,
        now=now,
    )
    roster.save(update_fields=["submission"])
    return advance(
        roster, ROSTER_FLOW, "submit_roster", actor=actor, now=now, submission=roster.submission.number
    )


def _check_findings(findings: Sequence[Finding], roster: Roster) -> None:
    stopping = blocking(findings)
    if stopping:
        raise Refusal(
            ngettext("%(n)s rule is not met.", "%(n)s rules are not met.", len(stopping))
            % {"n": len(stopping)},
            remedy=_("The findings beside the roster say what is missing and the smallest change."),
        )
    if wanting_reason(findings) and not roster.warning_reason.strip():
        raise Refusal(
            _("A limit in principle is exceeded and no reason is given."),
            remedy=_("Write the reason on this page first."),
        )


def _line(person: Enrollment) -> dict[str, Any]:
    return {
        "track": person.track,
        "specialty": person.specialty.code,
        "fine_specialty": person.fine_specialty.code if person.fine_specialty else "",
        "institution": person.institution.name,
        "level": person.institution_level,
        "profession": person.profession,
        "health_management": person.health_management,
        "priority_program": person.priority_program.code if person.priority_program else "",
        "funding": person.funding,
        "late": person.late,
    }


@transaction.atomic
def accept_roster(*, roster: Roster, actor: Actor, now: dt.datetime) -> Roster:
    """The national office takes the roster as it is; from now on people are only replaced or withdrawn one by one."""
    return _decide(roster, "accept_roster", accept=True, reason="", actor=actor, now=now)


@transaction.atomic
def return_roster(*, roster: Roster, reason: str, actor: Actor, now: dt.datetime) -> Roster:
    """Back to the province with a reason, to be changed and handed up again as the next version."""
    return _decide(roster, "return_roster", accept=False, reason=reason, actor=actor, now=now)


def _decide(
    roster: Roster, verb: str, *, accept: bool, reason: str, actor: Actor, now: dt.datetime
) -> Roster:
    check_decide_roster(actor, roster.year)
    check_not_closed(roster.year, roster.region_id, ROSTER)
    advance(roster, ROSTER_FLOW, verb, actor=actor, now=now, reason=reason)
    submission = Submission.objects.get(rosters=roster)
    decide_submission(submission=submission, accept=accept, reason=reason, actor=actor, now=now)
    notify(
        members_of(submission.unit_id, Role.TECHNICAL_LEAD, now=now),
        NoticeKind.DECISION,
        ACCEPTED if accept else RETURNED,
        params={"region": roster.region, "year": roster.year.year},
        url=reverse("enrollment:roster-list", kwargs=roster.year.url_kwargs),
        actor=actor,
        now=now,
    )
    return roster


@transaction.atomic
def lock_roster(*, roster: Roster, actor: Actor, now: dt.datetime) -> Roster:
    """关账: nothing of the roster changes any more."""
    check_decide_roster(actor, roster.year)
    advance(roster, ROSTER_FLOW, "lock_roster", actor=actor, now=now)
    close(year=roster.year, region=roster.region, subject=ROSTER, actor=actor, now=now)
    return roster


@transaction.atomic
def unlock_roster(*, roster: Roster, reason: str, actor: Actor, now: dt.datetime) -> Roster:
    """Take the lock back, with a reason."""
    check_decide_roster(actor, roster.year)
    advance(roster, ROSTER_FLOW, "unlock_roster", actor=actor, now=now, reason=reason)
    for closing in Closing.objects.filter(year=roster.year, region=roster.region_id, subject=ROSTER):
        reopen(closing=closing, reason=reason, actor=actor, now=now)
    return roster


@transaction.atomic
def list_past_institutions(
    *, year: ProgramYear, region: Region, names: Iterable[str], actor: Actor, now: dt.datetime
) -> int:
    """Replace the province's list of last year's institutions (E9); returns how many stand on it."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *COLLECTING)
    kept = list(dict.fromkeys(filter(None, (tidy(name)[:120] for name in names))))
    if not kept:
        raise Refusal(_("The list is empty."), remedy=_("Write one institution per line."))
    PastInstitution.objects.filter(year=year, region=region).delete()
    PastInstitution.objects.bulk_create(
        [PastInstitution(year=year, region=region, name=name) for name in kept]
    )
    roster = open_for(year, region, *COLLECTING)
    record("list_past_institutions", roster, actor=actor, now=now, data={"count": len(kept)})
    return len(kept)
