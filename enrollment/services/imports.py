"""An uploaded roster: staged, confirmed or discarded. Nothing of it counts before it is confirmed, then all of it at once."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor, system_actor
from accounts.models import Institution, Person, Region
from accounts.rules import fold
from accounts.services.institutions import create_institution
from core.crypto import keyed_index
from core.events import record
from core.exceptions import Refusal
from core.jobs import enqueue
from core.transitions import advance
from core.uploads import WORKBOOKS, accept
from enrollment.enums import EnrollmentStatus, ImportStatus
from enrollment.models import Enrollment, ImportRow, RosterImport
from enrollment.permissions import check_keep_roster
from enrollment.queries import institutions_by_name
from enrollment.services.flows import IMPORT_FLOW
from enrollment.services.guards import STANDING, open_for
from programs.models import ProgramYear

READ_JOB, APPLY_JOB = "enrollment.read_roster", "enrollment.apply_roster"
_COPIED = (
    "department",
    "title",
    "profession",
    "track",
    "health_management",
    "licensed_physician",
    "checkup_head",
    "in_shortage",
)


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


def keep_raw(*, staged: RosterImport, rows: Sequence[ImportRow]) -> None:
    """The lines as typed; a second reading replaces the first. Of an upload discarded meanwhile nothing is kept."""
    if not _is_being_read(staged.pk):
        return
    staged.rows.all().delete()
    ImportRow.objects.bulk_create(rows, batch_size=500)
    RosterImport.objects.filter(pk=staged.pk).update(row_count=len(rows))


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
        update_fields=["values", "problems", "is_bad", "id_number_index"],
    )


def _is_being_read(staged_id: int) -> bool:
    """Under a row lock: whoever discards the upload waits for these lines and deletes them too."""
    rows = RosterImport.objects.select_for_update().filter(pk=staged_id, status=ImportStatus.READING)
    return bool(rows.values_list("pk", flat=True))


def finish_reading(
    *, staged: RosterImport, duplicates: Sequence[ImportRow], actor: Actor, now: dt.datetime
) -> None:
    """The preview is ready to be confirmed."""
    keep_checked(duplicates)
    counted = staged.rows.aggregate(rows=Count("pk"), bad=Count("pk", filter=Q(is_bad=True)))
    staged.row_count, staged.bad_count = counted["rows"], counted["bad"]
    staged.save(update_fields=["row_count", "bad_count"])
    advance(
        staged, IMPORT_FLOW, "read_import", actor=actor, now=now, rows=staged.row_count, bad=staged.bad_count
    )


@transaction.atomic
def confirm_import(*, staged: RosterImport, only_good: bool, actor: Actor, now: dt.datetime) -> RosterImport:
    """Have the previewed lines taken in by a job: every one, or with `only_good` those without errors."""
    check_keep_roster(actor, staged.year, staged.region_id)
    if staged.status != ImportStatus.PREVIEW:
        raise Refusal(_("This upload is not waiting to be confirmed."), remedy=_("Reload the page."))
    _check_confirmable(staged, only_good=only_good)
    key = f"{APPLY_JOB}:{staged.pk}"
    job = enqueue(APPLY_JOB, {"import": staged.pk, "only_good": only_good}, actor=actor, now=now, key=key)
    staged.job_number = job.pk
    staged.save(update_fields=["job_number"])
    return staged


def _check_confirmable(staged: RosterImport, *, only_good: bool) -> None:
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
def apply_import(*, staged: RosterImport, only_good: bool, actor: Actor, now: dt.datetime) -> int:
    """Take the lines in as applications, all in this transaction; returns how many.

    People are found by identity number and made where nobody has it; institutions new to the registry are added. A line
    whose person has got onto a roster since the preview is left out, so that the same file twice makes no one double.
    """
    check_keep_roster(actor, staged.year, staged.region_id)
    open_for(staged.year, staged.region, *STANDING)
    locked = RosterImport.objects.select_for_update().get(pk=staged.pk)
    _check_confirmable(locked, only_good=only_good)
    lines = [json.loads(row.values) for row in locked.rows.good()]
    institutions = _institutions_of(lines, locked.region, actor, now)
    people = _people_of(lines)
    standing = set(
        Enrollment.objects.of(locked.year)
        .filter(person__in=people.values(), status__in=(EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED))
        .values_list("person_id", flat=True)
    )
    rows = [
        _application(line, locked, people[line["id_number"]], institutions[_place(line)], now)
        for line in lines
        if people[line["id_number"]] not in standing
    ]
    Enrollment.objects.bulk_create(rows, batch_size=500)
    locked.taken_count, locked.applied_at = len(rows), now
    locked.save(update_fields=["taken_count", "applied_at"])
    advance(locked, IMPORT_FLOW, "apply_import", actor=actor, now=now, taken=len(rows))
    return len(rows)


def _place(line: Mapping[str, Any]) -> Any:
    return line["institution_id"] or fold(line["institution"])


def _institutions_of(
    lines: Sequence[Mapping[str, Any]], region: Region, actor: Actor, now: dt.datetime
) -> dict[Any, int]:
    """Registry numbers by the line's key; names the registry does not have are added to it (E17).

    The registry is read anew: since the preview an institution may have been merged, entered or given another name.
    """
    chosen = {line["institution_id"] for line in lines if line["institution_id"]}
    found: dict[Any, int] = {
        row.pk: row.merged_into_id or row.pk for row in Institution.objects.filter(pk__in=chosen)
    }
    known = institutions_by_name(region)
    for line in lines:
        place = _place(line)
        if place not in found:
            found[place] = known[place].pk if place in known else _entered(line, region, actor, now)
    return found


def _entered(line: Mapping[str, Any], region: Region, actor: Actor, now: dt.datetime) -> int:
    values = {
        "name": line["institution"],
        "level": line["institution_level"],
        "kind": line["institution_kind"],
        "region": region,
    }
    return create_institution(values=values, actor=actor, now=now).pk


def _people_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Person numbers by identity number; who is new is made."""
    index = {keyed_index(line["id_number"], "id_number"): line for line in lines}
    found = dict(Person.objects.filter(id_number_index__in=index).values_list("id_number_index", "pk"))
    fresh = [
        Person(
            name=line["name"],
            id_number=line["id_number"],
            phone=line["phone"],
            sex=line["sex"] or "",
            birth_date=line["birth_date"],
        )
        for key, line in index.items()
        if key not in found
    ]
    for person in Person.objects.bulk_create(fresh, batch_size=500):
        found[person.id_number_index] = person.pk
    return {line["id_number"]: found[key] for key, line in index.items()}


