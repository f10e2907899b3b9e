"""Lists in full: one person asks, a second of the unit approves, a job makes the file, three downloads in seven days (T47)."""

import datetime as dt
import io
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor, scope_of, system_actor
from accounts.disclosures import DISCLOSABLE, DisclosableList
from accounts.enums import DisclosureStatus
from accounts.models import Disclosure, Membership
from accounts.permissions import check_ask_in_full, check_decide_in_full, check_download_in_full
from accounts.personal import Secret
from core.crypto import Undecipherable, decrypt_bytes, encrypt_bytes
from core.events import record
from core.exceptions import Refusal
from core.jobs import enqueue
from core.models import Job
from core.spreadsheets import Sheet, write_workbook
from core.transitions import FLOWS, Edge, Flow, advance

BUILD_JOB = "accounts.disclose"
DOWNLOADS = 3
KEEP = dt.timedelta(days=7)
_PURPOSE = "accounts.disclosure.file"
DISCLOSURE_FLOW = Flow(
    "accounts.disclosure",
    DisclosureStatus,
    (
        Edge("approve_disclosure", (DisclosureStatus.WAITING,), DisclosureStatus.BUILDING),
        Edge("refuse_disclosure", (DisclosureStatus.WAITING,), DisclosureStatus.REFUSED, needs_reason=True),
        Edge("build_disclosure", (DisclosureStatus.BUILDING,), DisclosureStatus.READY),
        Edge(
            "end_disclosure",
            (DisclosureStatus.WAITING, DisclosureStatus.BUILDING, DisclosureStatus.READY),
            DisclosureStatus.ENDED,
        ),
    ),
)
FLOWS.add(DISCLOSURE_FLOW)


@transaction.atomic
def ask_in_full(
    *,
    of: DisclosableList,
    year_number: int,
    query: str,
    secrets: Sequence[str],
    purpose: str,
    actor: Actor,
    now: dt.datetime,
) -> Disclosure:
    """A request: which list under which filters, what in full, what for. Nothing is made before a second person approves."""
    check_ask_in_full(actor)
    if not purpose.strip():
        raise Refusal(_("A purpose is needed."), remedy=_("Write what the list is needed for."))
    wanted = [secret for secret in Secret.values if secret in secrets]
    if not wanted:
        raise Refusal(_("Nothing was chosen to be shown in full."), remedy=_("Tick at least one."))
    rows, _words = of.filtered(actor.scope, year_number, query)
    count = rows.count()
    if not count:
        raise Refusal(_("The list is empty under these filters."), remedy=_("Go back and change the search."))
    disclosure: Disclosure = Disclosure.objects.create(
        membership_id=actor.scope.membership_id or 0,
        listing=of.code,
        year_number=year_number,
        query=query,
        secrets=wanted,
        purpose=purpose.strip(),
        row_count=count,
        requested_at=now,
    )
    record(
        "ask_disclosure",
        disclosure,
        actor=actor,
        now=now,
        to_state=disclosure.status,
        reason=purpose,
        data={"list": of.code, "rows": count},
    )
    return disclosure


def build_job_of(disclosure: Disclosure) -> Job | None:
    """The work that makes the file, once it was approved."""
    return Job.objects.filter(key=f"{BUILD_JOB}:{disclosure.pk}").first()


@transaction.atomic
def approve_in_full(*, disclosure: Disclosure, actor: Actor, now: dt.datetime) -> Disclosure:
    """By a second person of the unit; the file is made in the background."""
    check_decide_in_full(actor, disclosure)
    advance(disclosure, DISCLOSURE_FLOW, "approve_disclosure", actor=actor, now=now)
    _note_decision(disclosure, actor, now)
    enqueue(
        BUILD_JOB, {"disclosure": disclosure.pk}, actor=actor, now=now, key=f"{BUILD_JOB}:{disclosure.pk}"
    )
    return disclosure


@transaction.atomic
def refuse_in_full(*, disclosure: Disclosure, reason: str, actor: Actor, now: dt.datetime) -> Disclosure:
    check_decide_in_full(actor, disclosure)
    advance(disclosure, DISCLOSURE_FLOW, "refuse_disclosure", actor=actor, now=now, reason=reason)
    _note_decision(disclosure, actor, now)
    return disclosure


