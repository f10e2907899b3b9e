"""Supply of lessons: topic, recording, review, publication; and the plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from core.lists import list_view
from courses.columns import PLAN, STATUS_TONES, lessons_of
from courses.enums import LessonStatus
from courses.forms import DecisionForm, LessonForm, PublishForm, RecordingForm
from courses.models import Lesson, PlanEntry
from courses.permissions import can_manage_plan, can_review, can_supply
from courses.queries import assigned_share, homework_items, plan_counts, questions_of, supply_of, with_supply
from courses.services import decide_topic, propose_lesson, publish_lesson, record_lesson, review_lesson
from courses.words import WORDS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

READERS = (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.EXPERT, Role.TECHNICAL_LEAD)
SUPPLIERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)
TOPIC = (("approve", gettext_lazy("Approve the topic")), ("decline", gettext_lazy("Decline the topic")))
CONTENT = (
    ("accept", gettext_lazy("Accept the content")),
    ("return", gettext_lazy("Return for another recording")),
)


def _lesson(request: PortalRequest, pk: int) -> Lesson:
    rows = Lesson.objects.visible_to(request.scope).select_related("owner", "unit", "region", "lecturer")
    return get_object_or_404(rows, pk=pk)


def _back(request: PortalRequest, year: ProgramYear, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("courses:lesson-detail", **year.url_kwargs, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.COURSES)
def lesson_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """All lessons in scope; a province sees its own beside what it owes (C3), the office the 30/70 of the year (C4)."""
    rows = Lesson.objects.visible_to(request.scope)
    if request.scope.is_provincial:
        rows = rows.filter(region=request.scope.region_code, year=year)
    context = {
        "year": year,
        "place": str(year),
        "supply": supply_of(year, request.scope) if request.scope.is_provincial else None,
        "share": None if request.scope.is_provincial else assigned_share(year, request.scope),
        "may_propose": request.scope.role in SUPPLIERS,
    }
    listing = lessons_of(year)
    template = "courses/lesson_list.html"
    return list_view(
        request, listing, with_supply(rows, year), actor=request.actor, template=template, context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.EXPERT, area=Area.COURSES)
def review_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Recorded lessons that wait for an expert's eye."""
    rows = with_supply(Lesson.objects.visible_to(request.scope).supplied_for(year).in_review(), year)
    context = {"year": year, "place": str(year)}
    template = "courses/review_list.html"
    return list_view(request, lessons_of(year), rows, actor=request.actor, template=template, context=context)


@require_safe
@year_page(*READERS, area=Area.COURSES)
def lesson_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """A lesson with its video and homework, and the next step for whoever holds it."""
    lesson = _lesson(request, pk)
    entries = PlanEntry.objects.visible_to(request.scope).filter(lesson=lesson, year=year)
    context = {
        "year": year,
        "lesson": lesson,
        "tone": STATUS_TONES[LessonStatus(lesson.status)],
        "questions": questions_of(lesson),
        "entries": entries.select_related("specialty").order_by("specialty__order"),
        "step": _step(request, year, lesson),
        "history": _history(request, lesson),
    }
    return render(request, "courses/lesson_detail.html", context)


def _history(request: PortalRequest, lesson: Lesson) -> list[dict[str, Any]]:
    """What happened with the reasons; who reviewed it stays between expert and office. Nothing of a foreign province."""
    events = history(lesson, WORDS)
    if request.scope.is_provincial:
        own = lesson.region_id == request.scope.region_code
        return [{**event, "who": ""} for event in events] if own else []
    return events