def _application(
    line: Mapping[str, Any], staged: RosterImport, person_id: int, institution_id: int, now: dt.datetime
) -> Enrollment:
    return Enrollment(
        year_id=staged.year_id,
        region_id=staged.region_id,
        person_id=person_id,
        institution_id=institution_id,
        institution_level=line["institution_level"],
        specialty_id=line["specialty"],
        fine_specialty_id=line["fine_specialty"],
        priority_program_id=line["priority_program"],
        status=EnrollmentStatus.APPLIED,
        applied_at=now,
        roster_import_id=staged.pk,
        **{name: line[name] for name in _COPIED},
    )


@transaction.atomic
def discard_import(*, staged: RosterImport, actor: Actor, now: dt.datetime) -> RosterImport:
    """Forget the upload: file and lines are deleted at once."""
    check_keep_roster(actor, staged.year, staged.region_id)
    advance(staged, IMPORT_FLOW, "discard_import", actor=actor, now=now)
    _forget(staged)
    return staged


def _forget(staged: RosterImport) -> None:
    staged.rows.all().delete()
    staged.source = ""
    staged.save(update_fields=["source"])


@transaction.atomic
def forget_imports(found: QuerySet[RosterImport], now: dt.datetime) -> int:
    """Files and lines of those uploads go, what waited is discarded; what was taken in stays on the enrollments."""
    count = 0
    for staged in found.exclude(status=ImportStatus.DISCARDED):
        if not staged.source and not staged.rows.exists():
            continue
        if staged.status != ImportStatus.APPLIED:
            advance(staged, IMPORT_FLOW, "discard_import", actor=system_actor(), now=now)
        _forget(staged)
        count += 1
    return count
