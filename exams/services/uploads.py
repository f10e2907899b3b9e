"""A file or a pasted text with items: read, looked through, then taken in as drafts or discarded (I2)."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Unit
from core.events import record
from core.exceptions import Refusal
from core.jobs import enqueue
from core.models import Job
from core.transitions import advance
from exams.enums import ItemFormat, ItemKind, UploadStatus
from exams.formats.files import frozen, read_as, recognized, without
from exams.formats.reports import Outcome, Read, check_size
from exams.models import ItemUpload
from exams.permissions import check_write_items
from exams.rules.entries import Entry, of_row, to_row
from exams.services.arriving import TAKEN, arrivals_of
from exams.services.items import Imported
from exams.services.supply import SUBJECT
from exams.services.writing import UPLOAD_FLOW, home_of, write_entries
from exams.vocabulary import vocabulary_of
from programs.models import ProgramYear
from programs.queries import check_not_closed

READ_JOB = "exams.read_upload"
# what is read while the person waits: some 500 items, half a second
AT_ONCE = 256 * 1024


@transaction.atomic
def stage_upload(
    *, data: bytes, name: str, form: str = "", year: ProgramYear, unit: Unit, actor: Actor, now: dt.datetime
) -> ItemUpload:
    """Read the file, or have a long one read by a job; nothing of it is an item before it is taken in.

    Raises Refusal for what cannot be read. `form` is the format where the person says it.
    """
    region = home_of(year, unit).region
    check_write_items(actor, year, region.pk if region else None)
    if region:
        check_not_closed(year, region.pk, SUBJECT)
    check_size(data)
    upload = ItemUpload(
        year=year,
        region=region,
        unit=unit,
        file_name=name[:200],
        format=form or recognized(data),
        sha256=hashlib.sha256(data).hexdigest(),
        source=data,
        created_at=now,
    )
    upload.save()
    record("stage_upload", upload, actor=actor, now=now, to_state=upload.status, data={"bytes": len(data)})
    if len(data) <= AT_ONCE:
        keep_read(upload=upload, read=read_upload(upload), actor=actor, now=now)
        return upload
    job = enqueue(READ_JOB, {"upload": upload.pk}, actor=actor, now=now, key=f"{READ_JOB}:{upload.pk}")
    upload.job_number = job.pk
    upload.save(update_fields=["job_number"])
    return upload


def read_upload(upload: ItemUpload) -> Read:
    """What the file holds, for the unit that sent it; writes nothing. Raises Refusal for what holds no item."""
    read = read_as(ItemFormat(upload.format), bytes(upload.source or b""), vocabulary_of(upload.year))
    if not read.entries and not read.of(Outcome.REFUSED):
        raise Refusal(
            _("No item was found in it."),
            remedy=_("Write it as the samples beside the form show, or choose its format yourself."),
        )
    return without(read, {ItemKind.TRUE_FALSE}, "kind_of_office") if upload.region_id else read


@transaction.atomic
def keep_read(*, upload: ItemUpload, read: Read, actor: Actor, now: dt.datetime) -> ItemUpload:
    """The preview is ready; the file itself is not needed any more. Of an upload discarded meanwhile nothing is kept."""
    waiting = ItemUpload.objects.select_for_update().filter(pk=upload.pk, status=UploadStatus.READING)
    if not waiting.exists():
        return upload
    upload.entries = [
        {**to_row(entry), "place": frozen_place}
        for entry, frozen_place in zip(read.entries, _places(read), strict=True)
    ]
    upload.reports = [frozen(report) for report in read.reports]
    upload.source = None
    upload.save(update_fields=["entries", "reports", "source"])
    count: dict[str, Any] = {"entries": len(read.entries), "reports": len(read.reports)}
    return advance(upload, UPLOAD_FLOW, "read_upload", actor=actor, now=now, **count)


def _places(read: Read) -> list[Mapping[str, Any]]:
    return [
        {"unit": str(one.unit), "number": one.number, "cell": one.cell, "name": one.name}
        for one in read.places
    ]


def job_of(upload: ItemUpload) -> Job | None:
    """The work that reads a long file."""
    return Job.objects.filter(pk=upload.job_number or 0).first()


def entries_in(upload: ItemUpload) -> list[Entry]:
    return [of_row(row) for row in upload.entries]


@transaction.atomic
def apply_upload(*, upload: ItemUpload, actor: Actor, now: dt.datetime) -> Imported:
    """Take in as drafts what is new or changes a draft of the unit; raises Refusal when nothing is left of the file."""
    check_write_items(actor, upload.year, upload.region_id)
    advance(upload, UPLOAD_FLOW, "apply_upload", actor=actor, now=now)
    arrivals = arrivals_of(entries_in(upload), upload.unit)
    taken = [one.entry for one in arrivals if one.fate in TAKEN]
    if not taken:
        raise Refusal(
            _("The file has nothing that is not there already."),
            remedy=_(
                "Discard it. What changes an item that is no draft any more is written on its own page."
            ),
        )
    return write_entries(entries=taken, year=upload.year, unit=upload.unit, actor=actor, now=now)


@transaction.atomic
def discard_upload(*, upload: ItemUpload, actor: Actor, now: dt.datetime) -> ItemUpload:
    """Nothing of the file is kept but that there was one."""
    check_write_items(actor, upload.year, upload.region_id)
    advance(upload, UPLOAD_FLOW, "discard_upload", actor=actor, now=now)
    upload.entries, upload.reports, upload.source = [], [], None
    upload.save(update_fields=["entries", "reports", "source"])
    return upload


def taken_before(upload: ItemUpload) -> Sequence[ItemUpload]:
    """The same file, taken in earlier by the same unit."""
    rows = ItemUpload.objects.filter(unit=upload.unit_id, sha256=upload.sha256, status=UploadStatus.APPLIED)
    return list(rows.exclude(pk=upload.pk)[:1])
