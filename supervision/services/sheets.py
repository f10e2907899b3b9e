"""A unit's own work on its sheet: measured from records, assessed by itself, handed up (S3, S4)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from core.findings import blocking
from core.templatetags.portal import display
from core.transitions import FLOWS, Edge, Flow, advance
from core.uploads import SCANS, accept
from core.values import CHINA
from programs.models import ProgramYear, Submission
from programs.queries import check_not_closed, duty_of_kind
from programs.services import submit
from supervision.enums import LineDecision, ScorecardStatus
from supervision.models import Evidence, Scorecard, ScorecardLine
from supervision.permissions import check_assess, check_manage_scorecards
from supervision.queries import (
    SUBJECT,
    assessed_units,
    criteria_of,
    findings_of,
    lines_of,
    remeasure,
    sheet_line,
    thresholds_of,
    totals_of,
)
from supervision.rules import EDITABLE, MEASURED_ANEW, counted, points_fit
from supervision.services.records import enter_in_calendar

SELF_ASSESSMENT = DUTY_KIND = "self_assessment"
MEASURED = ("maximum", "threshold", "state", "value", "value_on", "base", "measured_points", "points")
SCORECARD_FLOW = Flow(
    "supervision.scorecard",
    ScorecardStatus,
    (
        Edge(
            "submit_scorecard",
            (ScorecardStatus.DRAFT, ScorecardStatus.RETURNED),
            ScorecardStatus.SELF_ASSESSED,
        ),
        Edge(
            "return_scorecard", (ScorecardStatus.SELF_ASSESSED,), ScorecardStatus.RETURNED, needs_reason=True
        ),
        Edge("confirm_scorecard", (ScorecardStatus.SELF_ASSESSED,), ScorecardStatus.CONFIRMED),
        Edge("finalize_scorecard", (ScorecardStatus.CONFIRMED,), ScorecardStatus.FINAL),
        Edge(
            "reopen_scorecard",
            (ScorecardStatus.CONFIRMED, ScorecardStatus.FINAL),
            ScorecardStatus.SELF_ASSESSED,
            needs_reason=True,
        ),
    ),
)
LINE_FLOW = Flow(
    "supervision.scorecardline",
    LineDecision,
    (
        Edge("confirm_line", tuple(LineDecision), LineDecision.CONFIRMED),
        Edge("override_line", tuple(LineDecision), LineDecision.OVERRIDDEN, needs_reason=True),
        Edge("return_line", tuple(LineDecision), LineDecision.RETURNED, needs_reason=True),
        Edge("mend_line", (LineDecision.RETURNED,), LineDecision.PENDING),
    ),
    field="decision",
)
FLOWS.add(SCORECARD_FLOW, LINE_FLOW)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the unit enters for one line; `removed` are papers it takes back."""

    points: Decimal | None = None
    note: str = ""
    files: Sequence[UploadedFile] = ()
    removed: frozenset[int] = frozenset()


def locked(card: Scorecard) -> Scorecard:
    """The card under a lock until the act is committed, with what the acts read."""
    rows = Scorecard.objects.select_related("year__program", "region", "unit")
    found: Scorecard = rows.select_for_update(of=("self",)).get(pk=card.pk)
    return found


@transaction.atomic
def open_scorecards(*, year: ProgramYear, actor: Actor, now: dt.datetime) -> int:
    """A sheet for both units of every province and for every base that has none yet; returns how many were new."""
    check_manage_scorecards(actor, year)
    if not criteria_of(year):
        raise Refusal(_("The year has no criteria."), remedy=_("Enter the criteria of the scorecard first."))
    units = assessed_units(year)
    known = set(Scorecard.objects.filter(year=year).values_list("unit", "kind"))
    cards = [
        Scorecard(year=year, kind=kind, region_id=region, unit=unit)
        for kind, region, unit in units
        if (unit.pk, kind) not in known
    ]
    Scorecard.objects.bulk_create(cards)
    _first_lines(year)
    if cards:
        record("open_scorecards", year, actor=actor, now=now, data={"scorecards": len(cards)})
    return len(cards)


def _first_lines(year: ProgramYear) -> None:
    """The lines of sheets that have none yet, not measured so far."""
    criteria = criteria_of(year)
    ScorecardLine.objects.bulk_create(
        ScorecardLine(scorecard=card, criterion=row, maximum=row.points, threshold=row.threshold or "")
        for card in Scorecard.objects.filter(year=year, lines=None)
        for row in criteria
        if row.applies_to(card.kind)
    )


@transaction.atomic
def refresh_scorecards(*, cards: Iterable[Scorecard], actor: Actor, now: dt.datetime) -> int:
    """Measure sheets that are not confirmed yet from the live records; returns how many (pull, design §1)."""
    done = 0
    for one in cards:
        check_manage_scorecards(actor, one.year)
        card = locked(one)
        if card.status in MEASURED_ANEW:
            measure(card, now)
            done += 1
    return done


def measure(card: Scorecard, now: dt.datetime) -> list[ScorecardLine]:
    """Bring the lines of a sheet in line with criteria, thresholds and records; confirmed sheets are never passed in."""
    _fit_lines(card)
    thresholds, lines, changed = thresholds_of(card.year), lines_of(card), []
    for line in lines:
        before = [getattr(line, name) for name in MEASURED]
        remeasure(card, line, thresholds)
        changed += [line] if before != [getattr(line, name) for name in MEASURED] else []
    ScorecardLine.objects.bulk_update(changed, MEASURED)
    card.measured_at = now
    card.save(update_fields=["measured_at"])
    return lines


