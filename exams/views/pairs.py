"""Look-alikes: found by the machine, decided by a person (X1)."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import Refusal
from core.forms import add_refusal
from core.lists import list_view
from exams.bank import papers_of, themes_of
from exams.columns import pairs_of
from exams.comparing import side_by_side
from exams.enums import PairStatus
from exams.forms import PairForm
from exams.models import Item, ItemPair
from exams.permissions import can_decide_pair
from exams.reading import pairs_for_office, pairs_for_province, pairs_read_by, sheets_of
from exams.services import decide_pair
from exams.words import WORDS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

VERBS = {verb: WORDS[verb] for verb in ("call_different", "call_duplicate")}
# experts read and decide nothing
READERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, Role.EXPERT)


def _pairs(request: PortalRequest, year: ProgramYear) -> Any:
    rows = pairs_read_by(ItemPair.objects.visible_to(request.scope), request.scope)
    return rows.filter(item__year=year) if request.scope.is_provincial else rows


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.EXAMS)
def pair_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every two items that look alike, as the words stand now; POST exports what is filtered."""
    return list_view(
        request,
        pairs_of(year.url_kwargs),
        _pairs(request, year).current(),
        actor=request.actor,
        template="exams/pair_list.html",
        context={"year": year, "place": str(year), "waiting": _waiting(request, year).count()},
    )


def _waiting(request: PortalRequest, year: ProgramYear) -> "QuerySet[ItemPair]":
    if request.scope.is_provincial:
        return pairs_for_province(request.scope, year)
    return pairs_for_office(request.scope)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.EXAMS)
def pair_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Two items side by side with what differs marked; whoever may decide says whether they are one."""
    pair = get_object_or_404(_pairs(request, year), pk=pk)
    may_decide = can_decide_pair(request.actor, year, pair)
    form = PairForm(request.POST or None)
    if form.is_valid():
        try:
            _decide(request, year, pair, form)
            return _onward(request, year, pair)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            add_refusal(form, refusal)
    shown = Item.objects.visible_to(request.scope).filter(pk__in=[pair.item_id, pair.other_id])
    context = {
        "year": year,
        "pair": pair,
        "form": form,
        "may_decide": may_decide,
        "compared": side_by_side(pair) if pair.readable else None,
        "sheets": {sheet.item.pk: sheet for sheet in sheets_of(shown, request.scope)},
        "themes": themes_of(year),
        "papers": papers_of([pair.item_id, pair.other_id]),
        # experts read what was decided, not by whom
        "history": history(pair, VERBS) if request.scope.role != Role.EXPERT else None,
        "next": _next(request, year, pair),
        "waiting": _waiting(request, year).count(),
    }
    return render(request, "exams/pair_show.html", context)


def _decide(request: PortalRequest, year: ProgramYear, pair: ItemPair, form: PairForm) -> None:
    decide_pair(
        pair=pair,
        duplicate=form.cleaned_data["decision"] == PairStatus.DUPLICATE,
        reason=form.cleaned_data["reason"],
        year=year,
        actor=request.actor,
        now=request.now,
    )
    messages.success(
        request,
        _("Decided: %(one)s and %(other)s – %(decision)s.")
        % {"one": pair.item, "other": pair.other, "decision": pair.get_status_display()},
    )


def _next(request: PortalRequest, year: ProgramYear, pair: ItemPair) -> ItemPair | None:
    """The undecided one that follows, and behind the last the first again."""
    waiting = _waiting(request, year).exclude(pk=pair.pk).order_by("pk")
    return waiting.filter(pk__gt=pair.pk).first() or waiting.first()


def _onward(request: PortalRequest, year: ProgramYear, pair: ItemPair) -> HttpResponse:
    following = _next(request, year, pair)
    if following is None:
        messages.info(request, _("No undecided look-alikes are left."))
        return redirect("exams:pair-list", **year.url_kwargs)
    return redirect("exams:pair-show", **year.url_kwargs, pk=following.pk)
