"""Sign-ups, attempts and certificates of the exam year: two provinces through the services, the rest in bulk."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.actors import system_actor
from core.counters import next_numbers
from core.demo import DemoContext
from core.enums import ActorKind
from core.exceptions import Refusal
from core.findings import frozen
from enrollment.models import Enrollment
from exams.demo.answering import answer, hand_over
from exams.demo.steps import build_steps
from exams.enums import AttemptState, CertificateKind
from exams.models import Attempt, Certificate, ExamWindow, SignUp
from exams.queries import blueprint_of, findings_of
from exams.services import confirm_rules, sign_up, start_attempt
from exams.services.certificates import certificate_content, certificate_number, certificate_series, kind_for
from exams.services.sitting import receipt_mac, receipt_number
from programs.enums import SettingCode
from programs.models import ProgramYear
from programs.queries import settings_of

SIGNED_UP, SAT = 0.93, 0.9
# how able people are, in shares of the full points
MEAN, SPREAD, LUCK = 0.67, 0.11, 0.04


@dataclass(frozen=True, slots=True)
class Terms:
    """What the year says about a paper."""

    window: ExamWindow
    items: int
    points: int
    pass_mark: int
    attempts: int
    time: dt.timedelta
    grace: dt.timedelta

    @classmethod
    def of(cls, year: ProgramYear) -> "Terms":
        values, lines = settings_of(year), blueprint_of(year)
        return cls(
            window=ExamWindow.objects.filter(year=year).earliest("opens_at"),
            items=sum(line.count for line in lines),
            points=sum(line.count * line.points for line in lines),
            pass_mark=int(values[SettingCode.PASS_POINTS]),
            attempts=int(values[SettingCode.EXAM_ATTEMPTS]),
            time=dt.timedelta(minutes=int(values[SettingCode.EXAM_MINUTES])),
            grace=dt.timedelta(seconds=int(values[SettingCode.ANSWER_GRACE_SECONDS])),
        )

    @property
    def signed_up_at(self) -> dt.datetime:
        return self.window.opens_at - dt.timedelta(days=3)


def build_sittings(context: DemoContext) -> None:
    """Runs after the builder of the room that fills hours and homework for those in `exam_ready`."""
    terms = Terms.of(context.exam_year)
    ready = context.shared["exam_ready"]
    rows = Enrollment.objects.filter(pk__in=ready).select_related(
        "person", "region", "specialty", "institution", "registration", "year__program__owner"
    )
    goes = [row for row in rows.order_by("pk") if context.random.random() < SIGNED_UP]
    full = [row for row in goes if row.region_id in context.full_regions]
    # one commit for all of them: the demo need not survive a power cut half-way
    with transaction.atomic():
        taken = build_steps(context, full, terms.signed_up_at)
        for row in full:
            if row.pk not in taken:
                _sit_through_services(context, terms, row)
    _sit_in_bulk(context, terms, [row for row in goes if row.region_id not in context.full_regions])
    context.say(f"exams: {SignUp.objects.count()} signed up, {Attempt.objects.count()} attempts")


def _scores(chance: random.Random, terms: Terms) -> list[int]:
    """Scores up to the first pass or the last attempt; nobody sits again after a pass."""
    if chance.random() > SAT:
        return []
    ability = chance.gauss(MEAN, SPREAD)
    shares = [chance.gauss(ability + LUCK * number / 2, LUCK) for number in range(terms.attempts)]
    scores = [round(terms.points * max(0.2, min(1.0, share))) for share in shares]
    passed = next((place for place, points in enumerate(scores) if points >= terms.pass_mark), None)
    # a few who failed have attempts left
    last = passed if passed is not None else chance.choice((0, terms.attempts - 1, terms.attempts - 1))
    return scores[: last + 1]


def _starts(context: DemoContext, terms: Terms, count: int) -> list[dt.datetime]:
    """Moments in the window's past, far enough apart for one sitting after the other."""
    apart = terms.time * 2
    open_for = max(context.now - terms.window.opens_at - apart * (count + 1), dt.timedelta(minutes=1))
    moments = sorted(context.random.random() * open_for for _ in range(count))
    return [terms.window.opens_at + moment + apart * place for place, moment in enumerate(moments)]


