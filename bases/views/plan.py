"""The office edits a call, its conditions and its scoring sheet, each with a reason (P1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.queries import history
from bases.forms.decisions import PLAN_FORMS
from bases.models import Call, Condition, ScoringRow
from bases.services import edit_plan_row
from bases.views.common import crumbs, sent
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from core.templatetags.portal import name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, YearRow
from programs.permissions import check_manage_year

MODELS: dict[str, type[YearRow]] = {"call": Call, "condition": Condition, "scoring": ScoringRow}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.BASES)
def row_edit(request: PortalRequest, year: ProgramYear, pk: int, table: str) -> HttpResponse:
    """One row of the plan with its source and history."""
    check_manage_year(request.actor, year)
    row = _find(request, year, pk, table)
    form = PLAN_FORMS[table](sent(request), instance=_find(request, year, pk, table), scope=request.scope)
    call = row if isinstance(row, Call) else row.call  # type: ignore[attr-defined]
    back = reverse("bases:call-detail", kwargs={**year.url_kwargs, "pk": call.pk})
    if request.method == "POST" and form.is_valid() and _saved(request, row, form):
        messages.success(request, _("Saved: %(row)s.") % {"row": name_of(row)})
        return redirect(back)
    context: dict[str, Any] = {
        "title": name_of(row),
        "row": row,
        "form": form,
        "cancel_url": back,
        "crumbs": crumbs(year, (call.title, back), (row._meta.verbose_name or "", "")),
        "history": history(row, {"edit_row": _("Changed"), "confirm_assumption": _("Assumption confirmed")}),
    }
    return render(request, "bases/row_edit.html", context)


def _find(request: PortalRequest, year: ProgramYear, pk: int, table: str) -> YearRow:
    rows = MODELS[table]._default_manager.visible_to(request.scope).select_related("year__program")
    row: YearRow = get_object_or_404(rows, year=year, pk=pk)
    return row


def _saved(request: PortalRequest, row: YearRow, form: Any) -> bool:
    try:
        edit_plan_row(
            row=row,
            values=form.values(),
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            now=request.now,
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True
