"""Lists about the bank's items: look-alikes, use, people under another key (X1, X3)."""

from typing import Any

import django_filters as filters
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing, yes_no
from core.templatetags.portal import name_of
from exams.blueprints import Exposure
from exams.enums import ItemKind, ItemOrigin, ItemStatus, PairKind, PairStatus
from exams.models import BlueprintRow, ItemPair, ItemUse

_PAIR_TONES = {PairStatus.PENDING: "warning", PairStatus.DUPLICATE: "danger"}
# what a province may not read is told without its words
HIDDEN = _("an item of the bank that you cannot read")

PLACES = (
    ("own", _("Within one province")),
    ("homework", _("Homework of a lesson")),
    ("bank", _("In the bank")),
    ("elsewhere", _("Of another province")),
)


class PairFilter(filters.FilterSet):
    """Search area of the look-alikes."""

    q = filters.CharFilter(label=_("Code"), method="by_code")
    status = filters.ChoiceFilter(label=_("Decision"), choices=PairStatus)
    kind = filters.ChoiceFilter(label=_("Likeness"), choices=PairKind)
    type = filters.ChoiceFilter(label=_("Type"), choices=ItemKind, field_name="item__kind")
    place = filters.ChoiceFilter(label=_("The earlier item"), choices=PLACES, method="by_place")

    class Meta:
        model = ItemPair
        fields: tuple[str, ...] = ()

    def by_code(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        # an item that may not be read is not found by its code either
        other = Q(other__code__icontains=value.strip(), readable=True)
        return rows.filter(Q(item__code__icontains=value.strip()) | other)

    def by_place(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        homework = Q(other__origin=ItemOrigin.HOMEWORK)
        bank = Q(other__status__in=(ItemStatus.IN_BANK, ItemStatus.RETIRED)) & ~homework
        own = Q(other__region=F("item__region"))
        elsewhere = Q(other__region__isnull=False) & ~Q(other__region=F("item__region"))
        return rows.filter({"own": own, "homework": homework, "bank": bank, "elsewhere": elsewhere}[value])


def _other_place(row: Any) -> str:
    if row.other.origin == ItemOrigin.HOMEWORK:
        return str(row.other.get_origin_display())
    if not row.readable:
        return str(row.other.get_origin_display())
    return name_of(row.other.region) if row.other.region else str(_("National office"))


def pairs_of(url_kwargs: dict[str, Any]) -> Listing:
    """The look-alikes, each opening inside the year the reader is in."""

    def url(row: ItemPair) -> str:
        return reverse("exams:pair-show", kwargs={**url_kwargs, "pk": row.pk})

    return Listing(
        code="exams.pairs",
        title=_("Look-alikes"),
        columns=(
            Column("item", _("The later item"), "item.code", kind="code", sort="item__code", url=url, width=22),
            Column("place", _("Province"), lambda row: name_of(row.item.region), sort="item__region__order"),
            Column("other", _("The earlier item"), lambda row: row.other.code if row.readable else HIDDEN, width=22),
            Column("other_place", _("Its origin"), _other_place, width=20),
            Column("type", _("Type"), lambda row: row.item.get_kind_display(), sort="item__kind"),
            Column("kind", _("Likeness"), lambda row: row.get_kind_display(), sort="kind"),
            Column("score", _("Similarity"), "score", kind="percent", sort="score"),
            Column("found", _("Found at"), "found_at", kind="datetime", sort="found_at", width=18),
            Column("reason", _("Reason"), "reason", on_page=False, width=40),
            Column(
                "status", _("Decision"), lambda row: row.get_status_display(), kind="status", sort="status",
                tone=lambda row: _PAIR_TONES.get(row.status, "success"),
            ),
        ),
        filters=PairFilter,
        order=("-score", "pk"),
        related=("item__region", "other__region"),
        empty=_("No two items look alike here."),
    )  # fmt: skip


def _use_filter(worn: frozenset[int]) -> type[filters.FilterSet]:
    class UseFilter(filters.FilterSet):
        """Search area of the use."""

        q = filters.CharFilter(label=_("Code"), field_name="item__code", lookup_expr="icontains")
        part = filters.ChoiceFilter(label=_("Part of the paper"), choices=(), method="by_part")
        kind = filters.ChoiceFilter(label=_("Type"), choices=ItemKind, field_name="item__kind")
        worn = yes_no(_("At or above the cap"), method="by_worn")

        class Meta:
            model = ItemUse
            fields: tuple[str, ...] = ()

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.parts = {
                row.code: row
                for row in BlueprintRow.objects.visible_to(self.request.scope).filter(year=self.request.year)
            }
            self.filters["part"].extra["choices"] = [(code, name_of(row)) for code, row in self.parts.items()]

        def by_part(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
            return rows.filter(item__kind__in=self.parts[value].item_types)

        def by_worn(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
            at_cap = Q(item__in=worn)
            return rows.filter(at_cap) if value else rows.exclude(at_cap)

    return UseFilter


def uses_of(url_kwargs: dict[str, Any], exposure: Exposure) -> Listing:
    """The year's items by the number of papers they stood on, against the cap."""

    def url(row: ItemUse) -> str:
        return reverse("exams:item-show", kwargs={**url_kwargs, "pk": row.item_id})

    return Listing(
        code="exams.uses",
        title=_("Use of the items"),
        columns=(
            Column("code", _("Code"), "item.code", kind="code", sort="item__code", url=url, width=22),
            Column("kind", _("Type"), lambda row: row.item.get_kind_display(), sort="item__kind", width=20),
            Column("province", _("Province"), lambda row: name_of(row.item.region), sort="item__region__order"),
            Column("papers", _("Papers"), "papers", kind="int", sort="papers"),
            Column("share", _("Share of the papers"), lambda row: exposure.percent(row.papers), kind="percent", sort="papers"),
            Column("in_bank", _("Status"), lambda row: row.item.get_status_display(), sort="item__status"),
            Column(
                "worn", _("Cap"), lambda row: _("at or above the cap") if row.item_id in exposure.worn else _("below the cap"),
                kind="status", tone=lambda row: "warning" if row.item_id in exposure.worn else "success",
            ),
        ),
        filters=_use_filter(exposure.worn),
        order=("-papers", "item__code"),
        related=("item__region",),
        empty=_("No paper of the year has been counted yet."),
    )  # fmt: skip
