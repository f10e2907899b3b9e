"""A unit's scorecard of a year: its lines, evidence and points (S3, S4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, Unit
from accounts.scope import Scope
from core.enums import FindingStatus
from core.files import StoredFileField
from core.values import CHINA
from programs.models import ProgramYear, Submission, UnitRowQuerySet
from supervision.enums import LineDecision, ScorecardStatus, SheetKind
from supervision.models.plan import Criterion, points_field


class Scorecard(models.Model):
    """What a unit is assessed by in a year; once confirmed it keeps its inputs and is never recomputed."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="scorecards")
    kind = models.CharField(_("sheet"), max_length=20, choices=SheetKind)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="scorecards")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="scorecards")
    status = models.CharField(
        _("status"), max_length=15, choices=ScorecardStatus, default=ScorecardStatus.DRAFT
    )
    measured_at = models.DateTimeField(_("measured at"), null=True, editable=False)
    inputs = models.JSONField(_("inputs kept at confirmation"), default=dict, blank=True)
    final_points = points_field(verbose_name=_("final points"), null=True, blank=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="scorecards"
    )

    objects = UnitRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        ordering = ["region__order", "unit__kind", "unit__code"]
        constraints = [
            models.UniqueConstraint(fields=["year", "unit", "kind"], name="one_scorecard_of_a_unit"),
            models.CheckConstraint(
                condition=~Q(status=ScorecardStatus.FINAL) | Q(final_points__isnull=False),
                name="final_scorecard_has_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year.year}"


OF_BASES = Q(kind=SheetKind.BASE)


class LineQuerySet(models.QuerySet["ScorecardLine"]):
    def visible_to(self, scope: Scope) -> "LineQuerySet":
        return self.filter(scorecard__in=Scorecard.objects.visible_to(scope))


class ScorecardLine(models.Model):
    """One criterion on one sheet: what the records said, what the unit claims, what the reviewer decided.

    `points` is what the line is worth as things stand; services keep it.
    """

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="lines")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="lines")
    maximum = points_field(verbose_name=_("points of the criterion"))
    threshold = models.CharField(_("threshold in force"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingStatus, default=FindingStatus.NO_DATA)
    value = models.DecimalField(_("measured"), max_digits=16, decimal_places=4, null=True, blank=True)
    value_on = models.DateField(_("measured day"), null=True, blank=True)
    base = models.DecimalField(_("measured on"), max_digits=16, decimal_places=2, null=True, blank=True)
    measured_points = points_field(verbose_name=_("measured points"), null=True, blank=True)
    self_points = points_field(verbose_name=_("own points"), null=True, blank=True)
    note = models.TextField(_("explanation"), blank=True)
    decision = models.CharField(
        _("review"), max_length=10, choices=LineDecision, default=LineDecision.PENDING
    )
    reviewer_points = points_field(verbose_name=_("points in review"), null=True, blank=True)
    reason = models.TextField(_("reason of the review"), blank=True)
    points = points_field(verbose_name=_("counted"), default=0)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a scorecard")
        ordering = ["scorecard", "criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "criterion"], name="one_line_of_a_criterion")
        ]

    def __str__(self) -> str:
        return self.criterion.text


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, scope: Scope) -> "EvidenceQuerySet":
        return self.filter(line__in=ScorecardLine.objects.visible_to(scope))


class Evidence(models.Model):
    """A paper for one line: what no record of the portal can show (S3)."""

    line = models.ForeignKey(ScorecardLine, models.CASCADE, related_name="evidence")
    file = StoredFileField(_("file"), upload_to="evidence/")
    name = models.CharField(_("file name"), max_length=200)
    uploaded_at = models.DateTimeField(_("uploaded at"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.uploaded_at.astimezone(CHINA):%Y-%m-%d})"
