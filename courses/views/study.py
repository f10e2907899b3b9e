"""A trainee's own study: first screen, lessons, player, homework, offline training."""

from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import add_refusal
from core.lists import list_view
from courses.columns import MY_LESSONS
from courses.forms import HomeworkForm
from courses.models import Attendance, Lesson, LessonProgress, OfflineResult, PlanEntry
from courses.queries import (
    has_offline,
    own_enrollment,
    own_sessions,
    plan_of,
    questions_of,
    study_of,
    targets_of,
    themes_of,
    totals_of,
    with_progress,
)
from courses.rules import gaps, length, online_share, study_step
from courses.services import Marked, answer_homework, start_stream
from courses.video import ranged_response
from courses.watching import PATH
from enrollment.models import Enrollment
from enrollment.queries import group_for
from exams.candidate import exam_place_of, running_exam
from programs.enums import Area, SettingCode, YearStatus
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.queries import settings_of

_SPEEDS = ("0.75", "1", "1.25", "1.5", "2")


def _own(request: PortalRequest, year: ProgramYear) -> Enrollment:
    enrollment = own_enrollment(year, request.scope)
    if enrollment is None:
        raise Http404
    return enrollment


def _entry(request: PortalRequest, enrollment: Enrollment, lesson_id: int) -> Any:
    """A lesson of the trainee's own plan, with their progress; any other is not there for them."""
    entries = with_progress(plan_of(enrollment, request.scope), enrollment).select_related("lesson__lecturer")
    return get_object_or_404(entries, lesson=lesson_id)


@require_safe
@year_page(Role.TRAINEE, area=Area.COURSES)
def study_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What do I do now, how far am I, when is it due; below it what is missing."""
    enrollment = own_enrollment(year, request.scope)
    if enrollment is None:
        return render(request, "courses/study_absent.html", {"year": year})
    study = study_of(enrollment, request.scope)
    exam = exam_place_of(enrollment, request.now) if year.has(Area.EXAMS) else None
    context = {
        "year": year,
        "study": study,
        "exam": exam,
        "step": study_step(
            study.next_fact,
            study.missing,
            study.totals,
            signed_up=bool(exam and exam.sign_up),
            running=year.status == YearStatus.OPEN,
        ),
        "next": study.next_entry,
        "now": request.now,
        "share": online_share(study.totals),
        "themes": themes_of(study),
        "group": group_for(enrollment),
        "overdue": study.due_at is not None and request.now >= study.due_at,
    }
    return render(request, "courses/study_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TRAINEE, area=Area.COURSES)
def watch_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The whole plan with the state of each lesson; POST exports what is filtered."""
    enrollment = _own(request, year)
    rows = with_progress(plan_of(enrollment, request.scope), enrollment)
    context = {"year": year, "enrollment": enrollment, "place": str(year)}
    return list_view(
        request, MY_LESSONS, rows, actor=request.actor, template="courses/watch_list.html", context=context
    )


