"""What people fill in before anybody is on the roster: a hospital's sheet, and applications by invitation (E11).

Both open under a secret address, without an account. Of the secret a keyed digest is looked up; it is kept encrypted
where the coordinator must be able to copy the link again.
"""

import datetime as dt
import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, Region
from accounts.scope import Scope
from core.crypto import keyed_index
from core.fields import EncryptedTextField
from enrollment.enums import ApplicantStatus, SheetStatus
from enrollment.models.rosters import RosterImport
from programs.models import ProgramYear, RegionRowQuerySet

LINK = "enrollment.link"


class LinkQuerySet(RegionRowQuerySet):
    def opened_by(self, token: str, now: dt.datetime) -> "LinkQuerySet":
        """What this address opens now: nothing once the link is void or its time is over."""
        return self.filter(token_index=keyed_index(token, LINK), voided_at=None, closes_at__gt=now)


class Link(models.Model):
    """Something of a province and year that opens under a secret address until its time is over."""

    token = EncryptedTextField(_("secret of the link"))
    token_index = models.CharField(max_length=64, unique=True)
    closes_at = models.DateTimeField(_("open until"))
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        abstract = True

    def opens(self, now: dt.datetime) -> bool:
        return self.voided_at is None and now < self.closes_at


class Sheet(Link):
    """The list that one hospital fills in, with its part of the province's seats; over it is told, never refused."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="sheets")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="sheets")
    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name=_("institution"), related_name="sheets"
    )
    status = models.CharField(_("status"), max_length=10, choices=SheetStatus, default=SheetStatus.SENT)
    comprehensive_seats = models.PositiveSmallIntegerField(_("seats, comprehensive"), default=0)
    online_seats = models.PositiveSmallIntegerField(_("seats, online-only"), default=0)
    contact = models.CharField(_("whom to ask"), max_length=120, blank=True)
    comprehensive_count = models.PositiveSmallIntegerField(_("filled in, comprehensive"), default=0)
    online_count = models.PositiveSmallIntegerField(_("filled in, online-only"), default=0)
    faulty_count = models.PositiveSmallIntegerField(_("lines to correct"), default=0)
    version = models.PositiveSmallIntegerField(_("version"), default=0)
    reason = models.TextField(_("reopened because"), blank=True)
    created_at = models.DateTimeField(_("sent at"))
    changed_at = models.DateTimeField(_("last filled in at"), null=True)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)
    roster_import = models.OneToOneField(
        RosterImport, models.PROTECT, null=True, blank=True, related_name="sheet"
    )

    class Meta:
        verbose_name = _("hospital's sheet")
        ordering = ["institution__name"]
        constraints = [
            models.UniqueConstraint(fields=["year", "institution"], name="one_sheet_of_a_hospital")
        ]

    def __str__(self) -> str:
        return str(self.institution)

    @property
    def receipt_number(self) -> str:
        return f"H{self.year.year % 100:02d}{self.region_id[:2]}-{self.pk:05d}-{self.version}"

    @property
    def is_over(self) -> bool:
        """More people than seats, in either track."""
        return self.comprehensive_count > self.comprehensive_seats or self.online_count > self.online_seats


class SheetLineQuerySet(models.QuerySet["SheetLine"]):
    def visible_to(self, scope: Scope) -> "SheetLineQuerySet":
        return self.filter(sheet__in=Sheet.objects.visible_to(scope))


class SheetLine(models.Model):
    """A person on a hospital's sheet, as typed."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("row"))
    cells = EncryptedTextField(_("cells as typed"))
    id_number_index = models.CharField(max_length=64, blank=True, db_index=True)
    is_bad = models.BooleanField(_("has errors"), default=False)

    objects = SheetLineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="one_line_of_a_sheet")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def typed(self) -> dict[str, str]:
        """The cells by column; empty once they are erased."""
        return dict(json.loads(self.cells or "{}"))


class Invitation(Link):
    """The one link of a province and year under which a person applies for themself (E11)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="invitations")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="invitations")

    class Meta:
        verbose_name = _("invitation link")
        constraints = [
            models.UniqueConstraint(fields=["year", "region"], name="one_invitation_of_a_province")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year.year}"


class Applicant(models.Model):
    """Somebody who applied by invitation; a private address tells them, and nobody else, what became of it."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="applicants")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="applicants")
    status = models.CharField(
        _("status"), max_length=10, choices=ApplicantStatus, default=ApplicantStatus.WAITING
    )
    cells = EncryptedTextField(_("cells as typed"))
    id_number_index = models.CharField(max_length=64, blank=True, db_index=True)
    token_index = models.CharField(max_length=64, unique=True)
    consent = models.CharField(_("version of the consent"), max_length=20)
    reason = EncryptedTextField(_("reason"))
    applied_at = models.DateTimeField(_("applied at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    roster_import = models.ForeignKey(
        RosterImport, models.PROTECT, null=True, blank=True, related_name="applicants"
    )

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("applicant by invitation")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def typed(self) -> dict[str, Any]:
        """The cells by column; empty once they are erased."""
        return dict(json.loads(self.cells or "{}"))

    @property
    def receipt_number(self) -> str:
        return f"A{self.year.year % 100:02d}{self.region_id[:2]}-{self.pk:06d}"
