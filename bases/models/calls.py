import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from bases.enums import ConditionGroup, ConditionKind, DecidingBody
from core.enums import Operator
from core.values import day_start
from programs.models import Duty, YearRow


class Call(YearRow):
    """A call for training bases: its text, its wall, its forms as printed, who decides (B1)."""

    title = models.CharField(_("title"), max_length=200)
    opens_on = models.DateField(_("opens on"))
    deadline = models.DateTimeField(_("deadline"))
    duty = models.ForeignKey(
        Duty,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("duty in the calendar"),
    )
    deciding = models.CharField(_("decided by"), max_length=10, choices=DecidingBody)
    text = models.TextField(_("text of the notice"))
    contacts = models.TextField(_("contacts"), blank=True)
    application_title = models.CharField(_("title of annex 2"), max_length=120, blank=True)
    director_title = models.CharField(_("title of annex 3"), max_length=120, blank=True)
    trainer_title = models.CharField(_("title of annex 4"), max_length=120, blank=True)
    application_notes = models.TextField(_("notes of annex 2"), blank=True)
    director_notes = models.TextField(_("notes of annex 3"), blank=True)
    trainer_notes = models.TextField(_("notes of annex 4"), blank=True)

    class Meta(YearRow.Meta):
        verbose_name = _("call for training bases")
        ordering = ["-opens_on", "code"]

    def __str__(self) -> str:
        return self.title

    def has_opened(self, now: dt.datetime) -> bool:
        return now >= day_start(self.opens_on)


class Condition(YearRow):
    """A condition of a call: what is measured, against what; `box_label` is its printed box in annex 2 (B2, B3)."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="conditions", verbose_name=_("call"))
    group = models.CharField(_("group"), max_length=10, choices=ConditionGroup)
    kind = models.CharField(_("kind"), max_length=30, choices=ConditionKind)
    operator = models.CharField(_("operator"), max_length=2, choices=Operator)
    threshold = models.DecimalField(_("threshold"), max_digits=8, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=10)
    printed = models.TextField(_("as printed"))
    box_label = models.CharField(_("box in annex 2"), max_length=200, blank=True)
    reading = models.TextField(_("reading"), blank=True)
    supplementary = models.BooleanField(_("no box in annex 2"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(YearRow.Meta):
        verbose_name = _("condition")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.printed


class ScoringRow(YearRow):
    """One line of the experts' scoring sheet (B1, B5)."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="scoring", verbose_name=_("call"))
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    points = models.PositiveSmallIntegerField(_("points at most"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(YearRow.Meta):
        verbose_name = _("line of the scoring sheet")
        ordering = ["order"]