def _sit_through_services(context: DemoContext, terms: Terms, enrollment: Enrollment) -> None:
    actor = system_actor()
    try:
        sign_up(enrollment=enrollment, actor=actor, now=terms.signed_up_at)
        confirm_rules(enrollment=enrollment, actor=actor, now=terms.signed_up_at)
        scores = _scores(context.random, terms)
        for at, points in zip(_starts(context, terms, len(scores)), scores, strict=True):
            attempt = start_attempt(enrollment=enrollment, device="demo", actor=actor, now=at)
            answer(context, attempt, points)
            if hand_over(attempt, at + terms.time * 2 / 3).passed:
                return
    except Refusal as refusal:
        context.say(f"exams: enrollment {enrollment.pk} stops: {refusal}")


def _sit_in_bulk(context: DemoContext, terms: Terms, people: list[Enrollment]) -> None:
    """The same rows without the single answers: sign-up, attempts with scores and receipts, certificates."""
    findings = _findings_by_track(people)
    SignUp.objects.bulk_create(
        [
            SignUp(
                enrollment=row,
                signed_up_at=terms.signed_up_at,
                rules_read_at=terms.signed_up_at,
                findings=findings[row.track],
            )
            for row in people
        ],
        batch_size=500,
    )
    attempts = [attempt for row in people for attempt in _attempts(context, terms, row)]
    Attempt.objects.bulk_create(attempts, batch_size=500)
    for attempt in attempts:
        attempt.receipt = receipt_number(attempt)
        attempt.receipt_mac = receipt_mac(attempt, [])
        attempt.state = AttemptState.CLOSED
    Attempt.objects.bulk_update(attempts, ["receipt", "receipt_mac", "state"], batch_size=500)
    _certify([attempt for attempt in attempts if attempt.passed])


def _findings_by_track(people: list[Enrollment]) -> dict[str, list[dict[str, Any]]]:
    """One person's findings stand for the track: in the demo all who sign up have the same ones."""
    found = {}
    for track, rows in itertools.groupby(
        sorted(people, key=lambda row: row.track), key=lambda row: row.track
    ):
        found[track] = [frozen(finding) for finding in findings_of(next(rows))]
    return found


def _attempts(context: DemoContext, terms: Terms, enrollment: Enrollment) -> Iterator[Attempt]:
    scores = _scores(context.random, terms)
    for number, (at, points) in enumerate(
        zip(_starts(context, terms, len(scores)), scores, strict=True), start=1
    ):
        yield Attempt(
            enrollment=enrollment,
            window=terms.window,
            number=number,
            # closed once it has its receipt; until then void, so that no constraint is bent
            state=AttemptState.VOID,
            seed=f"{context.random.getrandbits(128):032x}",
            started_at=at,
            deadline=at + terms.time,
            accept_until=at + terms.time + terms.grace,
            item_count=terms.items,
            full_points=terms.points,
            pass_points=terms.pass_mark,
            score=points,
            passed=points >= terms.pass_mark,
            closed_at=at + terms.time * context.random.uniform(0.4, 0.99),
            closed_by=ActorKind.PERSON,
        )


def _certify(attempts: list[Attempt]) -> None:
    by_kind: dict[CertificateKind, list[Attempt]] = {}
    for attempt in sorted(attempts, key=lambda one: (one.closed_at or one.deadline, one.pk)):
        by_kind.setdefault(kind_for(attempt.enrollment), []).append(attempt)
    for kind, passed in by_kind.items():
        year = passed[0].enrollment.year
        numbers = next_numbers(certificate_series(year, kind), len(passed))
        Certificate.objects.bulk_create(
            [_certificate(attempt, kind, number) for number, attempt in zip(numbers, passed, strict=True)],
            batch_size=500,
        )


def _certificate(attempt: Attempt, kind: CertificateKind, number: int) -> Certificate:
    issued = attempt.closed_at or attempt.deadline
    return Certificate(
        enrollment=attempt.enrollment,
        attempt=attempt,
        kind=kind,
        number=certificate_number(attempt.enrollment.year, kind, number),
        content=certificate_content(attempt.enrollment, attempt, issued),
        issued_at=issued,
    )
