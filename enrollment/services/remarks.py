"""Return per person: the office marks, the province answers before it hands up again (E11)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus, RosterStatus
from enrollment.models import Enrollment, Roster, RosterRemark
from enrollment.permissions import check_decide_roster, check_keep_enrollment
from enrollment.services.guards import open_for
from programs.models import Submission


def _needs(text: str, of: str) -> str:
    if not text.strip():
        raise Refusal(of, remedy=_("Write a sentence, then try again."))
    return text.strip()


@transaction.atomic
def mark_person(*, enrollment: Enrollment, reason: str, actor: Actor, now: dt.datetime) -> RosterRemark:
    """Say what is to be put right about one person of the roster that waits for the decision; a second time rewords it."""
    check_decide_roster(actor, enrollment.year)
    text = _needs(reason, _("A reason is needed."))
    submission = _submitted(enrollment)
    remark, _new = RosterRemark.objects.update_or_create(
        submission=submission, enrollment=enrollment, defaults={"reason": text, "made_at": now}
    )
    record("mark_person", remark, actor=actor, now=now, reason=text)
    return remark


@transaction.atomic
def unmark_person(*, remark: RosterRemark, actor: Actor, now: dt.datetime) -> None:
    """The office takes a mark back, as long as it has not decided."""
    check_decide_roster(actor, remark.enrollment.year)
    _submitted(remark.enrollment)
    record("unmark_person", remark, actor=actor, now=now)
    remark.delete()


def _submitted(enrollment: Enrollment) -> Submission:
    """The version of the roster that waits for the office, with this person on it."""
    roster = Roster.objects.select_for_update().filter(year=enrollment.year_id, region=enrollment.region_id)
    waiting = roster.filter(status=RosterStatus.SUBMITTED).first()
    if waiting is None or waiting.submission is None or enrollment.status != EnrollmentStatus.APPROVED:
        raise Refusal(
            _("Only people of a roster that waits for the decision are marked."),
            remedy=_("Reload the page; somebody may have gone on with it."),
        )
    submission: Submission = waiting.submission
    return submission


@transaction.atomic
def answer_remark(*, remark: RosterRemark, answer: str, actor: Actor, now: dt.datetime) -> RosterRemark:
    """Why the person stays as they are; who is withdrawn or replaced needs no answer."""
    check_keep_enrollment(actor, remark.enrollment)
    text = _needs(answer, _("An answer is needed."))
    open_for(remark.enrollment.year, remark.enrollment.region, RosterStatus.RETURNED)
    remark.answer, remark.answered_at = text, now
    remark.save(update_fields=["answer", "answered_at"])
    record("answer_remark", remark, actor=actor, now=now, reason=text)
    return remark


def open_remarks(roster: Roster) -> int:
    """Marks of the last version that are neither answered nor settled by the person's leaving."""
    if roster.submission_id is None:
        return 0
    rows = RosterRemark.objects.told().filter(submission=roster.submission_id, answered_at=None)
    return rows.filter(enrollment__status=EnrollmentStatus.APPROVED).count()


def check_answered(roster: Roster) -> None:
    """Raises Refusal while the office still waits for a word about somebody."""
    waiting = open_remarks(roster)
    if waiting:
        raise Refusal(
            _("%(n)s of the people marked by the office are neither answered nor replaced.") % {"n": waiting},
            remedy=_("Open them in the list “Marked by the office”; answer, replace or withdraw each."),
        )
