"""Recruitment rules as rows of a year (E2–E10)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.enums import Operator, Severity
from enrollment.enums import RuleBase, RuleKind
from enrollment.rules.recruitment import RuleRow, faults_of
from programs.enums import Track
from programs.models import YearRow


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
