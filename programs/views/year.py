"""The year itself: its first page, opening the next one, the review of a draft."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import Refusal, Text
from core.findings import blocking
from core.forms import add_refusal
from core.templatetags.portal import deadline, display, name_of
from programs.columns import SETTING_GROUPS, setting_words
from programs.enums import Area, YearStatus
from programs.forms import CopyYearForm
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Setting
from programs.permissions import can_manage_year
from programs.queries import Difference, plan_findings_of, row_counts, year_differences
from programs.services import YEAR_FLOW, copy_year, open_year
from programs.views.rows import PLAN_TABLES, READERS, year_crumbs
from programs.yearmodels import YEAR_MODELS

VERBS: dict[str, Text] = {
    "copy_year": gettext_lazy("Opened as a draft"),
    "load_year": gettext_lazy("Loaded from the documents"),
    "open_year": gettext_lazy("Opened"),
    "close_year": gettext_lazy("Closed"),
    "reopen_year": gettext_lazy("Reopened"),
}
STATUS_TONES = {YearStatus.DRAFT: "warning", YearStatus.OPEN: "success", YearStatus.CLOSED: "neutral"}


@require_safe
@year_page(*READERS)
def year_detail(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Name, state, areas, what the plan holds, and every named value with its source."""
    context = {
        "year": year,
        "title": name_of(year),
        "crumbs": year_crumbs(year),
        "status_tone": STATUS_TONES[YearStatus(year.status)],
        "areas": [Area(area).label for area in year.areas],
        "counts": _counts(year, can_manage_year(request.actor, year)),
        "groups": _setting_groups(request, year),
        "history": history(year, VERBS),
        "may_manage": can_manage_year(request.actor, year),
        "is_draft": year.status == YearStatus.DRAFT,
    }
    return render(request, "programs/year_detail.html", context)


def _counts(year: ProgramYear, may_manage: bool) -> list[dict[str, Any]]:
    """Kinds of rows with the way to their list; the lists of other rooms are the office's."""
    names = {
        table.model._meta.label_lower: table.list_name
        for table in PLAN_TABLES
        if not table.area or year.has(table.area)
    } | {"programs.duty": "programs:duty-list"}
    if may_manage:
        names |= {entry.code: entry.page for entry in YEAR_MODELS if entry.page}
    return [
        {
            "label": count.label,
            "rows": count.rows,
            "provisional": count.provisional,
            "url": reverse(names[count.code], kwargs=year.url_kwargs) if count.code in names else "",
        }
        for count in row_counts(year)
        if count.rows
    ]


def _setting_groups(request: PortalRequest, year: ProgramYear) -> list[dict[str, Any]]:
    rows = {row.code: row for row in Setting.objects.visible_to(request.scope).filter(year=year)}
    groups = []
    for label, codes in SETTING_GROUPS:
        facts = [_fact(rows[code], year) for code in codes if code in rows]
        if facts:
            groups.append({"label": label, "facts": facts})
    return groups


def _fact(row: Setting, year: ProgramYear) -> dict[str, Any]:
    return {
        "label": name_of(row),
        "value": setting_words(row),
        "url": reverse("programs:setting-edit", kwargs={**year.url_kwargs, "pk": row.pk}),
        "clause": row.clause,
        "assumed": row.assumed if row.is_provisional else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE)
def year_copy(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Open next year as a draft with every row of this one."""
    form = CopyYearForm(request.POST or None, initial=CopyYearForm.suggested(year))
    if request.method == "POST" and form.is_valid():
        draft = _copied(request, year, form)
        if draft:
            messages.success(
                request, _("%(year)s stands as a draft. Review it, then open it.") % {"year": draft.year}
            )
            return redirect("programs:year-review", **draft.url_kwargs)
    context = {
        "year": year,
        "form": form,
        "submit_label": _("Make the draft"),
        "crumbs": year_crumbs(year, (_("Open the next year"), "")),
        "cancel_url": reverse("programs:year-detail", kwargs=year.url_kwargs),
        "counts": [count for count in row_counts(year) if count.rows],
    }
    return render(request, "programs/year_copy.html", context)


def _copied(request: PortalRequest, year: ProgramYear, form: CopyYearForm) -> ProgramYear | None:
    values = form.cleaned_data
    try:
        return copy_year(
            source=year,
            year=values["year"],
            name=values["name"],
            name_en=values["name_en"],
            shift=form.shift(year),
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return None


@require_safe
@year_page(Role.NATIONAL_OFFICE, Role.AUDITOR)
def year_review(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A copied year beside its source, and whether its plan holds together."""
    if year.copied_from is None:
        raise Http404
    findings = plan_findings_of(year)
    context = {
        "year": year,
        "source": year.copied_from,
        "crumbs": year_crumbs(year, (_("Review of the draft"), "")),
        "findings": findings,
        "groups": _difference_groups(year_differences(year)),
        "blocked": len(blocking(findings)),
        "may_open": can_manage_year(request.actor, year) and "open_year" in YEAR_FLOW.verbs_from(year.status),
    }
    return render(request, "programs/year_review.html", context)


def _difference_groups(differences: list[Difference]) -> list[dict[str, Any]]:
    """As tables of the list component, one per kind of row."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in differences:
        texts = (one.row, str(one.field.verbose_name), _shown(one.before), _shown(one.after))
        groups.setdefault(one.label, []).append({"cells": [{"text": text} for text in texts]})
    columns = [{"label": label} for label in (_("Row"), _("What"), _("Before"), _("Now"))]
    return [
        {"label": label, "table": {"caption": label, "columns": columns, "rows": rows}}
        for label, rows in groups.items()
    ]


def _shown(value: Any) -> str:
    return deadline(value) if hasattr(value, "astimezone") else display(value)


@require_POST
@year_page(Role.NATIONAL_OFFICE)
def year_open(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The draft becomes visible to everyone who takes part."""
    try:
        open_year(year=year, actor=request.actor, now=request.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("programs:year-review", **year.url_kwargs)
    messages.success(request, _("%(year)s is open.") % {"year": name_of(year)})
    return redirect("programs:year-detail", **year.url_kwargs)
