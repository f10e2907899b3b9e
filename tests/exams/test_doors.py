"""The two doors of the answers: one contract, and what the gathered writer promises (X8)."""

import asyncio
import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from core import hot
from core.hot import Door, Full, Gatherer, LeanDoors
from exams.answers import DOOR, issue_token
from exams.models import Answer, Attempt, LateAnswer
from tests import rsgi
from tests.exams.doors import DOORS
from tests.exams.factories import EXAM_TIME, make_bank, started
from tests.factories import Persona

SECOND = dt.timedelta(seconds=1)


def held(attempt: Attempt) -> dict[int, str]:
    return dict(Answer.objects.filter(attempt=attempt).values_list("ordinal", "value"))


# One contract through both doors


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_x8_both_doors_keep_one_contract(
    transactional_db: None, autumn_2022: Any, door: Any, trainee: Persona
) -> None:
    make_bank()
    assert trainee.enrollment is not None
    autumn_2022.move_to(EXAM_TIME)
    attempt = started(trainee.enrollment)
    token = issue_token(attempt.pk, attempt.enrollment.person_id, 1)
    with door() as send:

        def asked(body: Any) -> tuple[int, Any]:
            answer = send(body)
            assert int(answer.headers["Content-Length"]) == len(answer.body)
            return answer.status, answer.data

        status, reply = asked({"token": token, "answers": [[1, "abcd", 1], [2, "", 2], [101, "x", 3]]})
        assert status == 200
        assert reply["results"] == [[1, 1, "saved", None], [2, 2, "saved", None], [101, 3, "refused", None]]
        assert reply["now"] == int(EXAM_TIME.timestamp() * 1000)
        assert reply["until"] == int(attempt.deadline.timestamp() * 1000)
        assert held(attempt) == {1: "abcd", 2: ""}

        only_time = {"now": reply["now"], "until": None, "results": []}
        assert asked({"token": token, "answers": []}) == (200, only_time)
        assert asked({"token": "forged", "answers": []}) == (403, {"error": "token"})
        assert asked(b"nonsense") == (400, {"error": "body"})
        assert asked(b"") == (400, {"error": "body"})
        assert asked(b" " * (hot.MAX_BODY + 1)) == (413, {"error": "too large"})

        autumn_2022.move_to(attempt.accept_until + SECOND)
        assert asked({"token": token, "answers": [[1, "late", 9]]})[1]["results"] == [[1, 9, "late", None]]
    assert (held(attempt)[1], LateAnswer.objects.get().value) == ("abcd", "late")


# The portal as the server asks it


@pytest.fixture
def serve() -> Iterator[Callable[..., LeanDoors]]:
    made: list[LeanDoors] = []

    def make(django: Any, door: Door = DOOR) -> LeanDoors:
        made.append(LeanDoors(django, [door], threads=1))
        return made[-1]

    yield make
    for doors in made:
        doors.__rsgi_del__(None)


def test_x8_the_lean_door_leaves_everything_else_to_django(serve: Callable[..., LeanDoors]) -> None:
    seen: list[str] = []

    def django(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ["REQUEST_METHOD"])
        start_response("200 OK", [])
        return [b"django"]

    doors = serve(django)
    for method, path in (("GET", DOOR.path), ("POST", "/other/")):
        assert rsgi.ask(doors, rsgi.scope(method, path)).body == b"django"
    assert seen == ["GET", "POST"]


def test_x8_a_fault_in_django_reaches_the_server(serve: Callable[..., LeanDoors]) -> None:
    def django(environ: Any, start_response: Any) -> list[bytes]:
        raise RuntimeError("Django")

    with pytest.raises(RuntimeError, match="Django"):
        rsgi.ask(serve(django), rsgi.scope("GET", "/"))


@pytest.mark.parametrize("path", [DOOR.path, "/page/"])
def test_x8_who_goes_away_before_the_request_is_whole_is_no_error(
    serve: Callable[..., LeanDoors], path: str
) -> None:
    found = rsgi.ask(serve(None), rsgi.scope("POST", path, body=b"half"), b"half", ends_early=True)
    assert found.status == 0


