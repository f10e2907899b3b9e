"""T22: however requests are delayed, doubled, lost or reordered, the sheet is the model's (X8)."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from core import hot
from exams import answers
from exams.answers import DOOR, issue_token
from exams.enums import AttemptState
from exams.models import Answer, Attempt, ExamWindow, LateAnswer
from exams.services import hand_in, take_over
from exams.services.sitting import receipt_holds
from tests.exams.doors import DOORS
from tests.exams.factories import EXAM_TIME
from tests.exams.histories import (
    GRACE,
    LAST,
    MINUTES,
    PLACES,
    Act,
    Diverged,
    HandIn,
    History,
    Request,
    Save,
    TakeOver,
)
from tests.factories import EnrollmentFactory, trainee_persona

HISTORIES, TOGETHER, THROUGH_DOORS = 5000, 100, 200


def moment(seconds: int) -> dt.datetime:
    return EXAM_TIME + dt.timedelta(seconds=seconds)


def sittings(histories: Sequence[History], enrollments: Sequence[Any], first: int) -> list[Attempt]:
    """A running attempt without a paper for each history."""
    window = ExamWindow.objects.get(year=enrollments[0].year_id)
    return Attempt.sittings.bulk_create(
        Attempt(
            enrollment=enrollment, window=window, is_practice=history.sheet.is_practice, number=first, seed="0",
            started_at=EXAM_TIME, deadline=moment(MINUTES * 60), accept_until=moment(MINUTES * 60 + GRACE),
            item_count=PLACES, full_points=0, pass_points=1, device="computer",
        )
        for history, enrollment in zip(histories, enrollments, strict=True)
    )  # fmt: skip


def body_of(attempt: Attempt, request: Request) -> bytes:
    token = issue_token(attempt.pk, attempt.enrollment.person_id, request.generation)
    return json.dumps({"token": token, "answers": request.rows}).encode()


def compare(pairs: Iterable[tuple[History, Attempt]]) -> None:
    """Every sheet and pile in the database against the model's."""
    held: dict[int, Any] = {}
    pile: dict[int, Any] = {}
    columns = ("attempt", "ordinal", "generation", "sequence", "value")
    for attempt, place, generation, sequence, value in Answer.objects.values_list(*columns):
        held.setdefault(attempt, {})[place] = (generation, sequence, value)
    for attempt, place, generation, sequence, value, reason in LateAnswer.objects.values_list(
        *columns, "reason"
    ):
        pile.setdefault(attempt, {})[place, generation, sequence] = (value, reason)
    for history, attempt in pairs:
        found = held.get(attempt.pk, {}), pile.get(attempt.pk, {})
        if found != (history.sheet.held, history.sheet.pile):
            raise Diverged("\n".join([*history.log, f"model {history.sheet}", f"database {found}"]))


# Many histories side by side: what reaches the server in one round is one batch


def play(histories: Sequence[History], attempts: Sequence[Attempt]) -> None:
    lives = [history.life() for history in histories]
    told: dict[int, Any] = dict.fromkeys(range(len(lives)))
    while told:
        acts = {
            number: act for number, said in told.items() if (act := _next(lives[number], said)) is not None
        }
        told = _do(acts, attempts)


def _next(life: Any, said: Any) -> Act | None:
    try:
        act: Act = life.send(said)
    except StopIteration:
        return None
    return act


def _do(acts: dict[int, Act], attempts: Sequence[Attempt]) -> dict[int, Any]:
    moved = [attempts[number] for number, act in acts.items() if isinstance(act, TakeOver)]
    for attempt in moved:
        attempt.generation += 1
    Attempt.sittings.bulk_update(moved, ["generation"])
    ended = [attempts[number] for number, act in acts.items() if isinstance(act, HandIn)]
    for attempt in ended:
        attempt.state, attempt.score, attempt.passed = AttemptState.CLOSED, 0, False
        attempt.closed_at, attempt.receipt = EXAM_TIME, f"H{attempt.pk}"
    Attempt.sittings.bulk_update(ended, ["state", "score", "passed", "closed_at", "receipt"])
    saves = {number: act for number, act in acts.items() if isinstance(act, Save)}
    return {number: [] for number in acts} | _save(saves, attempts)


def _save(saves: dict[int, Save], attempts: Sequence[Attempt]) -> dict[int, list[Any]]:
    read = [
        (number, DOOR.read(body_of(attempts[number], request), moment(save.at), {}))
        for number, save in saves.items()
        for request in save.requests
    ]
    verdicts = iter(hot.commit(DOOR, [row for _, rows in read for row in rows]) if read else [])
    told: dict[int, list[Any]] = {number: [] for number in saves}
    for number, rows in read:
        reply = DOOR.reply(rows, [next(verdicts) for _ in rows], EXAM_TIME)
        told[number].append(json.loads(json.dumps(reply))["results"])
    return told


