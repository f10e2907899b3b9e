"""Which list shows the rows behind a figure: the room's own by its code, else by the model, else a plain one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.forms import HiddenInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Region, Unit
from core.columns import Column, Listing
from core.exceptions import Text
from core.figures import Figure
from core.registry import Registry
from core.templatetags.portal import name_of
from courses.columns.supply import faculty_of, lessons_of
from courses.queries.supply import with_supply
from exams.bank import items_with_words
from exams.columns import items_of
from programs.enums import Track
from programs.models import Participation, ProgramYear
from programs.where import Where
from supervision.listings import listings

# model label → list, for figures whose room declares none
ROW_LISTINGS: Registry[Listing] = Registry("lists by model")


def _report_url(row: Any) -> str:
    return reverse("reports:report-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


_PROVINCE = Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order", width=18)
ROW_LISTINGS.add(
    Listing(
        code="programs.quota",
        title=_("Quotas"),
        columns=(
            _PROVINCE,
            Column("track", _("Track"), lambda row: row.get_track_display(), sort="track"),
            Column("printed", _("As printed"), "seats", kind="int", sort="seats", total="seats"),
            Column("moved", _("Moved"), "moved", kind="int", sort="moved", total="moved"),
            Column("seats", _("Seats"), "available", kind="int", sort="available", total="available"),
            Column("clause", _("Clause"), "clause", width=26),
        ),
        order=("region__order", "track"),
        related=("region",),
    ),
    Listing(
        code="programs.target",
        title=_("Lesson targets"),
        columns=(
            _PROVINCE,
            Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind"),
            Column("amount", _("Amount"), "amount", kind="int", sort="amount", total="amount"),
            Column("clause", _("Clause"), "clause", width=26),
        ),
        order=("region__order", "kind"),
        related=("region",),
    ),
    Listing(
        code="reports.annualreport",
        title=_("Annual reports"),
        columns=(
            _PROVINCE,
            Column("unit", _("Unit"), lambda row: name_of(row.unit), width=44),
            Column("filed", _("Handed up at"), "filed_at", kind="datetime", sort="filed_at", width=18),
            Column("number", _("Receipt number"), "submission.number", kind="code", width=20),
        ),
        order=("region__order",),
        related=("region", "unit", "submission", "year__program"),
        row_url=_report_url,
    ),
    Listing(
        code="enrollment.roster",
        title=_("Rosters"),
        columns=(
            _PROVINCE,
            Column("status", _("Status"), lambda row: row.get_status_display(), sort="status"),
            Column("number", _("Receipt number"), "submission.number", kind="code", width=20),
            Column("submitted", _("Handed up at"), "submission.submitted_at", kind="datetime", width=18),
        ),
        order=("region__order",),
        related=("region", "submission"),
    ),
    Listing(
        code="programs.dutyrecord",
        title=_("Duties recorded"),
        columns=(
            Column("unit", _("Unit"), lambda row: name_of(row.unit), sort="unit__code", width=44),
            Column("duty", _("Duty"), lambda row: name_of(row.duty), sort="duty__due_at", width=26),
            Column("done_on", _("Done on"), "done_on", kind="date", sort="done_on"),
            Column("note", _("Remark"), "note", width=40),
        ),
        order=("unit__region__order", "unit__code"),
        related=("unit", "duty"),
    ),
)


# lists of timeless things, whose rows open inside the year they are looked at
_MADE_FOR_A_YEAR: dict[str, Callable[[ProgramYear], Listing]] = {
    "exams.items": lambda year: items_of(year.url_kwargs),
    "courses.lessons": lessons_of,
    "courses.faculty": faculty_of,
}


def _plain(title: Text, rows: QuerySet[Any]) -> Listing:
    """Rows of a model without a list of its own: what they call themselves, and their province."""
    fields = {field.name for field in rows.model._meta.get_fields()}
    columns = [Column("row", _("Entry"), str, width=60)]
    if "region" in fields:
        columns.append(_PROVINCE)
    return Listing("reports.rows", title, tuple(columns), related=("region",) if "region" in fields else ())


def listing_of(figure: Figure, year: ProgramYear, rows: QuerySet[Any]) -> Listing:
    """The list in which the figure's rows are shown, without a search area of its own: the cut is the figure's."""
    made = _MADE_FOR_A_YEAR.get(figure.columns)
    found = made(year) if made else listings().get(figure.columns)
    found = found or ROW_LISTINGS.get(rows.model._meta.label_lower)
    return replace(found or _plain(figure.label, rows), filters=None)


_PREPARE: dict[str, Callable[[QuerySet[Any], ProgramYear], QuerySet[Any]]] = {
    "exams.items": lambda rows, year: items_with_words(rows),
    "courses.lessons": with_supply,
}


def prepared(listing: Listing, rows: QuerySet[Any], year: ProgramYear) -> QuerySet[Any]:
    """With what the list shows beside the row's own fields."""
    if listing.code in _PREPARE:
        return _PREPARE[listing.code](rows, year)
    prepare = listing.extras.get("prepare")
    found: QuerySet[Any] = prepare(rows) if prepare else rows
    return found


class CutFilter(filters.FilterSet):
    """The cut of the data that the figure is asked for; the figure narrows its rows by it itself."""

    region = filters.ModelChoiceFilter(
        label=_("Province"), queryset=Region.objects.none(), method="narrowed_by_figure"
    )
    base = filters.ModelChoiceFilter(
        label=_("Training base"), queryset=Unit.objects.none(), method="narrowed_by_figure"
    )
    track = filters.ChoiceFilter(label=_("Track"), choices=Track, method="narrowed_by_figure")
    enrollment = filters.NumberFilter(label=_("One trainee"), widget=HiddenInput, method="narrowed_by_figure")
    of = filters.ChoiceFilter(
        label=_("Rows"), choices=[("base", _("the whole that the share is taken of"))], empty_label=_("the counted part"),
        method="narrowed_by_figure",
    )  # fmt: skip
    dimensions: frozenset[str] = frozenset()

    class Meta:
        model = Participation
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.scope
        offered = {"region"} & self.dimensions if scope.is_national else set()
        offered |= self.dimensions & {"base", "track", "of"}
        for name in set(self.filters) - offered - {"enrollment"}:
            del self.filters[name]
        if "region" in offered:
            self.filters["region"].queryset = Region.objects.provinces().visible_to(scope)
        if "base" in offered:
            bases = Unit.objects.visible_to(scope).filter(kind=UnitKind.TRAINING_BASE)
            self.filters["base"].queryset = bases.select_related("region").order_by("region__order", "code")

    def narrowed_by_figure(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows

    def where(self, cut: Where) -> Where:
        """The year's cut narrowed by what was asked; an unknown value narrows to nothing by being invalid."""
        asked = self.form.cleaned_data
        region, base = asked.get("region"), asked.get("base")
        number = asked.get("enrollment")
        return cut.at(
            region=region.pk if region else cut.region,
            base_id=base.pk if base else None,
            track=asked.get("track") or "",
            enrollment_id=int(number) if number else None,
        )


def filter_of(figure: Figure) -> type[CutFilter]:
    """The search area for the dimensions by which the figure can be cut."""
    named = {"province": "region", "base": "base", "track": "track"}
    dimensions = {named[one] for one in figure.by if one in named} | ({"of"} if figure.base_rows else set())
    return type("FigureCut", (CutFilter,), {"dimensions": frozenset(dimensions)})
