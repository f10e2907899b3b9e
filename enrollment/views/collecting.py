"""The coordinator's side of hospitals' sheets: send, chase, look, merge (E11)."""

import json
from typing import Any

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from core.exceptions import NotAllowed, Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import list_view
from enrollment.collecting import also_on, in_words, link_text, missing, reminder_of, sheet_url
from enrollment.columns_collecting import SHEET_TONES, SHEETS
from enrollment.enums import SheetStatus
from enrollment.forms_collecting import LinkForm, SendForm, SheetForm
from enrollment.imports.preview import worded_rows
from enrollment.models import RosterImport, Sheet
from enrollment.services.collecting import (
    FIELDS,
    Merged,
    cells_of,
    checked_lines,
    edit_sheet,
    merge_sheet,
    merge_sheets,
    move_end,
    remove_sheet,
    renew_sheet,
    reopen_sheet,
    send_sheets,
    void_sheet,
)
from enrollment.views.shared import act, chosen, own_region, roster_crumbs
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)


def _rows(request: PortalRequest, year: ProgramYear) -> Any:
    rows = Sheet.objects.visible_to(request.scope).filter(year=year)
    return rows.select_related("year__program", "region", "institution")


def _one(request: PortalRequest, year: ProgramYear, pk: int) -> Sheet:
    return get_object_or_404(_rows(request, year), pk=pk)


def _list_url(year: ProgramYear) -> str:
    return reverse("enrollment:sheet-list", kwargs=year.url_kwargs)


def _url(sheet: Sheet) -> str:
    return reverse("enrollment:sheet-show", kwargs={**sheet.year.url_kwargs, "pk": sheet.pk})


def sheet_crumbs(year: ProgramYear, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return roster_crumbs(year, (_("Hospitals' sheets"), _list_url(year)), *rest)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def sheet_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """All sheets, who has not returned theirs, and the text that reminds them; POST exports what is filtered."""
    rows = _rows(request, year)
    context: dict[str, Any] = {"place": own_region(request).name, "year": year, "crumbs": sheet_crumbs(year)}
    if request.method != "POST":
        everyone = list(rows)
        late = missing(everyone)
        context |= {
            "count": len(everyone),
            "late": late,
            "late_text": _out_of(len(late), len(everyone)),
            "reminder": reminder_of(late, len(everyone)),
            "end_form": LinkForm(),
            "handed_in": sum(sheet.status == SheetStatus.HANDED_IN for sheet in everyone),
        }
    template = "enrollment/sheet_list.html"
    return list_view(request, SHEETS, rows, actor=request.actor, template=template, context=context)


def _out_of(late: int, count: int) -> str:
    text = ngettext("%(n)s of %(all)s has not returned.", "%(n)s of %(all)s have not returned.", late)
    return text % {"n": late, "all": count}


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def sheet_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Hospitals pasted or ticked, each with its part of the seats; then their links."""
    region, search = own_region(request), "search" in request.POST
    asked = request.POST.get("q", request.GET.get("q", ""))
    more: dict[str, Any] = {"year": year, "region": region, "asked": asked}
    form = (
        SendForm(initial=SendForm.kept(request.POST), **more)
        if search
        else SendForm(request.POST or None, **more)
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        given = {name: data[name] for name in ("wanted", "closes_at", "contact")}
        try:
            send_sheets(year=year, region=region, **given, actor=request.actor, now=request.now)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("enrollment:sheet-links", **year.url_kwargs)
    context = {
        "form": form,
        "crumbs": sheet_crumbs(year, (_("Send sheets"), "")),
        "submit_label": _("Make the links"),
        "cancel_url": _list_url(year),
    }
    return render(request, "enrollment/sheet_create.html", context)


@require_safe
@coordinator
def sheet_links(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every open link of those who have not returned: one text for the chat, and a code to scan for each."""
    open_ones = [sheet for sheet in missing(_rows(request, year)) if sheet.opens(request.now)]
    context = {
        "year": year,
        "crumbs": sheet_crumbs(year, (_("Links"), "")),
        "text": "\n".join(map(link_text, open_ones)),
        "links": [_link(sheet) for sheet in open_ones],
        "list_url": _list_url(year),
    }
    return render(request, "enrollment/sheet_links.html", context)


def _link(sheet: Sheet) -> dict[str, Any]:
    url = sheet_url(sheet)
    qr = segno.make(url, error="m").svg_data_uri(scale=3, border=2)
    return {"sheet": sheet, "url": url, "text": link_text(sheet), "qr": qr}


@require_safe
@coordinator
def sheet_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One sheet with its link, its people, and what the roster says about them."""
    sheet = _one(request, year, pk)
    lines = list(sheet.lines.all())
    staged = RosterImport(year=sheet.year, region=sheet.region)
    checked = checked_lines(cells_of(lines, sheet), staged, request.now)
    twins = also_on(lines, sheet)
    people = [
        {
            "name": line.typed.get("name", ""),
            "facts": " · ".join(in_words(json.loads(row.values), year)),
            "problems": [one for one in worded_rows([row]) if not one.is_notice],
            "also": twins.get(line.id_number_index, []),
        }
        for line, row in zip(lines, checked, strict=True)
    ]
    context = {
        "year": year,
        "sheet": sheet,
        "tone": SHEET_TONES[SheetStatus(sheet.status)],
        "crumbs": sheet_crumbs(year, (sheet.institution.name, "")),
        "people": people,
        "good": sum(not row.is_bad for row in checked),
        "opens": sheet.opens(request.now),
        "link": _link(sheet),
        "reason_form": ReasonForm(use_required_attribute=False),
    }
    return render(request, "enrollment/sheet_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def sheet_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Other seats, contact or closing time."""
    sheet = _one(request, year, pk)
    form = SheetForm(request.POST or None, initial=SheetForm.initial_of(sheet))
    if form.is_bound and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS}
        edit_sheet(sheet=sheet, values=values, actor=request.actor, now=request.now)
        return redirect(_url(sheet))
    context = {
        "form": form,
        "title": sheet.institution.name,
        "crumbs": sheet_crumbs(year, (sheet.institution.name, _url(sheet)), (_("Change"), "")),
        "cancel_url": _url(sheet),
    }
    return render(request, "enrollment/sheet_edit.html", context)


