"""The lists of this room, each declared once for page and workbook."""

from decimal import Decimal
from typing import Any

import django_filters as filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.columns import Column, Listing
from core.templatetags.portal import display, measure, name_of
from programs.columns import UNITS_OF_MEASURE
from supervision.enums import ActivityKind, FundDirection, FundKind, ScorecardStatus, SheetKind
from supervision.figures import ACTIVITIES as ACTIVITIES_CODE
from supervision.figures import FUNDS as FUNDS_CODE
from supervision.figures import SCORECARDS as SCORECARDS_CODE
from supervision.models import Activity, Criterion, FundEntry, Scorecard, ScorecardLine
from supervision.queries import ProvinceResult, kept, points_of, with_totals

TONES = {
    ScorecardStatus.DRAFT: "neutral",
    ScorecardStatus.SELF_ASSESSED: "info",
    ScorecardStatus.RETURNED: "warning",
    ScorecardStatus.CONFIRMED: "success",
    ScorecardStatus.FINAL: "success",
}


# a lesson is watched at so many times the speed; an activity is held on so many occasions
_UNITS = {**UNITS_OF_MEASURE, "times": _("occasions")}


def in_unit(amount: Any, unit: str) -> str:
    """An amount of a criterion in its unit of measure: a percentage, a day, so many lessons."""
    if amount is None or amount == "":
        return display(None)
    if unit in {"share", "date", "hours", "count", ""}:
        return measure(amount, unit)
    return f"{measure(amount, unit)} {_UNITS.get(unit, unit)}"


def value_words(line: ScorecardLine) -> str:
    """What was measured: a share with its parts, a day, a number in its unit."""
    found, unit = kept(line), line.criterion.unit
    if found.amount is None or (unit == "share" and not found.base):
        return ""
    if unit != "share":
        return in_unit(found.amount, unit)
    share = Decimal(found.amount) / Decimal(found.base or 1)  # type: ignore[arg-type]
    return f"{in_unit(share, unit)} ({display(found.amount)} / {display(found.base)})"


