"""Offline training: sessions, attendance, results of the province's assessment (C8, C9, C12)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region, Unit
from core.events import changes, record
from core.exceptions import Refusal
from courses.enums import AttendanceMode
from courses.ledger import recount
from courses.models import Attendance, ClassSession, OfflineResult
from courses.permissions import check_hold_sessions, check_record_attendance, check_record_results
from courses.rules import attended_hours
from courses.watching import SUBJECT
from enrollment.models import Enrollment
from programs.enums import SettingCode, Track
from programs.models import ProgramYear
from programs.queries import check_not_closed, setting

EDITABLE = (
    "kind", "topic", "place", "starts_at", "hours", "lecturer", "is_live", "occasion", "specialty", "level",
)  # fmt: skip


@transaction.atomic
def record_session(
    *,
    year: ProgramYear,
    region: Region,
    base: Unit | None,
    values: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
) -> ClassSession:
    """Enter a session of the province or of one of its bases (C8)."""
    check_hold_sessions(actor, year, region.pk, base.pk if base else None)
    check_not_closed(year, region.pk, SUBJECT)
    session = ClassSession.objects.create(year=year, region=region, base=base, **values)
    record(
        "record_session",
        session,
        actor=actor,
        now=now,
        data={name: str(value) for name, value in values.items()},
    )
    return session


@transaction.atomic
def edit_session(
    *, session: ClassSession, values: Mapping[str, Any], actor: Actor, now: dt.datetime
) -> ClassSession:
    """Change a session; where its hours change, what attendance earned is counted anew."""
    check_hold_sessions(actor, session.year, session.region_id, session.base_id)
    check_not_closed(session.year, session.region_id, SUBJECT)
    before = {name: str(getattr(session, name)) for name in EDITABLE}
    hours_before = session.hours
    for name, value in values.items():
        setattr(session, name, value)
    session.save()
    after = {name: str(getattr(session, name)) for name in EDITABLE}
    record("edit_session", session, actor=actor, now=now, data=changes(before, after))
    rows = {row.enrollment_id: row.mode for row in session.attendance.all()}
    if rows and hours_before != session.hours:
        _write_attendance(session, rows)
    recount(rows)
    return session


@transaction.atomic
def record_attendance(
    *, session: ClassSession, modes: Mapping[int, str], actor: Actor, now: dt.datetime
) -> list[Attendance]:
    """Enter who was there: enrollment → mode, or "" for absent; the whole sheet in one act (C8, C9).

    Only approved comprehensive trainees of the session's province and year may stand on it; remote needs a live session.
    """
    check_record_attendance(actor, session)
    check_not_closed(session.year, session.region_id, SUBJECT)
    if now < session.starts_at:
        raise Refusal(_("The session has not begun yet."), remedy=_("Record who attended once it is held."))
    if AttendanceMode.REMOTE in modes.values() and not session.is_live:
        raise Refusal(
            _("Only a session that is broadcast live can be attended from afar."),
            remedy=_("Mark the session as live, or the trainees as on site."),
        )
    _check_people(actor, session, modes)
    absent = [pk for pk, mode in modes.items() if not mode]
    Attendance.objects.filter(session=session, enrollment__in=absent).delete()
    rows = _write_attendance(session, {pk: mode for pk, mode in modes.items() if mode})
    recount(modes)
    record(
        "record_attendance", session, actor=actor, now=now, data={"present": len(rows), "absent": len(absent)}
    )
    return rows


def _check_people(actor: Actor, session: ClassSession, modes: Mapping[int, str]) -> None:
    allowed = Enrollment.objects.filter(
        pk__in=modes, year=session.year_id, region=session.region_id, track=Track.COMPREHENSIVE
    ).active()
    if actor.scope.role:
        allowed = allowed.filter(pk__in=Enrollment.objects.visible_to(actor.scope).values("pk"))
    if allowed.count() != len(modes):
        raise Refusal(
            _("The sheet names people who do not take part in this session."),
            remedy=_("Open the sheet again."),
        )


def _write_attendance(session: ClassSession, modes: Mapping[int, str]) -> list[Attendance]:
    share = setting(session.year, SettingCode.REMOTE_ATTENDANCE_SHARE)
    rows = [
        Attendance(
            session=session,
            enrollment_id=pk,
            mode=mode,
            hours=attended_hours(session.hours, remote=mode == AttendanceMode.REMOTE, remote_share=share),
        )
        for pk, mode in modes.items()
    ]
    return Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["session", "enrollment"], update_fields=["mode", "hours"]
    )


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A line of the sheet of results."""

    enrollment_id: int
    passed: bool
    score: Decimal | None = None


@transaction.atomic
def record_results(
    *,
    year: ProgramYear,
    region: Region,
    rows: Sequence[ResultRow],
    assessed_on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Enter results of the province's own assessment, the whole sheet in one act; returns how many changed (C12)."""
    check_record_results(actor, year, region.pk)
    check_not_closed(year, region.pk, SUBJECT)
    wanted = {row.enrollment_id: row for row in rows}
    allowed = Enrollment.objects.filter(
        pk__in=wanted, year=year, region=region, track=Track.COMPREHENSIVE
    ).active()
    if actor.scope.role:
        allowed = allowed.filter(pk__in=Enrollment.objects.visible_to(actor.scope).values("pk"))
    if allowed.count() != len(wanted):
        raise Refusal(
            _("The sheet names people who are not assessed by you."), remedy=_("Open the sheet again.")
        )
    known = {
        row.enrollment_id: (row.passed, row.score)
        for row in OfflineResult.objects.filter(enrollment__in=wanted)
    }
    changed = [row for row in rows if known.get(row.enrollment_id) != (row.passed, row.score)]
    OfflineResult.objects.bulk_create(
        [
            OfflineResult(
                enrollment_id=row.enrollment_id,
                passed=row.passed,
                score=row.score,
                assessed_on=assessed_on,
                recorded_at=now,
            )
            for row in changed
        ],
        update_conflicts=True,
        unique_fields=["enrollment"],
        update_fields=["passed", "score", "assessed_on", "recorded_at"],
    )
    _note_results(changed, known, actor, now)
    return len(changed)


def _note_results(
    changed: Sequence[ResultRow],
    known: Mapping[int, tuple[bool, Decimal | None]],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """One event per person whose result is new or another: an appeal must find who entered what."""
    people = Enrollment.objects.in_bulk([row.enrollment_id for row in changed])
    for row in changed:
        old = known.get(row.enrollment_id)
        record(
            "set_offline_result",
            people[row.enrollment_id],
            actor=actor,
            now=now,
            from_state="" if old is None else ("passed" if old[0] else "failed"),
            to_state="passed" if row.passed else "failed",
            data={"score": row.score},
        )
