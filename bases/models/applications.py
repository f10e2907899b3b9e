from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role, Sex
from accounts.models import Region, Unit
from accounts.scope import Scope
from bases.enums import (
    BOXES,
    WITH_THE_HOSPITAL,
    ApplicationStatus,
    FileKind,
    HospitalKind,
    HospitalLevel,
    ReviewStatus,
    Title,
)
from bases.models.calls import Call
from core.fields import EncryptedTextField
from core.files import StoredFileField
from programs.models import ProgramYear, Submission


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, scope: Scope) -> "ApplicationQuerySet":
        """The office all of its programs', a province its own, a hospital its own, an expert those they review."""
        rows = self.filter(year__in=ProgramYear.objects.visible_to(scope))
        if scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR}:
            return rows
        if scope.role == Role.EXPERT:
            kept = [ReviewStatus.ASSIGNED, ReviewStatus.DONE]
            return rows.filter(reviews__expert=scope.membership_id, reviews__status__in=kept)
        if scope.is_provincial:
            return rows.filter(region=scope.region_code)
        if scope.role == Role.APPLICANT:
            return rows.filter(unit=scope.unit_id)
        if scope.role == Role.BASE_COORDINATOR:
            return rows.filter(approval__base=scope.unit_id)
        return self.none()

    def of(self, year: ProgramYear) -> "ApplicationQuerySet":
        return self.filter(year=year)

    def handed_in(self) -> "ApplicationQuerySet":
        """Handed in at least once."""
        return self.exclude(status=ApplicationStatus.DRAFT)

    def detailed(self) -> "ApplicationQuerySet":
        return self.select_related(
            "year__program", "call", "unit__region", "region", "director", "submission"
        )


def _count(label: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True)


def _answer(label: Any) -> models.BooleanField:
    return models.BooleanField(label, null=True, blank=True)


def _box(label: Any) -> models.TextField:
    return models.TextField(label, blank=True)


