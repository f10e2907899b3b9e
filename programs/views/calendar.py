"""The calendar: what is due when, who has done it, evidence and extensions (P2, P4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role, UnitKind
from accounts.queries import history
from core.exceptions import Refusal, Text
from core.forms import add_refusal
from core.lists import export
from core.templatetags.portal import deadline, display, name_of
from core.uploads import served
from programs.columns import DUTIES
from programs.enums import DutyState
from programs.forms import DutyForm, DutyRecordForm, ExtensionForm
from programs.http import PortalRequest, year_page
from programs.models import CalendarFeed, Duty, DutyRecord, ProgramYear
from programs.permissions import can_manage_year, can_record_duty, check_manage_year, check_record_duty
from programs.queries import DutyLine, Standing, duty_lines
from programs.services import edit_row, extend_duty, record_duty
from programs.views.rows import READERS, VERBS, year_crumbs

HOLDERS = (*READERS, Role.BASE_COORDINATOR, Role.APPLICANT)
TONES = {
    DutyState.DONE: "success",
    DutyState.LATE: "warning",
    DutyState.DUE: "info",
    DutyState.OVERDUE: "danger",
}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*HOLDERS)
def duty_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The calendar with where the units in scope stand; POST exports it."""
    duties = Duty.objects.visible_to(request.scope).filter(year=year)
    lines = duty_lines(list(duties), year, request.scope, request.now)
    if request.method == "POST":
        return export(request, DUTIES, lines, actor=request.actor, place=name_of(year))
    context = {
        "year": year,
        "crumbs": _crumbs(request, year),
        "lines": [_line(request, line) for line in lines],
        "may_board": request.scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR},
        "feed_made_at": CalendarFeed.objects.visible_to(request.scope)
        .values_list("made_at", flat=True)
        .first(),
    }
    return render(request, "programs/duty_list.html", context)


def _line(request: PortalRequest, line: DutyLine) -> dict[str, Any]:
    own = line.of(request.scope.unit_id)
    return {
        "duty": line.duty,
        "url": reverse("programs:duty-detail", kwargs={**line.duty.year.url_kwargs, "pk": line.duty.pk}),
        "holders": _holder_words(line.duty),
        "own": own,
        "own_state": own.state.label if own else "",
        "own_tone": TONES[own.state] if own else "",
        "done": line.count(DutyState.DONE, DutyState.LATE),
        "overdue": line.count(DutyState.OVERDUE),
        "total": len(line.standings),
    }


def _holder_words(duty: Duty) -> str:
    return "、".join(str(UnitKind(kind).label) for kind in duty.holders)


@require_safe
@year_page(*HOLDERS)
def duty_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One duty: the printed words, the reading, and the standing of each unit."""
    duty = _duty(request, year, pk)
    line = _line_of(request, year, duty)
    context = {
        "year": year,
        "duty": duty,
        "title": name_of(duty),
        "crumbs": _crumbs(request, year, (name_of(duty), "")),
        "facts": _facts(duty),
        "table": _standing_table(request, line),
        "done": line.count(DutyState.DONE, DutyState.LATE),
        "total": len(line.standings),
        "may_manage": can_manage_year(request.actor, year),
        "may_record": _may_record(request, duty),
        "reminder": _reminder(line) if request.scope.is_national else "",
        "history": history(duty, VERBS),
    }
    return render(request, "programs/duty_detail.html", context)


def _duty(request: PortalRequest, year: ProgramYear, pk: int) -> Duty:
    duties = Duty.objects.visible_to(request.scope).select_related("year__program")
    duty: Duty = get_object_or_404(duties, year=year, pk=pk)
    return duty


def _line_of(request: PortalRequest, year: ProgramYear, duty: Duty) -> DutyLine:
    return duty_lines([duty], year, request.scope, request.now)[0]


def _may_record(request: PortalRequest, duty: Duty) -> bool:
    return request.membership is not None and can_record_duty(request.actor, duty, request.membership.unit)


def _crumbs(request: PortalRequest, year: ProgramYear, *further: tuple[Text, str]) -> list[tuple[Text, str]]:
    """The year itself stands in the way back only of those who may open it."""
    back = reverse("programs:duty-list", kwargs=year.url_kwargs) if further else ""
    way = [(DUTIES.title, back), *further]
    return year_crumbs(year, *way) if request.scope.role in READERS else way


def _facts(duty: Duty) -> list[dict[str, Any]]:
    assumed = duty.assumed if duty.is_provisional else ""
    return [
        {"label": _("Due"), "value": deadline(duty.due_at), "assumed": assumed},
        {"label": _("Afterwards"), "value": _("closed") if duty.wall else _("late work is taken")},
        {"label": _("Units"), "value": _holder_words(duty)},
        {"label": _("Measured"), "value": duty.get_measure_display()},
        {"label": _("As printed"), "value": duty.printed, "clause": duty.clause},
        {"label": _("Reading"), "value": duty.reading},
    ]


def _standing_table(request: PortalRequest, line: DutyLine) -> dict[str, Any]:
    labels = (_("Unit"), _("Status"), _("Done on"), _("Due"), _("Evidence"))
    return {
        "caption": _("Where the units stand"),
        "columns": [{"label": label} for label in labels],
        "rows": [{"cells": _standing_cells(line.duty.year, one)} for one in line.standings],
        "empty": _("No unit in your scope holds this duty."),
    }


def _standing_cells(year: ProgramYear, one: Standing) -> list[dict[str, Any]]:
    evidence: dict[str, Any] = {"text": one.record.note if one.record else ""}
    if one.record and one.record.file:
        evidence["text"] = one.record.note or _("File")
        evidence["url"] = reverse(
            "programs:duty-record-file", kwargs={**year.url_kwargs, "pk": one.record.pk}
        )
    elif not one.record and one.amount and one.done_on is None:
        evidence["text"] = _("From records: %(amount)s") % {"amount": display(one.amount)}
    return [
        {"text": name_of(one.unit)},
        {"text": one.state.label, "tone": TONES[one.state], "kind": "status"},
        {"text": display(one.done_on), "kind": "date"},
        {"text": deadline(one.due_at), "hint": _("extended") if one.extended else "", "kind": "date"},
        evidence,
    ]


def _reminder(line: DutyLine) -> str:
    """Who has not done it, ready for the chat; empty when all have."""
    waiting = [one for one in line.standings if one.state in {DutyState.DUE, DutyState.OVERDUE}]
    if not waiting:
        return ""
    return _(
        "%(duty)s, due %(due)s. Not done yet (%(n)s of %(total)s): %(names)s. Please record it in the portal."
    ) % {
        "duty": name_of(line.duty),
        "due": deadline(line.duty.due_at),
        "n": len(waiting),
        "total": len(line.standings),
        "names": _(", ").join(name_of(one.unit) for one in waiting),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE)
def duty_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The office changes a row of the calendar with a reason."""
    duty = _duty(request, year, pk)
    draft = _duty(request, year, pk)  # a form writes into its row
    form = DutyForm(request.POST or None, instance=draft, scope=request.scope)

    def save() -> None:
        values, reason = form.values(), form.cleaned_data["reason"]
        edit_row(row=duty, values=values, reason=reason, actor=request.actor, now=request.now)

    if request.method == "POST" and _acted(form, save):
        messages.success(request, _("Saved: %(row)s.") % {"row": name_of(duty)})
        return redirect("programs:duty-detail", pk=pk, **year.url_kwargs)
    return _form_page(request, duty, form, _("Change the duty"), _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*HOLDERS)
