"""The practice exam: the same engine, and never a trace of it in the exam (X3, X8)."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.actors import system_actor
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.models import Enrollment
from exams.answers import PATH, batch
from exams.bank import item_counts, look_alikes, to_compare
from exams.blueprints import exposure_of, papers_drawn, use_by_part
from exams.enums import ItemOrigin
from exams.loading import load_practice, practice_rows
from exams.models import Attempt, BlueprintRow, Certificate, Item, ItemVersion, LateAnswer
from exams.practice import practice_lines, practice_pool, review_of
from exams.queries import blueprint_of, counted_uses, score_rows, seen_items, standing_of
from exams.rules import draw
from exams.rules.entries import of_row
from exams.rules.validity import blocked
from exams.services import close_overdue, hand_in, start_practice, take_over
from exams.services.practice import PRACTICE_TIME
from exams.services.sitting import receipt_holds
from exams.stock import stock_of
from tests.exams.factories import (
    EXAM_TIME,
    places,
    reworded,
    right_rows,
    right_value,
    row_of,
    signed_up,
    started,
    wrong_value,
)
from tests.exams.sittings import at, text
from tests.factories import Persona, office_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


@pytest.fixture
def questions(enrollment: Enrollment) -> None:
    load_practice(office=office_of("cancer"), actor=system_actor(), now=EXAM_TIME)


@pytest.fixture
def practice(questions: None, enrollment: Enrollment) -> Attempt:
    return start_practice(enrollment=enrollment, device="d", actor=system_actor(), now=EXAM_TIME)


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


# The items


def test_x8_the_practice_items_are_sound_and_of_every_form(year_2022: Any) -> None:
    rows = list(practice_rows(year_2022.program.owner))
    assert {row["type"] for row in rows} == {"a1", "a2", "b1", "x", "tf"}
    assert blocked([of_row(row) for row in rows]) == []
    stems = [stem for row in rows for stem in row.get("stems", (row,))]
    assert 10 <= len(stems) <= 15
    assert all(stem["explanation"] for stem in stems)


def test_x8_loading_twice_adds_nothing_and_leaves_what_the_office_changed(questions: None) -> None:
    item = Item.objects.for_practice().get(code__endswith="a1-saved")
    reworded(item, stem="国家项目办改过的题干")
    before = (Item.objects.count(), ItemVersion.objects.count())
    call_command("load_practice")
    assert (Item.objects.count(), ItemVersion.objects.count()) == before
    assert item.versions.get(is_current=True).stem == "国家项目办改过的题干"


def test_x8_an_older_database_gets_the_practice_items_of_every_office_with_exams(year_2022: Any) -> None:
    assert not Item.objects.exists()
    call_command("load_practice")
    assert set(Item.objects.values_list("owner", "origin")) == {
        (year_2022.program.owner_id, ItemOrigin.PRACTICE)
    }


# Apart from the exam


def test_x3_of_a_thousand_drawn_papers_none_has_a_practice_item(
    bank: None, questions: None, enrollment: Enrollment
) -> None:
    practice = set(Item.objects.for_practice().values_list("pk", flat=True))
    assert len(practice) > 10
    stock = stock_of(enrollment.year, enrollment.specialty.code)
    lines = blueprint_of(enrollment.year)
    drawn = {place.item_id for seed in range(1000) for place in draw(lines, stock, str(seed))}
    assert len(drawn) == sum(map(len, stock.units))
    assert not drawn & practice


def test_x1_practice_items_are_in_no_count_comparison_or_use(
    bank: None, practice: Attempt, enrollment: Enrollment
) -> None:
    mine = set(Item.objects.filter(origin=ItemOrigin.PRACTICE).values_list("pk", flat=True))
    year = enrollment.year
    assert not mine & set(Item.objects.in_bank().values_list("pk", flat=True))
    assert not mine & set(to_compare(10_000))
    assert not mine & {pair.other_id for pair in look_alikes(list(mine))}
    assert counted_uses(year) == {}
    assert seen_items(enrollment) == set()
    assert papers_drawn(year) == 0
    held = [part.held for part in use_by_part(year, exposure_of(year))]
    assert sum(held) == Item.objects.exclude(origin=ItemOrigin.PRACTICE).count()
    assert not any(item_counts(year, enrollment.region_id)[0].values())


def test_x5_a_practice_uses_up_no_chance_and_stands_in_no_list(
    practice: Attempt, enrollment: Enrollment, national_officer: Persona
) -> None:
    save(*right_rows(practice))
    done = hand_in(attempt=practice, actor=system_actor(), now=EXAM_TIME + MINUTE)
    assert (done.score, done.passed) == (done.full_points, False)
    assert not Certificate.objects.exists()
    assert standing_of(enrollment, EXAM_TIME).used == 0
    signed_up(enrollment)
    row = score_rows(enrollment.year, national_officer.scope).get()
    assert (row.attempts_used, row.best_score) == (0, None)
    assert started_numbers(enrollment) == []


def started_numbers(enrollment: Enrollment) -> list[int]:
    return list(enrollment.attempts.values_list("number", flat=True))


# Starting


def test_x8_a_practice_has_all_forms_its_own_time_and_receipt(practice: Attempt) -> None:
    drawn = places(practice)
    assert {place.version.item.kind for place in drawn} == {"a1", "a2", "b1", "x", "tf"}
    assert practice.item_count == len(drawn) == Item.objects.for_practice().count()
    assert practice.full_points == sum(place.points for place in drawn)
    assert practice.deadline == EXAM_TIME + PRACTICE_TIME
    assert practice.accept_until == practice.deadline + dt.timedelta(seconds=30)
    assert (practice.window, practice.number) == (None, 1)
    done = hand_in(attempt=practice, actor=system_actor(), now=EXAM_TIME + MINUTE)
    assert done.receipt == f"P2022-{done.pk:08d}"
    assert receipt_holds(done)


def test_x8_a_new_practice_closes_the_open_one(practice: Attempt, trainee: Persona) -> None:
    second = start_practice(
        enrollment=practice.enrollment, device="d", actor=trainee.actor, now=EXAM_TIME + MINUTE
    )
    practice.refresh_from_db()
    assert (practice.is_open, second.is_open, second.number) == (False, True, 2)
    assert Event.objects.filter(verb="start_practice").count() == 2


def test_x8_practice_needs_no_sign_up_but_an_approved_trainee_and_no_running_exam(
    bank: None, questions: None, trainee: Persona, other_trainee: Persona, enrollment: Enrollment
) -> None:
    def start(who: Persona) -> Attempt:
        return start_practice(enrollment=enrollment, device="d", actor=who.actor, now=EXAM_TIME)

    with pytest.raises(NotAllowed):
        start(other_trainee)
    started(enrollment)
    with pytest.raises(Refusal, match="正在进行"):
        start(trainee)
    hand_in(attempt=enrollment.attempts.get(), actor=trainee.actor, now=EXAM_TIME)
    assert start(trainee).is_open
    Enrollment.objects.filter(pk=enrollment.pk).update(status="withdrawn")
    with pytest.raises(Refusal, match="审核通过"):
        start(trainee)


def test_x8_a_refused_practice_leads_back_with_the_reason(trainee: Persona) -> None:
    answer = trainee.client.post(at("practice-start"), follow=True)
    assert answer.redirect_chain[-1][0] == at("exam-show")
    assert "没有模拟考试题" in text(answer)
    assert not Attempt.sittings.exists()


def test_x8_without_questions_or_parts_there_is_no_practice(trainee: Persona, enrollment: Enrollment) -> None:
    with pytest.raises(Refusal, match="没有模拟考试题"):
        start_practice(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)
    load_practice(office=office_of("cancer"), actor=system_actor(), now=EXAM_TIME)
    BlueprintRow.objects.filter(year=enrollment.year_id, code="multiple").update(item_types=["b2"])
    lines = practice_lines(enrollment.year, practice_pool(enrollment.year))
    assert [line.code for line in lines] == ["single", "true-false"]
    Item.objects.filter(kind="tf").update(status="retired")
    assert "tf" not in {item.kind for item in practice_pool(enrollment.year)}
    answer = trainee.client.post(at("practice-start"))
    assert answer.status_code == 302
    assert Attempt.sittings.get().is_practice


def test_x8_a_practice_left_open_is_closed_by_the_sweep(practice: Attempt) -> None:
    close_overdue(now=practice.accept_until + MINUTE)
    practice.refresh_from_db()
    assert (practice.is_open, practice.closed_by) == (False, "system")


def test_x8_late_answers_of_a_practice_are_nobodys_decision(practice: Attempt) -> None:
    save(row_of(practice, arrived_at=practice.accept_until + MINUTE))
    assert not LateAnswer.objects.exists()


# The room and the result


def test_x8_the_room_is_the_exams_and_says_that_it_is_a_practice(questions: None, trainee: Persona) -> None:
    client = trainee.client
    room_at = client.post(at("practice-start"))["Location"]
    practice = Attempt.sittings.get()
    room = text(client.get(room_at))
    assert room_at == at("attempt-show", pk=practice.pk)
    assert "不计成绩" in room
    assert "第 1 次" not in room
    assert "7 题，每题 1 分" in room
    assert all(place.version.explanation not in room for place in places(practice))
    token = re.search(r'data-token="([^"]+)"', room)
    assert token
    rows = [[row.ordinal, row.value, 1] for row in right_rows(practice)]
    saved = Client().post(PATH, {"token": token[1], "answers": rows}, content_type="application/json")
    assert {row[2] for row in saved.json()["results"]} == {"saved"}
    assert "继续模拟考试" in text(client.get(at("exam-show")))
    result = client.post(at("attempt-hand-in", pk=practice.pk), follow=True)
    assert result.redirect_chain[-1][0] == at("attempt-result", pk=practice.pk)
    shown = text(result)
    assert all(place.version.explanation in shown for place in places(practice))
    assert f"P2022-{practice.pk:08d}" in shown
    assert "查看上次模拟结果" in text(client.get(at("exam-show")))


def test_x8_the_review_shows_own_and_right_answers(practice: Attempt) -> None:
    first, second, *rest = places(practice)
    save(
        row_of(practice, first.ordinal, right_value(first)),
        row_of(practice, second.ordinal, wrong_value(second)[:4]),
    )
    assert review_of(practice) == []
    done = hand_in(attempt=practice, actor=system_actor(), now=EXAM_TIME + MINUTE)
    reviewed = review_of(done)
    assert [one.is_right for one in reviewed] == [True, False] + [False] * len(rest)
    assert [one.place.ordinal for one in reviewed] == list(range(1, done.item_count + 1))
    letters = {text: right for _letter, text, _picked, right in reviewed[0].options}
    texts = {one["label"]: one["text"] for one in first.version.options}
    for label in first.version.labels:
        assert letters[texts.get(label, label)] == (label in first.version.key)
    assert any(picked and not right for _letter, _text, picked, right in reviewed[1].options)


def test_x8_the_answers_of_an_exam_are_never_reviewed(bank: None, enrollment: Enrollment) -> None:
    attempt = started(enrollment)
    assert review_of(hand_in(attempt=attempt, actor=system_actor(), now=EXAM_TIME + MINUTE)) == []


def test_x8_a_practice_goes_on_on_another_device_and_belongs_to_one_person(
    practice: Attempt, trainee: Persona, other_trainee: Persona
) -> None:
    for page in ("attempt-show", "attempt-result"):
        assert other_trainee.client.get(at(page, pk=practice.pk)).status_code == 404
    assert "另一设备" in text(trainee.client.get(at("attempt-show", pk=practice.pk)))
    assert take_over(attempt=practice, device="e", actor=trainee.actor, now=EXAM_TIME).generation == 2
