"""People of a year: registration number, enrollment, placement (E2, E11)."""

from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import COUNTY_AND_BELOW, InstitutionLevel, Role
from accounts.models import Institution, Membership, Person, Region, Unit
from accounts.scope import Scope
from enrollment.enums import NURSES_AND_TECHNICIANS, EnrollmentStatus, FundingKind, Profession
from programs.enums import Track
from programs.models import PriorityProgram, Program, ProgramYear, Specialty


class Registration(models.Model):
    """The registration number (注册号): issued once per person and program, kept for good (E11, E14)."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="registrations")
    number = models.CharField(_("registration number"), max_length=20, unique=True)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "person"], name="one_number_per_person")]

    def __str__(self) -> str:
        return self.number


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def visible_to(self, scope: Scope) -> "EnrollmentQuerySet":
        """The office its programs', a province its own, a base those placed with it, a trainee themself."""
        rows = self.filter(year__in=ProgramYear.objects.visible_to(scope))
        if scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR}:
            return rows
        if scope.is_provincial:
            return rows.filter(region=scope.region_code)
        if scope.role == Role.BASE_COORDINATOR:
            return rows.filter(placements__base=scope.unit_id)
        if scope.is_trainee and scope.person_id:
            return rows.filter(person=scope.person_id)
        return self.none()

    def of(self, year: ProgramYear) -> "EnrollmentQuerySet":
        return self.filter(year=year)

    def active(self) -> "EnrollmentQuerySet":
        """Approved and not withdrawn: what every rule and figure is measured on."""
        return self.filter(status=EnrollmentStatus.APPROVED)

    def not_activated(self) -> "EnrollmentQuerySet":
        """Approved, the account never opened; without those who have another role, whose codes come from its unit."""
        others = Membership.objects.filter(ends_at=None).exclude(role=Role.TRAINEE)
        locked = self.active().filter(person__user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return locked.exclude(person__user__in=others.values("user"))

    def comprehensive(self) -> "EnrollmentQuerySet":
        return self.filter(track=Track.COMPREHENSIVE)

    def online_only(self) -> "EnrollmentQuerySet":
        return self.filter(track=Track.ONLINE_ONLY)

    def county_or_below(self) -> "EnrollmentQuerySet":
        return self.filter(institution_level__in=COUNTY_AND_BELOW)

    def nurses_and_technicians(self) -> "EnrollmentQuerySet":
        return self.filter(profession__in=NURSES_AND_TECHNICIANS)

    def of_priority_programs(self) -> "EnrollmentQuerySet":
        return self.filter(priority_program__isnull=False)

    def in_health_management(self) -> "EnrollmentQuerySet":
        return self.filter(health_management=True)

    def waiting(self) -> "EnrollmentQuerySet":
        return self.filter(status=EnrollmentStatus.APPLIED)


class Enrollment(models.Model):
    """A person in a program year on one track (E2, E11).

    The facts that rules read (institution, its level, profession, flags) stand here, frozen at approval.
    """

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="enrollments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrollments")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="enrollments")
    track = models.CharField(_("track"), max_length=20, choices=Track)
    status = models.CharField(
        _("status"), max_length=10, choices=EnrollmentStatus, default=EnrollmentStatus.APPLIED
    )
    registration = models.ForeignKey(
        Registration,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enrollments",
        verbose_name=_("registration number"),
    )
    specialty = models.ForeignKey(
        Specialty, models.PROTECT, related_name="enrollments", verbose_name=_("specialty")
    )
    fine_specialty = models.ForeignKey(
        Specialty,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fine_enrollments",
        verbose_name=_("fine specialty"),
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="enrollments", verbose_name=_("institution")
    )
    institution_level = models.CharField(_("level"), max_length=10, choices=InstitutionLevel)
    department = models.CharField(_("department"), max_length=60, blank=True)
    title = models.CharField(_("professional title"), max_length=40, blank=True)
    profession = models.CharField(_("profession"), max_length=20, choices=Profession)
    priority_program = models.ForeignKey(
        PriorityProgram,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enrollments",
        verbose_name=_("national early-detection program"),
    )
    health_management = models.BooleanField(_("health management"), default=False)
    licensed_physician = models.BooleanField(_("licensed physician"), default=False)
    checkup_head = models.BooleanField(_("head or chief examiner of check-ups"), default=False)
    in_shortage = models.BooleanField(_("urgently needed specialty"), default=False)
    joined_group = models.BooleanField(_("joined the discussion group"), default=False)
    funding = models.CharField(_("funding"), max_length=6, choices=FundingKind, blank=True)
    applied_at = models.DateTimeField(_("applied at"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    late = models.BooleanField(_("registered late"), default=False)
    roster_import = models.ForeignKey(
        "RosterImport", models.PROTECT, null=True, blank=True, related_name="enrollments"
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["region", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "person"],
                condition=Q(status__in=[EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED]),
                name="one_track_per_person_and_year",
            ),
            models.CheckConstraint(
                condition=~Q(status=EnrollmentStatus.APPROVED) | Q(registration__isnull=False),
                name="approved_has_a_number",
            ),
        ]
        indexes = [models.Index(fields=["year", "region", "track", "status"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.year.year}"


class PlacementQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> "PlacementQuerySet":
        return self.filter(enrollment__in=Enrollment.objects.visible_to(scope))


class Placement(models.Model):
    """Which base trains whom."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="placements")
    base = models.ForeignKey(Unit, models.PROTECT, related_name="placements", verbose_name=_("training base"))
    placed_at = models.DateTimeField(_("placed at"))

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "base"], name="placed_once_at_a_base")]

    def __str__(self) -> str:
        return f"{self.enrollment} · {self.base}"