def test_x8_a_body_too_large_is_turned_away_unread(serve: Callable[..., LeanDoors]) -> None:
    body = b" " * (hot.MAX_BODY + 1)
    found = rsgi.ask(serve(None), rsgi.scope("POST", DOOR.path, body=body), body)
    assert (found.status, found.read) == (413, [])


def test_x8_an_unreachable_database_says_come_again(
    attempt: Attempt, serve: Callable[..., LeanDoors], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "commit", lambda door, rows: [hot.UNAVAILABLE] * len(rows))
    token = issue_token(attempt.pk, attempt.enrollment.person_id, 1)
    body = json.dumps({"token": token, "answers": [[1, "a", 1]]}).encode()
    found = rsgi.ask(serve(None), rsgi.scope("POST", DOOR.path, body=body), body)
    assert (found.status, found.headers["Retry-After"]) == (503, "2")


def test_x8_a_full_queue_says_come_again_and_writes_nothing(
    serve: Callable[..., LeanDoors], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: Gatherer, rows: Any) -> Any:
        raise Full

    monkeypatch.setattr(Gatherer, "__call__", full)
    found = rsgi.ask(serve(None, numbers([])), rsgi.scope("POST", "/numbers/", body=b"1"), b"1")
    assert (found.status, found.headers["Retry-After"]) == (503, "2")


# The gathered writer


def numbers(batches: list[list[int]], stuck: threading.Event | None = None) -> Door:
    """A door whose rows are numbers; its verdicts are their tenfold, its writer waits for `stuck`."""

    def batch(cursor: Any, rows: Any) -> list[int]:
        if stuck:
            stuck.wait(10)
        batches.append(list(rows))
        return [10 * row for row in rows]

    def reply(rows: Any, verdicts: Any, arrived: dt.datetime) -> dict[str, Any]:
        return {"verdicts": verdicts}

    return Door("/numbers/", read=lambda body, *_: [int(body)], batch=batch, failed=-1, reply=reply)


@pytest.fixture
def gather() -> Iterator[Callable[..., Gatherer]]:
    made: list[Gatherer] = []

    def make(door: Door, **options: Any) -> Gatherer:
        made.append(Gatherer(door, **options))
        return made[-1]

    yield make
    for gatherer in made:
        gatherer.close()


def test_x8_what_comes_while_a_batch_is_written_is_the_next_batch(
    transactional_db: None, gather: Callable[..., Gatherer]
) -> None:
    batches: list[list[int]] = []
    go = threading.Event()
    gatherer = gather(numbers(batches, go))

    async def act() -> list[Any]:
        first = asyncio.ensure_future(gatherer([1]))
        await asyncio.sleep(0)
        others = [asyncio.ensure_future(gatherer([2 * n, 2 * n + 1])) for n in range(1, 5)]
        await asyncio.sleep(0)
        go.set()
        return list(await asyncio.gather(first, *others))

    assert asyncio.run(act()) == [[10], [20, 30], [40, 50], [60, 70], [80, 90]]
    assert batches == [[1], [2, 3, 4, 5, 6, 7, 8, 9]]


