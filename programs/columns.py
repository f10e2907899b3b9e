"""The lists of this room, each declared once for page, workbook and API."""

from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing, yes_no
from core.exceptions import Text
from core.templatetags.portal import deadline, display, measure, name_of
from programs.enums import Generation, SettingCode, TargetKind, Track
from programs.models import Participation, Setting, Specialty, YearRow

UNITS_OF_MEASURE: dict[str, Text] = {
    "attempts": _("attempts"),
    "bases": _("bases"),
    "credits": _("credits"),
    "days": _("days"),
    "hours": _("class hours"),
    "items": _("items"),
    "lessons": _("lessons"),
    "minutes": _("minutes"),
    "months": _("months"),
    "people": _("people"),
    "points": _("points"),
    "seconds": _("seconds"),
    "times": _("times"),
}


class ProvinceFilter(filters.FilterSet):
    """Search area of the lists by province."""

    q = filters.CharFilter(label=_("Province or unit"), method="by_name")

    class Meta:
        model = Participation
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        named = Q(region__name__icontains=value) | Q(region__name_en__icontains=value)
        unit = Q(technical_unit__name__icontains=value) | Q(administrative_unit__name__icontains=value)
        return rows.filter(named | unit)


class SpecialtyFilter(filters.FilterSet):
    """Search area of the specialties."""

    name = filters.CharFilter(label=_("Specialty"), lookup_expr="icontains")
    generation = filters.ChoiceFilter(label=_("Kind"), choices=Generation)

    class Meta:
        model = Specialty
        fields: tuple[str, ...] = ()


