"""Lists in full: ask, decide, download (T47)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.columns.disclosures import DISCLOSURE_TONES, DISCLOSURES, disclosure_url, in_full
from accounts.disclosures import DISCLOSABLE, DisclosableList
from accounts.enums import DISCLOSERS, DisclosureStatus
from accounts.forms.personal import DisclosureForm
from accounts.http import ScopedRequest, role_page
from accounts.models import Disclosure
from accounts.permissions import can_decide_in_full
from accounts.queries import history
from accounts.services.disclosure import (
    DOWNLOADS,
    approve_in_full,
    ask_in_full,
    build_job_of,
    download_in_full,
    refuse_in_full,
)
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import ReasonForm, add_refusal
from core.lists import list_view
from core.spreadsheets import XLSX

VERBS: dict[str, Text] = {
    "ask_disclosure": gettext_lazy("Request made"),
    "approve_disclosure": gettext_lazy("Request approved"),
    "refuse_disclosure": gettext_lazy("Request turned down"),
    "build_disclosure": gettext_lazy("File made"),
    "download_disclosure": gettext_lazy("Downloaded"),
    "end_disclosure": gettext_lazy("File deleted"),
}
discloser = role_page(*sorted(DISCLOSERS))


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(str(DISCLOSURES.title), reverse("accounts:disclosure-list")), *rest]


@require_http_methods(["GET", "HEAD", "POST"])
@discloser
def disclosure_list(request: ScopedRequest) -> HttpResponse:
    """What one's unit asked for, newest first."""
    rows = Disclosure.objects.visible_to(request.scope)
    context = {"crumbs": [(DISCLOSURES.title, "")]}
    return list_view(
        request,
        DISCLOSURES,
        rows,
        actor=request.actor,
        template="accounts/disclosure_list.html",
        context=context,
    )


def _wanted(request: ScopedRequest) -> tuple[DisclosableList, int, str]:
    """The list, the program year's number and the search, as the address names them; 404 where it names none."""
    query = request.GET.copy()
    of = DISCLOSABLE.get(query.pop("of", [""])[-1])
    number = query.pop("in", [""])[-1]
    query.pop("page", None)
    if of is None or not number.isdecimal():
        raise Http404
    return of, int(number), query.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
@discloser
def disclosure_create(request: ScopedRequest) -> HttpResponse:
    """Ask for the list whose address is in the query, filtered as it was there."""
    of, number, query = _wanted(request)
    rows, words = of.filtered(request.scope, number, query)
    form = DisclosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = {"of": of, "year_number": number, "query": query, **form.cleaned_data}
            made = ask_in_full(**asked, actor=request.actor, now=request.now)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(disclosure_url(made))
    context = {
        "form": form,
        "submit_label": _("Send the request"),
        "of": of,
        "words": words,
        "count": rows.count(),
        "crumbs": _crumbs((_("Ask"), "")),
    }
    return render(request, "accounts/disclosure_create.html", context)


def _disclosure(request: ScopedRequest, pk: int) -> Disclosure:
    rows = Disclosure.objects.visible_to(request.scope).select_related(*DISCLOSURES.related)
    return get_object_or_404(rows, pk=pk)


@require_safe
@discloser
def disclosure_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """One request: what, what for, who, and what may be done with it."""
    row = _disclosure(request, pk)
    of = DISCLOSABLE[row.listing]
    job = build_job_of(row)
    own = row.membership_id == request.scope.membership_id
    context = {
        "row": row,
        "facts": _facts(request, row),
        "state": {"label": row.get_status_display(), "tone": DISCLOSURE_TONES[DisclosureStatus(row.status)]},
        "waiting": row.status == DisclosureStatus.WAITING,
        "may_decide": can_decide_in_full(request.actor, row),
        "own": own,
        "ready": own and row.status == DisclosureStatus.READY,
        "building": row.status == DisclosureStatus.BUILDING,
        "error": job.error if job else "",
        "events": history(row, VERBS),
        "title": of.title,
        "crumbs": _crumbs((f"{of.title} #{pk}", "")),
    }
    return render(request, "accounts/disclosure_show.html", context)


def _facts(request: ScopedRequest, row: Disclosure) -> list[dict[str, Any]]:
    _rows, words = DISCLOSABLE[row.listing].filtered(request.scope, row.year_number, row.query)
    left = _("%(used)s of %(all)s") % {"used": row.downloads, "all": DOWNLOADS}
    return [
        {"label": _("Asked by"), "value": str(row.membership.user)},
        {"label": _("Purpose"), "value": row.purpose},
        {"label": _("In full"), "value": in_full(row)},
        {"label": _("Filters"), "value": "；".join(f"{label}: {value}" for label, value in words)},
        {"label": _("Lines"), "value": row.row_count},
        {"label": _("Mark in every line"), "value": row.mark},
        {"label": _("Downloads"), "value": left},
    ]


def _act(request: ScopedRequest, pk: int, service: Callable[[Disclosure], Any], said: str) -> HttpResponse:
    row = _disclosure(request, pk)
    try:
        service(row)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(disclosure_url(row))


@require_POST
@discloser
def disclosure_approve(request: ScopedRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda row: approve_in_full(disclosure=row, actor=request.actor, now=request.now),
        _("Approved. Whoever asked finds the file here in a moment."),
    )


@require_POST
@discloser
def disclosure_refuse(request: ScopedRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(
        request,
        pk,
        lambda row: refuse_in_full(disclosure=row, reason=reason, actor=request.actor, now=request.now),
        _("Turned down."),
    )


@never_cache
@require_POST
@discloser
def disclosure_download(request: ScopedRequest, pk: int) -> HttpResponse:
    """The workbook, counted."""
    row = _disclosure(request, pk)
    try:
        data = download_in_full(disclosure=row, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(disclosure_url(row))
    name = quote(f"{DISCLOSABLE[row.listing].title}-{row.pk}")
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{name}.xlsx"
    return response