def _step(request: PortalRequest, year: ProgramYear, lesson: Lesson) -> dict[str, str] | None:
    """The one act that leads on from here, if it is this person's."""
    actor = request.actor
    steps = {
        LessonStatus.PROPOSED: ("topic-decide", _("Decide on the topic"), can_manage_plan(actor, year)),
        LessonStatus.TOPIC_APPROVED: (
            "lesson-record", _("Hand in the recording"), can_supply(actor, year, lesson.region_id or ""),
        ),
        LessonStatus.RECORDED: ("lesson-review", _("Review the content"), can_review(actor, lesson)),
        LessonStatus.REVIEWED: ("lesson-publish", _("Publish"), can_manage_plan(actor, year)),
    }  # fmt: skip
    name, label, allowed = steps.get(LessonStatus(lesson.status), ("", "", False))
    return {"url_name": f"courses:{name}", "label": label} if allowed else None


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*SUPPLIERS, area=Area.COURSES)
def lesson_propose(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A topic of the province, or one that the committee assigns."""
    form = LessonForm(request.POST or None, year=year, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        assigned = bool(values.pop("assigned", False))
        unit = request.membership.unit
        try:
            lesson = propose_lesson(
                year=year, unit=unit, region=unit.region if request.scope.is_provincial else None, values=values, assigned=assigned,
                actor=request.actor, now=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _back(
                request, year, lesson.pk, _("The topic is proposed. The national office decides on it next.")
            )
    return render(request, "courses/lesson_propose.html", {"year": year, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*SUPPLIERS, area=Area.COURSES)
def lesson_record(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The recording of an approved topic with its homework."""
    lesson = _lesson(request, pk)
    if not can_supply(request.actor, year, lesson.region_id or ""):
        raise NotAllowed(_("Only the technical lead unit of the province supplies its lessons."))
    form = RecordingForm(
        request.POST or None, request.FILES or None, items=homework_items(lesson, request.scope)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            record_lesson(
                lesson=lesson, year=year, file=data["video"], items=list(data["items"]),
                actor=request.actor, now=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _back(
                request, year, pk, _("The recording is handed in. An expert reviews its content next.")
            )
    return render(
        request,
        "courses/lesson_record.html",
        {"year": year, "lesson": lesson, "form": form, "multipart": True},
    )


def _decide(
    request: PortalRequest, year: ProgramYear, lesson: Lesson, form: DecisionForm, act: Any, template: str
) -> HttpResponse:
    """The common course of both decisions: form, one service, back to the lesson."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.accepted, form.cleaned_data["reason"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _back(request, year, lesson.pk, _("The decision is recorded."))
    context = {"year": year, "lesson": lesson, "form": form, "questions": questions_of(lesson)}
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.COURSES)
def topic_decide(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The office approves a topic or declines it with a reason."""
    lesson = _lesson(request, pk)

    def act(approve: bool, reason: str) -> None:
        decide_topic(
            lesson=lesson, year=year, approve=approve, reason=reason, actor=request.actor, now=request.now
        )

    form = DecisionForm(request.POST or None, choices=TOPIC)
    return _decide(request, year, lesson, form, act, "courses/topic_decide.html")


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.EXPERT, Role.NATIONAL_OFFICE, area=Area.COURSES)
def lesson_review(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """An expert watches the recording, reads its homework and decides."""
    lesson = _lesson(request, pk)

    def act(accept: bool, reason: str) -> None:
        review_lesson(
            lesson=lesson, accept_content=accept, reason=reason, actor=request.actor, now=request.now
        )

    form = DecisionForm(request.POST or None, choices=CONTENT)
    return _decide(request, year, lesson, form, act, "courses/lesson_review.html")


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.COURSES)
def lesson_publish(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """A reviewed lesson goes into the plan of specialties."""
    lesson = _lesson(request, pk)
    form = PublishForm(
        request.POST or None, year=year, scope=request.scope, initial={"requirement": lesson.wish}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            publish_lesson(
                lesson=lesson, year=year, specialties=list(data["specialties"]), requirement=data["requirement"],
                actor=request.actor, now=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _back(request, year, pk, _("The lesson is published."))
    return render(request, "courses/lesson_publish.html", {"year": year, "lesson": lesson, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.COURSES)
def plan_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The lessons of each specialty, required and elective, against what the year asks (C1)."""
    rows = PlanEntry.objects.visible_to(request.scope).filter(year=year)
    context = {"year": year, "place": str(year), "counts": plan_counts(year)}
    return list_view(
        request, PLAN, rows, actor=request.actor, template="courses/plan_list.html", context=context
    )
