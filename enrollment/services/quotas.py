"""Seats that move between provinces: one asks, the national office decides (E1, E3)."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.actors import Actor
from accounts.enums import NoticeKind, Role
from accounts.models import Region
from accounts.queries import members_of
from accounts.services.notices import notify
from core.events import record
from core.exceptions import Refusal
from core.transitions import advance
from enrollment.permissions import check_ask_for_transfer, check_decide_roster
from enrollment.queries import lead_unit
from enrollment.quotas import free_seats
from enrollment.services.flows import TRANSFER_FLOW
from enrollment.services.guards import locked_roster
from programs.models import ProgramYear, Quota, QuotaTransfer

APPROVED = gettext_noop("%(seats)s seats moved from %(giver)s to %(taker)s.")
REFUSED = gettext_noop("The transfer of %(seats)s seats from %(giver)s to %(taker)s was not approved.")


@transaction.atomic
def ask_for_transfer(
    *,
    year: ProgramYear,
    track: str,
    giver: Region,
    taker: Region,
    seats: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> QuotaTransfer:
    """Offer free seats of `giver` to `taker`; nothing moves before the office approves. Raises Refusal."""
    check_ask_for_transfer(actor, year, giver.pk)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    _check_possible(year, track, giver, taker, seats)
    transfer = QuotaTransfer.objects.create(
        year=year, track=track, giver=giver, taker=taker, seats=seats, reason=reason.strip(), asked_at=now
    )
    data = {"seats": seats, "track": track, "giver": giver.pk, "taker": taker.pk}
    record(
        "ask_for_transfer", transfer, actor=actor, now=now, to_state=transfer.status, reason=reason, data=data
    )
    return transfer


def _check_possible(year: ProgramYear, track: str, giver: Region, taker: Region, seats: int) -> None:
    if giver == taker:
        raise Refusal(_("A province gives seats to another one."), remedy=_("Choose another province."))
    rows = set(Quota.objects.filter(year=year, track=track).values_list("region_id", flat=True))
    if not {giver.pk, taker.pk} <= rows:
        raise Refusal(
            _("One of the two provinces has no quota of this track in the year."),
            remedy=_("Choose a province that takes part."),
        )
    free = free_seats(year, giver, track)
    if seats > free:
        raise Refusal(
            ngettext(
                "%(province)s has only %(n)s free seat.", "%(province)s has only %(n)s free seats.", free
            )
            % {"province": giver, "n": free},
            remedy=_("Give no more than that; seats on which somebody sits do not move."),
        )


@transaction.atomic
def approve_transfer(*, transfer: QuotaTransfer, actor: Actor, now: dt.datetime) -> QuotaTransfer:
    """Move the seats, if they are still free; both rosters are locked meanwhile, so that nobody sits down on one."""
    check_decide_roster(actor, transfer.year)
    for region in sorted((transfer.giver, transfer.taker), key=lambda one: one.pk):
        locked_roster(transfer.year, region)
    _check_possible(transfer.year, transfer.track, transfer.giver, transfer.taker, transfer.seats)
    quotas = Quota.objects.filter(year=transfer.year, track=transfer.track)
    quotas.filter(region=transfer.giver).update(moved=F("moved") - transfer.seats)
    quotas.filter(region=transfer.taker).update(moved=F("moved") + transfer.seats)
    data = {"seats": transfer.seats, "track": transfer.track}
    return _decided(transfer, "approve_transfer", "", actor, now, APPROVED, **data)


@transaction.atomic
def refuse_transfer(*, transfer: QuotaTransfer, reason: str, actor: Actor, now: dt.datetime) -> QuotaTransfer:
    check_decide_roster(actor, transfer.year)
    return _decided(transfer, "refuse_transfer", reason, actor, now, REFUSED)


@transaction.atomic
def withdraw_transfer(*, transfer: QuotaTransfer, actor: Actor, now: dt.datetime) -> QuotaTransfer:
    """The giving province thinks better of it, as long as nothing is decided."""
    check_ask_for_transfer(actor, transfer.year, transfer.giver_id)
    return advance(transfer, TRANSFER_FLOW, "withdraw_transfer", actor=actor, now=now)


def _decided(
    transfer: QuotaTransfer, verb: str, reason: str, actor: Actor, now: dt.datetime, told: str, **data: object
) -> QuotaTransfer:
    advance(transfer, TRANSFER_FLOW, verb, actor=actor, now=now, reason=reason, **data)
    transfer.decided_at = now
    transfer.save(update_fields=["decided_at"])
    units = [lead_unit(transfer.year, region) for region in (transfer.giver, transfer.taker)]
    for unit in filter(None, units):
        notify(
            members_of(unit.pk, Role.TECHNICAL_LEAD, now=now),
            NoticeKind.DECISION,
            told,
            params={"seats": transfer.seats, "giver": transfer.giver, "taker": transfer.taker},
            url=reverse("enrollment:quota-ledger", kwargs=transfer.year.url_kwargs),
            actor=actor,
            now=now,
        )
    return transfer
