"""One person at each step of the exam, so that every page of a candidate can be opened in the demo."""

import datetime as dt
from collections.abc import Callable, Sequence

from accounts.actors import system_actor
from core.demo import DemoContext
from core.exceptions import Refusal
from enrollment.models import Enrollment
from exams.demo.answering import answer, hand_over
from exams.models import Attempt
from exams.rules.device import Measured
from exams.services import (
    ask_void,
    confirm_rules,
    keep_system_check,
    sign_up,
    start_attempt,
    start_practice,
)
from programs.enums import Track

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"
DEVICE = Measured(script=True, dialog=True, crypto=True, storage=100_000, width=1366, save=180, clock=2400)
FAIR = 0.5
# of the third attempt; a second person of the office decides
CUT_OFF = "考点断电约二十分钟，考点负责人已书面说明，建议本次作废。"
SITTING_FOR, PRACTICING_FOR = dt.timedelta(minutes=20), dt.timedelta(minutes=3)

Step = Callable[[DemoContext, Enrollment, dt.datetime], None]


def build_steps(context: DemoContext, people: Sequence[Enrollment], signed_up_at: dt.datetime) -> set[int]:
    """As many of the steps as there are people, comprehensive ones of the last full province first; who was taken."""
    last = context.full_regions[-1:]
    ordered = sorted(
        people, key=lambda row: (row.region_id not in last, row.track != Track.COMPREHENSIVE, row.pk)
    )
    taken = set()
    for person, step in zip(ordered, STEPS, strict=False):
        taken.add(person.pk)
        try:
            sign_up(enrollment=person, actor=system_actor(), now=signed_up_at)
            step(context, person, signed_up_at)
        except Refusal as refusal:
            context.say(f"exams: enrollment {person.pk} stops: {refusal}")
    return taken


def _passes_second(context: DemoContext, person: Enrollment, signed_up_at: dt.datetime) -> None:
    _ready(person, signed_up_at)
    _sit(context, person, 2, FAIR)
    _sit(context, person, 1, 0.8)


def _fails_three_times(context: DemoContext, person: Enrollment, signed_up_at: dt.datetime) -> None:
    _ready(person, signed_up_at)
    *_, last = [_sit(context, person, left, FAIR) for left in (3, 2, 1)]
    ask_void(attempt=last, reason=CUT_OFF, actor=context.actor, now=context.now)


def _sits(context: DemoContext, person: Enrollment, signed_up_at: dt.datetime) -> None:
    _ready(person, signed_up_at)
    begun = context.now - SITTING_FOR
    keep_system_check(
        enrollment=person, browser=BROWSER, measured=DEVICE, actor=system_actor(), now=begun - SITTING_FOR
    )
    attempt = start_attempt(enrollment=person, device="demo", actor=system_actor(), now=begun)
    answer(context, attempt, attempt.full_points // 4, share=FAIR)


def _practices(context: DemoContext, person: Enrollment, signed_up_at: dt.datetime) -> None:
    _ready(person, signed_up_at)
    begun = context.now - PRACTICING_FOR
    attempt = start_practice(enrollment=person, device="demo", actor=system_actor(), now=begun)
    answer(context, attempt, attempt.full_points // 4, share=FAIR)


def _reads(context: DemoContext, person: Enrollment, signed_up_at: dt.datetime) -> None:
    """Signed up, the rules not read yet."""


STEPS: tuple[Step, ...] = (_passes_second, _fails_three_times, _sits, _practices, _reads)


def _ready(person: Enrollment, now: dt.datetime) -> None:
    confirm_rules(enrollment=person, actor=system_actor(), now=now)


def _sit(context: DemoContext, person: Enrollment, days_ago: int, share: float) -> Attempt:
    """A whole attempt some days ago, for about that share of the points."""
    begun = context.now - dt.timedelta(days=days_ago, hours=2)
    attempt = start_attempt(enrollment=person, device="demo", actor=system_actor(), now=begun)
    answer(context, attempt, round(attempt.full_points * share))
    hand_over(attempt, begun + (attempt.deadline - begun) * 2 / 3)
    return attempt
