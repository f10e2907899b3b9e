"""The provincial file: who answers, with which plan, and the visits paid to bases (P5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, Unit
from core.files import StoredFileField
from programs.models import ProgramYear, RegionRowQuerySet


class ProvincialFile(models.Model):
    """One a province and year. The names in it are text, never accounts (P3)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="provincial_files")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="provincial_files", verbose_name=_("province")
    )
    in_charge = models.CharField(_("person in charge"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    working_group = models.TextField(_("working group"), max_length=4000, blank=True)
    expert_group = models.TextField(_("expert group"), max_length=4000, blank=True)
    nominees = models.TextField(_("nominees to the committee"), max_length=4000, blank=True)
    plan = StoredFileField(_("year plan"), upload_to="provincial/", blank=True)
    manual = StoredFileField(_("work manual"), upload_to="provincial/", blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("provincial file")
        ordering = ["region__order"]
        constraints = [
            models.UniqueConstraint(fields=["year", "region"], name="one_provincial_file_of_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year.year}"

    @property
    def nominee_names(self) -> list[str]:
        return [line.strip() for line in self.nominees.splitlines() if line.strip()]


class QualityVisit(models.Model):
    """A quality-control visit of the province to a training base (000 六(一))."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="quality_visits")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="quality_visits", verbose_name=_("province")
    )
    base = models.ForeignKey(
        Unit, models.PROTECT, related_name="quality_visits", verbose_name=_("training base")
    )
    visited_on = models.DateField(_("day"))
    visitors = models.CharField(_("visitors"), max_length=200)
    result = models.TextField(_("result"), max_length=4000)
    file = StoredFileField(_("record of the visit"), upload_to="provincial/", blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality-control visit")
        ordering = ["-visited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.base} {self.visited_on}"
