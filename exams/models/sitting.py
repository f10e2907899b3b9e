"""Sign-up, attempts, papers and answers (X4, X5, X8)."""

import datetime as dt
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.enums import ActorKind
from core.findings import Finding, thawed
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.enums import AttemptState, LateDecision, LateReason
from exams.models.items import ItemVersion
from exams.models.plan import BlueprintRow, ExamWindow


class OfEnrollmentQuerySet(models.QuerySet[Any]):
    """Rows of one trainee: seen by whoever sees the enrollment."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(enrollment__in=Enrollment.objects.visible_to(scope))


class SignUp(models.Model):
    """A trainee's entry for the year's exam, with the findings it rested on."""

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="sign_up")
    signed_up_at = models.DateTimeField(_("signed up at"))
    rules_read_at = models.DateTimeField(_("rules confirmed at"), null=True)
    findings = models.JSONField(_("findings"), default=list, encoder=DjangoJSONEncoder)

    objects = OfEnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_up_at", "-pk"]

    def __str__(self) -> str:
        return str(self.enrollment)

    @property
    def frozen_findings(self) -> list[Finding]:
        return [thawed(finding) for finding in self.findings]


class AttemptQuerySet(OfEnrollmentQuerySet):
    def counted(self) -> "AttemptQuerySet":
        """All that use up one of the trainee's chances."""
        return self.exclude(state=AttemptState.VOID)

    def with_chance(self) -> "AttemptQuerySet":
        """With `chance`, which of the trainee's chances each is: void attempts before it are not reckoned."""
        before = Attempt.objects.counted().filter(
            enrollment=OuterRef("enrollment"), number__lte=OuterRef("number")
        )
        counted = before.order_by().values("enrollment").annotate(n=Count("pk")).values("n")
        return self.annotate(chance=Coalesce(Subquery(counted), 0))

    def open(self) -> "AttemptQuerySet":
        return self.filter(state=AttemptState.OPEN)

    def over(self, now: dt.datetime) -> "AttemptQuerySet":
        """Open though no answer can arrive in time any more, or the trainee takes part no longer."""
        gone = ~Q(enrollment__status=EnrollmentStatus.APPROVED)
        return self.open().filter(Q(accept_until__lt=now) | gone)


class AttemptManager(models.Manager.from_queryset(AttemptQuerySet)):  # type: ignore[misc]
    """The attempts at the exam; a practice is asked for by name, so that nothing counts it by accident."""

    def get_queryset(self) -> AttemptQuerySet:
        rows: AttemptQuerySet = super().get_queryset().filter(is_practice=False)
        return rows


