"""Before the exam: the rules, the device, the practice (X4, X8)."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import add_refusal
from exams import answers
from exams.candidate import exam_place_of, rules_of
from exams.forms import CheckForm, RulesForm
from exams.models import SystemCheck
from exams.rules.device import read_back
from exams.services import confirm_rules, keep_system_check, open_trial, start_practice
from exams.views.trainee import device_of, enter_room, own_enrollment
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TRAINEE, area=Area.EXAMS)
def rules_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What the exam is and what is noted in it; POST confirms that it was read."""
    enrollment = own_enrollment(request, year)
    form = RulesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            confirm_rules(enrollment=enrollment, actor=request.actor, now=request.now)
            messages.success(request, _("You have confirmed the rules of the exam."))
            return redirect("exams:exam-show", **year.url_kwargs)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {
        "year": year,
        "enrollment": enrollment,
        "exam": exam_place_of(enrollment, request.now),
        "rules": rules_of(year),
        "form": form,
    }
    return render(request, "exams/rules_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TRAINEE, area=Area.EXAMS)
def check_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The page's script measures the device and posts what it found; the last check is shown in words."""
    enrollment = own_enrollment(request, year)
    form = CheckForm(request.POST if request.method == "POST" else None)
    browser = request.META.get("HTTP_USER_AGENT", "")
    if form.is_valid():
        keep_system_check(
            enrollment=enrollment,
            browser=browser,
            measured=form.cleaned_data["measured"],
            actor=request.actor,
            now=request.now,
        )
        return redirect("exams:check-show", **year.url_kwargs)
    last = SystemCheck.objects.visible_to(request.scope).filter(enrollment=enrollment).first()
    context = {
        "year": year,
        "form": form,
        "check": last,
        "tested": read_back(last.results) if last else [],
        "exam": exam_place_of(enrollment, request.now),
        # a hint alone: nothing is decided by what a browser calls itself
        "in_wechat": "MicroMessenger" in browser,
    }
    return render(request, "exams/check_show.html", context)


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def check_trial(request: PortalRequest, year: ProgramYear) -> JsonResponse:
    """What the device check needs for one save through the exam's own door, as JSON."""
    try:
        trial = open_trial(
            enrollment=own_enrollment(request, year),
            device=device_of(request),
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    attempt = trial.attempt
    token = answers.issue_token(attempt.pk, attempt.enrollment.person_id, attempt.generation)
    answer = [trial.ordinal, trial.value, trial.sequence]
    return JsonResponse({"url": answers.PATH, "token": token, "answers": [answer]})


@require_POST
@year_page(Role.TRAINEE, area=Area.EXAMS)
def practice_start(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A new practice in the exam's own room."""
    return enter_room(request, year, start_practice)