def test_x8_who_comes_alone_does_not_wait_for_others(
    transactional_db: None, gather: Callable[..., Gatherer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "GATHER_SECONDS", 3600)
    batches: list[list[int]] = []
    gatherer = gather(numbers(batches))

    async def act() -> None:
        for number in range(3):
            async with asyncio.timeout(5):
                await gatherer([number])

    asyncio.run(act())
    assert batches == [[0], [1], [2]]


def test_x8_a_batch_waits_for_those_who_were_there_last_time(
    transactional_db: None, gather: Callable[..., Gatherer], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[int]] = []
    gatherer = gather(numbers(batches))

    async def act() -> None:
        async with asyncio.timeout(5):
            await asyncio.gather(*map(gatherer, ([1], [2], [3])))
            monkeypatch.setattr(hot, "GATHER_SECONDS", 3600)
            again = asyncio.ensure_future(gatherer([4]))
            # long enough for a batch of one
            await asyncio.sleep(0.05)
            await asyncio.gather(gatherer([5]), again)

    asyncio.run(act())
    assert batches == [[1], [2, 3], [4, 5]]


def test_x8_a_batch_does_not_wait_long_for_those_who_do_not_come(
    transactional_db: None, gather: Callable[..., Gatherer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "GATHER_SECONDS", 0.05)
    batches: list[list[int]] = []
    gatherer = gather(numbers(batches))

    async def act() -> None:
        async with asyncio.timeout(5):
            await asyncio.gather(*map(gatherer, ([1], [2], [3])))
            await gatherer([4])

    asyncio.run(act())
    assert batches == [[1], [2, 3], [4]]


def test_x8_a_batch_has_an_end_however_many_wait(
    transactional_db: None, gather: Callable[..., Gatherer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "MAX_BATCH_ROWS", 4)
    batches: list[list[int]] = []
    go = threading.Event()
    gatherer = gather(numbers(batches, go))

    async def act() -> None:
        waiting = [asyncio.ensure_future(gatherer([number])) for number in range(11)]
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*waiting)

    asyncio.run(act())
    assert batches == [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


def test_x8_more_than_may_wait_is_turned_away(
    transactional_db: None, gather: Callable[..., Gatherer]
) -> None:
    batches: list[list[int]] = []
    go = threading.Event()
    gatherer = gather(numbers(batches, go), limit=2)

    async def act() -> list[Any]:
        waiting = [asyncio.ensure_future(gatherer([number])) for number in range(4)]
        await asyncio.sleep(0)
        go.set()
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    first, second, third, fourth = asyncio.run(act())
    assert (first, second, third, type(fourth)) == ([0], [10], [20], Full)
    assert batches == [[0], [1, 2]]


def test_x8_a_writer_that_is_stuck_leaves_nobody_waiting_and_goes_on(
    transactional_db: None, gather: Callable[..., Gatherer]
) -> None:
    batches: list[list[int]] = []
    go = threading.Event()
    gatherer = gather(numbers(batches, go), patience=0.05)

    async def act() -> None:
        assert await asyncio.gather(gatherer([1]), gatherer([2])) == [[hot.UNAVAILABLE]] * 2
        # whoever comes while it is still stuck is not left waiting either
        assert await gatherer([3]) == [hot.UNAVAILABLE]
        go.set()
        async with asyncio.timeout(5):
            while await gatherer([4]) == [hot.UNAVAILABLE]:
                pass

    asyncio.run(act())
    # on a slow machine the last one is given up and sent again; nothing else was waiting to be written
    assert (batches[0], {tuple(batch) for batch in batches[1:]}) == ([1], {(4,)})


def test_x8_a_writer_that_fails_in_an_unknown_way_says_so_and_goes_on(
    transactional_db: None, gather: Callable[..., Gatherer], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[int]] = []
    gatherer = gather(numbers(batches))

    def broken(self: Gatherer) -> None:
        raise UnicodeDecodeError("utf-8", b"\xe5", 0, 1, "the database complains in another encoding")

    with monkeypatch.context() as patch:
        patch.setattr(Gatherer, "_be_impatient", broken)
        assert asyncio.run(gatherer([1])) == [hot.UNAVAILABLE]
    assert asyncio.run(gatherer([2])) == [20]
    assert batches == [[2]]


def test_x8_a_request_given_up_by_the_server_does_not_harm_its_batch(
    transactional_db: None, gather: Callable[..., Gatherer]
) -> None:
    batches: list[list[int]] = []
    go = threading.Event()
    gatherer = gather(numbers(batches, go))

    async def act() -> list[int]:
        gone = asyncio.ensure_future(gatherer([1]))
        await asyncio.sleep(0)
        gone.cancel()
        stays = asyncio.ensure_future(gatherer([2]))
        await asyncio.sleep(0)
        go.set()
        return await stays

    assert asyncio.run(act()) == [20]
    assert batches == [[1], [2]]


def test_x8_a_writer_that_ends_gives_its_connection_back_after_its_batch(transactional_db: None) -> None:
    batches: list[list[int]] = []
    done: list[Any] = []
    gatherer = Gatherer(numbers(batches))
    asyncio.run(gatherer([1]))
    writers = gatherer._writer.submit(lambda: connections["default"]).result()
    writers.close = lambda: done.extend(batches)
    gatherer.close()
    del writers.close
    writers.inc_thread_sharing()
    writers.close()
    assert done == [[1]]
