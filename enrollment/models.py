import base64
import json
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import COUNTY_AND_BELOW, InstitutionLevel, Role
from accounts.models import Institution, Membership, Person, Region, Unit
from accounts.scope import Scope
from core.enums import Operator, Severity
from core.fields import EncryptedTextField
from enrollment.enums import (
    NURSES_AND_TECHNICIANS,
    ChangeStatus,
    EnrollmentStatus,
    FundingKind,
    ImportStatus,
    Profession,
    RosterStatus,
    RuleBase,
    RuleKind,
)
from enrollment.rules.recruitment import RuleRow, faults_of
from programs.enums import Track
from programs.models import (
    PriorityProgram,
    Program,
    ProgramYear,
    RegionRowQuerySet,
    Specialty,
    Submission,
    YearRow,
)


class Rule(YearRow):
    """A recruitment rule: what is measured, against what, where it binds (E2–E10)."""

    kind = models.CharField(_("kind"), max_length=30, choices=RuleKind)
    track = models.CharField(_("track"), max_length=20, choices=Track)
    operator = models.CharField(_("operator"), max_length=2, choices=Operator)
    threshold = models.DecimalField(_("threshold"), max_digits=10, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=10)
    base = models.CharField(_("measured on"), max_length=30, choices=RuleBase)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity)
    regions = models.ManyToManyField(Region, blank=True, verbose_name=_("binds in"), related_name="+")
    printed = models.TextField(_("as printed"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(YearRow.Meta):
        ordering = ["order"]

    def __str__(self) -> str:
        return str(RuleKind(self.kind).label)

    @property
    def row(self) -> RuleRow:
        """The rule as the pure functions take it; an assumption counts until the office has confirmed it."""
        return RuleRow(
            code=self.code,
            kind=self.kind,
            operator=self.operator,
            threshold=self.threshold,
            unit=self.unit,
            base=self.base,
            severity=self.severity,
            clause=self.clause,
            assumed=self.assumed if self.is_provisional else "",
            order=self.order,
        )

    def clean(self) -> None:
        """A row that its kind cannot be measured by is refused, field by field."""
        faults = faults_of(self.row)
        if faults:
            raise ValidationError({field: _("This value does not fit the kind of rule.") for field in faults})


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


class Roster(models.Model):
    """The list of a province's trainees, handed up as a whole (E11)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="rosters")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="rosters")
    status = models.CharField(_("status"), max_length=10, choices=RosterStatus, default=RosterStatus.OPEN)
    warning_reason = models.TextField(_("reason for exceeding a limit in principle"), blank=True)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="rosters")

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        ordering = ["region__order"]
        constraints = [models.UniqueConstraint(fields=["year", "region"], name="one_roster_of_a_province")]

    def __str__(self) -> str:
        return f"{self.region} {self.year.year}"


class RosterImport(models.Model):
    """An uploaded roster between reading and confirming; the file rests encrypted and goes after its term."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="imports")
    region = models.ForeignKey(Region, models.PROTECT, related_name="imports")
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.READING)
    file_name = models.CharField(_("file"), max_length=200)
    source = EncryptedTextField(_("file content"))
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    bad_count = models.PositiveIntegerField(_("rows with errors"), default=0)
    taken_count = models.PositiveIntegerField(_("rows taken in"), default=0)
    job_number = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("uploaded at"))
    applied_at = models.DateTimeField(_("taken in at"), null=True)

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def data(self) -> bytes:
        """The file as uploaded; empty once it is forgotten."""
        return base64.b64decode(self.source)

    @data.setter
    def data(self, data: bytes) -> None:
        self.source = base64.b64encode(data).decode()


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def visible_to(self, scope: Scope) -> "ImportRowQuerySet":
        return self.filter(roster_import__in=RosterImport.objects.visible_to(scope))

    def bad(self) -> "ImportRowQuerySet":
        return self.filter(is_bad=True)

    def good(self) -> "ImportRowQuerySet":
        return self.filter(is_bad=False)


class ImportRow(models.Model):
    """A line of an uploaded roster: as typed, as understood, and what is wrong with it."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = EncryptedTextField(_("cells as typed"))
    values = EncryptedTextField(_("cells as understood"))
    id_number_index = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(_("problems"), default=list)
    is_bad = models.BooleanField(_("has errors"), default=False)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "number"], name="one_line_of_an_import")
        ]
        indexes = [models.Index(fields=["roster_import", "id_number_index"])]

    def __str__(self) -> str:
        return str(self.number)


class PastInstitution(models.Model):
    """An institution of the year before, listed by the province where the portal has no roster of that year (E9)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="past_institutions")
    region = models.ForeignKey(Region, models.PROTECT, related_name="past_institutions")
    name = models.CharField(_("name"), max_length=120)

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["year", "region", "name"], name="listed_once_as_past")]

    def __str__(self) -> str:
        return self.name


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


class ChangeRequest(models.Model):
    """What a trainee wants put right: name, phone, institution or specialty; the province decides (PIPL 46)."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="changes")
    status = models.CharField(_("status"), max_length=10, choices=ChangeStatus, default=ChangeStatus.WAITING)
    values = EncryptedTextField(_("as asked for"))
    reason = EncryptedTextField(_("reason"))
    requested_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for correction")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(status=ChangeStatus.WAITING),
                name="one_waiting_change_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} · {ChangeStatus(self.status).label}"

    @property
    def asked(self) -> dict[str, Any]:
        """New values by name; institution and specialty by number. Empty once it is erased."""
        return dict(json.loads(self.values or "{}"))
