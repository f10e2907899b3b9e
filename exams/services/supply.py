"""A province's items on their way to the bank: read in the province, handed up together, decided one by one (X1)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region, Unit
from core.enums import FindingStatus, Operator, Severity
from core.exceptions import Refusal
from core.findings import Finding, blocking
from core.submissions import SubmissionStatus
from core.transitions import advance
from core.values import some_of
from exams.bank import entries_of, handed_up, item_counts, pairs_that_bar
from exams.enums import ItemKind, ItemOrigin, ItemStatus
from exams.models import Item, ItemPair, ItemVersion
from exams.permissions import check_decide_pair, check_manage_bank, check_write_items
from exams.rules.validity import findings as validity
from exams.services.items import ITEM_FLOW, whole
from exams.services.pairs import NAMED, PAIR_FLOW, check_compared, check_decided
from programs.enums import SettingCode
from programs.models import ProgramYear, Submission
from programs.queries import check_not_closed, settings_of
from programs.services import decide_submission, submit

SUBJECT = "items"
QUOTAS: Mapping[str, SettingCode] = {
    ItemKind.A1: SettingCode.ITEM_QUOTA_A1,
    ItemKind.A2: SettingCode.ITEM_QUOTA_A2,
    ItemKind.B1: SettingCode.ITEM_QUOTA_B1,
    ItemKind.B2: SettingCode.ITEM_QUOTA_B2,
    ItemKind.X: SettingCode.ITEM_QUOTA_X,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reader decides about an item, and so about its whole group; a return wants the reason."""

    item: Item
    accept: bool
    reason: str = ""


def quota_findings(year: ProgramYear, region_code: str) -> list[Finding]:
    """The meter of a province's items: every type and the whole against the year's figures (X1).

    Counted are items the province has approved; `params` say how many more are still being written.
    """
    values = settings_of(year)
    ready, begun = item_counts(year, region_code)
    wanted = [(kind, ready[kind], begun[kind], int(values[code])) for kind, code in QUOTAS.items()]
    total = int(values[SettingCode.ITEMS_PER_PROVINCE])
    wanted.append(("all", sum(ready.values()), sum(begun.values()), total))
    return [
        Finding(
            kind="item_quota",
            code=kind,
            status=FindingStatus.PASSED if count >= quota else FindingStatus.FAILED,
            severity=Severity.HARD,
            value=count,
            threshold=quota,
            operator=Operator.GE,
            params={"type": str(ItemKind(kind).label) if kind in ItemKind else "", "begun": more},
        )
        for kind, count, more, quota in wanted
    ]


@transaction.atomic
def propose_items(*, items: Iterable[Item], year: ProgramYear, actor: Actor, now: dt.datetime) -> int:
    """The writer puts drafts before the province's reader; raises Refusal naming those with a defect that blocks (X2)."""
    found = whole(items)
    check_writer(found, year, actor)
    flawed = [entry.code for entry in entries_of(found) if blocking(validity(entry))]
    if flawed:
        raise Refusal(
            _("These items are not sound yet: %(codes)s.") % {"codes": some_of(flawed, NAMED)},
            remedy=_("Open each of them: what is wrong stands beside its form."),
        )
    return len([advance(item, ITEM_FLOW, "propose_item", actor=actor, now=now) for item in found])


def check_writer(items: Iterable[Item], year: ProgramYear, actor: Actor) -> None:
    """Raises NotAllowed for items of others, Closed where the province's items are closed for the year."""
    for region in {item.region_id for item in items}:
        check_write_items(actor, year, region)
        if region:
            check_not_closed(year, region, SUBJECT)


@transaction.atomic
def review_items(*, decisions: Iterable[Decision], year: ProgramYear, actor: Actor, now: dt.datetime) -> int:
    """The province's reader approves items or gives them back to their writer with the reason; returns how many."""
    count = 0
    for decision, items in _each(decisions):
        check_writer(items, year, actor)
        for item in items:
            _step(item, "approve_item", decision, actor, now)
            count += 1
        if decision.accept:
            Item.objects.filter(pk__in=[item.pk for item in items]).update(reviewed_by_number=actor.user_id)
    return count


def _each(decisions: Iterable[Decision]) -> Iterator[tuple[Decision, list[Item]]]:
    """Each decision with the items it is about; the first one about a group stands for all its stems."""
    done = set[int]()
    for decision in decisions:
        items = [item for item in whole([decision.item]) if item.pk not in done]
        done |= {item.pk for item in items}
        yield decision, items


def _step(item: Item, verb: str, decision: Decision, actor: Actor, now: dt.datetime) -> None:
    step = verb if decision.accept else "return_item"
    advance(item, ITEM_FLOW, step, actor=actor, now=now, reason=decision.reason)