@require_safe
@year_page(Role.TRAINEE, area=Area.COURSES)
def watch_lesson(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The player with what is counted already and the gaps; nothing plays by itself."""
    enrollment = _own(request, year)
    entry = _entry(request, enrollment, pk)
    progress = (
        LessonProgress.objects.visible_to(request.scope).filter(enrollment=enrollment, lesson=pk).first()
    )
    covered = [tuple(piece) for piece in progress.ranges] if progress else []
    if entry.watched and not covered:
        covered = [(0, entry.lesson.seconds)]
    context = {
        "year": year,
        "entry": entry,
        "lesson": entry.lesson,
        "progress": progress,
        "covered": length(covered),
        "gaps": gaps(covered, entry.lesson.seconds),
        "owes_homework": entry.asks_homework and entry.requirement == "required",
        "player": _player(entry, progress, covered),
        **_limits(year),
    }
    return render(request, "courses/watch_lesson.html", context)


def _limits(year: ProgramYear) -> dict[str, Any]:
    """What counts in this year, and the playing speeds that do."""
    values = settings_of(year)
    limit = values[SettingCode.WATCH_SPEED_LIMIT]
    speeds = [speed for speed in _SPEEDS if Decimal(speed) <= limit]
    return {"limit": limit, "share": values[SettingCode.WATCH_COMPLETE_SHARE], "speeds": speeds}


def _player(entry: PlanEntry, progress: LessonProgress | None, covered: list[Any]) -> dict[str, Any]:
    """What static/player/player.js is given."""
    return {
        "beats": PATH,
        "seconds": entry.lesson.seconds,
        "covered": covered,
        "position": progress.position if progress else 0,
        "completed": bool(progress and progress.completed_at),
        "texts": {
            "counting": _("Watching is being counted."),
            "counted": _("Counted by the server at"),
            "offline": _(
                "No connection. What you watch is kept and reported as soon as the network is back."
            ),
            "takenOver": _(
                "The lesson is playing in another window or on another device; here nothing counts."
            ),
            "closed": _("Study of this year has ended; nothing is counted any more."),
            "finished": _("Watched through. The class hour is yours."),
        },
    }


@require_POST
@year_page(Role.TRAINEE, area=Area.COURSES)
def stream_start(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Called by the player when somebody presses play: opens the person's one stream."""
    enrollment = _own(request, year)
    entry = _entry(request, enrollment, pk)
    try:
        token, progress = start_stream(
            enrollment=enrollment, entry=entry, actor=request.actor, now=request.now
        )
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    return JsonResponse({"token": token, "covered": progress.ranges if progress else []})


@require_safe
@year_page(area=Area.COURSES)
def lesson_video(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """An uploaded recording, in the parts that a player asks for; trainees only those of their plan."""
    lesson = get_object_or_404(Lesson.objects.visible_to(request.scope).exclude(video=""), pk=pk)
    if request.scope.is_trainee:
        _entry(request, _own(request, year), pk)
    return cast("HttpResponse", ranged_response(lesson.video.open("rb"), request.headers.get("Range", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TRAINEE, area=Area.COURSES)
def watch_homework(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The questions of a lesson; once answered, the same page shows the standard answers (C6). Closed during an exam."""
    enrollment = _own(request, year)
    entry = _entry(request, enrollment, pk)
    questions = questions_of(entry.lesson) if entry.requirement == "required" else []
    if not questions:
        raise Http404
    running = running_exam(enrollment.person_id)
    if running is not None:
        context = {"year": year, "lesson": entry.lesson, "attempt": running, "now": request.now}
        return render(request, "courses/homework_closed.html", context)
    form = HomeworkForm(questions, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            marked = answer_homework(
                enrollment=enrollment,
                entry=entry,
                answers=form.answers(),
                actor=request.actor,
                now=request.now,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _told(marked))
            return redirect("courses:watch-homework", **year.url_kwargs, pk=pk)
    progress = (
        LessonProgress.objects.visible_to(request.scope).filter(enrollment=enrollment, lesson=pk).first()
    )
    return render(request, "courses/watch_homework.html", _homework(request, year, entry, form, progress))


def _told(marked: Marked) -> str:
    counts = {"correct": marked.correct, "asked": marked.asked}
    return _("%(correct)s of %(asked)s answers are right.") % counts


def _homework(
    request: PortalRequest, year: ProgramYear, entry: Any, form: HomeworkForm, progress: LessonProgress | None
) -> dict[str, Any]:
    answered = bool(progress and progress.answered_at)
    again = "again" in request.GET or request.method == "POST"
    given = progress.answers if progress else {}
    return {
        "year": year,
        "entry": entry,
        "lesson": entry.lesson,
        "form": form,
        "progress": progress,
        "borrowed": any(question.borrowed for question in form.questions),
        "show_result": answered and not again,
        "answers": [(question, given.get(str(question.item_id), [])) for question in form.questions],
    }


@require_safe
@year_page(Role.TRAINEE, area=Area.COURSES)
def offline_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Sessions attended and to come, hours, and the result of the assessment."""
    enrollment = _own(request, year)
    if not has_offline(enrollment):
        return render(request, "courses/study_no_offline.html", {"year": year})
    attended = Attendance.objects.visible_to(request.scope).filter(enrollment=enrollment)
    context = {
        "year": year,
        "targets": targets_of(year),
        "totals": totals_of(enrollment),
        "attended": attended.select_related("session__base", "session__lecturer").order_by(
            "-session__starts_at"
        ),
        "coming": own_sessions(enrollment, request.scope)
        .filter(starts_at__gte=request.now)
        .order_by("starts_at")[:20],
        "result": OfflineResult.objects.visible_to(request.scope).filter(enrollment=enrollment).first(),
    }
    return render(request, "courses/offline_show.html", context)