class SettingFilter(filters.FilterSet):
    """Search area of the settings."""

    name = filters.CharFilter(label=_("Setting"), lookup_expr="icontains")
    provisional = yes_no(_("Provisional"), method="by_state")

    class Meta:
        model = Setting
        fields: tuple[str, ...] = ()

    def by_state(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        open_rows = ~Q(assumed="") & Q(confirmed_at=None)
        return rows.filter(open_rows if value else ~open_rows)


def setting_words(row: Setting) -> str:
    """A setting's value with its unit, a share in percent."""
    if row.unit == "share":
        return measure(row.value, "share")
    return f"{display(row.value)} {UNITS_OF_MEASURE.get(row.unit, row.unit)}"


def row_url(name: str) -> Callable[[YearRow], str]:
    return lambda row: reverse(f"programs:{name}", kwargs={**row.year.url_kwargs, "pk": row.pk})


def _assumed(row: YearRow) -> str:
    return row.assumed if row.is_provisional else ""


CLAUSE = Column("clause", _("Clause"), "clause", width=26)
ASSUMED = Column("assumed", _("Source"), _assumed, kind="assumed", width=40)


def _technical_unit(row: Participation) -> str:
    return name_of(row.technical_unit) if row.technical_unit else ""


def _administrative_unit(row: Participation) -> str:
    return name_of(row.administrative_unit) if row.administrative_unit else ""


# 任务表 1 and 2: a province is a row, its plan rows are columns

PROVINCE = Column("province", _("Province"), lambda row: name_of(row.region), sort="order", width=18)
LEAD_UNIT = Column(
    "lead_unit", _("Technical lead unit"), _technical_unit, sort="technical_unit__name", width=52
)


def _cell_url(name: str, member: str) -> Callable[[Any], str]:
    def url(row: Any) -> str:
        key = getattr(row, f"{member}_key")
        return reverse(f"programs:{name}", kwargs={**row.year.url_kwargs, "pk": key}) if key else ""

    return url


def _amount(name: str, member: str, label: Text) -> Column:
    return Column(
        member, label, member, kind="int", sort=member, url=_cell_url(name, member), total=member, width=20
    )


QUOTAS = Listing(
    code="programs.quotas",
    title=_("Quotas (task table 1)"),
    columns=(
        PROVINCE,
        LEAD_UNIT,
        _amount("quota-edit", Track.COMPREHENSIVE, _("Comprehensive seats")),
        _amount("quota-edit", Track.ONLINE_ONLY, _("Online-only seats")),
        Column("seats", _("Total"), "seats", kind="int", sort="seats", total="seats"),
        Column("source", _("Clause"), "source", on_export=False),
    ),
    filters=ProvinceFilter,
    order=("order",),
    related=("region", "technical_unit", "year__program"),
)
TARGETS = Listing(
    code="programs.targets",
    title=_("Lesson targets (task table 2)"),
    columns=(
        PROVINCE,
        _amount("target-edit", TargetKind.LESSONS_TO_DELIVER, _("Online lessons to deliver")),
        _amount("target-edit", TargetKind.OFFLINE_LESSONS, _("Offline lessons")),
        _amount("target-edit", TargetKind.LIVE_LESSONS, _("of them live")),
        Column("source", _("Clause"), "source", on_export=False),
    ),
    filters=ProvinceFilter,
    order=("order",),
    related=("region", "year__program"),
)
PROVINCES = Listing(
    code="programs.provinces",
    title=_("Provinces and their units"),
    columns=(
        PROVINCE,
        Column("administrative_unit", _("Administrative unit"), _administrative_unit, width=40),
        LEAD_UNIT,
        CLAUSE,
        ASSUMED,
    ),
    filters=ProvinceFilter,
    order=("order",),
    related=("region", "technical_unit", "administrative_unit", "year__program"),
    row_url=row_url("province-edit"),
)
SPECIALTIES = Listing(
    code="programs.specialties",
    title=_("Specialties"),
    columns=(
        Column("order", _("No."), "order", kind="int", sort="order", width=6),
        Column("name", _("Specialty"), name_of, sort="name", url=row_url("specialty-edit"), width=36),
        Column(
            "generation", _("Kind"), lambda row: row.get_generation_display(), sort="generation", width=24
        ),
        Column("online_only", _("Of online-only trainees"), "online_only", kind="flag"),
        CLAUSE,
        ASSUMED,
    ),
    filters=SpecialtyFilter,
    order=("-generation", "order"),
    related=("year__program",),
)
THEMES = Listing(
    code="programs.themes",
    title=_("Themes of online training"),
    columns=(
        Column("order", _("No."), "order", kind="int", sort="order", width=6),
        Column("name", _("Theme"), name_of, sort="name", url=row_url("theme-edit"), width=36),
        Column("share", _("Share of electives"), lambda row: measure(row.share, "share"), sort="share"),
        CLAUSE,
        ASSUMED,
    ),
    order=("order",),
    related=("year__program",),
)
PRIORITY_PROGRAMS = Listing(
    code="programs.priority_programs",
    title=_("National early-detection programs"),
    columns=(
        Column("order", _("No."), "order", kind="int", sort="order", width=6),
        Column(
            "name",
            _("National early-detection program"),
            name_of,
            sort="name",
            url=row_url("priority-program-edit"),
            width=36,
        ),
        CLAUSE,
        ASSUMED,
    ),
    order=("order",),
    related=("year__program",),
)
SETTINGS = Listing(
    code="programs.settings",
    title=_("Settings of the year"),
    columns=(
        Column("name", _("Setting"), name_of, sort="order", url=row_url("setting-edit"), width=36),
        Column("value", _("Value"), setting_words, sort="value", width=16),
        CLAUSE,
        ASSUMED,
    ),
    filters=SettingFilter,
    order=("order",),
    related=("year__program",),
)
ASSUMPTIONS = Listing(
    code="programs.assumptions",
    title=_("Assumptions"),
    columns=(
        Column("kind", _("Kind"), "label", width=20),
        Column("row", _("Row"), "name", width=36),
        Column("value", _("Value"), "value", width=36),
        Column("clause", _("Clause"), "row.clause", width=26),
        Column("reason", _("Why this was assumed"), "row.assumed", width=70),
        Column("confirmed_at", _("Confirmed"), "row.confirmed_at", kind="datetime", width=18),
    ),
)
DUTIES = Listing(
    code="programs.duties",
    title=_("Calendar of the year"),
    columns=(
        Column("name", _("Duty"), lambda line: name_of(line.duty), width=36),
        Column("printed", _("As printed"), "duty.printed", width=50),
        Column("due", _("Due"), lambda line: deadline(line.duty.due_at), width=20),
        Column(
            "wall",
            _("Afterwards"),
            lambda line: _("closed") if line.duty.wall else _("late work is taken"),
            width=16,
        ),
        Column("clause", _("Clause"), "duty.clause", width=26),
    ),
)

# how the settings stand together on the year's first page; every code in exactly one group
SETTING_GROUPS: tuple[tuple[Text, tuple[SettingCode, ...]], ...] = (
    (
        _("Study and hours"),
        (
            SettingCode.ONLINE_HOURS_REQUIRED,
            SettingCode.REQUIRED_LESSONS,
            SettingCode.ELECTIVE_LESSONS,
            SettingCode.OFFLINE_HOURS_REQUIRED,
            SettingCode.ONLINE_SHARE,
            SettingCode.COMMITTEE_LESSON_SHARE,
            SettingCode.TRAINING_MONTHS_MIN,
            SettingCode.TRAINING_MONTHS_MAX,
            SettingCode.WATCH_SPEED_LIMIT,
            SettingCode.WATCH_COMPLETE_SHARE,
            SettingCode.REMOTE_ATTENDANCE_SHARE,
            SettingCode.CREDIT_AMOUNT,
        ),
    ),
    (
        _("Homework"),
        (SettingCode.HOMEWORK_ITEMS_MIN, SettingCode.HOMEWORK_ITEMS_MAX, SettingCode.HOMEWORK_MIN_SCORE),
    ),
    (
        _("Exam"),
        (
            SettingCode.EXAM_POINTS,
            SettingCode.EXAM_MINUTES,
            SettingCode.EXAM_ATTEMPTS,
            SettingCode.EXAM_WINDOW_DAYS,
            SettingCode.PASS_POINTS,
            SettingCode.EXCELLENT_POINTS,
            SettingCode.ANSWER_GRACE_SECONDS,
            SettingCode.ITEM_EXPOSURE_SHARE,
        ),
    ),
    (
        _("Items from the provinces"),
        (
            SettingCode.ITEMS_PER_PROVINCE,
            SettingCode.ITEM_QUOTA_A1,
            SettingCode.ITEM_QUOTA_A2,
            SettingCode.ITEM_QUOTA_B1,
            SettingCode.ITEM_QUOTA_B2,
            SettingCode.ITEM_QUOTA_X,
        ),
    ),
    (
        _("Recruitment, bases and committee"),
        (
            SettingCode.HEALTH_MANAGEMENT_MONTHS,
            SettingCode.NEW_BASES_MAX,
            SettingCode.NOMINEES_MIN,
            SettingCode.NOMINEES_MAX,
        ),
    ),
)
