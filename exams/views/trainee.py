"""The trainee's way: conditions, sign-up, sitting, result."""

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.sessions import hold
from core.exceptions import Refusal
from core.findings import blocking
from core.hot import Rejected
from core.lists import build_table
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams import answers, pulse
from exams.answer_files import file_key
from exams.candidate import exam_place_of, preparation_of, voided
from exams.columns import attempts_of
from exams.models import Attempt, ExamWindow
from exams.papers import paper_of
from exams.practice import review_of
from exams.queries import (
    answered_count,
    enrollment_of,
    findings_of,
    limits_of,
    standing_of,
)
from exams.rules import Standing
from exams.services import close_if_over, hand_in, sign_up, start_attempt, take_over
from programs.columns import setting_words
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Setting

_HAND_IN = dt.timedelta(minutes=10)
_SETTINGS = ("exam-minutes", "exam-points", "pass-points", "exam-attempts", "exam-window-days")


def own_enrollment(request: PortalRequest, year: ProgramYear) -> Enrollment:
    rows = Enrollment.objects.visible_to(request.scope).of(year)
    return get_object_or_404(
        rows.select_related("person", "specialty", "year__program"), person=request.scope.person_id
    )


def device_of(request: PortalRequest) -> str:
    """The session stands for the device; its key never leaves the server."""
    if request.session.session_key is None:
        request.session.save()
    return salted_hmac("exams.device", request.session.session_key or "", algorithm="sha256").hexdigest()


def _hold_session(request: PortalRequest, attempt: Attempt) -> None:
    """No time-out of the session cuts the sitting (T17); the paper is handed in within it, too."""
    hold(request.session, attempt.accept_until + _HAND_IN)


def _own_attempt(request: PortalRequest, year: ProgramYear, pk: int) -> Attempt:
    """An attempt at the exam or a practice: the room is one."""
    rows = (
        Attempt.sittings.visible_to(request.scope)
        .with_chance()
        .select_related("enrollment__person", "enrollment__year__program")
    )
    return get_object_or_404(rows, enrollment__year=year, enrollment__person=request.scope.person_id, pk=pk)


@require_safe
@year_page(Role.TRAINEE, area=Area.EXAMS)
def exam_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What is missing, when it is, how many attempts are left, and the one button that is due."""
    enrollment = enrollment_of(year, request.scope)
    if enrollment is None:
        return render(request, "exams/exam_absent.html", {"year": year})
    place = exam_place_of(enrollment, request.now)
    findings = place.sign_up.frozen_findings if place.sign_up else findings_of(enrollment)
    unmet = len(blocking(findings))
    attempts = (
        Attempt.objects.visible_to(request.scope)
        .filter(enrollment=enrollment)
        .with_chance()
        .select_related("enrollment__year__program")
    )
    context = {
        "year": year,
        "enrollment": enrollment,
        "exam": place,
        "findings": findings,
        "unmet": unmet,
        "preparation": preparation_of(enrollment, place, unmet),
        "attempts": build_table(request, attempts_of(place.standing.total), attempts) if attempts else None,
        "voided": voided(enrollment),
        "windows": ExamWindow.objects.visible_to(request.scope).filter(year=year),
        "settings": _settings(request, year),
        "now": request.now,
    }
    return render(request, "exams/exam_show.html", context)


def _settings(request: PortalRequest, year: ProgramYear) -> list[tuple[Setting, str]]:
    rows = Setting.objects.visible_to(request.scope).filter(year=year, code__in=_SETTINGS)
    return [(row, setting_words(row)) for row in rows]


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def signup_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    try:
        sign_up(enrollment=own_enrollment(request, year), actor=request.actor, now=request.now)
        messages.success(request, _("You are signed up for the exam."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("exams:exam-show", **year.url_kwargs)


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def attempt_start(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Draw and start, or go on with the running attempt."""
    return enter_room(request, year, start_attempt)


