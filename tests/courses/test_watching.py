"""C5: the gathered writer's domain half. Every row of the guard table, the attacks, and both databases' SQL."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client

from core.hot import LeanDoors, Rejected
from courses import watching
from courses.enums import BeatWord
from courses.models import Ledger, LessonProgress, WatchStream
from courses.services import start_stream
from programs.enums import YearStatus
from programs.models import Closing, Setting
from tests import rsgi
from tests.courses.factories import EntryFactory, LessonFactory, beat, set_setting, stream, watched
from tests.factories import NOW, EnrollmentFactory, trainee_persona

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone():
    return EnrollmentFactory()


@pytest.fixture
def entry(someone):
    return EntryFactory(specialty=someone.specialty)


@pytest.fixture
def playing(someone, entry):
    return stream(someone, entry.lesson)


def send(*beats):
    with connection.cursor() as cursor:
        return watching.batch(cursor, list(beats))


def test_c5_a_beat_is_counted_and_merged(playing):
    first = send(beat(playing, (0, 15), after=15))[0]
    second = send(beat(playing, (15, 30), after=30, sequence=2))[0]
    assert (first.word, first.covered, first.new_seconds) == (BeatWord.COUNTED, ((0, 15),), 15)
    assert (second.covered, second.completed) == (((0, 30),), False)
    row = LessonProgress.objects.get()
    assert (row.ranges, row.covered, row.position, row.hours) == ([[0, 30]], 30, 30, 0)


def test_c5_a_lesson_earns_its_hour_when_watched_through(playing, someone):
    send(beat(playing, (0, 60), after=60))
    assert not Ledger.objects.filter(pk=someone.pk, online_hours__gt=0).exists()
    verdict = send(beat(playing, (60, 95), after=120, sequence=2))[0]
    assert verdict.completed
    row, ledger = LessonProgress.objects.get(), Ledger.objects.get(pk=someone.pk)
    assert (row.hours, row.completed_at) == (Decimal(1), NOW + dt.timedelta(seconds=120))
    assert (ledger.online_hours, ledger.required_done, ledger.elective_done) == (Decimal(1), 1, 0)


def test_c5_watching_again_earns_nothing_more_and_takes_nothing_back(playing, someone, entry):
    watched(someone, entry.lesson)
    before = LessonProgress.objects.get()
    verdict = send(beat(playing, (0, 30), after=30))[0]
    after = LessonProgress.objects.get()
    assert (verdict.new_seconds, verdict.completed) == (0, True)
    assert (after.hours, after.completed_at, after.covered) == (
        before.hours,
        before.completed_at,
        before.covered,
    )


def test_c5_homework_in_the_same_row_is_left_alone(playing, someone, entry):
    row = watched(someone, entry.lesson, homework_done=True)
    LessonProgress.objects.filter(pk=row.pk).update(answers={"7": ["A"]}, correct=1, asked=1)
    send(beat(playing, (0, 10), after=30))
    kept = LessonProgress.objects.get()
    assert (kept.answers, kept.correct, kept.homework_at) == ({"7": ["A"]}, 1, NOW)


# Attacks


@pytest.mark.parametrize(
    ("after", "ranges", "seconds"),
    [
        pytest.param(15, [(0, 100)], 30, id="speeding-earns-the-limit-and-no-more"),
        pytest.param(15, [(0, 30)], 30, id="the-limit-itself-counts"),
        pytest.param(0, [(0, 100)], 0, id="no-time-has-passed"),
        pytest.param(-60, [(0, 100)], 0, id="arrived-before-the-last"),
        pytest.param(15, [(200, 400)], 0, id="far-future-ranges"),
        pytest.param(15, [(90, 100), (0, 10)], 20, id="skipping-leaves-the-gap"),
        pytest.param(7200, [(0, 100)], 100, id="after-a-long-silence-at-most-the-lesson"),
        pytest.param(15, [], 0, id="an-empty-beat"),
    ],
)
def test_c5_forged_reports_earn_nothing(playing, after, ranges, seconds):
    assert send(beat(playing, *ranges, after=after))[0].new_seconds == seconds


def test_c5_a_flood_of_beats_earns_no_more_than_the_clock(playing):
    beats = [beat(playing, (0, 100), after=1, sequence=number) for number in range(1, 50)]
    verdicts = send(*beats)
    assert LessonProgress.objects.get().covered == 2
    assert sum(verdict.new_seconds for verdict in verdicts) == 2


def test_c5_a_replayed_beat_earns_nothing(playing):
    sent = beat(playing, (0, 15), after=15)
    send(sent)
    again = send(beat(playing, (0, 100), after=300, sequence=1))[0]
    assert (again.word, again.covered) == (BeatWord.REPEATED, ((0, 15),))
    assert LessonProgress.objects.get().covered == 15


def test_c5_the_second_tab_takes_over_and_the_first_earns_nothing(playing, someone, entry):
    newer = stream(someone, entry.lesson, nonce="n2")
    old, new = send(beat(playing, (0, 15), after=15, nonce="n1"), beat(newer, (20, 35), after=15))
    assert (old.word, old.covered, new.word) == (BeatWord.TAKEN_OVER, (), BeatWord.COUNTED)
    assert LessonProgress.objects.get().ranges == [[20, 35]]


def test_c5_two_lessons_at_once_are_one_stream(playing, someone, entry):
    other = EntryFactory(specialty=someone.specialty).lesson
    stream(someone, other, nonce="n2")
    assert send(beat(playing, (0, 15), after=15, nonce="n1"))[0].word == BeatWord.TAKEN_OVER
    assert not LessonProgress.objects.exists()


def test_c5_a_right_nonce_for_another_lesson_earns_nothing(playing, someone):
    other = LessonFactory()
    assert send(beat(playing, (0, 15), after=15, lesson_id=other.pk))[0].word == BeatWord.TAKEN_OVER


def test_c5_a_person_without_a_stream_earns_nothing(playing):
    assert send(beat(playing, (0, 15), after=15, person_id=10**9))[0].word == BeatWord.TAKEN_OVER


@pytest.mark.parametrize("ended", ["year", "withdrawn", "closing"])
def test_c1_access_ends_with_the_year_the_place_and_the_closing(playing, someone, ended):
    if ended == "year":
        someone.year.status = YearStatus.CLOSED
        someone.year.save()
    elif ended == "withdrawn":
        type(someone).objects.filter(pk=someone.pk).update(status="withdrawn")
    else:
        Closing.objects.create(
            year=someone.year, region=someone.region, subject=watching.SUBJECT, closed_at=NOW
        )
    assert send(beat(playing, (0, 15), after=15))[0].word == BeatWord.CLOSED
    assert not LessonProgress.objects.exists()


def test_c5_a_year_without_its_limit_credits_nothing(playing):
    Setting.objects.filter(code="watch-speed-limit").delete()
    assert send(beat(playing, (0, 15), after=15))[0].new_seconds == 0


def test_c5_the_limit_is_data_of_the_year(playing):
    set_setting("watch-speed-limit", "4")
    assert send(beat(playing, (0, 60), after=15))[0].new_seconds == 60


def test_c5_beats_of_many_people_are_answered_in_order(entry):
    people = [EnrollmentFactory(specialty=entry.specialty) for _ in range(3)]
    streams = [stream(one, entry.lesson, nonce=f"n{one.pk}") for one in people]
    verdicts = send(*(beat(one, (0, 5 + number), after=15) for number, one in enumerate(reversed(streams))))
    assert [verdict.new_seconds for verdict in verdicts] == [5, 6, 7]
    assert LessonProgress.objects.count() == 3


# The door


@pytest.fixture
def trainee_playing(trainee, entry):
    token, _ = start_stream(enrollment=trainee.enrollment, entry=entry, actor=trainee.actor, now=NOW)
    return token


def body(token: str, **changed) -> str:
    plain = {"token": token, "sequence": 1, "ranges": [[0, 10]], "position": 10}
    return json.dumps({**plain, **changed})


def lean(content: bytes) -> tuple[int, dict]:
    """Through the door in front of Django."""
    doors = LeanDoors(lambda *_: [], (watching.DOOR,))
    try:
        found = rsgi.ask(doors, rsgi.scope("POST", watching.PATH, body=content), content)
    finally:
        doors.__rsgi_del__(None)
    return found.status, json.loads(found.body)


def test_c5_the_door_answers_what_the_server_holds(trainee_playing, autumn_2022):
    autumn_2022.shift(15)
    response = Client().post(watching.PATH, body(trainee_playing), content_type="application/json")
    answer = response.json()
    assert (answer["word"], answer["covered"], answer["seconds"], answer["completed"]) == (
        "counted",
        [[0, 10]],
        10,
        False,
    )
    assert answer["now"] == int((NOW + dt.timedelta(seconds=15)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"token": "forged"}, 403),
        ({"token": "1.2.3"}, 403),
        ({"ranges": [[0, 10]] * 61}, 400),
        ({"ranges": [[10, 0]]}, 400),
        ({"ranges": [[-1, 5]]}, 400),
        ({"ranges": [[0, 10**9]]}, 400),
        ({"ranges": [["a", 5]]}, 400),
        ({"ranges": [[1, 2, 3]]}, 400),
        ({"ranges": 5}, 400),
        ({"sequence": 0}, 400),
        ({"sequence": 2**53}, 400),
        ({"position": -1}, 400),
        ({"sequence": None}, 400),
    ],
)
def test_c5_what_the_door_does_not_understand_it_refuses(trainee_playing, changed, status):
    with pytest.raises(Rejected) as refused:
        watching.read(json.dumps({**json.loads(body(trainee_playing)), **changed}).encode(), NOW, {})
    assert refused.value.status == status
    assert not LessonProgress.objects.exists()


def test_c5_a_token_of_another_purpose_is_not_taken(trainee):
    with pytest.raises(Rejected):
        watching.read_token(Signer(salt="exams.answers").sign("1.2.3.n"))


def test_c5_a_new_stream_begins_its_own_count(trainee, entry):
    first, _ = start_stream(enrollment=trainee.enrollment, entry=entry, actor=trainee.actor, now=NOW)
    second, _ = start_stream(enrollment=trainee.enrollment, entry=entry, actor=trainee.actor, now=NOW)
    assert first != second
    assert WatchStream.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_c5_the_lean_door_keeps_the_same_contract(entry):
    someone = trainee_persona("lean-trainee")
    token, _ = start_stream(
        enrollment=someone.enrollment, entry=entry, actor=someone.actor, now=NOW - dt.timedelta(seconds=60)
    )
    status, answer = lean(body(token).encode())
    assert (status, answer["word"], answer["covered"]) == (200, "counted", [[0, 10]])
    assert lean(body("forged").encode())[0] == 403
