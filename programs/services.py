"""Acts on years and their plan; submissions and closings that every room uses."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Membership, Region, Unit
from core.counters import next_numbers
from core.crypto import keyed_index
from core.enums import ActorKind
from core.events import changes, record, record_many
from core.exceptions import Refusal
from core.findings import Finding, blocking, frozen
from core.submissions import SubmissionStatus, canonical, digest
from core.transitions import FLOWS, Edge, Flow, advance
from core.uploads import SCANS, accept
from core.values import day_start
from programs.enums import YearStatus
from programs.models import (
    CalendarFeed,
    Closing,
    Duty,
    DutyExtension,
    DutyRecord,
    ProgramYear,
    Submission,
    YearRow,
)
from programs.permissions import check_manage_year, check_record_duty
from programs.queries import due_at as due_at_of
from programs.queries import plan_findings_of
from programs.yearmodels import YEAR_MODELS, copy_rows

# what the index of a calendar address is bound to
FEED = "calendar_feed"
YEAR_FLOW = Flow(
    "programs.programyear",
    YearStatus,
    (
        Edge("open_year", (YearStatus.DRAFT,), YearStatus.OPEN),
        Edge("close_year", (YearStatus.OPEN,), YearStatus.CLOSED),
        Edge("reopen_year", (YearStatus.CLOSED,), YearStatus.OPEN, needs_reason=True),
    ),
)
SUBMISSION_FLOW = Flow(
    "programs.submission",
    SubmissionStatus,
    (
        Edge("accept_submission", (SubmissionStatus.SUBMITTED,), SubmissionStatus.ACCEPTED),
        Edge(
            "return_submission", (SubmissionStatus.SUBMITTED,), SubmissionStatus.RETURNED, needs_reason=True
        ),
    ),
)
FLOWS.add(YEAR_FLOW, SUBMISSION_FLOW)


@transaction.atomic
def copy_year(
    *,
    source: ProgramYear,
    year: int,
    name: str,
    name_en: str,
    shift: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
) -> ProgramYear:
    """Open next year: a draft with every row of the source's plan, its dates moved by `shift` (P1)."""
    check_manage_year(actor, source)
    if ProgramYear.objects.filter(program=source.program, year=year).exists():
        raise Refusal(
            _("The program already has a year %(year)s.") % {"year": year}, remedy=_("Choose another year.")
        )
    target = ProgramYear.objects.create(
        program=source.program,
        year=year,
        name=name,
        name_en=name_en,
        areas=source.areas,
        copied_from=source,
        clause=source.clause,
    )
    copies = copy_rows(source, target, shift)
    counts = {model._meta.label_lower: len(rows) for model, rows in copies.of.items()}
    record("copy_year", target, actor=actor, now=now, data={"from": source.year, "rows": counts})
    return target


def open_year(*, year: ProgramYear, actor: Actor, now: dt.datetime) -> ProgramYear:
    """The reviewed draft becomes visible to everyone who takes part; a plan that contradicts itself does not."""
    check_manage_year(actor, year)
    if blocking(plan_findings_of(year)):
        raise Refusal(
            _("The plan contradicts itself."),
            remedy=_("Put right what the review marks as not met, then open the year."),
        )
    return advance(year, YEAR_FLOW, "open_year", actor=actor, now=now)


@transaction.atomic
def edit_row(
    *, row: YearRow, values: Mapping[str, Any], reason: str, actor: Actor, now: dt.datetime
) -> YearRow:
    """Change fields of a plan row with a reason; an assumed row counts as confirmed by that (P1).

    Raises Refusal without a reason or when the new values do not hold together.
    """
    check_manage_year(actor, row.year)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    locked = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    before = {name: getattr(locked, name) for name in values}
    for name, value in values.items():
        setattr(locked, name, value)
    if locked.assumed:
        locked.confirmed_at = now
    try:
        locked.full_clean()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    stopping = _stopping(locked)
    locked.save()
    _check_together(locked, stopping)
    record(
        "edit_row", locked, actor=actor, now=now, reason=reason, data=changes(_plain(before), _plain(values))
    )
    return locked


