"""The item bank: timeless items, their groups and immutable versions (X1, X2)."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from exams.enums import GROUPED, ItemKind, ItemOrigin, ItemStatus
from programs.models import ProgramYear, Submission


class ItemGroup(models.Model):
    """Several stems over one set of options; drawn, shown and analyzed as a unit (X2)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("type"), max_length=2, choices=ItemKind)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=GROUPED), name="group_is_b1_or_b2")]

    def __str__(self) -> str:
        return self.code


def not_while_sitting(scope: Scope) -> Q:
    """Holds for everybody but who sits the exam at this moment, whatever other role they have (T12)."""
    attempts = apps.get_model("exams", "Attempt").objects
    return Q(~Exists(attempts.open().filter(enrollment__person=scope.person_id)))


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, scope: Scope) -> "ItemQuerySet":
        """The office and its experts see the bank, a province its own items, trainees none outside a paper; and nobody
        sees any while they sit the exam themselves.
        """
        return self._of(scope).filter(not_while_sitting(scope))

    def _of(self, scope: Scope) -> "ItemQuerySet":
        if scope.role in {Role.NATIONAL_OFFICE, Role.EXPERT, Role.AUDITOR}:
            return self.filter(owner=scope.owner_id)
        if scope.role == Role.TECHNICAL_LEAD:
            return self.filter(owner=scope.owner_id, region=scope.region_code)
        return self.none()

    def for_exam(self) -> "ItemQuerySet":
        """All but the practice exam's items, which no paper, count, comparison or figure knows."""
        return self.exclude(origin=ItemOrigin.PRACTICE)

    def in_bank(self) -> "ItemQuerySet":
        return self.for_exam().filter(status=ItemStatus.IN_BANK)

    def for_practice(self) -> "ItemQuerySet":
        return self.filter(origin=ItemOrigin.PRACTICE, status=ItemStatus.IN_BANK)

    def submitted_for(self, year: ProgramYear) -> "ItemQuerySet":
        return self.filter(year=year).exclude(submission=None)


class Item(models.Model):
    """A question of the standardized bank. Timeless: the year says only for which one it was written.

    An empty list of specialties serves all of them; specialty, theme and outline are codes that every year repeats.
    """

    code = models.SlugField(_("code"), max_length=80, unique=True)
    kind = models.CharField(_("type"), max_length=2, choices=ItemKind)
    origin = models.CharField(_("origin"), max_length=10, choices=ItemOrigin, default=ItemOrigin.BANK)
    status = models.CharField(_("status"), max_length=10, choices=ItemStatus, default=ItemStatus.DRAFT)
    group = models.ForeignKey(ItemGroup, models.PROTECT, null=True, blank=True, related_name="items")
    group_order = models.PositiveSmallIntegerField(_("place in the group"), default=0)
    owner = models.ForeignKey(
        Unit, models.PROTECT, related_name="owned_items", verbose_name=_("national office")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="items", verbose_name=_("written by"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("province")
    )
    year = models.ForeignKey(
        ProgramYear,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("written for"),
    )
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="items")
    specialties = models.JSONField(_("specialties"), default=list, blank=True)
    theme = models.CharField(_("theme"), max_length=80, blank=True)
    outline = models.CharField(_("outline"), max_length=80, blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=3)
    is_sample = models.BooleanField(_("sample"), default=False)
    created_at = models.DateTimeField(_("created at"))
    # who wrote and who read it in the province: numbers of users, as a submission keeps them
    entered_by_number = models.BigIntegerField(_("entered by"), null=True)
    reviewed_by_number = models.BigIntegerField(_("reviewed by"), null=True)
    compared_version = models.PositiveSmallIntegerField(_("version last compared"), default=0)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["owner", "status", "kind"]), models.Index(fields=["year", "region"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=GROUPED, group__isnull=False) | ~Q(kind__in=GROUPED) & Q(group=None),
                name="b_items_stand_in_a_group",
            ),
            models.UniqueConstraint(
                fields=["group", "group_order"],
                condition=Q(group__isnull=False),
                name="one_item_at_a_place_of_a_group",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class UsedVersionChanged(RuntimeError):
    """A version is never changed, only superseded."""


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    def visible_to(self, scope: Scope) -> "ItemVersionQuerySet":
        return self.filter(item__in=Item.objects.visible_to(scope))

    def current(self) -> "ItemVersionQuerySet":
        return self.filter(is_current=True)


class ItemVersion(models.Model):
    """The words of an item at one time, complete in themselves; papers and homework point here.

    `options` is a list of {label, text}; `key` the list of right labels. A true/false item has no options: T or F.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    is_current = models.BooleanField(_("current"), default=True)
    case = models.TextField(_("case"), blank=True)
    stem = models.TextField(_("stem"))
    options = models.JSONField(_("options"), default=list, blank=True)
    key = models.JSONField(_("key"))
    explanation = models.TextField(_("explanation"), blank=True)
    source = models.CharField(_("source of fact"), max_length=300, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    created_at = models.DateTimeField(_("created at"))

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_number_per_version"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="one_current_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise UsedVersionChanged(str(self))
        super().save(*args, **kwargs)

    @property
    def labels(self) -> list[str]:
        """The labels a key may name, in the written order."""
        return [option["label"] for option in self.options] or ["T", "F"]