class Attempt(models.Model):
    """One sitting: its paper, deadline and limits are fixed when it starts and never recomputed.

    `accept_until` is deadline + extra time + the year's grace for answers on their way. `generation` counts the devices
    that took the sitting over; only the newest one's answers are taken. `objects` are the attempts at the exam,
    `sittings` those and the practice ones, which run on the same engine and count for nothing.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="attempts")
    window = models.ForeignKey(ExamWindow, models.PROTECT, null=True, related_name="attempts")
    is_practice = models.BooleanField(_("practice"), default=False)
    number = models.PositiveSmallIntegerField(_("attempt"))
    state = models.CharField(_("state"), max_length=6, choices=AttemptState, default=AttemptState.OPEN)
    seed = models.CharField(max_length=32)
    started_at = models.DateTimeField(_("started at"))
    deadline = models.DateTimeField(_("deadline"))
    extra_seconds = models.PositiveIntegerField(_("extra time, seconds"), default=0)
    accept_until = models.DateTimeField(_("answers accepted until"))
    item_count = models.PositiveSmallIntegerField(_("items"))
    full_points = models.PositiveSmallIntegerField(_("full points"))
    pass_points = models.PositiveSmallIntegerField(_("pass mark"))
    generation = models.PositiveSmallIntegerField(default=1)
    device = models.CharField(max_length=64, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    passed = models.BooleanField(_("passed"), null=True)
    marks = models.JSONField(_("points by part"), default=dict, blank=True)
    closed_at = models.DateTimeField(_("handed in at"), null=True)
    closed_by = models.CharField(_("handed in by"), max_length=10, choices=ActorKind, blank=True)
    receipt = models.CharField(_("receipt number"), max_length=40, unique=True, null=True, blank=True)
    receipt_mac = models.CharField(max_length=64, blank=True)

    objects = AttemptManager()
    sittings = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["enrollment", "number"]
        indexes = [models.Index(fields=["state", "accept_until"])]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "is_practice", "number"], name="attempt_number_once"
            ),
            models.UniqueConstraint(
                fields=["enrollment", "is_practice"],
                condition=Q(state=AttemptState.OPEN),
                name="one_open_attempt",
            ),
            models.CheckConstraint(
                condition=Q(is_practice=True) | Q(window__isnull=False), name="only_practice_has_no_window"
            ),
            models.CheckConstraint(
                condition=Q(accept_until__gte=F("deadline")), name="accepts_to_the_deadline"
            ),
            models.CheckConstraint(
                condition=~Q(state=AttemptState.CLOSED)
                | Q(
                    score__isnull=False, passed__isnull=False, closed_at__isnull=False, receipt__isnull=False
                ),
                name="closed_has_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} #{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN

    @property
    def ends_at(self) -> dt.datetime:
        """The last instant to answer, extra time included; what is on its way then is taken until `accept_until`."""
        return self.deadline + dt.timedelta(seconds=self.extra_seconds)

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.is_open and self.accept_until < now

    def is_over(self, now: dt.datetime, margin: dt.timedelta = dt.timedelta(0)) -> bool:
        """Whether the system closes it: `margin` past the last accepted instant, or the trainee takes part no longer."""
        gone = self.enrollment.status != EnrollmentStatus.APPROVED
        return self.is_open and (gone or self.accept_until < now - margin)


class OfAttemptQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> "OfAttemptQuerySet":
        return self.filter(attempt__enrollment__in=Enrollment.objects.visible_to(scope))


class AttemptItem(models.Model):
    """A place of the paper. `options` is the shown order: a list of {id, label} with ids that mean nothing outside it."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="items")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="places")
    row = models.ForeignKey(BlueprintRow, models.PROTECT, related_name="places")
    points = models.PositiveSmallIntegerField(_("points"))
    options = models.JSONField()

    objects = OfAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["attempt", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "ordinal"], name="one_item_at_a_place"),
            models.UniqueConstraint(fields=["attempt", "version"], name="no_item_twice_in_a_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.ordinal}"


class Answer(models.Model):
    """What the candidate holds at a place; written by exams.answers.batch only. `value` is option ids joined by commas."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    value = models.CharField(max_length=120, blank=True)
    generation = models.PositiveSmallIntegerField()
    sequence = models.PositiveBigIntegerField()
    arrived_at = models.DateTimeField(_("arrived at"))

    objects = OfAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["attempt", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["attempt", "ordinal"], name="one_answer_at_a_place")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.ordinal}"


class LateAnswer(models.Model):
    """Reached the server after deadline and grace, or after hand-in: kept apart, unscored, for a person to decide (X8)."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="late_answers")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    value = models.CharField(max_length=120, blank=True)
    generation = models.PositiveSmallIntegerField()
    sequence = models.PositiveBigIntegerField()
    arrived_at = models.DateTimeField(_("arrived at"))
    reason = models.CharField(_("why apart"), max_length=6, choices=LateReason)
    decision = models.CharField(
        _("decision"), max_length=10, choices=LateDecision, default=LateDecision.PENDING
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = OfAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-arrived_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "ordinal", "generation", "sequence"], name="late_answer_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.ordinal}"