class _ProvinceFilter(filters.FilterSet):
    """Search areas with a province; a provincial role has only its own."""

    region = filters.ModelChoiceFilter(label=_("Province"), queryset=Region.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.scope
        self.filters["region"].queryset = Region.objects.provinces().visible_to(scope)


class ScorecardFilter(_ProvinceFilter):
    kind = filters.ChoiceFilter(label=_("Sheet"), choices=SheetKind)
    status = filters.ChoiceFilter(label=_("Status"), choices=ScorecardStatus)
    unit = filters.CharFilter(label=_("Unit"), field_name="unit__name", lookup_expr="icontains")

    class Meta:
        model = Scorecard
        fields: tuple[str, ...] = ()


class ActivityFilter(_ProvinceFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ActivityKind)
    title = filters.CharFilter(label=_("Title"), lookup_expr="icontains")

    class Meta:
        model = Activity
        fields: tuple[str, ...] = ()


class FundFilter(_ProvinceFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=FundKind)
    direction = filters.ChoiceFilter(label=_("Direction"), choices=FundDirection)

    class Meta:
        model = FundEntry
        fields: tuple[str, ...] = ()


def _place(path: str = "region") -> Column:
    return Column(
        "province", _("Province"), lambda row: name_of(getattr(row, path)), sort=f"{path}__order", width=16
    )


def _own_url(name: str) -> Any:
    return lambda row: reverse(f"supervision:{name}", kwargs={**row.year.url_kwargs, "pk": row.pk})


def _file(name: str) -> Column:
    return Column(
        "file",
        _("Evidence"),
        lambda row: _("File") if row.file else "",
        on_export=False,
        url=lambda row: _own_url(name)(row) if row.file else "",
    )


UNIT = Column("unit", _("Unit"), lambda row: name_of(row.unit), sort="unit__name", width=40)
SCORECARDS = Listing(
    code=SCORECARDS_CODE,
    title=_("Scorecards"),
    columns=(
        Column("unit", _("Unit"), lambda row: name_of(row.unit), sort="unit__name", url=_own_url("scorecard-detail"), width=40),
        _place(),
        Column("kind", _("Sheet"), lambda row: row.get_kind_display(), sort="kind", width=18),
        Column("status", _("Status"), lambda row: row.get_status_display(), kind="status", sort="status", tone=lambda row: TONES[row.status]),
        Column("applicable", _("Full mark"), "applicable", kind="decimal", sort="applicable", width=10),
        Column("measured", _("Measured points"), "measured", kind="decimal", sort="measured", width=12),
        Column("points", _("Points counted"), points_of, kind="decimal", sort="points", width=12),
        Column("settled", _("Lines settled"), lambda row: f"{row.decided_count} / {row.line_count}", sort="decided_count", width=12),
        Column("final", _("Final points"), "final_points", kind="decimal", sort="final_points", width=12),
    ),
    filters=ScorecardFilter,
    order=("region__order", "unit__kind", "unit__code"),
    related=("region", "unit", "year__program"),
    page_size=100,
    empty=_("No scorecard is open yet."),
    extras={"prepare": with_totals},
)  # fmt: skip
LINES = Listing(
    code="supervision.lines",
    title=_("Lines of scorecards"),
    columns=(
        Column("criterion", _("Criterion"), "criterion.text", sort="criterion__order", width=44),
        Column("unit", _("Unit"), lambda row: name_of(row.scorecard.unit), width=40),
        Column("maximum", _("Points of the criterion"), "maximum", kind="decimal", width=12),
        Column(
            "points", _("Points counted"), "points", kind="decimal", sort="points", total="points", width=12
        ),
        Column("decision", _("Review outcome"), lambda row: row.get_decision_display(), sort="decision"),
    ),
    order=("scorecard__region__order", "scorecard__kind", "criterion__order"),
    related=("criterion", "scorecard__unit"),
)
KICKOFF_MEETINGS = Listing(
    code="supervision.kickoff_meetings",
    title=_("Kick-off meetings"),
    columns=(
        UNIT,
        Column("done_on", _("Day"), "done_on", kind="date", sort="done_on"),
        Column("note", _("Remark"), "note", width=60),
    ),
    order=("done_on", "pk"),
    related=("unit",),
)
ACTIVITIES = Listing(
    code=ACTIVITIES_CODE,
    title=_("Activities and popular science"),
    columns=(
        Column("title", _("Title"), "title", sort="title", url=_own_url("activity-detail"), width=44),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind", width=18),
        Column("held_on", _("Day"), "held_on", kind="date", sort="held_on"),
        Column("participants", _("Participants"), "participants", kind="int", sort="participants", width=10),
        UNIT,
        _place(),
        _file("activity-file"),
    ),
    filters=ActivityFilter,
    order=("-held_on", "-pk"),
    related=("region", "unit", "year__program"),
    empty=_("No activity is recorded yet."),
)
FUNDS = Listing(
    code=FUNDS_CODE,
    title=_("Funding"),
    columns=(
        Column(
            "booked_on", _("Day"), "booked_on", kind="date", sort="booked_on", url=_own_url("fund-detail")
        ),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind", width=18),
        Column(
            "direction", _("Direction"), lambda row: row.get_direction_display(), sort="direction", width=18
        ),
        Column("amount", _("Amount (yuan)"), "amount", kind="decimal", sort="amount", width=16),
        UNIT,
        _place(),
        Column("note", _("Remark"), "note", width=40),
        _file("fund-file"),
    ),
    filters=FundFilter,
    order=("-booked_on", "-pk"),
    related=("region", "unit", "year__program"),
    empty=_("No money is booked yet."),
)


def _tick(name: str) -> Any:
    """√ as printed, (√) where it is read to apply without a tick (S2)."""

    def words(row: Criterion) -> str:
        if row.ticked_for(name):
            return "√"
        return "(√)" if row.applies_to(name) else ""

    return words


def threshold_words(criterion: Criterion) -> str:
    """The threshold as it is compared, beside the printed one."""
    if not criterion.threshold:
        return ""
    return f"{criterion.get_operator_display()} {in_unit(criterion.threshold, criterion.unit)}"


CRITERIA = Listing(
    code="supervision.criteria",
    title=_("Criteria of the scorecard"),
    columns=(
        Column("order", _("No."), "order", kind="int", sort="order", width=6),
        Column("text", _("Criterion"), "text", url=_own_url("criterion-edit"), width=44),
        Column("subject", _("Who is assessed"), "subject", on_page=False, width=36),
        Column("area", _("Area"), "area", sort="area", width=20),
        Column("points", _("Points"), "points", kind="decimal", sort="points", total="points", width=8),
        Column("printed_threshold", _("Threshold as printed"), "printed_threshold", width=24),
        Column("threshold", _("Compared"), threshold_words, width=16),
        Column("measure", _("Judged"), lambda row: row.get_measure_display(), sort="measure", width=14),
        Column("method", _("Method as printed"), "method", on_page=False, width=60),
        *(Column(kind, kind.label, _tick(kind), width=10) for kind in SheetKind),
        Column("reading", _("Reading"), "reading", on_page=False, width=60),
        Column("clause", _("Clause"), "clause", width=22),
    ),
    order=("order",),
    related=("year__program",),
)


def _sheet_words(kind: str) -> Any:
    def words(row: ProvinceResult) -> str:
        card = getattr(row, kind)
        return card.get_status_display() if card else ""

    return words


def _sheet_points(kind: str) -> Any:
    return lambda row: points_of(getattr(row, kind)) if getattr(row, kind) else None


def _sheet_url(kind: str) -> Any:
    return lambda row: _own_url("scorecard-detail")(getattr(row, kind)) if getattr(row, kind) else ""


def _sheet_tone(kind: str) -> Any:
    return lambda row: TONES[getattr(row, kind).status] if getattr(row, kind) else ""


def _sheet_columns(kind: str, label: Any) -> tuple[Column, Column]:
    return (
        Column(kind, label, _sheet_points(kind), kind="decimal", url=_sheet_url(kind), width=16),
        Column(f"{kind}_status", _("Status"), _sheet_words(kind), kind="status", tone=_sheet_tone(kind)),
    )


RANKING = Listing(
    code="supervision.ranking",
    title=_("Ranking of the provinces"),
    columns=(
        Column("province", _("Province"), lambda row: name_of(row.participation.region), width=18),
        Column("rank", _("Rank"), "rank", kind="int", width=8),
        *_sheet_columns("administrative", _("Administrative unit")),
        *_sheet_columns("technical", _("Technical lead unit")),
        Column("points", _("Total"), "points", kind="decimal", width=12),
        Column("applicable", _("Full mark"), "applicable", kind="decimal", width=12),
    ),
)
BASE_RANKING = Listing(
    code="supervision.base_ranking",
    title=_("Ranking of the bases"),
    columns=(
        Column("unit", _("Training base"), lambda row: name_of(row.card.unit), url=lambda row: _own_url("scorecard-detail")(row.card), width=40),
        Column("rank", _("Rank"), "rank", kind="int", width=8),
        Column("province", _("Province"), lambda row: name_of(row.card.region), width=16),
        Column("status", _("Status"), lambda row: row.card.get_status_display(), kind="status", tone=lambda row: TONES[row.card.status]),
        Column("points", _("Total"), "points", kind="decimal", width=12),
        Column("applicable", _("Full mark"), "card.applicable", kind="decimal", width=12),
    ),
)  # fmt: skip
