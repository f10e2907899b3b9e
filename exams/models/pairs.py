"""Two items that look alike, and what a person decided about them (X1)."""

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from exams.enums import PairKind, PairStatus
from exams.models.items import Item


class ItemPairQuerySet(models.QuerySet["ItemPair"]):
    def visible_to(self, scope: Scope) -> "ItemPairQuerySet":
        """Whoever may see the newer item learns that it has a look-alike; whether that one may be read is asked anew."""
        return self.filter(item__in=Item.objects.visible_to(scope))

    def current(self) -> "ItemPairQuerySet":
        """Found between the words that both items have now."""
        return self.filter(
            item__versions__is_current=True,
            item__versions__number=F("item_version"),
            other__versions__is_current=True,
            other__versions__number=F("other_version"),
        )

    def pending(self) -> "ItemPairQuerySet":
        return self.filter(status=PairStatus.PENDING)


class ItemPair(models.Model):
    """`item` is the one that came later; the versions are those that were compared, `score` 0 to 100."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="pairs")
    other = models.ForeignKey(Item, models.PROTECT, related_name="paired_with")
    item_version = models.PositiveSmallIntegerField(_("version"))
    other_version = models.PositiveSmallIntegerField(_("version of the other"))
    kind = models.CharField(_("likeness"), max_length=5, choices=PairKind)
    score = models.PositiveSmallIntegerField(_("similarity"))
    status = models.CharField(_("decision"), max_length=9, choices=PairStatus, default=PairStatus.PENDING)
    reason = models.TextField(_("reason"), blank=True)
    found_at = models.DateTimeField(_("found at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = ItemPairQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "item", "other"]
        constraints = [
            models.UniqueConstraint(fields=["item", "other"], name="one_row_for_two_items"),
            models.CheckConstraint(condition=~Q(item=F("other")), name="an_item_is_not_its_own_duplicate"),
        ]
        indexes = [models.Index(fields=["status", "item"])]

    def __str__(self) -> str:
        return f"{self.item} / {self.other}"

    def bars(self, items: Collection[int]) -> bool:
        """Whether it keeps one of the items out of the bank: nobody has decided, or it is the later of two duplicates."""
        decided_so = self.status == PairStatus.DUPLICATE and self.item_id in items
        return self.status == PairStatus.PENDING or decided_so
