"""The national discussion group of a year (E13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.files import StoredFileField
from programs.models import ProgramYear, YearRowQuerySet


class DiscussionGroup(models.Model):
    """How trainees get in: a name, a word about it, the picture of its QR code."""

    year = models.OneToOneField(ProgramYear, models.PROTECT, related_name="discussion_group")
    name = models.CharField(_("name of the group"), max_length=120)
    text = models.TextField(_("how to join"), max_length=2000, blank=True)
    picture = StoredFileField(_("QR code"), upload_to="groups/", blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    objects = YearRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion group")

    def __str__(self) -> str:
        return self.name
