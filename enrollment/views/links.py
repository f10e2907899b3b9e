"""Pages under a secret address, without an account: a hospital's sheet, an application by invitation, its state (E11).

Whatever is wrong with the address (mistyped, void, over), the answer is the same 404.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.forms.institutions import institution_option, search_institutions
from accounts.http import ScopedRequest
from core.enums import ActorKind
from core.exceptions import Refusal
from core.forms import PickField, add_refusal
from core.spreadsheets import XLSX
from core.throttle import within
from enrollment.collecting import (
    applicant_behind,
    invitation_behind,
    problems_of_reading,
    read_typed,
    sheet_behind,
    sheet_template,
    shown_lines,
    to_typed,
    words_of,
    words_of_sheet,
)
from enrollment.enums import SheetStatus
from enrollment.forms_collecting import ApplyForm, LineForm, SheetUploadForm
from enrollment.models import Applicant, Invitation, Sheet
from enrollment.queries import institutions_near, standing_of
from enrollment.rules.rows import Reading
from enrollment.services.invitations import apply_by_invitation
from enrollment.services.sheets import begin_sheet, hand_in_sheet, remove_line, save_line, upload_lines
from programs.models import ProgramYear

View = Callable[..., HttpResponse]
# wrong addresses from one network address in ten minutes; right ones are never counted
WRONG, SPAN = 30, 600
# applications from one network address
APPLICATIONS, HOUR = 300, 3600
PERSONAL = ("name", "id_number", "phone")


def _too_many() -> Refusal:
    return Refusal(
        _("Too many wrong links from your network."),
        remedy=_("Copy the link again as it was sent to you, or wait ten minutes."),
    )


def _guarded(find: Callable[[str, dt.datetime], Any]) -> Callable[[View], View]:
    """Open to whoever holds the address; found by nobody else, kept by no cache and no search engine."""

    def decorate(view: View) -> View:
        @login_not_required
        @sensitive_post_parameters(*PERSONAL)
        @wraps(view)
        def inner(request: ScopedRequest, token: str, **kwargs: Any) -> HttpResponse:
            found = find(token, request.now)
            if found is None:
                if not within(f"enrollment.link:{request.actor.address}", WRONG, SPAN):
                    return render(request, "refusal.html", {"refusal": _too_many()}, status=429)
                raise Http404
            response = view(request, found, **kwargs)
            response["Cache-Control"] = "private, no-store"
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return inner

    return decorate


by_sheet, by_invitation, by_applicant = (
    _guarded(find) for find in (sheet_behind, invitation_behind, applicant_behind)
)


def visitor(request: ScopedRequest, year: ProgramYear) -> Actor:
    """Whoever holds a link acts as the public, also where somebody is signed in beside it."""
    return Actor(
        kind=ActorKind.PUBLIC,
        realm=str(year.program.owner_id),
        request_id=request.request_id,
        address=request.actor.address,
    )


def _to(sheet: Sheet, name: str = "sheet-show", **more: Any) -> str:
    return reverse(f"enrollment_open:{name}", kwargs={"token": sheet.token, **more})


def _frame(of: Sheet | Invitation | Applicant) -> dict[str, Any]:
    return {"year": of.year, "region": of.region}


# A hospital's sheet


@by_sheet
@require_safe
def sheet_show(request: ScopedRequest, sheet: Sheet) -> HttpResponse:
    """What is asked for until when, who is on it, and what is next; before the hospital begins, what becomes of it."""
    lines = shown_lines(sheet, words_of_sheet(sheet), request.now)
    context = {
        **_frame(sheet),
        "sheet": sheet,
        "lines": lines,
        "faulty": [line for line in lines if line.problems],
        "receipt": _receipt(sheet) if sheet.status in {SheetStatus.HANDED_IN, SheetStatus.MERGED} else None,
    }
    return render(request, "enrollment/collect_sheet.html", context)


def _receipt(sheet: Sheet) -> dict[str, Any]:
    merged = sheet.status == SheetStatus.MERGED
    return {
        "title": _("The sheet is handed in"),
        "number": sheet.receipt_number,
        "time": sheet.handed_in_at,
        "version": sheet.version,
        "next_step": _("The province has taken your people onto its roster; it approves them one by one.")
        if merged
        else _("The province checks it and takes it onto its roster, or opens it again with a reason."),
    }


def _act(request: ScopedRequest, sheet: Sheet, service: Callable[[], Any], done: str) -> HttpResponse:
    try:
        service()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(_to(sheet))


@by_sheet
@require_POST
def sheet_begin(request: ScopedRequest, sheet: Sheet) -> HttpResponse:
    actor = visitor(request, sheet.year)
    done = _("You can begin.")
    return _act(request, sheet, lambda: begin_sheet(sheet=sheet, actor=actor, now=request.now), done)


@by_sheet
@require_http_methods(["GET", "HEAD", "POST"])
def line_create(request: ScopedRequest, sheet: Sheet) -> HttpResponse:
    return _line_page(request, sheet, LineForm(request.POST or None, year=sheet.year), None)


@by_sheet
@require_http_methods(["GET", "HEAD", "POST"])
def line_edit(request: ScopedRequest, sheet: Sheet, number: int) -> HttpResponse:
    """What stands there is shown again, numbers masked; what is wrong stands beside its field from the start."""
    line = get_object_or_404(sheet.lines, number=number)
    reading = read_typed(line.typed, words_of_sheet(sheet), request.now)
    form = LineForm(request.POST or None, year=sheet.year, typed=line.typed, reading=reading)
    return _line_page(request, sheet, form, number, [] if form.is_bound else _told(reading))


def _told(reading: Reading) -> list[dict[str, str]]:
    """The problems a line has before anything is typed, each leading to its field."""
    return [
        {"text": f"{label}: {text}", "url": f"#id_{column}"}
        for column, label, text in problems_of_reading(reading)
    ]


def _line_page(
    request: ScopedRequest,
    sheet: Sheet,
    form: LineForm,
    number: int | None,
    problems: list[dict[str, str]] | None = None,
) -> HttpResponse:
    """Load, judge, one service, back to the sheet; whatever is declined, what was typed stays in the form."""
    if form.is_bound:
        cells = {**to_typed(form.values(), sheet.year), "institution": sheet.institution.name}
        reading = read_typed(cells, words_of_sheet(sheet), request.now)
        if not form.tell(reading):
            try:
                save_line(
                    sheet=sheet,
                    number=number,
                    cells=cells,
                    actor=visitor(request, sheet.year),
                    now=request.now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("%(name)s is kept.") % {"name": reading.values["name"]})
                return redirect(_to(sheet))
    context = {**_frame(sheet), "sheet": sheet, "form": form, "number": number, "problems": problems or []}
    return render(request, "enrollment/collect_line.html", context)


@by_sheet
@require_POST
def line_remove(request: ScopedRequest, sheet: Sheet, number: int) -> HttpResponse:
    actor = visitor(request, sheet.year)
    given = {"sheet": sheet, "number": number, "actor": actor, "now": request.now}
    return _act(request, sheet, lambda: remove_line(**given), _("The person is off the sheet."))


@by_sheet
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_upload(request: ScopedRequest, sheet: Sheet) -> HttpResponse:
    """The hospital's workbook: read at once, its people on the sheet, what is wrong marked there."""
    form = SheetUploadForm(request.POST, request.FILES) if request.method == "POST" else SheetUploadForm()
    if form.is_bound and form.is_valid():
        given = {"file": form.cleaned_data["file"], "actor": visitor(request, sheet.year), "now": request.now}
        try:
            upload_lines(sheet=sheet, **given)
        except Refusal as refusal:
            add_refusal(form, refusal, "file")
        else:
            messages.success(request, _("The workbook is read; look at every line below."))
            return redirect(_to(sheet))
    return render(request, "enrollment/collect_upload.html", {**_frame(sheet), "sheet": sheet, "form": form})