def _stopping(row: YearRow) -> set[tuple[str, str]]:
    """What the room of this kind of row says cannot hold in the year as it stands."""
    entry = YEAR_MODELS.get(row._meta.label_lower)
    found = entry.check(row.year) if entry and entry.check and entry.guarded else ()
    return {(finding.code, str(finding.params.get("row", finding.code))) for finding in blocking(found)}


def _check_together(row: YearRow, before: set[tuple[str, str]]) -> None:
    """A change after which rows cannot be met together any more is refused; one that mends only part of it is not."""
    new = _stopping(row) - before
    if new:
        raise Refusal(
            _("With this value it cannot be met: %(rows)s.")
            % {"rows": "、".join(name for _code, name in sorted(new))},
            remedy=_("Choose a value that some roster can meet."),
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if value is not None else None for name, value in values.items()}


@transaction.atomic
def confirm_assumption(*, row: YearRow, reason: str, actor: Actor, now: dt.datetime) -> YearRow:
    """The office takes an assumed figure as its own; 暂定 disappears."""
    check_manage_year(actor, row.year)
    locked = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if not locked.is_provisional:
        raise Refusal(_("This row is not provisional."))
    locked.confirmed_at = now
    locked.save(update_fields=["confirmed_at"])
    record("confirm_assumption", locked, actor=actor, now=now, reason=reason)
    return locked


@transaction.atomic
def confirm_assumptions(*, year: ProgramYear, rows: Iterable[YearRow], actor: Actor, now: dt.datetime) -> int:
    """The same for many rows of a year at once; returns how many, those confirmed before are left alone."""
    check_manage_year(actor, year)
    by_model: dict[type[YearRow], list[YearRow]] = {}
    for row in rows:
        if row.year_id == year.pk and row.is_provisional:
            row.confirmed_at = now
            by_model.setdefault(type(row), []).append(row)
    for model, members in by_model.items():
        model._default_manager.bulk_update(members, ["confirmed_at"], batch_size=500)
        record_many("confirm_assumption", members, actor=actor, now=now)
    return sum(map(len, by_model.values()))


@transaction.atomic
def submit(
    *,
    kind: str,
    year: ProgramYear,
    unit: Unit,
    region: Region | None,
    content: Mapping[str, Any],
    findings: Sequence[Finding],
    actor: Actor,
    now: dt.datetime,
) -> Submission:
    """Freeze what a unit hands up: number, canonical content with SHA-256, findings; returns the receipt.

    Called by the room that owns the subject, which has checked permission and state.
    """
    previous = Submission.objects.filter(kind=kind, year=year, unit=unit).order_by("-version").first()
    head = f"{year.program.code.upper()[:2]}{year.year}"
    submission = Submission.objects.create(
        kind=kind,
        number=f"{head}-{next_numbers(f'submission:{head}')[0]:05d}",
        version=previous.version + 1 if previous else 1,
        content=content,
        sha256=digest(content),
        findings=[frozen(finding) for finding in findings],
        submitted_at=now,
        submitted_by_number=actor.user_id,
        year=year,
        unit=unit,
        region=region,
        previous=previous,
    )
    record(
        "submit",
        submission,
        actor=actor,
        now=now,
        to_state=submission.status,
        data={"bytes": len(canonical(content))},
    )
    return submission


def decide_submission(
    *, submission: Submission, accept: bool, reason: str, actor: Actor, now: dt.datetime
) -> Submission:
    """Accept, or return with a reason; the subject's own room moves its state beside this."""
    with transaction.atomic():
        verb = "accept_submission" if accept else "return_submission"
        advance(submission, SUBMISSION_FLOW, verb, actor=actor, now=now, reason=reason)
        submission.decided_at, submission.reason = now, reason
        submission.save(update_fields=["decided_at", "reason"])
    return submission


