from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from core.files import StoredFileField
from core.models import Job
from programs.models import ProgramYear, Submission
from reports.enums import ReportStatus, Section


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    def visible_to(self, scope: Scope) -> "AnnualReportQuerySet":
        """The office and its auditor see every report, a province its own."""
        rows = self.filter(year__in=ProgramYear.objects.visible_to(scope))
        if scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR}:
            return rows
        return (
            rows.filter(region=scope.region_code)
            if scope.is_provincial and scope.region_code
            else rows.none()
        )

    def of_provinces(self) -> "AnnualReportQuerySet":
        return self.filter(region__isnull=False)

    def filed(self) -> "AnnualReportQuerySet":
        return self.filter(status=ReportStatus.FILED)


class AnnualReport(models.Model):
    """What a year came to, of one province or (without a region) of the country (R1).

    `snapshot` holds every number that PDF and document print; once filed nothing of it changes.
    """

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="annual_reports")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="annual_reports")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="annual_reports")
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    achievements = models.TextField(_("achievements"), blank=True)
    problems = models.TextField(_("problems"), blank=True)
    funds = models.TextField(_("use of funds"), blank=True)
    snapshot = models.JSONField(_("figures"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    builds = models.PositiveSmallIntegerField(_("times built"), default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    pdf = StoredFileField("PDF", upload_to="reports/", blank=True)
    document = StoredFileField(_("editable document"), upload_to="reports/", blank=True)
    built_at = models.DateTimeField(_("built at"), null=True, blank=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="annual_reports"
    )
    filed_at = models.DateTimeField(_("handed up at"), null=True, blank=True)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual report")
        ordering = ["year", "region__order"]
        constraints = [
            models.UniqueConstraint(fields=["year", "region"], name="one_annual_report_of_a_province"),
            models.UniqueConstraint(
                fields=["year"], condition=Q(region=None), name="one_national_annual_report"
            ),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.FILED) | Q(submission__isnull=False, filed_at__isnull=False),
                name="a_filed_report_has_its_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region or self.unit} {self.year.year}"

    @property
    def narrative(self) -> dict[str, str]:
        return {section: getattr(self, section) for section in Section}

    @property
    def is_filed(self) -> bool:
        return self.status == ReportStatus.FILED
