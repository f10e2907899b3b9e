"""A province's list as a whole: roster, uploads, last year's institutions, corrections asked for (E9, E11)."""

import base64
import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import Scope
from core.fields import EncryptedTextField
from enrollment.enums import ChangeStatus, ImportStatus, RosterStatus, RowEffect
from enrollment.models.people import Enrollment, PlacementQuerySet
from programs.models import ProgramYear, RegionRowQuerySet, Submission


class Roster(models.Model):
    """The list of a province's trainees, handed up as a whole (E11)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="rosters")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="rosters")
    status = models.CharField(_("status"), max_length=10, choices=RosterStatus, default=RosterStatus.OPEN)
    warning_reason = models.TextField(_("reason for exceeding a limit in principle"), blank=True)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="rosters")

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        ordering = ["region__order"]
        constraints = [models.UniqueConstraint(fields=["year", "region"], name="one_roster_of_a_province")]

    def __str__(self) -> str:
        return f"{self.region} {self.year.year}"


class RosterImport(models.Model):
    """An uploaded roster between reading and confirming; the file rests encrypted and goes after its term.

    `layout` says where its list stands, `problems` what is wrong with the list as a whole, `made` what undoing it needs.
    """

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="imports")
    region = models.ForeignKey(Region, models.PROTECT, related_name="imports")
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.READING)
    file_name = models.CharField(_("file"), max_length=200)
    source = EncryptedTextField(_("file content"))
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    bad_count = models.PositiveIntegerField(_("rows with errors"), default=0)
    taken_count = models.PositiveIntegerField(_("rows taken in"), default=0)
    changed_count = models.PositiveIntegerField(_("people changed"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    layout = models.JSONField(default=dict)
    made = EncryptedTextField(_("what was made and changed"))
    job_number = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("uploaded at"))
    applied_at = models.DateTimeField(_("taken in at"), null=True)

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def data(self) -> bytes:
        """The file as uploaded; empty once it is forgotten."""
        return base64.b64decode(self.source)

    @data.setter
    def data(self, data: bytes) -> None:
        self.source = base64.b64encode(data).decode()


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def visible_to(self, scope: Scope) -> "ImportRowQuerySet":
        return self.filter(roster_import__in=RosterImport.objects.visible_to(scope))

    def bad(self) -> "ImportRowQuerySet":
        return self.filter(is_bad=True)

    def good(self) -> "ImportRowQuerySet":
        return self.filter(is_bad=False)

    def new(self) -> "ImportRowQuerySet":
        return self.good().filter(effect=RowEffect.NEW)


class ImportRow(models.Model):
    """A line of an uploaded roster: as typed, as understood, and what is wrong with it."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = EncryptedTextField(_("cells as typed"))
    values = EncryptedTextField(_("cells as understood"))
    id_number_index = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(_("problems"), default=list)
    is_bad = models.BooleanField(_("has errors"), default=False)
    effect = models.CharField(_("effect"), max_length=10, choices=RowEffect, default=RowEffect.NEW)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "number"], name="one_line_of_an_import")
        ]
        indexes = [models.Index(fields=["roster_import", "id_number_index"])]

    def __str__(self) -> str:
        return str(self.number)


class PastInstitution(models.Model):
    """An institution of the year before, listed by the province where the portal has no roster of that year (E9)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="past_institutions")
    region = models.ForeignKey(Region, models.PROTECT, related_name="past_institutions")
    name = models.CharField(_("name"), max_length=120)

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["year", "region", "name"], name="listed_once_as_past")]

    def __str__(self) -> str:
        return self.name


class ChangeRequest(models.Model):
    """What is to be put right, as a trainee or a list of the province says; the province decides (PIPL 46)."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="changes")
    status = models.CharField(_("status"), max_length=10, choices=ChangeStatus, default=ChangeStatus.WAITING)
    values = EncryptedTextField(_("as asked for"))
    reason = EncryptedTextField(_("reason"))
    roster_import = models.ForeignKey(
        RosterImport, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    requested_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for correction")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(status=ChangeStatus.WAITING),
                name="one_waiting_change_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} · {ChangeStatus(self.status).label}"

    @property
    def asked(self) -> dict[str, Any]:
        """New values by name; rows of lists by number. Empty once it is erased."""
        return dict(json.loads(self.values or "{}"))