@by_sheet
@require_safe
def sheet_workbook(request: ScopedRequest, sheet: Sheet) -> HttpResponse:
    response = HttpResponse(sheet_template(sheet), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="trainees.xlsx"'
    return response


@by_sheet
@require_POST
def sheet_hand_in(request: ScopedRequest, sheet: Sheet) -> HttpResponse:
    actor = visitor(request, sheet.year)
    done = _("The sheet is with the province now.")
    return _act(request, sheet, lambda: hand_in_sheet(sheet=sheet, actor=actor, now=request.now), done)


# By invitation


@by_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def application_create(request: ScopedRequest, invitation: Invitation) -> HttpResponse:
    """Apply for oneself; the answer is the address under which the decision can be read."""
    form = ApplyForm(request.POST or None, invitation=invitation)
    if form.is_bound:
        cells = to_typed(form.values(), invitation.year)
        words = words_of(invitation.region, invitation.year)
        if not form.tell(read_typed(cells, words, request.now)):
            given = {"actor": visitor(request, invitation.year), "now": request.now}
            consent = form.cleaned_data["consent"]
            try:
                _check_pace(request)
                _row, token = apply_by_invitation(
                    invitation=invitation, cells=cells, consent=consent, **given
                )
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                return redirect("enrollment_open:application-show", token=token)
    context = {**_frame(invitation), "invitation": invitation, "form": form}
    return render(request, "enrollment/collect_apply.html", context)


def _check_pace(request: ScopedRequest) -> None:
    """A whole hospital behind one address gets through, a machine that fills the list does not."""
    if not within(f"enrollment.apply:{request.actor.address}", APPLICATIONS, HOUR):
        raise Refusal(
            _("Very many applications came from your network within the hour."),
            remedy=_("Keep this page open and apply again in an hour."),
        )


@by_invitation
@require_safe
def workplace_options(request: ScopedRequest, invitation: Invitation) -> HttpResponse:
    """Institutions of the province that go by what is being typed."""
    typed = request.GET.get("institution-typed", "").strip()
    rows = search_institutions(institutions_near(invitation.region), typed)[: PickField.at_most]
    options = [institution_option(row) for row in rows] if typed else []
    context = {"name": "institution", "typed": typed, "options": options, "chosen": None}
    return render(request, "forms/pick_options.html", context)


@by_applicant
@require_safe
def application_show(request: ScopedRequest, applicant: Applicant) -> HttpResponse:
    """The receipt and what became of the application, to nobody but the holder of this address."""
    context = {
        **_frame(applicant),
        "applicant": applicant,
        "standing": standing_of(applicant),
        "receipt": {
            "title": _("Your application is received"),
            "number": applicant.receipt_number,
            "time": applicant.applied_at,
            "next_step": _("The province decides. Keep the address of this page: it shows the decision."),
        },
    }
    return render(request, "enrollment/collect_status.html", context)
