"""Lists of lessons, of the plan and of those who teach."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing, yes_no
from core.exceptions import Text
from core.templatetags.portal import name_of
from courses.columns.study import regions, specialties, themes
from courses.enums import LessonStatus, Requirement
from courses.models import Faculty, Lesson, PlanEntry

STATUS_TONES = {
    LessonStatus.PROPOSED: "info",
    LessonStatus.TOPIC_APPROVED: "info",
    LessonStatus.RECORDED: "warning",
    LessonStatus.REVIEWED: "info",
    LessonStatus.PUBLISHED: "success",
    LessonStatus.DECLINED: "danger",
}


class LessonListFilter(filters.FilterSet):
    """Search area of the lessons."""

    q = filters.CharFilter(label=_("Title"), field_name="title", lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("Status"), choices=LessonStatus)
    theme = filters.ModelChoiceFilter(label=_("Theme"), queryset=themes, method="by_theme")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=regions)
    assigned = yes_no(_("Assigned by the committee"))

    class Meta:
        model = Lesson
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.scope.is_national:
            del self.filters["region"]

    def by_theme(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(theme=value.code)


class PlanFilter(filters.FilterSet):
    """Search area of the plan."""

    specialty = filters.ModelChoiceFilter(label=_("Specialty"), queryset=specialties)
    requirement = filters.ChoiceFilter(label=_("Required or elective"), choices=Requirement)
    theme = filters.ModelChoiceFilter(label=_("Theme"), queryset=themes)
    q = filters.CharFilter(label=_("Title"), field_name="lesson__title", lookup_expr="icontains")

    class Meta:
        model = PlanEntry
        fields: tuple[str, ...] = ()


def _title(row: Lesson) -> Text:
    return _("%(title)s (sample)") % {"title": row.title} if row.is_sample else row.title


def _supplier(row: Lesson) -> str:
    return name_of(row.region) if row.region else name_of(row.unit)


def lessons_of(year: Any) -> Listing:
    """The list of lessons on the pages of a year; lessons themselves are timeless."""

    def url(row: Lesson) -> str:
        return reverse("courses:lesson-detail", kwargs={**year.url_kwargs, "pk": row.pk})

    return Listing(
        code="courses.lessons",
        title=_("Lessons"),
        columns=(
            Column("code", _("Number"), "code", kind="code", sort="code", width=18),
            Column("title", _("Lesson"), _title, sort="title", width=50),
            Column("theme", _("Theme"), "theme_name", sort="theme", width=18),
            Column("supplier", _("Supplied by"), _supplier, sort="region__order", width=22),
            Column("lecturer", _("Lecturer"), "lecturer.name", sort="lecturer__name"),
            Column("assigned", _("Assigned by the committee"), "assigned", kind="flag", on_page=False),
            Column("hours", _("Class hours"), "hours", kind="decimal", on_page=False),
            Column("homework", _("Homework items"), "homework_count", kind="int"),
            Column(
                "status",
                _("Status"),
                lambda row: row.get_status_display(),
                kind="status",
                sort="status",
                tone=lambda row: STATUS_TONES[LessonStatus(row.status)],
            ),
        ),
        filters=LessonListFilter,
        order=("code",),
        row_url=url,
        related=("region", "unit", "lecturer"),
        empty=_("No lesson matches. Clear the search, or propose a topic."),
    )


PLAN = Listing(
    code="courses.plan",
    title=_("Lesson plan"),
    columns=(
        Column("specialty", _("Specialty"), lambda row: name_of(row.specialty), sort="specialty__order"),
        Column("order", _("No."), "order", kind="int", sort="order", width=6),
        Column("lesson", _("Lesson"), lambda row: _title(row.lesson), sort="lesson__title", width=50),
        Column(
            "requirement",
            _("Required or elective"),
            lambda row: row.get_requirement_display(),
            sort="requirement",
        ),
        Column("theme", _("Theme"), lambda row: name_of(row.theme), sort="theme__order"),
        Column(
            "outline",
            _("Outline"),
            lambda row: name_of(row.outline),
            sort="outline__order",
            on_page=False,
            width=24,
        ),
        Column("hours", _("Class hours"), "lesson.hours", kind="decimal", total="lesson__hours"),
        Column("clause", _("Clause"), "clause", on_page=False, width=16),
        Column(
            "assumed",
            _("Source"),
            lambda row: row.assumed if row.is_provisional else "",
            kind="assumed",
            width=40,
        ),
    ),
    filters=PlanFilter,
    order=("specialty__order", "order"),
    related=("specialty", "lesson", "theme", "outline"),
)


class FacultyFilter(filters.FilterSet):
    """Search area of the lecturers."""

    q = filters.CharFilter(label=_("Name"), field_name="name", lookup_expr="icontains")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=regions)
    full_senior = yes_no(_("Full senior title"))
    filed = yes_no(_("Filed"), method="by_filed")

    class Meta:
        model = Faculty
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.scope.is_national:
            del self.filters["region"]

    def by_filed(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(filed_at__isnull=not value)


def _teaches(row: Faculty) -> Text:
    if row.teaches_online and row.teaches_offline:
        return _("Online and offline")
    return _("Online") if row.teaches_online else _("Offline")


def faculty_state(row: Faculty) -> tuple[Text, str]:
    """The step reached and its tone."""
    if row.confirmed_at:
        return _("Confirmed nationally"), "success"
    return (
        (_("Filed"), "info" if row.teaches_online else "success")
        if row.filed_at
        else (_("Not filed"), "warning")
    )


def faculty_of(year: Any) -> Listing:
    """The list of lecturers on the pages of a year."""

    def url(row: Faculty) -> str:
        return reverse("courses:faculty-detail", kwargs={**year.url_kwargs, "pk": row.pk})

    return Listing(
        code="courses.faculty",
        title=_("Lecturers"),
        columns=(
            Column("name", _("Name"), "name", sort="name", width=14),
            Column(
                "province",
                _("Province"),
                lambda row: name_of(row.region) if row.region else "",
                sort="region__order",
            ),
            Column("unit", _("Listed by"), "unit.name", sort="unit__name", on_page=False, width=36),
            Column("title", _("Professional title"), "title", sort="title"),
            Column("full_senior", _("Full senior title"), "full_senior", kind="flag", sort="full_senior"),
            Column("specialty", _("Specialty"), "specialty", sort="specialty", width=20),
            Column("institution", _("Institution"), "institution.name", sort="institution__name", width=34),
            Column("teaches", _("Teaches"), _teaches),
            Column(
                "state",
                _("State"),
                lambda row: faculty_state(row)[0],
                kind="status",
                tone=lambda row: faculty_state(row)[1],
            ),
        ),
        filters=FacultyFilter,
        order=("region__order", "name", "pk"),
        related=("region", "unit", "institution"),
        row_url=url,
        empty=_("No lecturer is listed yet."),
    )
