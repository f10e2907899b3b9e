"""Reading items in batches: the province before it hands them up, the office before they enter the bank (X1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from core.exceptions import Refusal, Text
from core.values import some_of
from exams.bank import themes_of
from exams.enums import ItemStatus
from exams.forms import ReadingForm
from exams.models import Item
from exams.reading import Batch, Read, batch_of, read_by_office, read_in_province
from exams.services import Decision, decide_items, review_items
from exams.services.pairs import NAMED
from exams.services.supply import SUBJECT
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Submission

COMMON_REASONS = (
    gettext_lazy("More than one option can be right."),
    gettext_lazy("The key does not fit the question."),
    gettext_lazy("The explanation does not give the reason."),
    gettext_lazy("The source of fact is missing or out of date."),
    gettext_lazy("The case does not lead to the answer."),
    gettext_lazy("The wording gives the answer away."),
    gettext_lazy("It asks for what is not in the outline."),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose desk the items lie on. `guarded`: what looks like another item cannot be accepted here."""

    title: Text
    waiting: Any
    save: Callable[[Sequence[Decision]], Any]
    read: Callable[[], Read]
    guarded: bool
    back: str
    context: dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TECHNICAL_LEAD, area=Area.EXAMS)
def item_review(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The province's reader: what its writers have put forward."""
    own = Item.objects.visible_to(request.scope).filter(year=year)
    desk = Desk(
        title=_("Read the items of the province"),
        waiting=own.filter(status=ItemStatus.REVIEW),
        save=partial(_review, request, year),
        read=partial(read_in_province, year, request.scope.region_code),
        guarded=False,
        back="exams:item-list",
        context={},
    )
    return _read(request, year, desk)


def _review(request: PortalRequest, year: ProgramYear, decisions: Sequence[Decision]) -> None:
    review_items(decisions=decisions, year=year, actor=request.actor, now=request.now)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def submission_review(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The office: what is undecided of a province's submission."""
    rows = Submission.objects.visible_to(request.scope).filter(year=year, kind=SUBJECT)
    submission = get_object_or_404(rows.select_related("unit", "region", "year__program"), pk=pk)
    items = Item.objects.visible_to(request.scope)
    desk = Desk(
        title=_("Read the items: %(province)s") % {"province": submission.region},
        waiting=items.filter(submission=submission, status=ItemStatus.SUBMITTED),
        save=partial(_decide, request, submission),
        read=partial(read_by_office, submission),
        guarded=True,
        back="exams:submission-list",
        context={"submission": submission},
    )
    return _read(request, year, desk)


def _decide(request: PortalRequest, submission: Submission, decisions: Sequence[Decision]) -> None:
    decide_items(submission=submission, decisions=decisions, actor=request.actor, now=request.now)


def _read(request: PortalRequest, year: ProgramYear, desk: Desk) -> HttpResponse:
    """One batch: shown, or saved as a whole; what was typed stays when it cannot be."""
    posted = request.POST if request.method == "POST" else None
    only = posted.getlist("shown") if posted else ()
    batch = batch_of(desk.waiting, request.scope, request.GET.get("after", ""), only)
    forms = [ReadingForm(posted, sheet=sheet, guarded=desk.guarded) for sheet in batch.sheets]
    refusal = None
    if posted is not None and not any(form.errors for form in forms):
        try:
            return _saved(request, year, desk, batch, [one for form in forms if (one := form.decision)])
        except Refusal as caught:
            refusal = caught
    context = desk.context | {
        "year": year,
        "desk": desk,
        "batch": batch,
        "forms": forms,
        "refusal": refusal,
        "problems": [problem for form in forms for problem in form.problems],
        "read": desk.read(),
        "reasons": COMMON_REASONS,
        "themes": themes_of(year),
        "back_url": _url(desk.back, year),
    }
    return render(request, "exams/reading.html", context)


def _url(name: str, year: ProgramYear) -> str:
    return redirect(name, **year.url_kwargs).url


def _saved(
    request: PortalRequest, year: ProgramYear, desk: Desk, batch: Batch, decisions: Sequence[Decision]
) -> HttpResponse:
    if batch.gone:
        messages.warning(
            request,
            _("Somebody has decided these meanwhile; nothing was done to them: %(codes)s.")
            % {"codes": some_of(batch.gone, NAMED)},
        )
    if decisions:
        desk.save(decisions)
        accepted = sum(decision.accept for decision in decisions)
        messages.success(
            request,
            _("Saved: %(accepted)s accepted, %(returned)s returned.")
            % {"accepted": accepted, "returned": len(decisions) - accepted},
        )
    left = len(batch.sheets) - len(decisions)
    if left:
        messages.info(
            request, ngettext("%(n)s is left undecided.", "%(n)s are left undecided.", left) % {"n": left}
        )
    query = f"?{urlencode({'after': batch.last})}" if batch.has_more else ""
    return redirect(request.path + query)