class Application(models.Model):
    """A hospital's application under a call: annex 2 and the supplementary sheet as columns (B2, B4, B5).

    Everything but the hospital may be empty in a draft; what must be filled in is `rules.REQUIRED`.
    """

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="applications")
    call = models.ForeignKey(Call, models.PROTECT, related_name="applications", verbose_name=_("call"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="applications", verbose_name=_("hospital"))
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="applications", verbose_name=_("province")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ApplicationStatus, default=ApplicationStatus.DRAFT
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("receipt number"),
    )
    # what the conditions said at the last save
    conditions_met = models.BooleanField(_("basic conditions met"), default=False)
    has_priority = models.BooleanField(_("priority"), default=False)
    # annex 2
    hospital_name = models.CharField(_("Name of the medical institution"), max_length=120, blank=True)
    level = models.CharField(_("Level of the hospital"), max_length=12, choices=HospitalLevel, blank=True)
    kind = models.CharField(_("Kind of hospital"), max_length=12, choices=HospitalKind, blank=True)
    city = models.CharField(_("Province and city"), max_length=60, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=6, blank=True)
    teaching_hospital = _answer(_("Teaching hospital"))
    rest_count = _count(_("Rest examinations a year"))
    stress_count = _count(_("Stress examinations a year"))
    radiation_protection = _answer(_("Radiation protection equipment"))
    senior_titles = _count(_("Senior titles in nuclear medicine"))
    full_senior_titles = _count(_("of them full senior titles"))
    physicians = _count(_("Physicians of the department"))
    technicians = _count(_("Technicians"))
    nurses = _count(_("Nurses"))
    hardware = models.TextField(_("Training facilities of the base"), blank=True)
    has_research_project = _answer(
        _("Research projects of province or ministry level in the last five years")
    )
    research_project_text = _box(_("Which research projects"))
    has_cme_course = _answer(_("National continuing education courses in the last five years"))
    cme_course_text = _box(_("Which courses"))
    has_nsfc_grant = _answer(_("Grants of the National Natural Science Foundation in the last five years"))
    nsfc_grant_text = _box(_("Which grants"))
    has_award = _answer(_("Provincial or ministerial awards in the last five years"))
    award_text = _box(_("Which awards"))
    has_publication = _answer(_("Papers and books in the last five years"))
    publication_text = _box(_("Which papers and books"))
    # the supplementary sheet: asked by annex 1, without a box in annex 2
    perfusion_years = _count(_("Full years of rest and stress perfusion imaging"))
    treadmill = _answer(_("Treadmill"))
    bicycle = _answer(_("Bicycle ergometer"))
    defibrillator = _answer(_("Defibrillator"))
    ecg_monitor = _answer(_("ECG monitor"))
    rescue_equipment = _answer(_("Other rescue equipment"))
    equipment_text = models.TextField(_("Which other rescue equipment"), blank=True)
    # publicity and decision
    publicity_starts_on = models.DateField(_("publicity from"), null=True, blank=True)
    publicity_ends_on = models.DateField(_("publicity until"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("begun at"))

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application of a hospital")
        ordering = ["region__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "unit"], name="one_application_of_a_hospital"),
            models.CheckConstraint(
                condition=Q(full_senior_titles=None)
                | Q(senior_titles=None)
                | Q(full_senior_titles__lte=F("senior_titles")),
                name="full_senior_among_senior_titles",
                violation_error_message=_(
                    "Full senior titles are among the senior titles: there cannot be more of them."
                ),
            ),
            models.CheckConstraint(
                condition=Q(publicity_ends_on=None) | Q(publicity_ends_on__gte=F("publicity_starts_on")),
                name="publicity_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["year", "status"])]

    def __str__(self) -> str:
        return self.hospital_name or self.unit.name

    @property
    def is_with_hospital(self) -> bool:
        """The hospital writes in it; nobody else decides on it."""
        return self.status in WITH_THE_HOSPITAL

    @property
    def boxes(self) -> dict[str, bool | None]:
        """The five five-year boxes: yes, no, or not answered."""
        return {str(kind): getattr(self, f"has_{kind}") for kind in BOXES}


class PartQuerySet(models.QuerySet[Any]):
    """What belongs to an application is seen with it."""

    def visible_to(self, scope: Scope) -> "PartQuerySet":
        return self.filter(application__in=Application.objects.visible_to(scope))


def _age() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(_("Age"), null=True, blank=True)


def _title() -> models.CharField:
    return models.CharField(_("Professional title"), max_length=30, choices=Title, blank=True)


class Director(models.Model):
    """Who will lead the base: annex 3 (B4)."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="director")
    name = models.CharField(_("Name"), max_length=60, blank=True)
    age = _age()
    sex = models.CharField(_("Sex"), max_length=6, choices=Sex, blank=True)
    ethnicity = models.CharField(_("Ethnic group"), max_length=20, blank=True)
    title = _title()
    post = models.CharField(_("Administrative post"), max_length=60, blank=True)
    years_of_practice = models.PositiveSmallIntegerField(
        _("Years in clinical work, education and training"), null=True, blank=True
    )
    phone = EncryptedTextField(_("Phone"))
    email = models.EmailField(_("E-mail"), blank=True)
    address = EncryptedTextField(_("Postal address"))
    experience = models.TextField(_("Work experience of the director"), blank=True)

    objects = PartQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Trainer(models.Model):
    """A line of annex 4 (B4)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="trainers")
    order = models.PositiveSmallIntegerField(_("No."))
    specialty = models.CharField(_("Professional field"), max_length=60, blank=True)
    name = models.CharField(_("Name"), max_length=60, blank=True)
    age = _age()
    department = models.CharField(_("Department"), max_length=60, blank=True)
    title = _title()
    phone = EncryptedTextField(_("Phone"))
    email = models.EmailField(_("E-mail"), blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A proof or the sealed scan; kept under a random name, served to who sees the application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="attachments")
    kind = models.CharField(_("kind"), max_length=12, choices=FileKind)
    file = StoredFileField(_("file"), upload_to="bases/")
    name = models.CharField(_("file name"), max_length=200)
    added_at = models.DateTimeField(_("added at"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return self.name
