"""What trainees have watched and answered (C5–C7)."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.scope import Scope
from core.values import hours_field
from courses.models.lessons import Lesson
from enrollment.models import Enrollment
from programs.models import Specialty


class OfEnrollmentQuerySet(models.QuerySet[Any]):
    """Rows of one trainee: seen by whoever sees the enrollment."""

    def visible_to(self, scope: Scope) -> "OfEnrollmentQuerySet":
        return self.filter(enrollment__in=Enrollment.objects.visible_to(scope))


class ProgressQuerySet(OfEnrollmentQuerySet):
    def completed(self) -> "ProgressQuerySet":
        return self.filter(completed_at__isnull=False)

    def in_plan(self) -> "ProgressQuerySet":
        """Lessons that stand in the plan of the trainee's specialty; at most one entry each."""
        return self.filter(lesson__entries__specialty=models.F("enrollment__specialty"))


class LessonProgress(models.Model):
    """One row per trainee and lesson: what was watched, and the homework (C5, C6).

    `ranges` are the merged covered seconds [[from, until), …]; `hours` is what the lesson earned, zero until it was
    watched through. `homework_at` is the first time that the homework met the year's standard; nothing takes it back.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="progress", db_index=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="progress")
    ranges = models.JSONField(_("watched"), default=list)
    covered = models.PositiveIntegerField(_("seconds watched"), default=0)
    position = models.PositiveIntegerField(_("position"), default=0)
    completed_at = models.DateTimeField(_("watched through at"), null=True)
    hours = hours_field(default=Decimal(0), verbose_name=_("class hours"))
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    correct = models.PositiveSmallIntegerField(_("right answers"), null=True)
    asked = models.PositiveSmallIntegerField(_("questions"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    homework_at = models.DateTimeField(_("homework done at"), null=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson progress")
        ordering = ["enrollment", "lesson"]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "lesson"], name="one_progress_of_a_lesson"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, hours=0) | Q(completed_at__isnull=False, hours__gt=0),
                name="hours_are_earned_by_watching_through",
            ),
            models.CheckConstraint(
                condition=Q(correct=None) | Q(correct__lte=models.F("asked")), name="no_more_right_than_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} · {self.lesson_id}"


class WatchStream(models.Model):
    """The one place where a person watches just now; opening another takes it over (C5). Written by courses.watching."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="watch_stream")
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="watch_streams")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="watch_streams")
    nonce = models.CharField(max_length=22)
    sequence = models.PositiveBigIntegerField(default=0)
    last_beat_at = models.DateTimeField(_("last report"))

    objects = OfEnrollmentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.person_id} · {self.lesson_id}"


class Ledger(models.Model):
    """The hours of a trainee as they follow from progress, attendance and plan; kept by courses.services.ledger alone.

    `specialty` is the one whose plan was counted: where it differs from the enrollment's, the sweep counts again.
    """

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, primary_key=True, related_name="ledger")
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="+")
    required_done = models.PositiveSmallIntegerField(_("required lessons watched"), default=0)
    elective_done = models.PositiveSmallIntegerField(_("elective lessons watched"), default=0)
    homework_done = models.PositiveSmallIntegerField(_("homework done"), default=0)
    online_hours = hours_field(default=Decimal(0), verbose_name=_("online class hours"))
    offline_hours = hours_field(default=Decimal(0), verbose_name=_("offline class hours"))
    practice_hours = hours_field(default=Decimal(0), verbose_name=_("practice and visits"))

    objects = OfEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours ledger")

    def __str__(self) -> str:
        return str(self.enrollment_id)


class Credit(models.Model):
    """National credit (国家级学分), recorded by the portal when all required and the set electives are done (C7)."""

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="credit")
    amount = models.DecimalField(_("credits"), max_digits=6, decimal_places=2)
    awarded_at = models.DateTimeField(_("awarded at"))

    objects = OfEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("national credit")
        ordering = ["-awarded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrollment_id} · {self.amount}"
