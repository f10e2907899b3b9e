"""What a running sitting tells and hears (X5, X8): one contract through both doors, bounds, evidence, messages."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection

from accounts.models import Region
from core.hot import Rejected
from enrollment.models import Placement
from exams.answers import issue_token, milliseconds
from exams.models import Attempt, Broadcast, Evidence, Pulse
from exams.pulse import DOOR, Heard, Left, PulseRow, batch, read
from exams.services import hand_in, send_broadcast, take_over
from tests.exams.doors import lean_door, view_door
from tests.exams.factories import EXAM_TIME, make_bank, started
from tests.factories import HENAN, Persona, trainee_persona

MINUTE = dt.timedelta(minutes=1)
LATER = EXAM_TIME + MINUTE


def row(attempt: Attempt, **changes: Any) -> PulseRow:
    values: dict[str, Any] = {
        "attempt_id": attempt.pk,
        "generation": attempt.generation,
        "waiting": 0,
        "left": (),
        "address": "10.0.0.1",
        "arrived_at": LATER,
    }
    return PulseRow(**{**values, **changes})


def pulse(*rows: PulseRow) -> list[Heard]:
    with connection.cursor() as cursor:
        return batch(cursor, rows)


def body(attempt: Attempt, **changes: Any) -> dict[str, Any]:
    token = issue_token(attempt.pk, attempt.enrollment.person_id, attempt.generation)
    return {"token": token, "waiting": 0, "evidence": [], **changes}


def test_x8_the_tables_named_in_sql_are_the_models(db: None) -> None:
    tables = [model._meta.db_table for model in (Pulse, Evidence, Broadcast, Placement)]
    assert tables == ["exams_pulse", "exams_evidence", "exams_broadcast", "enrollment_placement"]


@pytest.mark.parametrize("door", [view_door, lambda: lean_door(DOOR)], ids=["view", "lean-door"])
def test_x8_both_doors_keep_one_contract(
    transactional_db: None, autumn_2022: Any, door: Any, trainee: Persona
) -> None:
    make_bank()
    assert trainee.enrollment is not None
    autumn_2022.move_to(EXAM_TIME)
    attempt = started(trainee.enrollment)
    with door("exams_open:pulse") if door is view_door else door() as send:
        since = milliseconds(EXAM_TIME)
        answer = send(body(attempt, waiting=3, evidence=[[1, "focus", since, 12]]))
        assert answer.data == {
            "now": since,
            "until": milliseconds(attempt.deadline),
            "state": "open",
            "broadcasts": [],
        }
        assert send({"token": "forged"}).status == 403
        assert send(b"nonsense").status == 400
    assert Pulse.objects.get().waiting == 3
    assert Evidence.objects.get().seconds == 12


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param({"evidence": [[0, "focus", 1, 1]]}, id="X8-number-zero"),
        pytest.param({"evidence": [[1, "device", 1, 1]]}, id="X8-not-the-pages-to-tell"),
        pytest.param({"evidence": [[1, "focus", 2**43, 1]]}, id="X8-since-beyond-time"),
        pytest.param({"evidence": [[1, "focus", 1]]}, id="X8-too-short"),
        pytest.param({"evidence": 7}, id="X8-no-list"),
        pytest.param({"evidence": [[n, "focus", 1, 1] for n in range(1, 52)]}, id="X8-too-many"),
        pytest.param({"waiting": -1}, id="X8-waiting-negative"),
        pytest.param({"waiting": "many"}, id="X8-waiting-words"),
    ],
)
def test_x8_a_pulse_that_is_not_understood_is_rejected(spoiled: dict[str, Any]) -> None:
    data = json.dumps({"token": issue_token(1, 1, 1), "waiting": 0, "evidence": [], **spoiled})
    with pytest.raises(Rejected) as caught:
        read(data.encode(), LATER, {})
    assert caught.value.status == 400


def test_x8_a_list_for_a_body_is_rejected() -> None:
    with pytest.raises(Rejected):
        read(b"[]", LATER, {})


def test_x8_absurd_figures_are_cut_not_believed() -> None:
    data = {
        "token": issue_token(1, 1, 1),
        "waiting": 10**9,
        "evidence": [[1, "focus", 1, 10**9], [2, "focus", 1, -5]],
    }
    (one,) = read(json.dumps(data).encode(), LATER, {"REMOTE_ADDR": "10.1.2.3"})
    assert (one.waiting, one.left[0].seconds, one.left[1].seconds) == (999, 86400, 0)
    assert one.address == "10.1.2.3"


def test_x8_the_newest_pulse_stands_whatever_comes_first(attempt: Attempt) -> None:
    pulse(row(attempt, waiting=2, arrived_at=LATER + MINUTE))
    pulse(row(attempt, waiting=9))
    assert Pulse.objects.get().waiting == 2
    pulse(row(attempt, waiting=9), row(attempt, waiting=4, arrived_at=LATER + 2 * MINUTE), row(attempt))
    assert Pulse.objects.get().waiting == 4


def test_x8_evidence_sent_twice_is_kept_once_and_lies_within_the_sitting(attempt: Attempt) -> None:
    before, after = milliseconds(EXAM_TIME - MINUTE), milliseconds(LATER + MINUTE)
    told = row(attempt, left=(Left(1, before, 5), Left(2, after, 6)))
    pulse(told)
    pulse(told)
    found = Evidence.objects.order_by("number").values_list("number", "noted_at", "seconds")
    assert list(found) == [(1, EXAM_TIME, 5), (2, LATER, 6)]


def test_x8_another_address_is_noted_once_per_change(attempt: Attempt) -> None:
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2", "", "10.0.0.2"):
        pulse(row(attempt, address=address))
    assert [one.note for one in Evidence.objects.all()] == ["10.0.0.1 → 10.0.0.2"]


def test_t18_an_older_device_changes_nothing_and_hears_it(attempt: Attempt, trainee: Persona) -> None:
    newer = take_over(attempt=attempt, device="phone", actor=trainee.actor, now=EXAM_TIME)
    assert Evidence.objects.get().kind == "device"
    (heard,) = pulse(row(attempt, waiting=7))
    assert heard.state == "stale"
    assert not Pulse.objects.exists()
    assert pulse(row(newer))[0].state == "open"


def test_x8_each_state_of_a_sitting_is_heard(attempt: Attempt, trainee: Persona) -> None:
    last = attempt.accept_until
    assert pulse(row(attempt, arrived_at=last))[0].state == "open"
    assert pulse(row(attempt, arrived_at=last + dt.timedelta(microseconds=1)))[0].state == "over"
    hand_in(attempt=attempt, actor=trainee.actor, now=LATER)
    Pulse.objects.all().delete()
    assert pulse(row(attempt))[0].state == "closed"
    Attempt.objects.update(state="void")
    assert pulse(row(attempt), row(attempt, attempt_id=attempt.pk + 1)) == [
        Heard("void", milliseconds(attempt.deadline)),
        Heard("void"),
    ]
    assert not Pulse.objects.exists()


def test_x5_extra_time_is_heard_in_the_end(attempt: Attempt) -> None:
    Attempt.objects.update(extra_seconds=600)
    assert pulse(row(attempt))[0].until == milliseconds(attempt.deadline) + 600_000


def test_x8_messages_reach_the_year_the_province_and_the_base_since_the_start(
    attempt: Attempt, national_officer: Persona, base_coordinator: Persona, year_2022: Any, hebei: Any
) -> None:
    say: dict[str, Any] = {"year": year_2022, "actor": national_officer.actor}
    base = base_coordinator.unit
    send_broadcast(**say, text="旧消息", now=EXAM_TIME - MINUTE)
    send_broadcast(**say, text="全体", now=LATER)
    send_broadcast(**say, text="本省", region=hebei, now=LATER + MINUTE)
    send_broadcast(**say, text="他省", region=Region.objects.get(pk=HENAN), now=LATER)
    send_broadcast(**say, text="基地", base=base, now=LATER + 2 * MINUTE)
    assert [text for _, _, text in pulse(row(attempt))[0].broadcasts] == ["全体", "本省"]
    Placement.objects.create(enrollment=attempt.enrollment, base=base, placed_at=EXAM_TIME)
    assert [text for _, _, text in pulse(row(attempt))[0].broadcasts] == ["全体", "本省", "基地"]


def test_x8_a_batch_takes_as_many_statements_however_large(
    attempt: Attempt, django_assert_num_queries: Any
) -> None:
    other = trainee_persona("second").enrollment
    assert other is not None
    theirs = started(other)
    with django_assert_num_queries(4):
        pulse(row(attempt, left=(Left(1, 1, 1),)))
    with django_assert_num_queries(4):
        pulse(row(attempt, left=(Left(2, 1, 1),)), row(theirs, left=(Left(1, 1, 1), Left(2, 1, 1))))


def test_x8_a_fault_of_ours_ends_nobodys_sitting() -> None:
    assert DOOR.failed.state == "open"
