"""What the year lays down for its exam: blueprint, eligibility, windows."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exams.enums import AnswerKind, Condition
from programs.enums import Track
from programs.models import YearRow


class BlueprintRow(YearRow):
    """A part of the paper: how many items of which types for how many points each (X3)."""

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    answer_kind = models.CharField(_("answered by"), max_length=12, choices=AnswerKind)
    item_types = models.JSONField(_("item types"))
    count = models.PositiveSmallIntegerField(_("items"))
    points = models.PositiveSmallIntegerField(_("points each"))
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta(YearRow.Meta):
        ordering = ["order"]

    @property
    def total(self) -> int:
        return self.count * self.points


class EligibilityRow(YearRow):
    """A condition of signing up for the exam, by track; a row that is not required stands but does not bind (X4)."""

    track = models.CharField(_("track"), max_length=20, choices=Track)
    condition = models.CharField(_("condition"), max_length=20, choices=Condition)
    setting = models.CharField(_("setting"), max_length=80, blank=True)
    required = models.BooleanField(_("binds"), default=True)
    reading = models.TextField(_("reading"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta(YearRow.Meta):
        ordering = ["track", "order"]

    def __str__(self) -> str:
        return f"{Track(self.track).label} · {Condition(self.condition).label}"


class ExamWindow(YearRow):
    """A span in which attempts may start: a wall (P2, X5). `closes_at` is exclusive."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))

    class Meta(YearRow.Meta):
        ordering = ["opens_at"]
        constraints = [
            *YearRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="window_closes_after_it_opens"
            ),
        ]

    def is_open(self, now: dt.datetime) -> bool:
        return self.opens_at <= now < self.closes_at
