"""The guarded upsert, its token and its rows one by one (X8)."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import OperationalError, connection

from core import hot
from core.hot import Rejected
from exams import answers
from exams.answers import DOOR, Verdict, batch, issue_token, read, read_token
from exams.models import Answer, Attempt, LateAnswer
from exams.services import hand_in, take_over
from tests.exams.factories import EXAM_TIME, row_of, signed_up, started
from tests.factories import Persona, trainee_persona

SECOND = dt.timedelta(seconds=1)


def save(*rows: answers.SaveRow) -> list[str]:
    with connection.cursor() as cursor:
        return [verdict.word for verdict in batch(cursor, rows)]


def held(attempt: Attempt) -> dict[int, str]:
    return dict(Answer.objects.filter(attempt=attempt).values_list("ordinal", "value"))


# The guards


def test_x8_the_tables_named_in_sql_are_the_models(db: None) -> None:
    assert (Attempt._meta.db_table, Answer._meta.db_table, LateAnswer._meta.db_table) == (
        "exams_attempt", "exams_answer", "exams_lateanswer",
    )  # fmt: skip


def test_x8_an_answer_is_saved_and_a_later_one_replaces_it(attempt: Attempt) -> None:
    assert save(row_of(attempt, value="a", sequence=1)) == ["saved"]
    assert save(row_of(attempt, value="b", sequence=2)) == ["saved"]
    assert held(attempt) == {1: "b"}


def test_x8_an_older_sequence_never_replaces_a_newer_one(attempt: Attempt) -> None:
    save(row_of(attempt, value="new", sequence=5))
    with connection.cursor() as cursor:
        assert batch(cursor, [row_of(attempt, value="old", sequence=4)]) == [Verdict("newer", 5)]
    assert held(attempt) == {1: "new"}


def test_x8_the_same_save_again_is_acknowledged_again(attempt: Attempt) -> None:
    row = row_of(attempt, value="a", sequence=3)
    assert save(row) == save(row) == ["saved"]
    assert held(attempt) == {1: "a"}


def test_x8_an_emptied_answer_is_an_answer(attempt: Attempt) -> None:
    save(row_of(attempt, value="a", sequence=1))
    assert save(row_of(attempt, value="", sequence=2)) == ["saved"]
    assert held(attempt) == {1: ""}


def test_x8_twice_in_a_batch_the_highest_stays_and_both_hear_the_truth(attempt: Attempt) -> None:
    rows = [row_of(attempt, value=value, sequence=number) for value, number in (("b", 2), ("c", 3), ("a", 1))]
    with connection.cursor() as cursor:
        assert batch(cursor, rows) == [Verdict("newer", 3), Verdict("saved"), Verdict("newer", 3)]
    assert held(attempt) == {1: "c"}


@pytest.mark.parametrize(
    ("after", "word"),
    [
        pytest.param(dt.timedelta(0), "saved", id="X8-at-deadline-plus-grace"),
        pytest.param(dt.timedelta(microseconds=1), "late", id="X8-just-after"),
        pytest.param(dt.timedelta(days=1), "late", id="X8-long-after"),
        pytest.param(-SECOND, "saved", id="X8-before"),
    ],
)
def test_x8_the_deadline_by_the_servers_arrival_time(
    attempt: Attempt, after: dt.timedelta, word: str
) -> None:
    assert save(row_of(attempt, arrived_at=attempt.accept_until + after)) == [word]
    assert Answer.objects.count() == (word == "saved")
    assert LateAnswer.objects.filter(reason="late").count() == (word == "late")


def test_x8_a_late_answer_sent_twice_lies_in_the_pile_once(attempt: Attempt) -> None:
    row = row_of(attempt, arrived_at=attempt.accept_until + SECOND)
    assert save(row) == save(row) == ["late"]
    assert LateAnswer.objects.get().value == row.value


def test_x8_after_hand_in_an_answer_is_kept_apart(attempt: Attempt, trainee: Persona) -> None:
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + dt.timedelta(minutes=5))
    assert save(row_of(attempt)) == ["closed"]
    assert (Answer.objects.count(), LateAnswer.objects.get().reason) == (0, "closed")


def test_x8_an_older_device_is_told_so_and_changes_nothing(attempt: Attempt, trainee: Persona) -> None:
    newer = take_over(attempt=attempt, device="other", actor=trainee.actor, now=EXAM_TIME)
    assert save(row_of(attempt, value="old", sequence=9)) == ["stale"]
    assert held(attempt) == {}
    assert save(row_of(newer, value="new", sequence=1)) == ["saved"]
    assert held(attempt) == {1: "new"}


def test_x8_a_newer_device_wins_over_a_higher_sequence(attempt: Attempt, trainee: Persona) -> None:
    save(row_of(attempt, value="old", sequence=90))
    newer = take_over(attempt=attempt, device="other", actor=trainee.actor, now=EXAM_TIME)
    assert save(row_of(newer, value="new", sequence=1)) == ["saved"]
    assert held(attempt) == {1: "new"}


@pytest.mark.parametrize(
    "ordinal", [pytest.param(101, id="X8-beyond-the-paper"), pytest.param(30000, id="X8-far-beyond")]
)
def test_x8_a_place_that_is_not_on_the_paper_is_refused(attempt: Attempt, ordinal: int) -> None:
    assert save(row_of(attempt, ordinal=ordinal)) == ["refused"]
    assert Answer.objects.count() == 0


def test_x8_an_unknown_or_void_attempt_is_refused(attempt: Attempt) -> None:
    assert save(row_of(attempt, attempt_id=attempt.pk + 1)) == ["refused"]
    Attempt.objects.filter(pk=attempt.pk).update(state="void")
    assert save(row_of(attempt)) == ["refused"]
    assert (Answer.objects.count(), LateAnswer.objects.count()) == (0, 0)


def test_x8_a_batch_of_many_people_gives_each_its_own_verdict(attempt: Attempt) -> None:
    other = trainee_persona("second")
    assert other.enrollment is not None
    theirs = started(other.enrollment)
    late = row_of(theirs, ordinal=2, arrived_at=theirs.accept_until + SECOND)
    assert save(row_of(theirs), row_of(attempt), late, row_of(attempt, ordinal=101)) == [
        "saved",
        "saved",
        "late",
        "refused",
    ]
    assert (held(attempt), held(theirs)) == ({1: "abcd"}, {1: "abcd"})


def test_x8_late_with_the_higher_sequence_the_timely_one_is_saved(attempt: Attempt) -> None:
    late = row_of(attempt, value="late", sequence=9, arrived_at=attempt.accept_until + SECOND)
    assert save(late, row_of(attempt, value="timely", sequence=2)) == ["late", "saved"]
    assert (held(attempt), LateAnswer.objects.get().value) == ({1: "timely"}, "late")


def test_x8_values_and_instants_arrive_exactly(attempt: Attempt) -> None:
    early = attempt.started_at + dt.timedelta(microseconds=1)
    late = (attempt.accept_until + dt.timedelta(microseconds=7)).astimezone(dt.UTC)
    sent = [(1, "a,b", 2**53 - 1, early), (2, "", 0, early.astimezone(dt.UTC)), (3, "null", 1, late - SECOND)]
    assert save(*[row_of(attempt, *one[:3], arrived_at=one[3]) for one in sent]) == ["saved"] * 3
    columns = ("ordinal", "value", "sequence", "arrived_at")
    assert list(Answer.objects.order_by("ordinal").values_list(*columns)) == sent
    save(row_of(attempt, 4, "a,b", 5, arrived_at=late))
    assert list(LateAnswer.objects.values_list(*columns)) == [(4, "a,b", 5, late)]


def test_x8_a_batch_takes_three_statements_however_large(
    attempt: Attempt, django_assert_num_queries: Any, on_database: Callable[[str], None]
) -> None:
    on_database("sqlite")
    rows = [row_of(attempt, ordinal=number) for number in range(1, 101)]
    with django_assert_num_queries(2):
        save(*rows)
    with django_assert_num_queries(3):
        save(*rows)


# The token


def test_x8_a_token_opens_its_attempt_and_generation_only(attempt: Attempt) -> None:
    token = issue_token(attempt.pk, attempt.enrollment.person_id, 2)
    assert read_token(token) == (attempt.pk, 2)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(lambda token: token.replace("7.", "8.", 1), id="T04-another-attempt"),
        pytest.param(lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), id="T04-signature"),
        pytest.param(lambda token: Signer(salt="other.purpose").sign("7.1.1"), id="T04-another-purpose"),
        pytest.param(lambda token: Signer(salt="exams.answers").sign("7.1"), id="T04-too-short"),
        pytest.param(lambda token: Signer(salt="exams.answers").sign("a.b.c"), id="T04-not-numbers"),
        pytest.param(lambda token: "", id="T04-empty"),
    ],
)
def test_x8_a_forged_token_is_rejected(forged: Callable[[str], str]) -> None:
    with pytest.raises(Rejected) as caught:
        read_token(forged(issue_token(7, 1, 1)))
    assert caught.value.status == 403


def test_x8_one_persons_token_cannot_write_into_anothers_paper(attempt: Attempt) -> None:
    other = trainee_persona("second")
    assert other.enrollment is not None
    theirs = started(other.enrollment)
    token = issue_token(theirs.pk, theirs.enrollment.person_id, 1)
    rows = read(
        json.dumps({"token": token, "answers": [[1, "a", 1]], "attempt": attempt.pk}).encode(), EXAM_TIME, {}
    )
    save(*rows)
    assert (held(attempt), held(theirs)) == ({}, {1: "a"})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="X8-empty"),
        pytest.param("[]", id="X8-a-list"),
        pytest.param('{"answers": []}', id="X8-no-token"),
        pytest.param('{"token": %s}', id="X8-no-answers"),
        pytest.param('{"token": %s, "answers": [[0, "a", 1]]}', id="X8-ordinal-zero"),
        pytest.param('{"token": %s, "answers": [[1, "a", -1]]}', id="X8-sequence-negative"),
        pytest.param('{"token": %s, "answers": [[1, "a\\u0000", 1]]}', id="X8-nul"),
        pytest.param('{"token": %s, "answers": [[1, "<script>", 1]]}', id="X8-not-an-option-id"),
        pytest.param('{"token": %s, "answers": [[1, "a"]]}', id="X8-too-short"),
        pytest.param('{"token": %s, "answers": [[1, "' + "a" * 121 + '", 1]]}', id="X8-too-long"),
        pytest.param('{"token": %s, "answers": ' + json.dumps([[1, "a", 1]] * 201) + "}", id="X8-too-many"),
    ],
)
def test_x8_a_body_that_is_not_understood_is_rejected(body: str) -> None:
    token = json.dumps(issue_token(1, 1, 1))
    with pytest.raises(Rejected) as caught:
        read(body.replace("%s", token).encode(), EXAM_TIME, {})
    assert caught.value.status == 400


# The writer


def test_x8_one_bad_row_spoils_only_itself(transactional_db: None, attempt: Attempt) -> None:
    rows = [
        row_of(attempt, ordinal=1),
        row_of(attempt, ordinal=2, sequence=2**70),
        row_of(attempt, ordinal=3),
    ]
    verdicts = hot.commit(DOOR, rows)
    assert [verdict.word for verdict in verdicts] == ["saved", "refused", "saved"]
    assert set(held(attempt)) == {1, 3}


def test_x8_a_row_that_the_database_cannot_take_now_may_come_again(db: None) -> None:
    def busy(cursor: Any, rows: Any) -> list[str]:
        raise OperationalError("database is locked")

    door = hot.Door(
        "/x/", read=lambda body, arrived, meta: [1, 2], batch=busy, failed="no", reply=lambda *parts: {}
    )
    assert hot.commit(door, [1, 2]) == [hot.UNAVAILABLE] * 2
    reply = hot.answered(door, [1, 2], hot.commit(door, [1, 2]), EXAM_TIME)
    assert (reply.status, json.loads(reply.body)) == (503, {"error": "busy"})


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OperationalError("connection refused"), id="X8-refused"),
        pytest.param(
            UnicodeDecodeError("utf-8", b"\xe5", 0, 1, "in another encoding"), id="X8-not-understood"
        ),
    ],
)
def test_x8_without_a_database_no_row_is_tried(db: None, error: Exception) -> None:
    tried: list[Any] = []

    def no_connection() -> None:
        raise error

    door = hot.Door(
        "/x/", read=lambda body, arrived, meta: [], batch=tried.append, failed="no", reply=lambda *parts: {}
    )  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "ensure_connection", no_connection)
        assert hot.commit(door, [1, 2, 3]) == [hot.UNAVAILABLE] * 3
    assert tried == []


def test_signed_up_people_only_have_papers(bank: None, trainee: Persona) -> None:
    assert trainee.enrollment is not None
    assert signed_up(trainee.enrollment).frozen_findings == []
