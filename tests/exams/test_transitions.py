"""T15: every event at every state of a sitting, by service and by address: what is not listed does not happen (X5, X8)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils.translation import gettext

from accounts.actors import system_actor
from core.exceptions import IllegalTransition, Refusal
from core.models import Event
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.models import Attempt, ExamWindow, LateAnswer
from exams.services import (
    ask_void,
    close_if_over,
    close_overdue,
    confirm_void,
    decide_late,
    hand_in,
    start_attempt,
    start_practice,
    take_file,
    take_over,
)
from exams.services.control import grant_extra_time
from exams.services.sitting import ATTEMPT_FLOW, SWEEP_MARGIN
from tests.exams.factories import EXAM_TIME, row_of, signed_up
from tests.exams.sittings import MINUTE, REASON, SECOND, at, save, second_officer
from tests.exams.test_answer_files import file_of
from tests.factories import Persona, trainee_persona

NOW = EXAM_TIME + 10 * MINUTE
REFUSED = "refused"
# a running sitting, one whose time is up, one of somebody who left the training, one handed in, a void one
STATES = ("open", "over", "gone", "closed", "void")


@dataclass
class Scene:
    """A sitting in one of the states, with who may act on it."""

    attempt: Attempt
    trainee: Persona
    office: Persona
    second: Persona

    @property
    def enrollment(self) -> Enrollment:
        found: Enrollment = self.attempt.enrollment
        return found


def scene(state: str, number: int, office: Persona, second: Persona, *, practice: bool) -> Scene:
    trainee = trainee_persona(f"sitter-{number}")
    enrollment = trainee.enrollment
    assert enrollment is not None
    signed_up(enrollment)
    deadline = NOW - MINUTE if state == "over" else NOW + MINUTE
    ended = {"score": 0, "passed": False, "closed_at": NOW, "receipt": f"T{number}"}
    attempt = Attempt.sittings.create(
        enrollment=enrollment, is_practice=practice, window=None if practice else ExamWindow.objects.get(year=enrollment.year_id),
        number=1, seed="0", started_at=EXAM_TIME, deadline=deadline, accept_until=deadline + 30 * SECOND,
        item_count=5, full_points=5, pass_points=3, device="device",
        state=state if state in {"closed", "void"} else "open", **(ended if state == "closed" else {}),
    )  # fmt: skip
    if state == "gone":
        Enrollment.objects.filter(pk=enrollment.pk).update(status=EnrollmentStatus.WITHDRAWN)
    return Scene(Attempt.sittings.get(pk=attempt.pk), trainee, office, second)


def void(one: Scene) -> None:
    request = ask_void(attempt=one.attempt, reason=REASON, actor=one.office.actor, now=NOW)
    confirm_void(request=request, actor=one.second.actor, now=NOW)


def late(one: Scene) -> None:
    left = LateAnswer.objects.create(
        attempt=one.attempt, ordinal=1, value="a", generation=1, sequence=1, arrived_at=NOW, reason="late"
    )
    decide_late(
        attempt=one.attempt, chosen={left.pk}, accept=True, reason=REASON, year=one.enrollment.year,
        actor=one.office.actor, now=NOW,
    )  # fmt: skip


def more_time(one: Scene) -> None:
    grant_extra_time(
        year=one.enrollment.year, minutes=5, reason=REASON, enrollment=one.enrollment,
        actor=one.office.actor, now=NOW,
    )  # fmt: skip


def bring_file(one: Scene) -> None:
    take_file(
        data=file_of(one.attempt, [[1, "a", 9]]), year=one.enrollment.year, actor=one.office.actor, now=NOW
    )


EVENTS: dict[str, Callable[[Scene], Any]] = {
    "hand in": lambda one: hand_in(attempt=one.attempt, actor=one.trainee.actor, now=NOW),
    "take over": lambda one: take_over(attempt=one.attempt, device="phone", actor=one.trainee.actor, now=NOW),
    "go on": lambda one: take_over(attempt=one.attempt, device="device", actor=one.trainee.actor, now=NOW),
    "close if over": lambda one: close_if_over(attempt=one.attempt, now=NOW),
    "sweep": lambda one: close_overdue(now=NOW),
    "void": void,
    "count a late answer": late,
    "grant time": more_time,
    "bring a file": bring_file,
}
SAME = dict.fromkeys(
    STATES, ""
)  # no state changes; a word says which one comes, REFUSED that it is not allowed
CLOSING = {"over": "closed", "gone": "closed"}
ALLOWED = {
    "hand in": {**SAME, **CLOSING, "open": "closed"},
    "take over": {**SAME, **CLOSING, "closed": REFUSED, "void": REFUSED},
    "go on": {**SAME, **CLOSING, "closed": REFUSED, "void": REFUSED},
    "close if over": {**SAME, **CLOSING},
    "sweep": {**SAME, **CLOSING},
    "void": {**dict.fromkeys(STATES, "void"), "void": REFUSED},
    "count a late answer": {**dict.fromkeys(STATES, REFUSED), "closed": ""},
    "grant time": {**dict.fromkeys(STATES, REFUSED), "open": "", "over": "", "gone": ""},
    "bring a file": {**SAME, "void": REFUSED},
}
# the office has nothing to do with a practice, and it is voided by nobody
OF_PRACTICE = ALLOWED | {
    name: dict.fromkeys(STATES, REFUSED)
    for name in ("void", "count a late answer", "grant time", "bring a file")
}
REFUSALS = (Refusal, IllegalTransition, Attempt.DoesNotExist)


def stored(attempt: Attempt) -> dict[str, Any]:
    return dict(Attempt.sittings.filter(pk=attempt.pk).values().get())


def happens(one: Scene, event: Callable[[Scene], Any]) -> str:
    """The state that came, REFUSED, or nothing."""
    before = stored(one.attempt)
    try:
        event(one)
    except REFUSALS:
        assert stored(one.attempt) == before, "refused, and changed all the same"
        return REFUSED
    after = stored(one.attempt)
    return "" if after["state"] == before["state"] else str(after["state"])


@pytest.mark.parametrize("practice", [False, True], ids=["X5-exam", "X4-practice"])
@pytest.mark.parametrize("event", list(EVENTS))
def test_x5_an_event_moves_a_sitting_only_where_it_is_listed(
    national_officer: Persona, event: str, practice: bool
) -> None:
    second = second_officer()
    found = {
        state: happens(scene(state, number, national_officer, second, practice=practice), EVENTS[event])
        for number, state in enumerate(STATES)
    }
    assert found == (OF_PRACTICE if practice else ALLOWED)[event]


def test_x5_what_is_over_is_swept_after_its_margin_and_a_void_one_never(national_officer: Persona) -> None:
    one = scene("open", 1, national_officer, national_officer, practice=False)
    close_overdue(now=one.attempt.accept_until + SWEEP_MARGIN)
    assert stored(one.attempt)["state"] == "open"
    Attempt.objects.filter(pk=one.attempt.pk).update(state="void")
    close_overdue(now=NOW + dt.timedelta(days=9))
    assert stored(one.attempt)["state"] == "void"


@pytest.mark.parametrize(
    ("state", "word"),
    [("open", "saved"), ("over", "late"), ("gone", "saved"), ("closed", "closed"), ("void", "refused")],
)
def test_x8_an_answer_moves_no_state(national_officer: Persona, state: str, word: str) -> None:
    one = scene(state, 1, national_officer, national_officer, practice=False)
    before = stored(one.attempt)
    assert save(row_of(one.attempt, arrived_at=NOW)) == [word]
    assert stored(one.attempt) == before


# Starting: what a second start finds


STARTS = {"open": "same", "over": "closed", "gone": "closed", "closed": "new", "void": "new"}


@pytest.mark.parametrize("state", STATES)
def test_x5_a_start_goes_on_closes_or_begins_anew(bank: None, national_officer: Persona, state: str) -> None:
    one = scene(state, 1, national_officer, national_officer, practice=False)
    found = start_attempt(enrollment=one.enrollment, device="d", actor=one.trainee.actor, now=NOW)
    kind = "new" if found.pk != one.attempt.pk else "closed" if found.state == "closed" else "same"
    assert kind == STARTS[state]
    assert Attempt.objects.open().count() == (kind != "closed")


@pytest.mark.parametrize("state", STATES)
def test_x4_a_practice_begins_beside_no_running_exam(national_officer: Persona, state: str) -> None:
    """Nor for one who left; the bank has no practice questions here, so that being allowed is heard of that."""
    one = scene(state, 1, national_officer, national_officer, practice=False)
    with pytest.raises(Refusal) as refusal:
        start_practice(enrollment=one.enrollment, device="d", actor=one.trainee.actor, now=NOW)
    allowed = gettext("The portal has no practice questions yet.") in str(refusal.value)
    assert allowed == (state in {"closed", "void"})
    assert Attempt.sittings.filter(is_practice=True).count() == 0


# By address: what a browser can ask for


PAGES = {
    "attempt-show": {"open": 200, "over": 200, "gone": 200, "closed": "result", "void": "result"},
    "attempt-result": {"open": "show", "over": "show", "gone": "show", "closed": 200, "void": 200},
}
POSTS = {
    # from another browser than the one in use: the page asks first
    "attempt-hand-in": {**SAME},
    "attempt-take-over": {**SAME, **CLOSING, "closed": REFUSED, "void": REFUSED},
    "attempt-close": {**SAME, **CLOSING},
}


@pytest.mark.parametrize("practice", [False, True], ids=["X5-exam", "X4-practice"])
@pytest.mark.parametrize("page", list(PAGES))
def test_x5_pages_lead_where_the_sitting_stands(
    national_officer: Persona, autumn_2022: Any, page: str, practice: bool
) -> None:
    autumn_2022.move_to(NOW)
    for number, state in enumerate(STATES):
        if practice and state == "void":
            continue
        one = scene(state, number, national_officer, national_officer, practice=practice)
        before = stored(one.attempt)
        answer = one.trainee.client.get(at(page, pk=one.attempt.pk))
        wanted = PAGES[page][state]
        if isinstance(wanted, int):
            assert answer.status_code == wanted, state
        else:
            assert answer.url == at(f"attempt-{wanted}", pk=one.attempt.pk), state
        assert stored(one.attempt) == before


@pytest.mark.parametrize("practice", [False, True], ids=["X5-exam", "X4-practice"])
@pytest.mark.parametrize("address", list(POSTS))
def test_x5_addresses_do_no_more_than_the_services(
    national_officer: Persona, autumn_2022: Any, address: str, practice: bool
) -> None:
    autumn_2022.move_to(NOW)
    for number, state in enumerate(STATES):
        one = scene(state, number, national_officer, national_officer, practice=practice)
        before = stored(one.attempt)
        answer = one.trainee.client.post(at(address, pk=one.attempt.pk))
        after = stored(one.attempt)
        wanted = POSTS[address][state]
        assert (answer.status_code == 302) == (wanted != REFUSED), state
        assert after["state"] == (wanted if wanted not in {"", REFUSED} else before["state"]), state
        if wanted == REFUSED:
            assert after == before


def test_x5_the_table_of_states_is_what_the_services_do() -> None:
    edges = {(edge.verb, source, edge.target) for edge in ATTEMPT_FLOW.edges for source in edge.sources}
    assert edges == {
        ("close_attempt", "open", "closed"), ("void_attempt", "open", "void"), ("void_attempt", "closed", "void"),
    }  # fmt: skip


def test_x5_each_change_of_state_is_one_event(national_officer: Persona) -> None:
    one = scene("open", 1, national_officer, second_officer(), practice=False)
    EVENTS["hand in"](one)
    EVENTS["hand in"](one)
    EVENTS["void"](one)
    moves = Event.objects.filter(object_id=str(one.attempt.pk), verb__endswith="_attempt").order_by("pk")
    assert [(move.verb, move.from_state, move.to_state) for move in moves] == [
        ("close_attempt", "open", "closed"), ("void_attempt", "closed", "void"),
    ]  # fmt: skip


def test_x5_a_hand_in_that_does_not_look_is_found(
    national_officer: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the question whether the sitting is open, a void attempt gets a result."""
    monkeypatch.setattr(Attempt, "is_open", property(lambda self: True))
    one = scene("void", 1, national_officer, national_officer, practice=False)
    assert happens(one, EVENTS["hand in"]) != ALLOWED["hand in"]["void"]


def test_x5_the_system_starts_for_nobody_who_left(national_officer: Persona) -> None:
    one = scene("void", 1, national_officer, national_officer, practice=False)
    Enrollment.objects.filter(pk=one.enrollment.pk).update(status=EnrollmentStatus.WITHDRAWN)
    with pytest.raises(Refusal):
        start_attempt(enrollment=one.enrollment, device="d", actor=system_actor(), now=NOW)
