"""An uploaded roster: staged, confirmed or discarded. Nothing of it counts before it is confirmed, then all of it at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor, system_actor
from accounts.models import Region
from core.events import record
from core.exceptions import Refusal
from core.jobs import enqueue
from core.transitions import advance
from core.uploads import WORKBOOKS, accept
from enrollment.enums import ImportStatus
from enrollment.models import ImportRow, RosterImport
from enrollment.permissions import check_keep_roster
from enrollment.services.flows import IMPORT_FLOW
from enrollment.services.guards import STANDING, open_for
from programs.models import ProgramYear

READ_JOB, APPLY_JOB = "enrollment.read_roster", "enrollment.apply_roster"


@transaction.atomic
def stage_import(
    *, year: ProgramYear, region: Region, file: UploadedFile, actor: Actor, now: dt.datetime
) -> RosterImport:
    """Keep the file encrypted and have it read in the background; raises Refusal for what is no workbook."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *STANDING)
    accept(file, WORKBOOKS)
    file.seek(0)
    staged = RosterImport(year=year, region=region, file_name=str(file.name)[:200], created_at=now)
    staged.data = file.read()
    staged.save()
    job = enqueue(READ_JOB, {"import": staged.pk}, actor=actor, now=now, key=f"{READ_JOB}:{staged.pk}")
    staged.job_number = job.pk
    staged.save(update_fields=["job_number"])
    record("stage_import", staged, actor=actor, now=now, to_state=staged.status)
    return staged


def keep_raw(
    *, staged: RosterImport, rows: Sequence[ImportRow], layout: Mapping[str, Any] | None = None
) -> None:
    """The lines as typed; a second reading replaces the first. Of an upload discarded meanwhile nothing is kept."""
    if not _is_being_read(staged.pk):
        return
    staged.rows.all().delete()
    ImportRow.objects.bulk_create(rows, batch_size=500)
    RosterImport.objects.filter(pk=staged.pk).update(row_count=len(rows), layout=dict(layout or {}))


def keep_checked(rows: Sequence[ImportRow]) -> None:
    """The lines of one upload with what was found; of an upload discarded meanwhile nothing is kept."""
    if not rows or not _is_being_read(rows[0].roster_import_id):
        return
    # an upsert by key costs a fifth of a bulk update, which builds a CASE of every line
    ImportRow.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["values", "problems", "is_bad", "id_number_index", "effect"],
    )


def _is_being_read(staged_id: int) -> bool:
    """Under a row lock: whoever discards the upload waits for these lines and deletes them too."""
    rows = RosterImport.objects.select_for_update().filter(pk=staged_id, status=ImportStatus.READING)
    return bool(rows.values_list("pk", flat=True))


def finish_reading(
    *,
    staged: RosterImport,
    duplicates: Sequence[ImportRow],
    problems: Sequence[Mapping[str, Any]] = (),
    actor: Actor,
    now: dt.datetime,
) -> None:
    """The preview is ready to be confirmed."""
    keep_checked(duplicates)
    counted = staged.rows.aggregate(rows=Count("pk"), bad=Count("pk", filter=Q(is_bad=True)))
    staged.row_count, staged.bad_count = counted["rows"], counted["bad"]
    staged.problems = list(problems)
    staged.save(update_fields=["row_count", "bad_count", "problems"])
    advance(
        staged, IMPORT_FLOW, "read_import", actor=actor, now=now, rows=staged.row_count, bad=staged.bad_count
    )


@transaction.atomic
def confirm_import(*, staged: RosterImport, only_good: bool, actor: Actor, now: dt.datetime) -> RosterImport:
    """Have the previewed lines taken in by a job: every one, or with `only_good` those without errors."""
    check_keep_roster(actor, staged.year, staged.region_id)
    if staged.status != ImportStatus.PREVIEW:
        raise Refusal(_("This upload is not waiting to be confirmed."), remedy=_("Reload the page."))
    check_confirmable(staged, only_good=only_good)
    key = f"{APPLY_JOB}:{staged.pk}"
    job = enqueue(APPLY_JOB, {"import": staged.pk, "only_good": only_good}, actor=actor, now=now, key=key)
    staged.job_number = job.pk
    staged.save(update_fields=["job_number"])
    return staged


def check_confirmable(staged: RosterImport, *, only_good: bool) -> None:
    """Raises Refusal where a line has errors and all were asked for, and where none is without."""
    if staged.bad_count and not only_good:
        raise Refusal(
            _("%(n)s rows have errors; all or nothing was chosen.") % {"n": staged.bad_count},
            remedy=_("Correct the marked workbook and upload it again, or take in the rows without errors."),
        )
    if staged.row_count == staged.bad_count:
        raise Refusal(
            _("No row is without errors."), remedy=_("Correct the marked workbook and upload it again.")
        )


@transaction.atomic
def discard_import(*, staged: RosterImport, actor: Actor, now: dt.datetime) -> RosterImport:
    """Forget the upload: file and lines are deleted at once."""
    check_keep_roster(actor, staged.year, staged.region_id)
    advance(staged, IMPORT_FLOW, "discard_import", actor=actor, now=now)
    forget(staged)
    return staged


def forget(staged: RosterImport) -> None:
    staged.rows.all().delete()
    staged.source, staged.made = "", ""
    staged.save(update_fields=["source", "made"])


@transaction.atomic
def forget_imports(found: QuerySet[RosterImport], now: dt.datetime) -> int:
    """Files and lines of those uploads go, what waited is discarded; what was taken in stays on the enrollments."""
    count = 0
    for staged in found.exclude(status__in=(ImportStatus.DISCARDED, ImportStatus.UNDONE)):
        if not staged.source and not staged.rows.exists():
            continue
        if staged.status != ImportStatus.APPLIED:
            advance(staged, IMPORT_FLOW, "discard_import", actor=system_actor(), now=now)
        forget(staged)
        count += 1
    return count
