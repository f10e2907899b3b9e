"""Items on their way in, and how often the bank's items have been used (X1, I2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from exams.enums import ItemFormat, UploadStatus
from exams.models.items import Item, not_while_sitting
from programs.models import ProgramYear


class ItemUploadQuerySet(models.QuerySet["ItemUpload"]):
    def visible_to(self, scope: Scope) -> "ItemUploadQuerySet":
        """What the own unit has sent in; nobody reads the unfinished items of another."""
        if scope.role in {Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD}:
            return self.filter(not_while_sitting(scope), unit=scope.unit_id)
        return self.none()


class ItemUpload(models.Model):
    """A file or pasted text with items: read, shown with what was refused or reduced, then taken in or discarded.

    `entries` are the readable items in the form of the fixture files, each with its place in the file, `reports` what was
    found. `source` is the file itself, only as long as a job has not read it; `sha256` knows it when it comes again.
    """

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="item_uploads")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="item_uploads")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="item_uploads")
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=6, choices=ItemFormat)
    status = models.CharField(_("status"), max_length=9, choices=UploadStatus, default=UploadStatus.READING)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    source = models.BinaryField(null=True)
    job_number = models.BigIntegerField(_("work"), null=True)
    entries = models.JSONField(_("items"), default=list)
    reports = models.JSONField(_("findings"), default=list)
    created_at = models.DateTimeField(_("created at"))

    objects = ItemUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class ItemUseQuerySet(models.QuerySet["ItemUse"]):
    def visible_to(self, scope: Scope) -> "ItemUseQuerySet":
        return self.filter(item__in=Item.objects.visible_to(scope))


class ItemUse(models.Model):
    """On how many papers of a year an item stood when they were last counted; the draw keeps it under the year's cap."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="item_uses")
    item = models.ForeignKey(Item, models.PROTECT, related_name="uses")
    papers = models.PositiveIntegerField(_("papers"), default=0)

    objects = ItemUseQuerySet.as_manager()

    class Meta:
        ordering = ["year", "item"]
        constraints = [models.UniqueConstraint(fields=["year", "item"], name="one_count_per_item_and_year")]

    def __str__(self) -> str:
        return f"{self.item} · {self.year}"
