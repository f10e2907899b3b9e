"""T10: by every way in, nothing is taken after deadline and grace and nothing is refused before (X5, X8)."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exams.answers import DOOR, issue_token, read
from exams.models import Answer, Attempt, LateAnswer
from tests.exams.doors import DOORS, Send, view_door
from tests.exams.factories import EXAM_TIME, make_bank, places, right_value, signed_up, started
from tests.exams.sittings import MINUTE, SECOND, at, text
from tests.exams.test_answer_files import file_of
from tests.factories import Persona, trainee_persona

MILLISECOND = dt.timedelta(milliseconds=1)
DAY = dt.timedelta(days=1)
GRACE = dt.timedelta(seconds=30)
# from the end of the sitting's time on; what is on its way then is taken for the length of the grace
INSTANTS = [
    (-SECOND, True),
    (dt.timedelta(0), True),
    (GRACE - MILLISECOND, True),
    (GRACE, True),
    (GRACE + MILLISECOND, False),
    (GRACE + dt.timedelta(hours=1), False),
]


class Sitting:
    """A running attempt of somebody new, on their own browser."""

    def __init__(self, clock: Any, name: str) -> None:
        self.clock = clock
        self.trainee = trainee_persona(name)
        assert self.trainee.enrollment is not None
        signed_up(self.trainee.enrollment)
        clock.move_to(EXAM_TIME)
        self.post("attempt-start", own=False)
        self.attempt = Attempt.objects.get(enrollment=self.trainee.enrollment)
        self.place = places(self.attempt)[0]
        self.token = self.page_token()

    def post(self, name: str, data: Any = None, client: Client | None = None, own: bool = True) -> Any:
        kwargs = {"pk": self.attempt.pk} if own else {}
        return (client or self.trainee.client).post(at(name, **kwargs), data or {})

    def page_token(self, client: Client | None = None) -> str:
        """The token of the exam page as it is shown now; none where no page is."""
        page = text((client or self.trainee.client).get(at("attempt-show", pk=self.attempt.pk)))
        found = re.search(r'data-token="([^"]+)"', page)
        return found.group(1) if found else ""

    def other_device(self) -> Client:
        client = Client()
        client.force_login(self.trainee.user)
        return client

    def save(self, send: Send, token: str, sequence: int = 1, **extra: Any) -> str:
        row = [self.place.ordinal, right_value(self.place), sequence]
        return str(send({"token": token, "answers": [row], **extra}).data["results"][0][2])

    def is_held(self) -> bool:
        return Answer.objects.filter(attempt=self.attempt).exists()


@pytest.fixture
def sitting(transactional_db: None, autumn_2022: Any) -> Callable[[str], Sitting]:
    make_bank()
    return lambda name: Sitting(autumn_2022, name)


def save_from_the_page(one: Sitting, send: Send) -> str:
    return one.save(send, one.token)


def save_from_the_page_loaded_again(one: Sitting, send: Send) -> str:
    """Left and entered again by "start", as one who would have the time begin anew."""
    one.post("attempt-start", own=False)
    return one.save(send, one.page_token() or one.token)


def save_from_another_device(one: Sitting, send: Send) -> str:
    """Taken over at that very moment; where that is refused, the old page's token is all there is."""
    phone = one.other_device()
    one.post("attempt-take-over", client=phone)
    return one.save(send, one.page_token(phone) or one.token)


WAYS = [save_from_the_page, save_from_the_page_loaded_again, save_from_another_device]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("door", list(DOORS))
def test_x8_an_answer_is_taken_until_the_grace_is_over(sitting: Any, door: str, way: Any) -> None:
    with DOORS[door]() as send:
        for number, (after, in_time) in enumerate(INSTANTS):
            one = sitting(f"sitter-{number}")
            one.clock.move_to(one.attempt.deadline + after)
            word = way(one, send)
            assert (word, one.is_held()) == (("saved", True) if in_time else ("late", False)), (after, word)
            assert LateAnswer.objects.filter(attempt=one.attempt).count() == (not in_time)


