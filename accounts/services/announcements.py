"""Announcements (通知公告): written, published to people fixed at that moment, withdrawn."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import AnnouncementStatus, NoticeKind
from accounts.models import Announcement, AnnouncementFile, Membership, Notice
from accounts.permissions import check_announce, check_keep_announcement
from accounts.queries import DELIVER_JOB, delivery_batch, recipients
from accounts.services.notices import mail_states
from core.events import changes, record
from core.exceptions import Refusal
from core.files import UploadPolicy
from core.jobs import enqueue
from core.transitions import FLOWS, Edge, Flow, advance
from core.uploads import SCANS, WORKBOOKS, accept

BATCH = 500  # so many are told within the act itself
MAX_FILES = 10
ATTACHMENTS = UploadPolicy((*SCANS.kinds, *WORKBOOKS.kinds))
FLOW = Flow(
    "accounts.announcement",
    AnnouncementStatus,
    (
        Edge("publish_announcement", (AnnouncementStatus.DRAFT,), AnnouncementStatus.PUBLISHED),
        Edge(
            "withdraw_announcement",
            (AnnouncementStatus.PUBLISHED,),
            AnnouncementStatus.WITHDRAWN,
            needs_reason=True,
        ),
    ),
)
FLOWS.add(FLOW)
_WRITTEN = ("title", "text", "is_important", "roles")


@transaction.atomic
def draft_announcement(*, values: Mapping[str, Any], actor: Actor, now: dt.datetime) -> Announcement:
    """A draft of the actor's unit; `values` are title, text, is_important, roles, regions, units."""
    check_announce(actor)
    written = {name: values[name] for name in _WRITTEN}
    announcement = Announcement.objects.create(unit_id=actor.scope.unit_id or 0, written_at=now, **written)
    _narrow(announcement, values)
    record("draft_announcement", announcement, actor=actor, now=now)
    return announcement


@transaction.atomic
def edit_announcement(
    *, announcement: Announcement, values: Mapping[str, Any], actor: Actor, now: dt.datetime
) -> Announcement:
    """Only a draft changes: what was published stays as its readers saw it."""
    locked = _draft(announcement, actor)
    before = {name: getattr(locked, name) for name in _WRITTEN}
    for name in _WRITTEN:
        setattr(locked, name, values[name])
    locked.written_at = now
    locked.save()
    _narrow(locked, values)
    fields = list(changes(before, {name: values[name] for name in _WRITTEN}))
    record("edit_announcement", locked, actor=actor, now=now, data={"fields": fields})
    return locked


def _narrow(announcement: Announcement, values: Mapping[str, Any]) -> None:
    announcement.regions.set(values["regions"])
    announcement.units.set(values["units"])


def _draft(announcement: Announcement, actor: Actor) -> Announcement:
    """The row, locked, as long as it is a draft of the actor's unit."""
    check_keep_announcement(actor, announcement)
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("unit")
    locked = rows.get(pk=announcement.pk)
    if not locked.is_draft:
        raise Refusal(
            _("This announcement was published; it stays as its readers saw it."),
            remedy=_("Recall it with a reason and publish a new one."),
        )
    return locked


@transaction.atomic
def discard_announcement(*, announcement: Announcement, actor: Actor, now: dt.datetime) -> None:
    """A draft that nobody has read goes, with its files."""
    locked = _draft(announcement, actor)
    record("discard_announcement", locked, actor=actor, now=now)
    for row in locked.files.all():
        _forget(row)
    locked.delete()


@transaction.atomic
def attach_file(
    *, announcement: Announcement, file: UploadedFile, actor: Actor, now: dt.datetime
) -> AnnouncementFile:
    """Add a scan, picture or workbook to a draft. Raises Refusal for anything else."""
    locked = _draft(announcement, actor)
    if locked.files.count() >= MAX_FILES:
        raise Refusal(
            _("No more than %(count)s files.") % {"count": MAX_FILES},
            remedy=_("Put several pages into one PDF file."),
        )
    accepted = accept(file, ATTACHMENTS)
    row = AnnouncementFile(announcement=locked, name=(file.name or accepted.kept_as)[-200:], added_at=now)
    row.file.save(accepted.kept_as, accepted, save=False)
    row.save()
    record("attach_file", locked, actor=actor, now=now)
    return row


@transaction.atomic
def detach_file(*, file: AnnouncementFile, actor: Actor, now: dt.datetime) -> None:
    """Take a file off a draft."""
    locked = _draft(file.announcement, actor)
    record("detach_file", locked, actor=actor, now=now)
    _forget(file)
    file.delete()


def _forget(row: AnnouncementFile) -> None:
    storage, name = row.file.storage, str(row.file.name)
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def publish_announcement(*, announcement: Announcement, actor: Actor, now: dt.datetime) -> Announcement:
    """Tell everyone it addresses at this moment; beyond a batch a worker goes on. Nobody later gets it."""
    locked = _draft(announcement, actor)
    count = recipients(locked, now).count()
    if not count:
        raise Refusal(
            _("Nobody has one of these roles there at present."),
            remedy=_("Choose other roles, provinces or units."),
        )
    locked.published_at = now
    locked.save(update_fields=["published_at"])
    advance(locked, FLOW, "publish_announcement", actor=actor, now=now, recipients=count)
    first = delivery_batch(locked, now, after=0, limit=BATCH)
    deliver(announcement=locked, members=first, now=now)
    if len(first) == BATCH:
        params = {"announcement": locked.pk, "after": first[-1].pk, "total": count}
        enqueue(DELIVER_JOB, params, actor=actor, now=now, key=f"{DELIVER_JOB}:{locked.pk}")
    return locked


def deliver(*, announcement: Announcement, members: Sequence[Membership], now: dt.datetime) -> None:
    """Tell a batch of those in force at publication, as far as they still are; told twice they have it once."""
    still = [member for member in members if member.ends_at is None or member.ends_at > now]
    mails = mail_states(still, NoticeKind.ANNOUNCEMENT)
    Notice.objects.bulk_create(
        (
            Notice(
                membership=member,
                kind=NoticeKind.ANNOUNCEMENT,
                announcement=announcement,
                created_at=announcement.published_at or now,
                mail=mails[member.pk],
            )
            for member in still
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def withdraw_announcement(
    *, announcement: Announcement, reason: str, actor: Actor, now: dt.datetime
) -> Announcement:
    """Its readers see only that it was withdrawn, and why; mails still waiting are not sent."""
    check_keep_announcement(actor, announcement)
    advance(announcement, FLOW, "withdraw_announcement", actor=actor, now=now, reason=reason)
    announcement.withdrawn_at, announcement.withdrawn_reason = now, reason.strip()
    announcement.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return announcement