@transaction.atomic
def submit_items(
    *, year: ProgramYear, region: Region, unit: Unit, actor: Actor, now: dt.datetime
) -> Submission:
    """Hand up the province's approved items for the year, frozen by version (X1).

    A later version has the replaced items beside those the office has taken in. Raises Refusal while a type is short
    and while an item repeats homework, an item of another year or another one of the same list.
    """
    check_write_items(actor, year, region.pk)
    check_not_closed(year, region.pk, SUBJECT)
    _check_none_waits(year, unit)
    fresh = list(
        Item.objects.select_for_update().filter(
            year=year, region=region, status=ItemStatus.APPROVED, origin=ItemOrigin.BANK
        )
    )
    findings = quota_findings(year, region.pk)
    short = blocking(findings)
    if not fresh or short:
        raise Refusal(
            _("The items are not complete yet."),
            remedy=_("Enter the missing items shown below, then submit again."),
            params={"findings": short},
        )
    _check_no_repeats(fresh)
    standing = handed_up(year, region.pk)
    versions = ItemVersion.objects.current().filter(item__in=[*fresh, *standing])
    submission = submit(
        kind=SUBJECT,
        year=year,
        unit=unit,
        region=region,
        content=dict(versions.order_by("item__code").values_list("item__code", "sha256")),
        findings=findings,
        actor=actor,
        now=now,
    )
    # one event for the submission stands for its items
    Item.objects.filter(pk__in=[item.pk for item in fresh]).update(
        status=ItemStatus.SUBMITTED, submission=submission
    )
    return submission


def _check_none_waits(year: ProgramYear, unit: Unit) -> None:
    waiting = Submission.objects.filter(kind=SUBJECT, year=year, unit=unit, status=SubmissionStatus.SUBMITTED)
    if waiting.exists():
        raise Refusal(
            _("The national office is still reading the list you handed up."),
            remedy=_("Hand up again when it is decided; what comes back can be corrected then."),
        )


def _check_no_repeats(items: Sequence[Item]) -> None:
    check_compared(items)
    codes = sorted({pair.item.code for pair in pairs_that_bar(items)})
    if codes:
        raise Refusal(
            _("These items repeat others word for word: %(codes)s.") % {"codes": some_of(codes, NAMED)},
            remedy=_("Compare them on the page of look-alikes, then change or withdraw them."),
        )


@transaction.atomic
def decide_items(
    *, submission: Submission, decisions: Iterable[Decision], actor: Actor, now: dt.datetime
) -> Submission:
    """The office takes items of a submission into the bank or returns them, one by one, with reasons.

    With the last of them the submission is decided: returned when any item was, else accepted. Raises Refusal naming
    items that look like another one as long as nobody has decided about the two.
    """
    check_manage_bank(actor, submission.year)
    locked = _locked(submission)
    if locked.status != SubmissionStatus.SUBMITTED:
        raise Refusal(_("This submission is decided already."), remedy=_("Reload the page."))
    chosen = list(_each(decisions))
    _check_handed_up(locked, [item for _decision, items in chosen for item in items])
    check_decided([item for decision, items in chosen if decision.accept for item in items])
    for decision, items in chosen:
        for item in items:
            _step(item, "take_in_item", decision, actor, now)
    _settle(locked, actor, now)
    return locked


def _locked(submission: Submission) -> Submission:
    """Two readers of one list come one after the other: else each leaves the end of it to the other."""
    locked: Submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    return locked


def _check_handed_up(submission: Submission, items: Sequence[Item]) -> None:
    gone = [
        item.code
        for item in items
        if item.submission_id != submission.pk or item.status != ItemStatus.SUBMITTED
    ]
    if gone:
        raise Refusal(
            _("These items are decided already: %(codes)s.") % {"codes": some_of(gone, NAMED)},
            remedy=_("Reload the page; somebody may have gone on with it."),
        )


def _settle(submission: Submission, actor: Actor, now: dt.datetime) -> None:
    rows = Item.objects.filter(submission=submission)
    if rows.filter(status=ItemStatus.SUBMITTED).exists():
        return
    returned = rows.exclude(status__in=(ItemStatus.IN_BANK, ItemStatus.RETIRED)).count()
    reason = _("%(n)s items come back, each with its reason.") % {"n": returned} if returned else ""
    decide_submission(submission=submission, accept=not returned, reason=reason, actor=actor, now=now)


@transaction.atomic
def decide_pair(
    *, pair: ItemPair, duplicate: bool, reason: str, year: ProgramYear, actor: Actor, now: dt.datetime
) -> ItemPair:
    """A person says with a reason whether two look-alikes are one item (X1). A duplicate that is on its way to the bank
    goes back to its writer with that reason; one that is in the bank stays until it is retired.
    """
    check_decide_pair(actor, year, pair)
    verb = "call_duplicate" if duplicate else "call_different"
    advance(pair, PAIR_FLOW, verb, actor=actor, now=now, reason=reason)
    pair.reason, pair.decided_at = reason, now
    pair.save(update_fields=["reason", "decided_at"])
    if duplicate:
        _send_back(pair.item, reason, actor, now)
    return pair


def _send_back(item: Item, reason: str, actor: Actor, now: dt.datetime) -> None:
    submission = _locked(item.submission) if item.submission else None
    item.refresh_from_db(fields=["status"])
    if item.status not in ITEM_FLOW.edge("return_item").sources:
        return
    waited = item.status == ItemStatus.SUBMITTED
    for one in whole([item]):
        advance(one, ITEM_FLOW, "return_item", actor=actor, now=now, reason=reason)
    if submission is not None and waited:
        _settle(submission, actor, now)
