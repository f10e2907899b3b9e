"""What units record beside the sheet: activities (S7, C13) and money (S6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, Unit
from core.files import StoredFileField
from core.values import money_field
from programs.models import ProgramYear, UnitRowQuerySet
from supervision.enums import IN_A_DIRECTION, ActivityKind, FundDirection, FundKind


class Activity(models.Model):
    """A publicity activity, kick-off, opening, closing (S7) or something published for the public (C13)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="activities")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="activities", verbose_name=_("unit"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="activities", verbose_name=_("province"))
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind)
    title = models.CharField(_("title"), max_length=120)
    held_on = models.DateField(_("day"))
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    note = models.TextField(_("content"), blank=True)
    file = StoredFileField(_("evidence"), upload_to="activities/", blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = UnitRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = "activities"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["year", "region", "kind"])]

    def __str__(self) -> str:
        return self.title


class FundEntry(models.Model):
    """One entry in a unit's book of the program's money (S6)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="fund_entries")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="fund_entries", verbose_name=_("unit"))
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="fund_entries", verbose_name=_("province")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=FundKind)
    direction = models.CharField(_("direction"), max_length=10, choices=FundDirection, blank=True)
    amount = money_field(verbose_name=_("amount"))
    booked_on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    file = StoredFileField(_("evidence"), upload_to="funds/", blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = UnitRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund entry")
        verbose_name_plural = "fund entries"
        ordering = ["-booked_on", "-pk"]
        indexes = [models.Index(fields=["year", "region", "kind"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fund_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=IN_A_DIRECTION) ^ Q(direction=""),
                name="money_that_leaves_has_a_direction",
            ),
        ]

    def __str__(self) -> str:
        return f"{FundKind(self.kind).label} {self.amount}"
