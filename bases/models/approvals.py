from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from bases.models.applications import Application
from programs.models import ProgramYear


class BaseApprovalQuerySet(models.QuerySet["BaseApproval"]):
    def visible_to(self, scope: Scope) -> "BaseApprovalQuerySet":
        """The national roles all, a province its own, a base itself, a hospital that of its application."""
        rows = self.filter(year__in=ProgramYear.objects.visible_to(scope))
        if scope.is_national:
            return rows
        if scope.is_provincial:
            return rows.filter(region=scope.region_code)
        if scope.role == Role.BASE_COORDINATOR:
            return rows.filter(base=scope.unit_id)
        if scope.role == Role.APPLICANT:
            return rows.filter(application__unit=scope.unit_id)
        return self.none()

    def in_force(self) -> "BaseApprovalQuerySet":
        return self.filter(revoked_at=None)

    def new(self) -> "BaseApprovalQuerySet":
        """A replacement is not new; who was new this year and was replaced keeps the place taken (B6)."""
        replaced = Q(base__replacements__year=F("year"))
        return self.filter(Q(revoked_at=None) | replaced, replaces=None).distinct()


class BaseApproval(models.Model):
    """A unit became a training base of a year: by an application, or named by its province (B5, B6)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="baseapprovals")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="baseapprovals", verbose_name=_("province")
    )
    base = models.ForeignKey(Unit, models.PROTECT, related_name="approvals", verbose_name=_("training base"))
    application = models.OneToOneField(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approval",
        verbose_name=_("application"),
    )
    replaces = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="replacements", verbose_name=_("replaces")
    )
    reason = models.TextField(_("reason"))
    approved_at = models.DateTimeField(_("approved at"))
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = BaseApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["region__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "base"], condition=Q(revoked_at=None), name="a_base_is_approved_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return self.base.name
