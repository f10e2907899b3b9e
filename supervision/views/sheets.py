"""The scorecards: their list, the unit's own sheet, handing it up, the printed form (S1-S4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import history
from core.exceptions import NotAllowed, Refusal, Text
from core.lists import list_view
from core.templatetags.portal import name_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from supervision.columns import SCORECARDS, TONES
from supervision.documents import sheet_pdf
from supervision.enums import ScorecardStatus, SheetKind
from supervision.forms import SelfAssessmentForm
from supervision.models import Scorecard, ScorecardLine
from supervision.permissions import can_assess, can_manage_scorecards, can_open_rows, can_review
from supervision.queries import (
    applicable_points,
    beside,
    card_of,
    criteria_of,
    drifts_of,
    findings_of,
    live_lines,
    status_counts,
    totals_of,
    warnings_of,
    with_totals,
)
from supervision.rules import DECIDED, EDITABLE, MEASURED_ANEW
from supervision.services import save_self_assessment, submit_self_assessment
from supervision.views.common import ASSESSED, READERS, acted, card_url, crumbs, find_card
from supervision.views.rows import beside_stats, sheet_groups

VERBS: dict[str, Text] = {
    "save_self_assessment": gettext_lazy("Self-assessment saved"),
    "submit_scorecard": gettext_lazy("Handed up for review"),
    "return_scorecard": gettext_lazy("Returned"),
    "confirm_scorecard": gettext_lazy("Review completed"),
    "finalize_scorecard": gettext_lazy("Made final"),
    "reopen_scorecard": gettext_lazy("Taken back into review"),
    "drop_final_points": gettext_lazy("Final points dropped"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.SUPERVISION)
def scorecard_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every sheet in scope with status and totals; POST exports what is filtered (R3)."""
    counts = status_counts(year, request.scope)
    context = {
        "year": year,
        "title": SCORECARDS.title,
        "place": name_of(year),
        "crumbs": crumbs(year),
        "counts": [
            {"label": status.label, "value": counts.get(status, 0), "url": f"?status={status}"}
            for status in ScorecardStatus
        ],
        "may_manage": can_manage_scorecards(request.actor, year),
        "opened": bool(counts),
        "full_marks": [
            {"label": SheetKind(kind).label, "value": applicable, "printed": printed}
            for kind, (applicable, printed) in applicable_points(criteria_of(year)).items()
        ],
    }
    rows = with_totals(Scorecard.objects.visible_to(request.scope).filter(year=year))
    return list_view(
        request,
        SCORECARDS,
        rows,
        actor=request.actor,
        template="supervision/scorecard_list.html",
        context=context,
    )


@require_safe
@year_page(*ASSESSED, area=Area.SUPERVISION)
def scorecard_own(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The menu's 督导自评: the sheet of the unit that is signed in."""
    card = card_of(year, request.scope.unit_id)
    if card is None:
        return render(request, "supervision/scorecard_missing.html", {"year": year, "crumbs": crumbs(year)})
    return redirect(card_url(card))


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def scorecard_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The sheet as printed, each figure opening to its rows; the unit fills it in, the reviewer settles its lines."""
    card = find_card(request, year, pk)
    lines = live_lines(card)
    form = SelfAssessmentForm(lines=_open_lines(request, card, lines))
    return render(request, "supervision/scorecard_detail.html", _sheet_context(request, card, lines, form))


def _open_lines(request: PortalRequest, card: Scorecard, lines: list[ScorecardLine]) -> list[ScorecardLine]:
    """What the unit may fill in now; on a returned sheet settled lines are closed."""
    if not can_assess(request.actor, card) or card.status not in EDITABLE:
        return []
    if card.status == ScorecardStatus.RETURNED:
        return [line for line in lines if line.decision not in DECIDED]
    return lines


def _sheet_context(
    request: PortalRequest, card: Scorecard, lines: list[ScorecardLine], form: SelfAssessmentForm
) -> dict[str, Any]:
    may_review = can_review(request.actor, card) and card.status == ScorecardStatus.SELF_ASSESSED
    opens = can_open_rows(request.actor)
    return {
        "year": card.year,
        "card": card,
        "title": name_of(card.unit),
        "tone": TONES[ScorecardStatus(card.status)],
        "crumbs": crumbs(card.year, (name_of(card.unit), "")),
        "groups": sheet_groups(card, lines, form, review=may_review, opens=opens),
        "totals": totals_of(card, lines),
        "form": form,
        "may_fill": bool(form.lines),
        "may_review": may_review,
        "may_manage": can_manage_scorecards(request.actor, card.year),
        "findings": findings_of(card, lines) if form.lines else [],
        "warnings": warnings_of(card),
        "drifts": [] if card.status in MEASURED_ANEW else drifts_of(card, lines),
        "beside": beside_stats(card, beside(card), opens=opens),
        "history": history(card, VERBS),
    }


@require_POST
@year_page(*ASSESSED, area=Area.SUPERVISION)
def scorecard_save(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Keep what the unit entered; with faults the page comes back as it was typed."""
    card = find_card(request, year, pk)
    lines = live_lines(card)
    form = SelfAssessmentForm(request.POST, request.FILES, lines=_open_lines(request, card, lines))

    def save() -> None:
        save_self_assessment(card=card, entries=form.entries(), actor=request.actor, now=request.now)

    if acted(form, save):
        messages.success(request, _("The self-assessment was saved."))
        return redirect(card_url(card))
    return render(request, "supervision/scorecard_detail.html", _sheet_context(request, card, lines, form))


@require_POST
@year_page(*ASSESSED, area=Area.SUPERVISION)
def scorecard_submit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Hand the sheet up; the receipt follows."""
    card = find_card(request, year, pk)
    try:
        submit_self_assessment(card=card, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(card_url(card))
    return redirect(card_url(card, "scorecard-receipt"))


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def scorecard_receipt(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Number, time, seal of the content and what happens next."""
    card = find_card(request, year, pk)
    submission = card.submission
    receipt = submission and {
        "title": _("The self-assessment was handed up"),
        "number": submission.number,
        "version": submission.version,
        "time": submission.submitted_at,
        "digest": submission.sha256,
        "next_step": _(
            "The national office and its experts review each line; you see here what they settle or return."
        ),
        "url": card_url(card),
        "url_label": _("Back to the scorecard"),
    }
    title = _("Receipt")
    trail = crumbs(year, (name_of(card.unit), card_url(card)), (title, ""))
    context = {"year": year, "receipt": receipt, "title": title, "back": card_url(card), "crumbs": trail}
    return render(request, "supervision/scorecard_receipt.html", context)


@require_safe
@year_page(*READERS, area=Area.SUPERVISION)
def scorecard_print(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The printed form for seal and signature, as PDF."""
    card = find_card(request, year, pk)
    response = HttpResponse(sheet_pdf(card, live_lines(card), request.now), content_type="application/pdf")
    response["Content-Disposition"] = (
        f'attachment; filename="scorecard-{card.year.year}-{card.unit.code}.pdf"'
    )
    return response
