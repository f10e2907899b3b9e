"""The deciding body's acts on one application."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bases import services
from bases.enums import ObjectionStatus
from bases.forms.decisions import AnswerForm, ObjectionForm, PublicityForm, ReviewersForm
from bases.models import Application, Objection
from bases.permissions import check_decide
from bases.queries import candidates
from bases.views.common import DECIDERS, act, application_crumbs, find, kwargs_of, reason_of, sent
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import add_refusal
from core.values import CHINA
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


def _detail(application: Application) -> str:
    return reverse("bases:application-detail", kwargs=kwargs_of(application))


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def application_accept(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    application = find(request, year, pk)
    done = _("The formal check is passed. Now ask experts.")
    return act(request, _detail(application), done, services.accept_application, application=application)


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def application_return(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _with_reason(request, year, pk, services.return_application, _("Returned to the hospital."))


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def application_reject(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _with_reason(request, year, pk, services.reject_application, _("Decided: not selected."))


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def application_approve(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _with_reason(
        request, year, pk, services.approve_application, _("Decided: the hospital is a training base.")
    )


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def application_disqualify(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _with_reason(
        request, year, pk, services.disqualify_application, _("The application is disqualified.")
    )


@require_POST
@year_page(*DECIDERS, area=Area.BASES)
def application_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    application = find(request, year, pk)
    return act(request, _detail(application), _("Filed."), services.file_application, application=application)


def _with_reason(
    request: PortalRequest, year: ProgramYear, pk: int, service: Callable[..., Any], done: Text
) -> HttpResponse:
    application = find(request, year, pk)
    return act(
        request, _detail(application), done, service, application=application, reason=reason_of(request)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*DECIDERS, area=Area.BASES)
def review_assign(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Who can be asked, who was, and who is left out for a conflict of interest."""
    application = find(request, year, pk)
    check_decide(request.actor, application)
    people = candidates(application, request.now)
    form = ReviewersForm(sent(request), candidates=people)

    def assign() -> None:
        services.assign_reviewers(
            application=application, experts=form.chosen(), actor=request.actor, now=request.now
        )

    if _done(request, form, assign):
        messages.success(request, _("The experts were asked."))
        return redirect(_detail(application))
    context = _form_context(application, form, _("Ask experts"), _("Ask the ticked experts"))
    context |= {
        "excluded": [one for one in people if one.conflict],
        "asked": [one for one in people if one.review],
    }
    return render(request, "bases/review_assign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*DECIDERS, area=Area.BASES)
def publicity_open(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The days on which the public sees the hospital."""
    application = find(request, year, pk)
    check_decide(request.actor, application)
    form = PublicityForm(sent(request), initial={"starts_on": request.now.astimezone(CHINA).date()})

    def publish() -> None:
        services.open_publicity(
            application=application, **form.cleaned_data, actor=request.actor, now=request.now
        )

    if _done(request, form, publish):
        messages.success(request, _("The publicity is set."))
        return redirect(_detail(application))
    context = _form_context(application, form, _("Open publicity"), _("Open publicity"))
    return render(request, "bases/decision_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*DECIDERS, area=Area.BASES)
def objection_add(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    application = find(request, year, pk)
    check_decide(request.actor, application)
    form = ObjectionForm(sent(request), initial={"received_on": request.now.astimezone(CHINA).date()})

    def keep() -> None:
        services.record_objection(
            application=application, **form.cleaned_data, actor=request.actor, now=request.now
        )

    if _done(request, form, keep):
        messages.success(request, _("The objection was recorded."))
        return redirect(_detail(application))
    context = _form_context(application, form, _("Record an objection"), _("Record"))
    return render(request, "bases/decision_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*DECIDERS, area=Area.BASES)
def objection_answer(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    rows = Objection.objects.visible_to(request.scope).select_related(
        "application__year__program", "application__call"
    )
    objection: Objection = get_object_or_404(rows, application__year=year, pk=pk)
    check_decide(request.actor, objection.application)
    form = AnswerForm(sent(request))

    def answer() -> None:
        services.answer_objection(
            objection=objection, status=ObjectionStatus(form.cleaned_data["status"]),
            answer=form.cleaned_data["answer"], actor=request.actor, now=request.now,
        )  # fmt: skip

    if _done(request, form, answer):
        messages.success(request, _("The finding was recorded."))
        return redirect(_detail(objection.application))
    context = _form_context(objection.application, form, _("Answer the objection"), _("Record the finding"))
    return render(request, "bases/objection_answer.html", context | {"objection": objection})


def _done(request: PortalRequest, form: Any, service: Callable[[], None]) -> bool:
    """True when the form was sent, holds together, and the service took it."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        service()
    except NotAllowed:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _form_context(application: Application, form: Any, title: Text, submit_label: Text) -> dict[str, Any]:
    return {
        "application": application,
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "cancel_url": _detail(application),
        "crumbs": application_crumbs(application, (title, "")),
    }
