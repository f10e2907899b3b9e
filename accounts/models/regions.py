from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import RegionKind
from accounts.scope import Scope
from core.fields import DerivingModel, SearchKeyField


class RegionQuerySet(models.QuerySet["Region"]):
    def provinces(self) -> "RegionQuerySet":
        return self.filter(kind=RegionKind.PROVINCE)

    def visible_to(self, scope: Scope) -> "RegionQuerySet":
        """A provincial role sees its province and what lies in it."""
        if scope.is_national:
            return self
        prefix = scope.region_code[:2]
        return self.filter(code__startswith=prefix) if prefix else self.none()


class Region(DerivingModel):
    """GB/T 2260."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    search_key = SearchKeyField()
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    short_name = models.CharField(_("short name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=RegionKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def province_code(self) -> str:
        return f"{self.code[:2]}0000"
