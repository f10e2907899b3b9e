from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import COUNTY_AND_BELOW, InstitutionKind, InstitutionLevel
from accounts.models.regions import Region
from accounts.scope import Scope
from core.fields import DerivingModel, SearchKeyField


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, scope: Scope) -> "InstitutionQuerySet":
        """The registry is shared by programs; provincial roles see their province's part."""
        if scope.is_national:
            return self
        if scope.is_provincial or scope.is_unit:
            return (
                self.filter(region__code__startswith=scope.region_code[:2])
                if scope.region_code
                else self.none()
            )
        return self.none()

    def standing(self) -> "InstitutionQuerySet":
        """Those one may choose: merged ones live on in what they became."""
        return self.filter(merged_into=None)

    def in_province(self, region_code: str) -> "InstitutionQuerySet":
        return self.filter(region__code__startswith=region_code[:2])


class Institution(DerivingModel):
    """The registry of medical and health institutions (E17)."""

    name = models.CharField(_("name"), max_length=120)
    search_key = SearchKeyField()
    level = models.CharField(_("level"), max_length=10, choices=InstitutionLevel)
    kind = models.CharField(_("kind"), max_length=30, choices=InstitutionKind)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="institutions")
    offers_checkup = models.BooleanField(_("special cancer check-ups"), default=False)
    offers_screening = models.BooleanField(_("cancer screening"), default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "region"], name="institution_name_in_region")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_county_or_below(self) -> bool:
        return self.level in COUNTY_AND_BELOW


class InstitutionAlias(DerivingModel):
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=120)
    search_key = SearchKeyField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="alias_of_institution")]

    def __str__(self) -> str:
        return self.name