def test_x8_a_hand_in_is_the_candidates_until_the_grace_is_over(sitting: Any) -> None:
    """Later the system closes, and the answers that came in time have their points either way."""
    for number, (after, in_time) in enumerate(INSTANTS):
        one = sitting(f"sitter-{number}")
        with view_door() as send:
            assert one.save(send, one.token) == "saved"
            one.clock.move_to(one.attempt.deadline + after)
            one.post("attempt-hand-in")
            assert one.save(send, one.token, sequence=2) == ("closed" if in_time else "late")
        done = Attempt.objects.get(pk=one.attempt.pk)
        assert (done.state, done.closed_by) == ("closed", "person" if in_time else "system"), after
        assert (done.score, done.closed_at) == (one.place.points, one.attempt.deadline + after)


@pytest.mark.parametrize(("after", "in_time"), INSTANTS)
def test_x8_an_answer_file_counts_at_no_instant_by_itself(
    sitting: Any, national_officer: Persona, after: dt.timedelta, in_time: bool
) -> None:
    one = sitting("sitter")
    one.clock.move_to(one.attempt.deadline + after)
    data = file_of(one.attempt, [[one.place.ordinal, right_value(one.place), 1]])
    page = national_officer.client.post(at("answer-file-upload"), {"file": _upload(data)})
    assert page.status_code == 302
    assert not one.is_held()
    assert LateAnswer.objects.get().reason == "file"
    one.post("attempt-hand-in")
    assert Attempt.objects.get().score == 0


def _upload(data: bytes) -> Any:

    return SimpleUploadedFile("exam-answers.json", data, content_type="application/json")


# Whatever a client says of time is not asked


def _claims(moment: dt.datetime) -> dict[str, Any]:
    said = moment.isoformat()
    names = ("begin", "started_at", "arrived_at", "deadline", "accept_until", "until", "time", "timestamp")
    return {
        **dict.fromkeys(names, said),
        "now": int(moment.timestamp() * 1000),
        "extra_seconds": 86400,
        "generation": 99,
        "attempt": 1,
    }


CLOCKS = [pytest.param(-DAY, id="T10-clock-a-day-slow"), pytest.param(DAY, id="T10-clock-a-day-fast")]


@pytest.mark.parametrize("off", CLOCKS)
@pytest.mark.parametrize("door", list(DOORS))
def test_x8_no_claim_about_time_gains_or_loses_a_millisecond(
    sitting: Any, door: str, off: dt.timedelta
) -> None:
    with DOORS[door]() as send:
        for number, (after, in_time) in enumerate(INSTANTS):
            one = sitting(f"sitter-{number}")
            moment = one.attempt.deadline + after
            one.clock.move_to(moment)
            claims = _claims(moment + off)
            query = "?" + "&".join(f"{name}={value}" for name, value in claims.items())
            headers = {
                "Date": claims["begin"],
                "X-Request-Start": claims["begin"],
                "X-Now": str(claims["now"]),
            }
            body = {"token": one.token, "answers": [[one.place.ordinal, "a", 2**53 - 1]], **claims}
            word = send(body, query.replace("+", "%2B"), **headers).data["results"][0][2]
            assert word == ("saved" if in_time else "late"), after
            kept = (Answer if in_time else LateAnswer).objects.get(attempt=one.attempt)
            assert kept.arrived_at == moment


@pytest.mark.parametrize("off", CLOCKS)
def test_x8_the_sequence_may_be_the_clients_own_clock(sitting: Any, off: dt.timedelta) -> None:
    """However far a device's clock is off, its sequence orders its own answers and says nothing of the deadline."""
    one = sitting("sitter")
    with view_door() as send:
        for after, word in ((-SECOND, "saved"), (GRACE + MILLISECOND, "late")):
            one.clock.move_to(one.attempt.deadline + after)
            said = int((one.attempt.deadline + after + off).timestamp() * 1000)
            assert one.save(send, one.token, sequence=said) == word


