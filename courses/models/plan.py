"""What the year lays down for study: outline and lesson plan (C0, C1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.enums import Requirement
from courses.models.lessons import Lesson
from programs.models import Specialty, Theme, YearRow


class OutlineNode(YearRow):
    """An entry of the training outline (大纲), a tree; lessons and items point into it (C0)."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta(YearRow.Meta):
        verbose_name = _("outline entry")
        verbose_name_plural = "outline entries"
        ordering = ["order", "pk"]


class PlanEntry(YearRow):
    """A lesson in the plan of a specialty: required or elective (C1). `code` is specialty and lesson together."""

    specialty = models.ForeignKey(
        Specialty, models.PROTECT, related_name="plan", verbose_name=_("specialty"), db_index=False
    )
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="entries", verbose_name=_("lesson"))
    requirement = models.CharField(_("requirement"), max_length=10, choices=Requirement)
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="plan", verbose_name=_("theme")
    )
    outline = models.ForeignKey(
        OutlineNode, models.PROTECT, null=True, blank=True, related_name="plan", verbose_name=_("outline")
    )
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta(YearRow.Meta):
        verbose_name = _("plan entry")
        verbose_name_plural = "plan entries"
        ordering = ["specialty", "order"]
        constraints = [
            *YearRow.Meta.constraints,
            # leads with the specialty: the way from a trainee to the plan
            models.UniqueConstraint(fields=["specialty", "lesson"], name="lesson_once_in_a_specialty"),
        ]

    def __str__(self) -> str:
        return self.code