def enter_room(request: PortalRequest, year: ProgramYear, start: Callable[..., Attempt]) -> HttpResponse:
    """Into the sitting that `start` begins or finds, at the exam or for practice; back with the reason where it refuses."""
    try:
        attempt = start(
            enrollment=own_enrollment(request, year),
            device=device_of(request),
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:exam-show", **year.url_kwargs)
    _hold_session(request, attempt)
    return redirect("exams:attempt-show", **year.url_kwargs, pk=attempt.pk)


@require_safe
@year_page(Role.TRAINEE, area=Area.EXAMS)
def attempt_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The exam room; on another device than the one in use, the question whether to go on here."""
    attempt = _own_attempt(request, year, pk)
    if not attempt.is_open:
        return redirect("exams:attempt-result", **year.url_kwargs, pk=pk)
    context = {
        "year": year,
        "attempt": attempt,
        "now": request.now,
        "total": limits_of(year).attempts,
        "takes_part": attempt.enrollment.status == EnrollmentStatus.APPROVED,
    }
    elsewhere = attempt.device != device_of(request)
    if attempt.is_over(request.now) and (elsewhere or not attempt.is_overdue(request.now)):
        over = render(request, "exams/attempt_over.html", context)
        # without scripts the page asks again by itself whether the result is there
        over["Refresh"] = "20"
        return over
    if elsewhere:
        return render(request, "exams/attempt_elsewhere.html", context)
    response = render(request, "exams/attempt_show.html", context | _room(attempt))
    response["Cache-Control"] = "no-store"
    return response


def _room(attempt: Attempt) -> dict[str, object]:
    """What the page needs to save, to be heard of and, at the worst, to sign its answer file."""
    held = attempt.answers.values_list("sequence", flat=True)
    return {
        "parts": paper_of(attempt),
        "token": answers.issue_token(attempt.pk, attempt.enrollment.person_id, attempt.generation),
        "save_url": answers.PATH,
        "pulse_url": pulse.PATH,
        "file_key": file_key(attempt.pk, attempt.generation),
        "grace": int((attempt.accept_until - attempt.ends_at).total_seconds()),
        "sequence": max(held, default=0),
    }


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def attempt_take_over(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    attempt = _own_attempt(request, year, pk)
    take_over(attempt=attempt, device=device_of(request), actor=request.actor, now=request.now)
    _hold_session(request, attempt)
    return redirect("exams:attempt-show", **year.url_kwargs, pk=pk)


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def attempt_hand_in(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Only from the page in use: one left open elsewhere must not end the sitting when its clock runs out. The page's token
    proves it where the session is another one, after signing in again upon the paper.
    """
    attempt = _own_attempt(request, year, pk)
    if attempt.is_open and attempt.device != device_of(request) and not _is_page_in_use(request, attempt):
        return redirect("exams:attempt-show", **year.url_kwargs, pk=pk)
    hand_in(attempt=attempt, actor=request.actor, now=request.now)
    return redirect("exams:attempt-result", **year.url_kwargs, pk=pk)


def _is_page_in_use(request: PortalRequest, attempt: Attempt) -> bool:
    try:
        return answers.read_token(request.POST.get("token", "")) == (attempt.pk, attempt.generation)
    except Rejected:
        return False


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def attempt_close(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Have the system close a sitting that is over, from any device, and see the result; a running one runs on."""
    attempt = close_if_over(attempt=_own_attempt(request, year, pk), now=request.now)
    page = "attempt-show" if attempt.is_open else "attempt-result"
    return redirect(f"exams:{page}", **year.url_kwargs, pk=pk)


@require_safe
@year_page(Role.TRAINEE, area=Area.EXAMS)
def attempt_result(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Score and receipt, after hand-in only."""
    attempt = _own_attempt(request, year, pk)
    if attempt.is_open:
        return redirect("exams:attempt-show", **year.url_kwargs, pk=pk)
    if attempt.is_practice:
        return _practice_result(request, year, attempt)
    standing = standing_of(attempt.enrollment, request.now)
    context = {
        "year": year,
        "attempt": attempt,
        "parts": _marks(year, attempt),
        "answered": answered_count(attempt),
        "standing": standing,
        "time_left": standing.time_left(request.now),
        "certificate": attempt.enrollment.certificates.filter(attempt=attempt).first(),
        "receipt": _receipt(attempt, standing),
        "voided": voided(attempt.enrollment).filter(attempt=attempt),
        "takes_part": attempt.enrollment.status == EnrollmentStatus.APPROVED,
    }
    return render(request, "exams/attempt_result.html", context)


def _practice_result(request: PortalRequest, year: ProgramYear, attempt: Attempt) -> HttpResponse:
    """Points, right answers and why: of a practice alone."""
    reviewed = review_of(attempt)
    context = {
        "year": year,
        "attempt": attempt,
        "reviewed": reviewed,
        "right": sum(one.is_right for one in reviewed),
    }
    return render(request, "exams/practice_result.html", context)


def _marks(year: ProgramYear, attempt: Attempt) -> list[dict[str, object]]:
    rows = year.blueprintrow_rows.order_by("order")
    return [{"row": row, "earned": attempt.marks.get(row.code, 0)} for row in rows]


def _next_step(attempt: Attempt, standing: Standing) -> str:
    if attempt.passed and attempt.enrollment.status == EnrollmentStatus.APPROVED:
        return _("Your certificate is ready.")
    if standing.failed_for_good:
        return _("You return to the training and the exam next year, with the same registration number.")
    return _("The exam page shows your further attempts.")


def _receipt(attempt: Attempt, standing: Standing) -> dict[str, object]:
    return {
        "title": _("Your paper is handed in"),
        "number": attempt.receipt,
        "time": attempt.closed_at,
        "digest": attempt.receipt_mac,
        "next_step": _next_step(attempt, standing),
    }
