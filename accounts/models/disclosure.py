from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import DISCLOSERS, DisclosureStatus
from accounts.models.memberships import Membership
from accounts.models.people import User
from accounts.scope import Scope
from core.fields import EncryptedTextField
from core.files import StoredFileField
from core.models import public_code


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, scope: Scope) -> "DisclosureQuerySet":
        """The requests of one's own unit, for those roles that may ask and approve."""
        if scope.role not in DISCLOSERS:
            return self.none()
        return self.filter(membership__unit=scope.unit_id, membership__role=scope.role)


class Disclosure(models.Model):
    """A list with identity numbers or phones in full: one person asks, a second of the unit approves (T47).

    `query` are the filters as the list's address has them; they may hold a name. `mark` stands in every line of the file.
    """

    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="disclosures", verbose_name=_("asked by")
    )
    listing = models.CharField(_("list"), max_length=60)
    year_number = models.BigIntegerField(_("program year"))
    query = EncryptedTextField(_("filters"))
    secrets = models.JSONField(_("in full"), default=list)
    purpose = models.TextField(_("purpose"), max_length=500)
    row_count = models.PositiveIntegerField(_("lines"))
    status = models.CharField(
        _("status"), max_length=10, choices=DisclosureStatus, default=DisclosureStatus.WAITING
    )
    requested_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    mark = models.CharField(_("mark"), max_length=22, default=public_code)
    file = StoredFileField(_("file"), upload_to="disclosures/", blank=True)
    downloads = models.PositiveSmallIntegerField(_("downloads"), default=0)
    expires_at = models.DateTimeField(_("valid until"), null=True)

    objects: Any = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("export in full")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.membership.unit} #{self.pk}"
