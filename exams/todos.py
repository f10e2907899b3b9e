"""What waits for whom in the exam."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import Role
from core.submissions import SubmissionStatus
from core.todos import Todo, TodoSource
from exams.enums import ItemStatus, LateDecision, VoidDecision
from exams.models import Attempt, ExamWindow, Item, LateAnswer, VoidRequest
from exams.queries import enrollment_of, standing_of
from exams.reading import pairs_for_office, pairs_for_province
from exams.services.supply import SUBJECT, quota_findings
from programs.enums import Area
from programs.models import ProgramYear, Submission
from programs.queries import due_at, duty_of_kind


def for_trainee(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Sign up, sit, or go on with a running sitting."""
    enrollment = enrollment_of(year, actor.scope)
    if enrollment is None or not ExamWindow.objects.filter(year=year, closes_at__gt=now).exists():
        return
    url = reverse("exams:exam-show", kwargs=year.url_kwargs)
    standing = standing_of(enrollment, now)
    if standing.bar == "running":
        yield Todo(_("Your exam is running"), url, _("Continue the exam"), tone="danger")
    elif standing.may_start:
        signed_up = hasattr(enrollment, "sign_up")
        action = _("Take the exam") if signed_up else _("Sign up for the exam")
        yield Todo(_("National exam"), url, action, due_at=standing.ends_at)


def for_coordinator(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Items the province still owes, and what waits for its reader (X1)."""
    yield from _to_read(actor, year)
    if count := pairs_for_province(actor.scope, year).count():
        yield _look_alikes(year, count)
    duty = duty_of_kind(year, SUBJECT)
    handed_up = Submission.objects.filter(year=year, kind=SUBJECT, unit=actor.scope.unit_id)
    if duty is None or handed_up.exclude(status=SubmissionStatus.RETURNED).exists():
        return
    total = next(
        finding for finding in quota_findings(year, actor.scope.region_code) if finding.code == "all"
    )
    yield Todo(
        _("Exam items to be submitted"),
        reverse("exams:item-list", kwargs=year.url_kwargs),
        _("Go to the items"),
        count=max(0, int(total.threshold or 0) - int(total.value or 0)),  # type: ignore[arg-type]
        due_at=due_at(duty, None),
    )


def _to_read(actor: Actor, year: ProgramYear) -> Iterator[Todo]:
    own = Item.objects.visible_to(actor.scope).filter(year=year, status=ItemStatus.REVIEW)
    if count := own.count():
        url = reverse("exams:item-review", kwargs=year.url_kwargs)
        yield Todo(_("Items before the province's reader"), url, _("Read the items"), count=count)


def _look_alikes(year: ProgramYear, count: int) -> Todo:
    url = reverse("exams:pair-list", kwargs=year.url_kwargs) + "?status=pending"
    return Todo(_("Items that look alike, to be decided"), url, _("Compare them"), count=count)


def for_office(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Items to be taken in, look-alikes and late answers to be decided."""
    waiting = Submission.objects.filter(year=year, kind=SUBJECT, status=SubmissionStatus.SUBMITTED).count()
    if waiting:
        url = reverse("exams:submission-list", kwargs=year.url_kwargs)
        yield Todo(_("Item submissions to be reviewed"), url, _("Review the items"), count=waiting)
    if count := pairs_for_office(actor.scope).count():
        yield _look_alikes(year, count)
    pending = LateAnswer.objects.filter(decision=LateDecision.PENDING)
    late = Attempt.objects.visible_to(actor.scope).filter(
        enrollment__year=year, pk__in=pending.values("attempt")
    )
    if count := late.count():
        url = reverse("exams:late-list", kwargs=year.url_kwargs) + "?decision=waiting"
        yield Todo(_("Sittings with late answers to be decided"), url, _("Decide the answers"), count=count)
    asked = VoidRequest.objects.visible_to(actor.scope).filter(
        attempt__enrollment__year=year, decision=VoidDecision.WAITING
    )
    # whoever asked waits for somebody else
    if count := asked.exclude(asked_by=actor.user_id).count():
        url = reverse("exams:void-list", kwargs=year.url_kwargs) + "?decision=waiting"
        yield Todo(_("Attempts to be declared void, for a second person"), url, _("Decide"), count=count)


_BY_ROLE = {
    Role.TRAINEE: for_trainee,
    Role.TECHNICAL_LEAD: for_coordinator,
    Role.NATIONAL_OFFICE: for_office,
}


def _find(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    if year.has(Area.EXAMS):
        yield from _BY_ROLE[Role(actor.scope.role)](actor, year, now)


SOURCE = TodoSource("exams", frozenset(_BY_ROLE), _find)