def test_x5_nothing_that_a_start_is_sent_changes_its_time(sitting: Any, autumn_2022: Any) -> None:
    someone = trainee_persona("tampering")
    assert someone.enrollment is not None
    make_bank()
    signed_up(someone.enrollment)
    autumn_2022.move_to(EXAM_TIME)
    claims = _claims(EXAM_TIME + DAY) | {"minutes": 900, "exam_minutes": 900, "number": 1}
    someone.client.post(at("attempt-start") + "?begin=&minutes=900", claims)
    attempt = Attempt.objects.get()
    expected = EXAM_TIME + 90 * MINUTE
    assert (attempt.started_at, attempt.deadline, attempt.accept_until) == (
        EXAM_TIME,
        expected,
        expected + GRACE,
    )
    autumn_2022.move_to(EXAM_TIME + 89 * MINUTE)
    for name in ("attempt-start", "attempt-take-over", "attempt-close"):
        kwargs = {} if name == "attempt-start" else {"pk": attempt.pk}
        someone.client.post(at(name, **kwargs), claims)
    attempt.refresh_from_db()
    assert (attempt.deadline, attempt.accept_until, attempt.extra_seconds) == (expected, expected + GRACE, 0)


def test_x8_a_row_carries_the_servers_instant_and_no_other(db: None) -> None:
    """Both doors read through one function; what it makes of a body has no other source of time."""
    body = {"token": issue_token(7, 1, 1), "answers": [[1, "a", 1]], **_claims(EXAM_TIME + DAY)}

    rows = read(json.dumps(body).encode(), EXAM_TIME, {"HTTP_DATE": "tomorrow"})
    assert [(row.attempt_id, row.generation, row.arrived_at) for row in rows] == [(7, 1, EXAM_TIME)]
    assert DOOR.read is read


# When a sitting may begin


@pytest.mark.parametrize(
    ("before_end", "begins"),
    [
        pytest.param(SECOND, True, id="X5-a-second-before-the-end"),
        pytest.param(dt.timedelta(microseconds=1), True, id="X5-just-before"),
        pytest.param(dt.timedelta(0), False, id="X5-at-the-end"),
        pytest.param(-SECOND, False, id="X5-after"),
    ],
)
@pytest.mark.parametrize("limit", ["window", "fourteen days"])
def test_x5_who_begins_before_the_end_has_the_full_time(
    bank: None, trainee: Persona, autumn_2022: Any, limit: str, before_end: dt.timedelta, begins: bool
) -> None:
    assert trainee.enrollment is not None
    window = trainee.enrollment.year.examwindow_rows.get()
    if limit == "window":
        end = window.closes_at
        signed_up(trainee.enrollment)
    else:
        first = started(trainee.enrollment, window.opens_at + DAY)
        end = first.started_at + 14 * DAY
        autumn_2022.move_to(first.started_at + MINUTE)
        trainee.client.post(at("attempt-take-over", pk=first.pk))
        trainee.client.post(at("attempt-hand-in", pk=first.pk))
    autumn_2022.move_to(end - before_end)
    trainee.client.post(at("attempt-start"))
    running = Attempt.objects.open().first()
    assert (running is not None) == begins
    if running is not None:
        assert running.deadline == end - before_end + 90 * MINUTE
        autumn_2022.move_to(running.accept_until)
        token = issue_token(running.pk, running.enrollment.person_id, 1)
        with view_door() as send:
            assert send({"token": token, "answers": [[1, "a", 1]]}).data["results"][0][2] == "saved"


def test_x5_people_who_start_apart_have_equal_time(
    bank: None, trainee: Persona, other_trainee: Persona
) -> None:
    assert trainee.enrollment is not None
    assert other_trainee.enrollment is not None
    early = started(trainee.enrollment)
    late = started(other_trainee.enrollment, EXAM_TIME + 10 * MINUTE)
    assert early.deadline - early.started_at == late.deadline - late.started_at == 90 * MINUTE
    assert early.accept_until - early.deadline == late.accept_until - late.deadline == GRACE
