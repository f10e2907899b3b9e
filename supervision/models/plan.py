"""The scorecard of a year as the plan prints it, and what provinces have otherwise (S1, S2, S4)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.enums import Operator
from programs.models import ProgramYear, RegionRowQuerySet, YearRow
from supervision.enums import CriterionMeasure, SheetKind
from supervision.thresholds import parsed


def points_field(**options: object) -> models.DecimalField:
    """Points of the scorecard: halves at the finest."""
    return models.DecimalField(max_digits=5, decimal_places=1, **options)  # type: ignore[arg-type]


def check_threshold(unit: str, text: str | None) -> None:
    """Raises ValidationError for a threshold that its unit cannot be compared with."""
    try:
        parsed(unit, text)
    except ValueError as error:
        message = _("“%(text)s” is not a threshold in this unit.") % {"text": text}
        raise ValidationError({"threshold": message}) from error


class Criterion(YearRow):
    """One line of the printed scorecard; printed words, ticks and the reading stand apart (S1, S2)."""

    subject = models.CharField(_("subject"), max_length=60)
    area = models.CharField(_("area"), max_length=60)
    text = models.CharField(_("criterion"), max_length=200)
    method = models.CharField(_("method"), max_length=300, blank=True)
    points = points_field(verbose_name=_("points of the criterion"))
    printed_threshold = models.CharField(_("threshold as printed"), max_length=100, blank=True)
    operator = models.CharField(_("operator"), max_length=2, choices=Operator, blank=True)
    # a criterion judged by papers has no threshold, which is not an empty one
    threshold = models.CharField(_("threshold"), max_length=20, null=True, blank=True)  # noqa: DJ001
    unit = models.CharField(_("unit of measure"), max_length=10, blank=True)
    measure = models.CharField(_("measured"), max_length=10, choices=CriterionMeasure)
    figure = models.CharField(_("figure"), max_length=60, blank=True)
    reading = models.TextField(_("reading"), blank=True)
    tick_administrative = models.BooleanField(_("ticked for the administrative unit"), default=False)
    tick_technical = models.BooleanField(_("ticked for the technical lead unit"), default=False)
    tick_base = models.BooleanField(_("ticked for the base"), default=False)
    applies_administrative = models.BooleanField(_("applies to the administrative unit"), default=False)
    applies_technical = models.BooleanField(_("applies to the technical lead unit"), default=False)
    applies_base = models.BooleanField(_("applies to the base"), default=False)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta(YearRow.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = "criteria"
        ordering = ["order"]
        constraints = [
            *YearRow.Meta.constraints,
            models.CheckConstraint(condition=Q(points__gt=0), name="criterion_is_worth_something"),
            models.CheckConstraint(
                condition=Q(measure=CriterionMeasure.EVIDENCE)
                | ~Q(figure="") & ~Q(operator="") & Q(threshold__isnull=False),
                name="measured_criterion_has_a_threshold",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        check_threshold(self.unit, self.threshold)
        if self.points is not None and self.points <= 0:
            raise ValidationError({"points": _("A criterion is worth more than zero points.")})
        if self.is_measured and not (self.operator and self.threshold):
            raise ValidationError({"threshold": _("What is measured needs an operator and a threshold.")})

    @property
    def is_measured(self) -> bool:
        return self.measure == CriterionMeasure.FIGURE

    def applies_to(self, kind: str) -> bool:
        return bool(getattr(self, f"applies_{SheetKind(kind)}"))

    def ticked_for(self, kind: str) -> bool:
        return bool(getattr(self, f"tick_{SheetKind(kind)}"))


class CriterionStep(YearRow):
    """Fewer points for less: stored by a year that does not score all or nothing (S3)."""

    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="steps", verbose_name=_("criterion")
    )
    threshold = models.CharField(_("threshold"), max_length=20)
    points = points_field(verbose_name=_("points"))

    class Meta(YearRow.Meta):
        verbose_name = _("step of a criterion")
        ordering = ["criterion__order", "-points"]
        constraints = [
            *YearRow.Meta.constraints,
            models.UniqueConstraint(fields=["criterion", "points"], name="one_step_of_these_points"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.threshold}"

    def clean(self) -> None:
        check_threshold(self.criterion.unit, self.threshold)
        if self.points >= self.criterion.points:
            raise ValidationError({"points": _("A step is worth less than the whole criterion.")})


class ThresholdOverride(models.Model):
    """A province's own threshold, with the reason (根据地区实际情况填写; S4)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="threshold_overrides")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="overrides")
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("province"), related_name="threshold_overrides"
    )
    threshold = models.CharField(_("threshold"), max_length=20)
    reason = models.TextField(_("reason"))
    set_at = models.DateTimeField(_("set at"))

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("threshold of a province")
        ordering = ["criterion__order", "region__order"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "region"], name="one_own_threshold_of_a_province")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.criterion}: {self.threshold}"

    def clean(self) -> None:
        check_threshold(self.criterion.unit, self.threshold)