def _fit_lines(card: Scorecard) -> None:
    """A line for each criterion of this kind of sheet, none for the others."""
    wanted = {row.pk: row for row in criteria_of(card.year) if row.applies_to(card.kind)}
    have = dict(ScorecardLine.objects.filter(scorecard=card).values_list("criterion", "pk"))
    ScorecardLine.objects.filter(pk__in=[have[key] for key in have.keys() - wanted.keys()]).delete()
    missing = [row for key, row in wanted.items() if key not in have]
    ScorecardLine.objects.bulk_create(
        [ScorecardLine(scorecard=card, criterion=row, maximum=row.points) for row in missing]
    )


def check_editable(card: Scorecard) -> None:
    check_not_closed(card.year, card.region_id, SUBJECT)
    if card.status not in EDITABLE:
        raise Refusal(
            _("The sheet is under review and cannot be changed."),
            remedy=_("Wait until it is returned, or ask for that."),
        )


@transaction.atomic
def save_self_assessment(
    *, card: Scorecard, entries: Mapping[int, Entry], actor: Actor, now: dt.datetime
) -> Scorecard:
    """Take the unit's points, explanations and papers; lines the reviewer has settled stay as they are (S3)."""
    check_assess(actor, card)
    card = locked(card)
    check_editable(card)
    lines = {line.pk: line for line in measure(card, now)}
    changed = [
        line.criterion.code
        for pk, entry in entries.items()
        if (line := lines.get(pk)) and not _settled(card, line) and _take(line, entry, now)
    ]
    _recount(card)
    record("save_self_assessment", card, actor=actor, now=now, data={"lines": changed})
    return card


def _settled(card: Scorecard, line: ScorecardLine) -> bool:
    """On a returned sheet only what was returned or not yet reviewed is open."""
    return card.status == ScorecardStatus.RETURNED and line.decision in {
        LineDecision.CONFIRMED,
        LineDecision.OVERRIDDEN,
    }


def _take(line: ScorecardLine, entry: Entry, now: dt.datetime) -> bool:
    if entry.points is not None and not points_fit(entry.points, line.maximum):
        raise Refusal(
            _("“%(criterion)s” takes 0 to %(points)s points in steps of 0.5.")
            % {"criterion": line.criterion.text, "points": display(line.maximum)},
            remedy=_("Put the points right and save again."),
        )
    same = (line.self_points, line.note) == (entry.points, entry.note.strip())
    line.self_points, line.note = entry.points, entry.note.strip()
    line.save(update_fields=["self_points", "note"])
    removed, _each = Evidence.objects.filter(line=line, pk__in=entry.removed).delete()
    for file in entry.files:
        _add_evidence(line, file, now)
    return not same or bool(removed) or bool(entry.files)


def _add_evidence(line: ScorecardLine, file: UploadedFile, now: dt.datetime) -> Evidence:
    scan = accept(file, SCANS)
    evidence = Evidence(line=line, name=(scan.name or scan.kept_as)[-200:], uploaded_at=now)
    evidence.file.save(scan.kept_as, scan, save=False)
    evidence.save()
    return evidence


def _recount(card: Scorecard) -> None:
    lines = lines_of(card)
    for line in lines:
        line.points = counted(sheet_line(line, card.kind))
    ScorecardLine.objects.bulk_update(lines, ["points"])


@transaction.atomic
def submit_self_assessment(*, card: Scorecard, actor: Actor, now: dt.datetime) -> Submission:
    """Hand the sheet up for review: measured once more, frozen as a numbered submission (S4).

    Raises Refusal while a line has no points or claims some without papers.
    """
    check_assess(actor, card)
    card = locked(card)
    check_editable(card)
    lines = measure(card, now)
    findings = findings_of(card, lines)
    if blocking(findings):
        raise Refusal(
            _("%(count)s lines are not complete.") % {"count": len(findings)},
            remedy=_("Give every line its points, and evidence to what you claim; then hand it up."),
        )
    submission = submit(
        kind=SELF_ASSESSMENT,
        year=card.year,
        unit=card.unit,
        region=card.region,
        content=content_of(card, lines),
        findings=findings,
        actor=actor,
        now=now,
    )
    _back_to_review(lines, actor, now)
    duty, day = duty_of_kind(card.year, DUTY_KIND), now.astimezone(CHINA).date()
    enter_in_calendar(duty, card.unit, day, submission.number, actor, now)
    card.submission = submission
    card.save(update_fields=["submission"])
    advance(card, SCORECARD_FLOW, "submit_scorecard", actor=actor, now=now, number=submission.number)
    return submission


def _back_to_review(lines: Iterable[ScorecardLine], actor: Actor, now: dt.datetime) -> None:
    """What was returned and mended waits for the reviewer again."""
    for line in lines:
        if line.decision == LineDecision.RETURNED:
            advance(line, LINE_FLOW, "mend_line", actor=actor, now=now)
            line.reason = ""
            line.save(update_fields=["reason"])


def content_of(card: Scorecard, lines: Iterable[ScorecardLine]) -> dict[str, Any]:
    """The sheet as data: what a submission and a confirmed sheet keep."""
    rows = list(lines)
    sums = totals_of(card, rows)
    return {
        "sheet": card.kind,
        "unit": card.unit.code,
        "measured_at": card.measured_at,
        "applicable": sums.applicable,
        "printed": sums.printed,
        "points": sums.points,
        "lines": {line.criterion.code: _line_content(line) for line in rows},
    }


_PRINTED = ("text", "printed_threshold", "operator", "unit", "figure")
_KEPT = (*MEASURED, "self_points", "note", "decision", "reviewer_points", "reason")


def _line_content(line: ScorecardLine) -> dict[str, Any]:
    return {
        **{name: getattr(line.criterion, name) for name in _PRINTED},
        **{name: getattr(line, name) for name in _KEPT},
        "evidence": [paper.name for paper in line.evidence.all()],
    }