def duty_record(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The holder's own unit says when it was done and adds the evidence."""
    duty = _duty(request, year, pk)
    unit = request.membership.unit
    check_record_duty(request.actor, duty, unit)
    told = DutyRecordForm.told(
        DutyRecord.objects.visible_to(request.scope).filter(duty=duty, unit=unit).first()
    )
    form = DutyRecordForm(request.POST or None, request.FILES or None, initial=told)

    def save() -> None:
        record_duty(duty=duty, unit=unit, actor=request.actor, now=request.now, **form.cleaned_data)

    if request.method == "POST" and _acted(form, save):
        messages.success(request, _("Recorded: %(row)s.") % {"row": name_of(duty)})
        return redirect("programs:duty-detail", pk=pk, **year.url_kwargs)
    return _form_page(request, duty, form, _("Record as done"), _("Record"), multipart=True)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE)
def duty_extend(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """A later date for one unit, with the reason."""
    duty = _duty(request, year, pk)
    check_manage_year(request.actor, year)
    units = [standing.unit for standing in _line_of(request, year, duty).standings]
    form = ExtensionForm(request.POST or None, scope=request.scope, units=units)

    def save() -> None:
        unit, reason = form.cleaned_data["unit"], form.cleaned_data["reason"]
        extend_duty(
            duty=duty, unit=unit, due_at=form.due_at(), reason=reason, actor=request.actor, now=request.now
        )

    if request.method == "POST" and _acted(form, save):
        messages.success(request, _("The date of this unit was extended."))
        return redirect("programs:duty-detail", pk=pk, **year.url_kwargs)
    return _form_page(request, duty, form, _("Extend for one unit"), _("Extend"))


def _acted(form: Any, save: Any) -> bool:
    """Save a valid form; a refusal stands beside what was typed."""
    if not form.is_valid():
        return False
    try:
        save()
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _form_page(
    request: PortalRequest, duty: Duty, form: Any, title: str, submit_label: str, *, multipart: bool = False
) -> HttpResponse:
    back = reverse("programs:duty-detail", kwargs={**duty.year.url_kwargs, "pk": duty.pk})
    context = {
        "year": duty.year,
        "duty": duty,
        "facts": _facts(duty),
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "multipart": multipart,
        "cancel_url": back,
        "crumbs": _crumbs(request, duty.year, (name_of(duty), back), (title, "")),
    }
    return render(request, "programs/duty_form.html", context)


@require_safe
@year_page(*HOLDERS)
def duty_record_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The evidence, as an attachment, to whoever sees the unit."""
    entry = get_object_or_404(DutyRecord.objects.visible_to(request.scope), year=year, pk=pk)
    return served(entry.file)
