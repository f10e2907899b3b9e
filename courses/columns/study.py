"""Lists of trainees and of what they did."""

from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.columns import Column, Listing, yes_no
from core.exceptions import Text
from core.search import named
from core.templatetags.portal import name_of
from courses.enums import AttendanceMode, Requirement, StudyState
from courses.models import PlanEntry
from courses.queries import behind, fact_of, hours_expected
from enrollment.models import Enrollment
from programs.enums import Generation, Track
from programs.models import Specialty, Theme


def specialties(request: Any) -> QuerySet[Any]:
    """The old specialties of the page's year, for a filter."""
    rows = Specialty.objects.visible_to(request.scope)
    return rows.filter(year=request.year, generation=Generation.OLD).order_by("order")


def themes(request: Any) -> QuerySet[Any]:
    return Theme.objects.visible_to(request.scope).filter(year=request.year).order_by("order")


def regions(request: Any) -> QuerySet[Any]:
    """Provinces that take part, for national roles."""
    return (
        Region.objects.visible_to(request.scope).filter(participations__year=request.year).order_by("order")
    )


class ProgressFilter(filters.FilterSet):
    """Search area of the study progress."""

    q = filters.CharFilter(label=_("Name or registration number"), method="by_name")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=regions)
    specialty = filters.ModelChoiceFilter(label=_("Specialty"), queryset=specialties)
    track = filters.ChoiceFilter(label=_("Track"), choices=Track)
    behind = yes_no(_("Behind schedule"), method="by_pace")
    result = filters.ChoiceFilter(
        label=_("Offline assessment"),
        choices=[("passed", _("Passed")), ("failed", _("Not passed")), ("none", _("Not recorded"))],
        method="by_result",
    )

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.scope.is_national:
            del self.filters["region"]

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value, "person__") | Q(registration__number__icontains=value.strip()))

    def by_pace(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        slow = behind(rows, hours_expected(self.request.year, self.request.now))
        return slow if value else rows.exclude(pk__in=slow.values("pk"))

    def by_result(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "none":
            return rows.filter(offline_result=None, track=Track.COMPREHENSIVE)
        return rows.filter(offline_result__passed=value == "passed")


def _result(row: Any) -> Text:
    if row.track == Track.ONLINE_ONLY:
        return ""
    return {True: _("Passed"), False: _("Not passed"), None: _("Not recorded")}[row.passed_offline]


def _result_tone(row: Any) -> str:
    return {True: "success", False: "danger", None: ""}[row.passed_offline]


def _person_url(row: Any) -> str:
    return reverse("courses:progress-detail", kwargs={**row.year.url_kwargs, "pk": row.pk})


NAME = Column("name", _("Name"), "person.name", sort="person__name", width=14)
NUMBER = Column(
    "number",
    _("Registration number"),
    "registration.number",
    kind="code",
    sort="registration__number",
    width=20,
)
PROVINCE = Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order", width=12)
INSTITUTION = Column("institution", _("Institution"), "institution.name", sort="institution__name", width=34)

PROGRESS = Listing(
    code="courses.progress",
    title=_("Study progress"),
    columns=(
        NAME,
        NUMBER,
        PROVINCE,
        Column("track", _("Track"), lambda row: row.get_track_display(), on_page=False),
        Column("specialty", _("Specialty"), lambda row: name_of(row.specialty), sort="specialty__order"),
        Column("institution", _("Institution"), "institution.name", on_page=False, width=34),
        Column("required", _("Required watched"), "required_done", kind="int", sort="required_done"),
        Column("elective", _("Electives watched"), "elective_done", kind="int", sort="elective_done"),
        Column("homework", _("Homework done"), "homework_done", kind="int", sort="homework_done"),
        Column("online", _("Online hours"), "online_hours", kind="decimal", sort="online_hours"),
        Column("offline", _("Offline hours"), "offline_hours", kind="decimal", sort="offline_hours"),
        Column(
            "practice",
            _("of them practice and visits"),
            "practice_hours",
            kind="decimal",
            sort="practice_hours",
            on_page=False,
        ),
        Column(
            "result",
            _("Offline assessment"),
            _result,
            kind="status",
            tone=_result_tone,
            sort="passed_offline",
        ),
    ),
    filters=ProgressFilter,
    order=("region__order", "pk"),
    related=("person", "registration", "region", "specialty", "institution", "year__program"),
    row_url=_person_url,
    empty=_("No trainee matches. Study opens for people when the province approves them."),
)


class LessonFilter(filters.FilterSet):
    """Search area of a trainee's lessons."""

    theme = filters.ModelChoiceFilter(label=_("Theme"), queryset=themes)
    requirement = filters.ChoiceFilter(label=_("Required or elective"), choices=Requirement)
    state = filters.ChoiceFilter(label=_("State"), choices=StudyState, method="by_state")
    q = filters.CharFilter(label=_("Title"), field_name="lesson__title", lookup_expr="icontains")

    class Meta:
        model = PlanEntry
        fields: tuple[str, ...] = ()

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        owes = Q(watched=True, requirement=Requirement.REQUIRED, asks_homework=True, homework_done=False)
        state = {
            StudyState.OPEN: Q(started=False),
            StudyState.STARTED: Q(started=True, watched=False),
            StudyState.HOMEWORK: owes,
            StudyState.DONE: Q(watched=True) & ~owes,
        }
        return rows.filter(state[StudyState(value)])


_TONES = {StudyState.STARTED: "info", StudyState.HOMEWORK: "warning", StudyState.DONE: "success"}


def state_of(row: Any) -> Text:
    return fact_of(row).state.label


def state_tone(row: Any) -> str:
    return _TONES.get(fact_of(row).state, "")


def _lesson_url(row: Any) -> str:
    return reverse("courses:watch-lesson", kwargs={**row.year.url_kwargs, "pk": row.lesson_id})


MY_LESSONS = Listing(
    code="courses.my_lessons",
    title=_("My lessons"),
    columns=(
        Column("title", _("Lesson"), "lesson.title", sort="lesson__title", width=50),
        Column("theme", _("Theme"), lambda row: name_of(row.theme), sort="theme__order"),
        Column(
            "requirement",
            _("Required or elective"),
            lambda row: row.get_requirement_display(),
            sort="requirement",
        ),
        Column("hours", _("Class hours"), "lesson.hours", kind="decimal"),
        Column("state", _("State"), state_of, kind="status", tone=state_tone),
    ),
    filters=LessonFilter,
    order=("-requirement", "order"),
    related=("lesson", "theme", "year__program"),
    row_url=_lesson_url,
    empty=_("No lesson matches. Clear the search to see your whole plan."),
)


def _of(column: Column) -> Column:
    """The column of a trainee on a row that belongs to one."""
    read: Callable[[Any], Any] = lambda row: column.read(row.enrollment)  # noqa: E731
    return Column(
        column.code,
        column.label,
        read,
        kind=column.kind,
        sort=f"enrollment__{column.sort}",
        width=column.width,
    )


_TRAINEE = ("enrollment__person", "enrollment__registration", "enrollment__region", "enrollment__institution")
WATCHED = Listing(
    code="courses.watched",
    title=_("Lessons watched through"),
    columns=(
        _of(NAME),
        _of(NUMBER),
        Column("lesson", _("Lesson"), "lesson.title", sort="lesson__title", width=50),
        Column("hours", _("Class hours"), "hours", kind="decimal", sort="hours", total="hours"),
        Column(
            "completed", _("Watched through"), "completed_at", kind="datetime", sort="completed_at", width=18
        ),
    ),
    order=("completed_at", "pk"),
    related=(*_TRAINEE, "lesson"),
)
ATTENDANCE = Listing(
    code="courses.attendance",
    title=_("Attendance"),
    columns=(
        _of(NAME),
        _of(NUMBER),
        Column(
            "starts_at",
            _("Starts"),
            "session.starts_at",
            kind="datetime",
            sort="session__starts_at",
            width=18,
        ),
        Column("topic", _("Topic"), "session.topic", sort="session__topic", width=40),
        Column("kind", _("Form"), lambda row: row.session.get_kind_display()),
        Column("mode", _("Mode"), lambda row: AttendanceMode(row.mode).label),
        Column("hours", _("Class hours"), "hours", kind="decimal", total="hours"),
    ),
    order=("session__starts_at", "pk"),
    related=(*_TRAINEE, "session"),
)
RESULTS = Listing(
    code="courses.results",
    title=_("Results of the offline assessment"),
    columns=(
        _of(NAME),
        _of(NUMBER),
        _of(PROVINCE),
        _of(INSTITUTION),
        Column(
            "passed", _("Result"), lambda row: _("Passed") if row.passed else _("Not passed"), kind="status"
        ),
        Column("score", _("Score"), "score", kind="decimal", sort="score"),
        Column("assessed_on", _("Assessed on"), "assessed_on", kind="date", sort="assessed_on"),
    ),
    order=("enrollment__region__order", "pk"),
    related=_TRAINEE,
)
CREDITS = Listing(
    code="courses.credits",
    title=_("National credits"),
    columns=(
        _of(NAME),
        _of(NUMBER),
        _of(PROVINCE),
        Column("amount", _("Credits"), "amount", kind="decimal"),
        Column("awarded_at", _("Recorded"), "awarded_at", kind="datetime", sort="awarded_at", width=18),
    ),
    order=("awarded_at", "pk"),
    related=_TRAINEE,
)