@require_POST
@coordinator
def sheet_void(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    sheet = _one(request, year, pk)
    given = {"sheet": sheet, "actor": request.actor, "now": request.now}
    return act(request, lambda: void_sheet(**given), lambda _s: _("The link opens nothing now."), _url(sheet))


@require_POST
@coordinator
def sheet_renew(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    sheet = _one(request, year, pk)
    given = {"sheet": sheet, "actor": request.actor, "now": request.now}
    done = _("The sheet has a new link; send it to the hospital.")
    return act(request, lambda: renew_sheet(**given), lambda _s: done, _url(sheet))


@require_POST
@coordinator
def sheet_remove(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """An empty sheet, sent by mistake."""
    sheet = _one(request, year, pk)
    given = {"sheet": sheet, "actor": request.actor, "now": request.now}
    done = _("The sheet of %(name)s is removed.") % {"name": sheet.institution.name}
    return act(request, lambda: remove_sheet(**given), lambda _none: done, _list_url(year))


@require_POST
@coordinator
def sheet_reopen(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Back to the hospital, with the reason."""
    sheet, form = _one(request, year, pk), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    given = {"sheet": sheet, "reason": reason, "actor": request.actor, "now": request.now}
    done = _("The hospital can change its sheet again.")
    return act(request, lambda: reopen_sheet(**given), lambda _s: done, _url(sheet))


@require_POST
@coordinator
def sheet_end_many(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """One last day for those ticked."""
    region, form = own_region(request), LinkForm(request.POST)
    closes_at = form.cleaned_data["closes_at"] if form.is_valid() else None
    given: dict[str, Any] = {
        "year": year,
        "region": region,
        "sheets": chosen(request),
        "closes_at": closes_at,
    }
    return act(
        request,
        lambda: move_end(**given, actor=request.actor, now=request.now),
        lambda count: (
            ngettext("%(n)s sheet has another last day.", "%(n)s sheets have another last day.", count)
            % {"n": count}
        ),
        _list_url(year),
    )


@require_POST
@coordinator
def sheet_merge(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The lines of this sheet that have no errors."""
    sheet = _one(request, year, pk)
    given = {"sheet": sheet, "actor": request.actor, "now": request.now}
    return act(request, lambda: merge_sheet(**given), _merged, _url(sheet))


@require_POST
@coordinator
def sheet_merge_many(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Those ticked, or with `everyone` all that are handed in."""
    region, pks = own_region(request), chosen(request)
    if "everyone" in request.POST:
        pks = list(_rows(request, year).values_list("pk", flat=True))
    given = {"year": year, "region": region, "sheets": pks, "actor": request.actor, "now": request.now}
    return act(request, lambda: merge_sheets(**given), _merged, _list_url(year))


def _merged(done: Merged) -> str:
    text = ngettext(
        "%(n)s person is on the roster now and waits for approval.",
        "%(n)s people are on the roster now and wait for approval.",
        done.taken,
    ) % {"n": done.taken}
    if done.left:
        names = "、".join(sheet.institution.name for sheet in done.left)
        text += " " + _("Look at these first: %(names)s.") % {"names": names}
    return text