def run(count: int) -> None:
    enrollments = [EnrollmentFactory() for _ in range(TOGETHER)]
    for first in range(0, count, TOGETHER):
        histories = [History(seed) for seed in range(first, first + TOGETHER)]
        attempts = sittings(histories, enrollments, 1)
        play(histories, attempts)
        compare(zip(histories, attempts, strict=True))
        Attempt.sittings.all().delete()


@pytest.mark.slow
@pytest.mark.no_cover
def test_x8_five_thousand_random_histories_end_as_the_model_says(db: None) -> None:
    run(HISTORIES)


# The controls: each rule broken, and the histories say so


RANK = answers._UPSERT[: answers._UPSERT.index(" RETURNING")].partition(" WHERE ")[2]


def without(patch: pytest.MonkeyPatch, name: str, words: str) -> None:
    """The statement of that name with those words left out."""
    sql = getattr(answers, name)
    assert words in sql
    patch.setattr(answers, name, sql.replace(words, ""))


def judged_saved(patch: pytest.MonkeyPatch, word: str) -> None:
    plain = answers._guard
    patch.setattr(
        answers, "_guard", lambda row, guard: "saved" if (said := plain(row, guard)) == word else said
    )


def last_arrival_wins(patch: pytest.MonkeyPatch) -> None:
    for name in ("_UPSERT", "_PREPARE"):
        without(patch, name, f" WHERE {RANK}")


def any_device_writes(patch: pytest.MonkeyPatch) -> None:
    judged_saved(patch, "stale")
    without(patch, "_PREPARE", " AND l.generation = a.generation")


def late_ones_are_taken(patch: pytest.MonkeyPatch) -> None:
    judged_saved(patch, "late")
    without(patch, "_PREPARE", " AND a.arrived_at <= l.accept_until")


def what_lies_there_is_called_saved(patch: pytest.MonkeyPatch) -> None:
    """Two answers of one rank: only one of them is held, and both are acknowledged."""
    plain = answers._verdict

    def verdict(row: Any, word: str, held: Any, guard: Any) -> answers.Verdict:
        said = plain(row, word, held, guard)
        same = said.word == "newer" and said.sequence == row.sequence
        return answers.Verdict("saved") if same else said

    patch.setattr(answers, "_verdict", verdict)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(last_arrival_wins, id="X8-last-arrival-wins"),
        pytest.param(any_device_writes, id="X8-any-device-writes"),
        pytest.param(what_lies_there_is_called_saved, id="X8-acknowledged-without-being-held"),
        pytest.param(late_ones_are_taken, id="X8-late-ones-are-taken"),
    ],
)
def test_x8_histories_find_a_broken_rule(
    prepared_anew: None, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    broken(monkeypatch)
    with pytest.raises(Diverged):
        run(1000)


# Through the doors, with the portal's own take-over and hand-in


@pytest.mark.parametrize("door", list(DOORS))
def test_x8_two_hundred_histories_through_each_door(
    transactional_db: None, autumn_2022: Any, door: str
) -> None:
    trainee = trainee_persona("sitter")
    assert trainee.enrollment is not None
    with DOORS[door]() as send:
        for seed in range(THROUGH_DOORS):
            history = History(seed, gathered=1)
            attempt = sittings([history], [trainee.enrollment], seed + 1)[0]
            life, said = history.life(), None
            while (act := _next(life, said)) is not None:
                autumn_2022.move_to(moment(act.at))
                said = _through(send, attempt, act, trainee.actor)
            compare([(history, attempt)])
            attempt.refresh_from_db()
            assert attempt.is_open == history.sheet.is_open
            if not attempt.is_open:
                assert receipt_holds(attempt)
            hand_in(attempt=attempt, actor=trainee.actor, now=moment(LAST + 1))


def _through(send: Any, attempt: Attempt, act: Act, actor: Any) -> list[Any]:
    if isinstance(act, TakeOver):
        take_over(attempt=attempt, device=act.device, actor=actor, now=moment(act.at))
    if isinstance(act, HandIn):
        hand_in(attempt=attempt, actor=actor, now=moment(act.at))
    if not isinstance(act, Save):
        return []
    return [send(body_of(attempt, request)).data["results"] for request in act.requests]
