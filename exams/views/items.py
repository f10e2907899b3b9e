"""One item with everything known about it, and what may be done with it (X1, X2)."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import NotAllowed, Refusal
from exams.bank import affected_by
from exams.comparing import changes_of
from exams.enums import ItemOrigin, ItemStatus
from exams.models import Item, ItemUse
from exams.permissions import can_manage_bank, can_write_items
from exams.reading import sheets_of
from exams.services import Decision, decide_items, retire_item, review_items, take_in_items
from exams.services.items import OWN_STATES
from exams.vocabulary import vocabulary_of
from exams.words import WORDS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

READERS = (Role.NATIONAL_OFFICE, Role.EXPERT, Role.TECHNICAL_LEAD)
WRITERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)
VERBS = {verb: WORDS[verb] for verb in ("propose_item", "approve_item", "submit_item", "return_item", "take_in_item", "retire_item", "revise_item")}  # fmt: skip


def acts_on(request: PortalRequest, year: ProgramYear, item: Item) -> frozenset[str]:
    """What the reader may do with the item as it stands."""
    office = can_manage_bank(request.actor, year)
    mine = can_write_items(request.actor, year, item.region_id) and (office or item.year_id == year.pk)
    offered = item.origin == ItemOrigin.HOMEWORK or item.region_id is None
    acts = {
        "edit": (mine and item.status == ItemStatus.DRAFT) or (office and item.status == ItemStatus.IN_BANK),
        "approve": mine and item.status == ItemStatus.REVIEW,
        "take_in": office
        and (item.status == ItemStatus.SUBMITTED or (offered and item.status in OWN_STATES)),
        "return": (mine and item.status in (ItemStatus.REVIEW, ItemStatus.APPROVED))
        or (office and item.status == ItemStatus.SUBMITTED),
        "retire": (office and item.status == ItemStatus.IN_BANK) or (mine and item.status in OWN_STATES),
    }
    return frozenset(act for act, may in acts.items() if may)


@require_safe
@year_page(*READERS, area=Area.EXAMS)
def item_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The item as candidates see it, with key, explanation, versions, use, look-alikes and what may be done."""
    rows = Item.objects.visible_to(request.scope).select_related("unit", "group", "region", "year")
    item = get_object_or_404(rows, pk=pk)
    together = Q(group=item.group_id) & ~Q(status=ItemStatus.RETIRED) if item.group_id else Q(pk=item.pk)
    sheets = sheets_of(rows.filter(together | Q(pk=item.pk)), request.scope)
    uses = list(
        ItemUse.objects.visible_to(request.scope)
        .filter(item=item)
        .select_related("year")
        .order_by("-year__year")
    )
    context: dict[str, Any] = {
        "year": year,
        "item": item,
        "sheet": sheets[0],
        "words": vocabulary_of(year),
        "acts": acts_on(request, year, item),
        "accept": [("accept", "yes")],
        "back": [("accept", "no")],
        "changes": changes_of(item, list(item.versions.order_by("number"))),
        "uses": [use for use in uses if use.papers],
        "affected": affected_by(item).count(),
        "is_office": can_manage_bank(request.actor, year),
        # experts read items, not who wrote them
        "history": history(item, VERBS) if request.scope.role != Role.EXPERT else None,
    }
    return render(request, "exams/item_show.html", context)


@require_POST
@year_page(*WRITERS, area=Area.EXAMS)
def item_decide(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Accept or return a single item or group, whoever's turn it is."""
    rows = Item.objects.visible_to(request.scope).select_related("submission__year")
    item = get_object_or_404(rows, pk=pk)
    accept = request.POST.get("accept") == "yes"
    try:
        _decide(request, year, Decision(item, accept, request.POST.get("reason", "")))
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("%(code)s is accepted.") if accept else _("%(code)s goes back to its writer.")
        messages.success(request, done % {"code": item.group or item.code})
    return redirect("exams:item-show", **year.url_kwargs, pk=item.pk)


def _decide(request: PortalRequest, year: ProgramYear, decision: Decision) -> None:
    who: dict[str, Any] = {"actor": request.actor, "now": request.now}
    item = decision.item
    if item.status == ItemStatus.SUBMITTED and item.submission:
        decide_items(submission=item.submission, decisions=[decision], **who)
    elif decision.accept and request.scope.is_national:
        take_in_items(items=[item], year=year, **who)
    else:
        review_items(decisions=[decision], year=year, **who)


@require_POST
@year_page(*WRITERS, area=Area.EXAMS)
def item_retire(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Out of the bank, or withdrawn before the office had it."""
    item = get_object_or_404(Item.objects.visible_to(request.scope), pk=pk)
    reason = request.POST.get("reason", "")
    try:
        retire_item(item=item, year=year, reason=reason, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(code)s is retired.") % {"code": item.group or item.code})
    return redirect("exams:item-show", **year.url_kwargs, pk=item.pk)
