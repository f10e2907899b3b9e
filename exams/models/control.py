"""What people do about running sittings, and what they see of them."""

from typing import Any, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, Unit, User
from accounts.scope import Scope
from enrollment.models import Enrollment
from exams.enums import EvidenceKind, VoidDecision
from exams.models.sitting import Attempt, OfAttemptQuerySet, OfEnrollmentQuerySet
from programs.models import ProgramYear


class OfYearQuerySet(models.QuerySet[Any]):
    """Rows of the office about a year's exam: seen by whoever sees the year."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(year__in=ProgramYear.objects.visible_to(scope))


class BroadcastQuerySet(OfYearQuerySet):
    def reaching(self, region: str | None, bases: Any) -> Self:
        """Those to everybody, to the province, and to the bases given."""
        everybody = Q(region=None, base=None)
        return self.filter(everybody | Q(region=region) | Q(base__in=bases))


class ExtraTimeQuerySet(OfYearQuerySet):
    def standing_seconds(self, enrollment: Enrollment) -> int:
        """Seconds more that an attempt of this person begins with: the sum of what was granted for later attempts."""
        own = Q(enrollment=enrollment) | Q(base__in=enrollment.placements.values("base"))
        rows = self.filter(own, year=enrollment.year_id, is_standing=True)
        return 60 * (rows.aggregate(minutes=Sum("minutes"))["minutes"] or 0)


class ExtraTime(models.Model):
    """Minutes more, for one person or for all of a base, with the reason (X5, T11).

    It reaches the sittings that run when it is granted; one that `is_standing` also those that begin later. Grants of a
    sitting add up.
    """

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="extra_times")
    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, blank=True, related_name="extra_times"
    )
    base = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="extra_times")
    minutes = models.PositiveSmallIntegerField(_("minutes more"))
    is_standing = models.BooleanField(_("also for later attempts"), default=False)
    reason = models.TextField(_("reason"), max_length=500)
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )

    objects = ExtraTimeQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrollment__isnull=True) ^ Q(base__isnull=True),
                name="extra_time_for_a_person_or_a_base",
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="extra_time_is_more_time"),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment or self.base} +{self.minutes}"


class VoidRequest(models.Model):
    """One person of the office asks for an attempt to be void, another one decides (X5)."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="void_requests")
    reason = models.TextField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decision = models.CharField(
        _("decision"), max_length=9, choices=VoidDecision, default=VoidDecision.WAITING
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = OfAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(decision=VoidDecision.WAITING), name="one_void_request_waits"
            )
        ]

    def __str__(self) -> str:
        return str(self.attempt)


class Pulse(models.Model):
    """When and from where a running sitting was last heard of, and how many answers its device still held."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, primary_key=True, related_name="pulse")
    seen_at = models.DateTimeField(_("last heard of"))
    generation = models.PositiveSmallIntegerField()
    address = models.CharField(_("network address"), max_length=45, blank=True)
    waiting = models.PositiveSmallIntegerField(_("answers not saved yet"), default=0)

    objects = OfAttemptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.seen_at:%H:%M:%S}"


class Evidence(models.Model):
    """What was noted during a sitting, for a person to look at. `number` is the device's own, so that what it sends twice
    stands here once; what the server notes has none. `seconds` is how long it lasted, `note` e.g. the two addresses.
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=8, choices=EvidenceKind)
    noted_at = models.DateTimeField(_("noted at"))
    seconds = models.PositiveIntegerField(_("seconds"), null=True)
    note = models.CharField(_("note"), max_length=120, blank=True)
    generation = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(null=True)

    objects = OfAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "generation", "number"], name="evidence_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.kind}"


class Broadcast(models.Model):
    """A message into running sittings: of the whole year, of a province or of a base."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="broadcasts")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="broadcasts")
    base = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="broadcasts")
    text = models.CharField(_("message"), max_length=300)
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"))

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.text


class SystemCheck(models.Model):
    """A device tried before the exam: what the browser can do, its clock, and one save there and back.

    `results` maps each test to {"ok": bool, "value": …}: milliseconds, seconds of difference, words.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="system_checks")
    checked_at = models.DateTimeField(_("checked at"))
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    passed = models.BooleanField(_("passed"))
    results = models.JSONField(_("results"), default=dict)

    objects = OfEnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrollment} {self.checked_at:%Y-%m-%d}"
