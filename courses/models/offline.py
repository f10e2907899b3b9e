"""Offline training: sessions, attendance, result (C8, C9, C12)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionLevel, Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from core.values import hours_field
from courses.enums import PRACTICE_KINDS, AttendanceMode, Occasion, SessionKind
from courses.models.lessons import Faculty
from courses.models.study import OfEnrollmentQuerySet
from enrollment.models import Enrollment
from programs.models import ProgramYear, Specialty


class SessionQuerySet(models.QuerySet["ClassSession"]):
    def visible_to(self, scope: Scope) -> "SessionQuerySet":
        """The office all of its programs, a province its own, a base what it holds, a trainee those of their province."""
        rows = self.filter(year__in=ProgramYear.objects.visible_to(scope))
        if scope.is_national:
            return rows
        if scope.is_provincial:
            return rows.filter(region=scope.region_code)
        if scope.role == Role.BASE_COORDINATOR:
            return rows.filter(base=scope.unit_id)
        if scope.is_trainee:
            own = Enrollment.objects.visible_to(scope).active()
            return rows.filter(region__in=own.values("region"), year__in=own.values("year"))
        return rows.none()


class ClassSession(models.Model):
    """A piece of offline training of a province or one of its bases; a live one counts as one of them (C8, C9)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="sessions")
    region = models.ForeignKey(Region, models.PROTECT, related_name="sessions", verbose_name=_("province"))
    base = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("training base")
    )
    kind = models.CharField(_("form"), max_length=12, choices=SessionKind)
    topic = models.CharField(_("topic"), max_length=120)
    place = models.CharField(_("place"), max_length=120)
    starts_at = models.DateTimeField(_("starts at"))
    hours = hours_field(verbose_name=_("class hours"))
    lecturer = models.ForeignKey(
        Faculty, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("lecturer")
    )
    is_live = models.BooleanField(_("broadcast live"), default=False)
    occasion = models.CharField(
        _("occasion"), max_length=8, choices=Occasion, default=Occasion.NONE, blank=True
    )
    specialty = models.ForeignKey(
        Specialty,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("for the specialty"),
    )
    level = models.CharField(_("for the level"), max_length=10, choices=InstitutionLevel, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("class session")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["year", "region", "starts_at"])]
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0), name="session_has_hours")]

    def __str__(self) -> str:
        return self.topic

    @property
    def is_practice(self) -> bool:
        return self.kind in PRACTICE_KINDS


class Attendance(models.Model):
    """Who was there, and what it earned; the share for remote attendance is the one of the day of entry (C8, C9)."""

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="attendance", db_index=False)
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="attendance")
    mode = models.CharField(_("mode"), max_length=8, choices=AttendanceMode)
    hours = hours_field(verbose_name=_("class hours earned"))

    objects = OfEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = "attendance"
        ordering = ["session", "enrollment"]
        constraints = [models.UniqueConstraint(fields=["session", "enrollment"], name="attends_once")]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.enrollment_id}"


class OfflineResult(models.Model):
    """What the province's own assessment came to, one per trainee (C12)."""

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="offline_result")
    passed = models.BooleanField(_("passed"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, blank=True)
    assessed_on = models.DateField(_("assessed on"))
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = OfEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("offline result")
        ordering = ["enrollment"]

    def __str__(self) -> str:
        return f"{self.enrollment_id} · {self.passed}"
