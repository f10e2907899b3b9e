"""Corrections: a trainee asks, the coordinator of the province decides (PIPL 46)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import Refusal, Text
from core.forms import ReasonForm, add_refusal
from core.lists import list_view
from enrollment.columns import CHANGE_TONES, CHANGES
from enrollment.enums import ChangeStatus
from enrollment.facts import LABELS, held_of, words_for
from enrollment.forms import ChangeForm
from enrollment.models import ChangeRequest, Enrollment
from enrollment.services.changes import approve_change, ask_for_change, refuse_change, withdraw_change
from enrollment.views.shared import act, roster_crumbs
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

VERBS: dict[str, Text] = {
    "ask_for_change": gettext_lazy("Request made"),
    "approve_change": gettext_lazy("Carried out"),
    "refuse_change": gettext_lazy("Not carried out"),
    "withdraw_change": gettext_lazy("Taken back"),
}
coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
trainee = year_page(Role.TRAINEE, area=Area.ENROLLMENT)


@require_http_methods(["GET", "HEAD", "POST"])
@trainee
def own_change(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Say what is wrong and how it should be."""
    rows = Enrollment.objects.visible_to(request.scope).of(year).select_related("person", "year", "region")
    row = get_object_or_404(rows.order_by("-pk")[:1])
    form = ChangeForm(request.POST or None, enrollment=row)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        reason = data.pop("reason")
        try:
            ask_for_change(enrollment=row, values=data, reason=reason, actor=request.actor, now=request.now)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("enrollment:own-show", **year.url_kwargs)
    back = reverse("enrollment:own-show", kwargs=year.url_kwargs)
    context = {
        "form": form,
        "submit_label": _("Send the request"),
        "cancel_url": back,
        "crumbs": [(_("My archive"), back), (_("Correct my data"), "")],
    }
    return render(request, "enrollment/own_change.html", context)


def _change(request: PortalRequest, year: ProgramYear, pk: int) -> ChangeRequest:
    rows = ChangeRequest.objects.visible_to(request.scope).select_related(*CHANGES.related)
    return get_object_or_404(rows, enrollment__year=year, pk=pk)


@require_POST
@trainee
def own_withdraw(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    change = _change(request, year, pk)
    return act(
        request,
        lambda: withdraw_change(change=change, actor=request.actor, now=request.now),
        lambda _change: _("The request is taken back."),
        reverse("enrollment:own-show", kwargs=year.url_kwargs),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def change_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    rows = ChangeRequest.objects.visible_to(request.scope).filter(enrollment__year=year)
    context = {"crumbs": roster_crumbs(year, (str(CHANGES.title), ""))}
    return list_view(
        request, CHANGES, rows, actor=request.actor, template="enrollment/change_list.html", context=context
    )


def compared(change: ChangeRequest) -> list[dict[str, Any]]:
    """What is asked for beside what is held; phones masked, as everywhere."""
    asked = change.asked
    held = held_of(change.enrollment)
    say = words_for(change.enrollment.year, [held, asked])
    return [
        {"label": label, "held": say(name, held[name]), "asked": say(name, asked[name])}
        for name, label in LABELS.items()
        if name in asked
    ]


@require_safe
@coordinator
def change_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One request: what is held, what is asked for, why; and the two answers."""
    change = _change(request, year, pk)
    person = change.enrollment.person
    listed = reverse("enrollment:change-list", kwargs=year.url_kwargs)
    context = {
        "year": year,
        "change": change,
        "name": person.name,
        "lines": compared(change),
        "waiting": change.status == ChangeStatus.WAITING,
        "state": {"label": change.get_status_display(), "tone": CHANGE_TONES[ChangeStatus(change.status)]},
        "events": history(change, VERBS),
        "crumbs": roster_crumbs(year, (str(CHANGES.title), listed), (person.name, "")),
    }
    return render(request, "enrollment/change_show.html", context)


@require_POST
@coordinator
def change_approve(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _decide(request, year, pk, approve_change, _("The correction is carried out."))


@require_POST
@coordinator
def change_refuse(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    return _decide(
        request, year, pk, refuse_change, _("The correction is not carried out; the trainee reads why.")
    )


def _decide(request: PortalRequest, year: ProgramYear, pk: int, service: Any, said: str) -> HttpResponse:
    change, form = _change(request, year, pk), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return act(
        request,
        lambda: service(change=change, reason=reason, actor=request.actor, now=request.now),
        lambda _change: said,
        reverse("enrollment:change-show", kwargs={**year.url_kwargs, "pk": pk}),
    )