@transaction.atomic
def close(*, year: ProgramYear, region: Region, subject: str, actor: Actor, now: dt.datetime) -> Closing:
    """关账: nothing of this subject changes any more for the province and year."""
    closing, created = Closing.objects.get_or_create(
        year=year, region=region, subject=subject, defaults={"closed_at": now}
    )
    if created:
        record("close", closing, actor=actor, now=now, data={"subject": subject})
    return closing


@transaction.atomic
def reopen(*, closing: Closing, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Take a closing back; wants a reason and the national office."""
    if actor.kind != ActorKind.SYSTEM:
        check_manage_year(actor, closing.year)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    record("reopen", closing, actor=actor, now=now, reason=reason, data={"subject": closing.subject})
    closing.delete()


def record_duty(
    *,
    duty: Duty,
    unit: Unit,
    done_on: dt.date,
    note: str,
    file: UploadedFile | None,
    actor: Actor,
    now: dt.datetime,
) -> DutyRecord:
    """The holder says when its duty was done, with a note and a scan; a second time corrects the first (P4, S7).

    Raises Refusal for a day to come, and past the deadline of a wall; other duties take late work, marked late.
    """
    check_record_duty(actor, duty, unit)
    if day_start(done_on) > now:
        raise Refusal(_("This day is still to come."), remedy=_("Record the duty on the day it is done."))
    if duty.wall and now >= due_at_of(duty, unit):
        raise Refusal(
            _("Nothing is accepted after this deadline."),
            remedy=_("Ask the national office for an extension."),
        )
    scan = accept(file, SCANS) if file else None
    with transaction.atomic():
        values = {"year": duty.year, "done_on": done_on, "note": note.strip(), "recorded_at": now}
        entry, created = DutyRecord.objects.update_or_create(duty=duty, unit=unit, defaults=values)
        if scan:
            entry.file.save(scan.kept_as, scan)
        verb = "record_duty" if created else "correct_duty_record"
        record(
            verb,
            entry,
            actor=actor,
            now=now,
            data={"duty": duty.code, "done_on": done_on, "file": bool(file)},
        )
    return entry


@transaction.atomic
def make_feed(*, membership: Membership, actor: Actor, now: dt.datetime) -> str:
    """A secret address part for the role's calendar, kept as a keyed digest only; an older one is void (T04)."""
    token = secrets.token_hex(16)
    values = {"token_index": keyed_index(token, FEED), "made_at": now}
    feed, _created = CalendarFeed.objects.update_or_create(membership=membership, defaults=values)
    record("make_feed", feed, actor=actor, now=now)
    return token


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, actor: Actor, now: dt.datetime) -> None:
    """The address opens nothing from now on."""
    record("revoke_feed", feed, actor=actor, now=now)
    feed.delete()


@transaction.atomic
def extend_duty(
    *, duty: Duty, unit: Unit, due_at: dt.datetime, reason: str, actor: Actor, now: dt.datetime
) -> DutyExtension:
    """A later date for one unit, with the reason; the printed date stays on the duty (P2)."""
    check_manage_year(actor, duty.year)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    if due_at <= duty.due_at:
        raise Refusal(_("An extension must end after the printed date."), remedy=_("Choose a later day."))
    if unit.kind not in duty.holders:
        raise Refusal(_("This unit does not hold the duty."), remedy=_("Choose one of the units that do."))
    values = {"year": duty.year, "due_at": due_at, "reason": reason.strip()}
    extension, _created = DutyExtension.objects.update_or_create(duty=duty, unit=unit, defaults=values)
    data = {"duty": duty.code, "unit": unit.code, "due_at": due_at}
    record("extend_duty", extension, actor=actor, now=now, reason=reason, data=data)
    return extension