def _note_decision(disclosure: Disclosure, actor: Actor, now: dt.datetime) -> None:
    disclosure.decided_by_id, disclosure.decided_at = actor.user_id, now
    disclosure.save(update_fields=["decided_by", "decided_at"])


def made_file(disclosure: Disclosure, now: dt.datetime) -> tuple[bytes, int]:
    """The encrypted workbook and its lines, from what the asker may see now; raises Refusal when their role has ended."""
    membership = Membership.objects.active(now).filter(pk=disclosure.membership_id).first()
    if membership is None:
        raise Refusal(_("The role in which this was asked for has ended."))
    of = DISCLOSABLE[disclosure.listing]
    rows, words = of.filtered(scope_of(membership), disclosure.year_number, disclosure.query)
    when = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    stamp = _("%(mark)s · %(name)s, %(unit)s · %(time)s") % {
        "mark": disclosure.mark,
        "name": membership.user,
        "unit": membership.unit,
        "time": when,
    }
    notes = [*(f"{label}: {value}" for label, value in words), f"{_('Purpose')}: {disclosure.purpose}", stamp]
    columns = of.columns(disclosure.secrets, disclosure.mark)
    sheet = Sheet(str(of.title), columns, rows.iterator(2000), notes, total=[(stamp, "")], stamp=stamp)
    buffer = io.BytesIO()
    count = write_workbook(sheet, buffer)
    return encrypt_bytes(buffer.getvalue(), _PURPOSE), count


@transaction.atomic
def keep_file(*, disclosure: Disclosure, data: bytes, count: int, now: dt.datetime) -> None:
    """The file rests encrypted under a random name; from now the seven days run."""
    advance(disclosure, DISCLOSURE_FLOW, "build_disclosure", actor=system_actor(), now=now, rows=count)
    disclosure.row_count, disclosure.expires_at = count, now + KEEP
    disclosure.file.save(f"{disclosure.mark}.bin", ContentFile(data), save=False)
    disclosure.save(update_fields=["row_count", "expires_at", "file"])


@transaction.atomic
def download_in_full(*, disclosure: Disclosure, actor: Actor, now: dt.datetime) -> bytes:
    """The workbook, to the one who asked; each download is counted, with the last one the file goes."""
    check_download_in_full(actor, disclosure)
    locked: Disclosure = Disclosure.objects.select_for_update(of=("self",)).get(pk=disclosure.pk)
    over = locked.expires_at is None or now >= locked.expires_at
    if locked.status != DisclosureStatus.READY or over:
        raise Refusal(
            _("There is no file to download (any more)."),
            remedy=_("Ask for the list again if it is still needed."),
        )
    with locked.file.open("rb") as file:
        sealed = file.read()
    try:
        data = decrypt_bytes(sealed, _PURPOSE)
    except Undecipherable as error:
        raise Refusal(
            _("The key of this file has been changed since."), remedy=_("Ask for the list again.")
        ) from error
    locked.downloads += 1
    locked.save(update_fields=["downloads"])
    record("download_disclosure", locked, actor=actor, now=now, data={"rows": locked.row_count})
    if locked.downloads >= DOWNLOADS:
        end_disclosure(disclosure=locked, now=now)
    return data


def end_disclosures(*, now: dt.datetime) -> int:
    """Requests nobody decided on and files past their week go; returns how many."""
    old = Disclosure.objects.filter(status=DisclosureStatus.READY, expires_at__lte=now)
    forgotten = Disclosure.objects.filter(
        status__in=(DisclosureStatus.WAITING, DisclosureStatus.BUILDING), requested_at__lte=now - KEEP
    )
    ended = [*old, *forgotten]
    for disclosure in ended:
        end_disclosure(disclosure=disclosure, now=now)
    return len(ended)


@transaction.atomic
def end_disclosure(*, disclosure: Disclosure, now: dt.datetime) -> bool:
    """The file is deleted after the commit, so that a rollback never leaves a row without its file."""
    advance(disclosure, DISCLOSURE_FLOW, "end_disclosure", actor=system_actor(), now=now)
    storage, name = disclosure.file.storage, disclosure.file.name
    disclosure.file = ""
    disclosure.save(update_fields=["file"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    return True
