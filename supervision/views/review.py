"""The reviewer's page of one line, and the acts on lines and sheets (S3, S4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import Text
from core.findings import Finding
from core.forms import ReasonForm
from core.jobs import enqueue
from core.templatetags.portal import name_of
from core.uploads import served
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from supervision.enums import ScorecardStatus
from supervision.forms import OverrideForm, SelfAssessmentForm, day_in_china
from supervision.jobs import REFRESH
from supervision.models import Evidence, ScorecardLine
from supervision.permissions import can_open_rows, can_review, check_manage_scorecards
from supervision.queries import arrival_finding, owner_scope, remeasure, thresholds_of, where_of
from supervision.rules import MEASURED_ANEW
from supervision.services import (
    confirm_line,
    confirm_measured_lines,
    confirm_scorecard,
    finalize_scorecard,
    open_scorecards,
    override_line,
    reopen_scorecard,
    return_line,
    return_scorecard,
)
from supervision.views.common import READERS, REVIEWERS, acted, card_url, crumbs, find_card, tried
from supervision.views.rows import sheet_groups

VERBS: dict[str, Text] = {
    "confirm_line": gettext_lazy("Confirmed"),
    "override_line": gettext_lazy("Overridden"),
    "return_line": gettext_lazy("Returned"),
    "mend_line": gettext_lazy("Handed up again"),
}


def _line(request: PortalRequest, year: ProgramYear, pk: int) -> ScorecardLine:
    rows = ScorecardLine.objects.visible_to(request.scope).select_related(
        "criterion", "scorecard__year__program", "scorecard__region", "scorecard__unit"
    )
    line: ScorecardLine = get_object_or_404(rows, scorecard__year=year, pk=pk)
    return line


def _line_page(request: PortalRequest, line: ScorecardLine, **forms: Any) -> HttpResponse:
    card = line.scorecard
    if card.status in MEASURED_ANEW:
        remeasure(card, line, thresholds_of(card.year))
    review = can_review(request.actor, card) and card.status == ScorecardStatus.SELF_ASSESSED
    groups = sheet_groups(
        card, [line], SelfAssessmentForm(lines=[]), review=False, opens=can_open_rows(request.actor)
    )
    context = {
        "year": card.year,
        "card": card,
        "line": line,
        "title": line.criterion.text,
        "row": groups[0]["rows"][0],
        "may_review": review,
        "arrival": _arrival(request, line),
        "override_form": forms.get("override") or OverrideForm(maximum=line.maximum, prefix="override"),
        "return_form": forms.get("back") or ReasonForm(prefix="return"),
        "history": history(line, VERBS),
        "crumbs": crumbs(card.year, (name_of(card.unit), card_url(card)), (line.criterion.text, "")),
    }
    return render(request, "supervision/line_detail.html", context)


def _arrival(request: PortalRequest, line: ScorecardLine) -> Finding | None:
    """What the books say to the criterion that asks for arrival in time (S6)."""
    card = line.scorecard
    today = day_in_china(request.now)
    finding = arrival_finding(card.year, owner_scope(card.year), where_of(card), today)
    return finding if finding and finding.code == line.criterion.code else None


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def line_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One criterion of a sheet: measured, claimed, papers, what the reviewer made of it."""
    return _line_page(request, _line(request, year, pk))


@require_POST
@year_page(*REVIEWERS, area=Area.SUPERVISION)
def line_confirm(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    line = _line(request, year, pk)
    done = _("Confirmed: %(criterion)s") % {"criterion": line.criterion.text}
    tried(request, lambda: confirm_line(line=line, actor=request.actor, now=request.now), done)
    return redirect(f"{card_url(line.scorecard)}#line-{line.pk}")


@require_POST
@year_page(*REVIEWERS, area=Area.SUPERVISION)
def line_override(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    line = _line(request, year, pk)
    form = OverrideForm(request.POST, maximum=line.maximum, prefix="override")

    def act() -> None:
        override_line(line=line, actor=request.actor, now=request.now, **form.cleaned_data)

    if acted(form, act):
        messages.success(request, _("Overridden: %(criterion)s") % {"criterion": line.criterion.text})
        return redirect(f"{card_url(line.scorecard)}#line-{line.pk}")
    return _line_page(request, line, override=form)


@require_POST
@year_page(*REVIEWERS, area=Area.SUPERVISION)
def line_return(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    line = _line(request, year, pk)
    form = ReasonForm(request.POST, prefix="return")

    def act() -> None:
        return_line(line=line, actor=request.actor, now=request.now, **form.cleaned_data)

    if acted(form, act):
        messages.success(request, _("Marked for return: %(criterion)s") % {"criterion": line.criterion.text})
        return redirect(f"{card_url(line.scorecard)}#line-{line.pk}")
    return _line_page(request, line, back=form)


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def evidence_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """A paper, as an attachment, to whoever sees the sheet."""
    paper = get_object_or_404(Evidence.objects.visible_to(request.scope), line__scorecard__year=year, pk=pk)
    return served(paper.file, paper.name)


@require_POST
@year_page(*REVIEWERS, area=Area.SUPERVISION)
def scorecard_confirm_measured(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    card = find_card(request, year, pk)
    done = _("The measured lines are confirmed.")
    tried(request, lambda: confirm_measured_lines(card=card, actor=request.actor, now=request.now), done)
    return redirect(card_url(card))


@require_POST
@year_page(*REVIEWERS, area=Area.SUPERVISION)
def scorecard_return(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    card, reason = find_card(request, year, pk), request.POST.get("reason", "")
    done = _("The scorecard was returned to the unit.")
    tried(
        request,
        lambda: return_scorecard(card=card, reason=reason, actor=request.actor, now=request.now),
        done,
    )
    return redirect(card_url(card))


@require_POST
@year_page(*REVIEWERS, area=Area.SUPERVISION)
def scorecard_confirm(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    card = find_card(request, year, pk)
    done = _("The review is completed; the sheet keeps its inputs.")
    tried(request, lambda: confirm_scorecard(card=card, actor=request.actor, now=request.now), done)
    return redirect(card_url(card))


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.SUPERVISION)
def scorecard_finalize(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    card = find_card(request, year, pk)
    done = _("The scorecard is final and ranks.")
    tried(request, lambda: finalize_scorecard(card=card, actor=request.actor, now=request.now), done)
    return redirect(card_url(card))


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.SUPERVISION)
def scorecard_reopen(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    card, reason = find_card(request, year, pk), request.POST.get("reason", "")
    done = _("The scorecard is under review again.")
    tried(
        request,
        lambda: reopen_scorecard(card=card, reason=reason, actor=request.actor, now=request.now),
        done,
    )
    return redirect(card_url(card))


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.SUPERVISION)
def scorecards_open(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Open the sheets that are missing, then have them measured."""

    def act() -> None:
        open_scorecards(year=year, actor=request.actor, now=request.now)
        _measure_all(request, year)

    tried(request, act, _("The scorecards are open; they are being measured from the records."))
    return redirect(reverse("supervision:scorecard-list", kwargs=year.url_kwargs))


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.SUPERVISION)
def scorecards_refresh(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Have every sheet that is not confirmed measured anew."""
    check_manage_scorecards(request.actor, year)
    _measure_all(request, year)
    messages.success(request, _("The scorecards are being measured from the records; reload in a moment."))
    return redirect(reverse("supervision:scorecard-list", kwargs=year.url_kwargs))


def _measure_all(request: PortalRequest, year: ProgramYear) -> None:
    enqueue(REFRESH, {"year": year.pk}, actor=request.actor, now=request.now)
