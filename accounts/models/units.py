from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models.institutions import Institution
from accounts.models.regions import Region
from accounts.scope import Scope


class UnitQuerySet(models.QuerySet["Unit"]):
    def open(self) -> "UnitQuerySet":
        return self.filter(closed_at=None)

    def visible_to(self, scope: Scope) -> "UnitQuerySet":
        """Units act under one national office; a province sees its own units, a base or hospital itself."""
        under = self.filter(Q(owner=scope.owner_id) | Q(pk=scope.owner_id))
        if scope.is_national:
            return under
        if scope.is_provincial:
            return under.filter(Q(region=scope.region_code) | Q(pk=scope.owner_id))
        if scope.is_unit:
            return under.filter(pk=scope.unit_id)
        return self.none()


class Unit(models.Model):
    """A body that acts in programs: office, administrative unit, technical lead unit, base, hospital (P3)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="units")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="units")
    owner = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="owned")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    assumed = models.CharField(_("assumed because"), max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=UnitKind.NATIONAL_OFFICE, owner=None)
                | Q(owner__isnull=False) & ~Q(kind=UnitKind.NATIONAL_OFFICE),
                name="every_unit_under_an_office",
            )
        ]

    def __str__(self) -> str:
        return self.name
