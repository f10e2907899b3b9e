"""The pages of what a person decides: the pile of late answers, void by two, a trainee's attempts for staff (X5, X8)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.enums import AttemptState, LateDecision
from exams.models import Attempt, Certificate, LateAnswer, VoidRequest
from exams.pile import letters_of, pile_of
from exams.todos import SOURCE
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, handed_in, places, right_rows, right_value, row_of, started
from tests.exams.sittings import (
    MINUTE,
    REASON,
    arrive_late,
    at,
    ended,
    ones,
    save,
    scored,
    second_officer,
    text,
)
from tests.factories import EnrollmentFactory, Persona
from tests.helpers import assert_constant_queries


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


@pytest.fixture
def second(db: None) -> Persona:
    return second_officer()


def todos(someone: Persona, year: ProgramYear) -> list[str]:
    return [todo.url for todo in SOURCE.find(someone.actor, year, EXAM_TIME)]


# late answers


def test_x8_the_pile_is_listed_by_sitting(
    attempt: Attempt,
    national_officer: Persona,
    hebei_coordinator: Persona,
    auditor: Persona,
    year_2022: ProgramYear,
) -> None:
    scored(attempt, 1)
    arrive_late(attempt, 2)
    save(row_of(attempt, 3, "ab", generation=1, sequence=2))
    (row,) = national_officer.client.get(at("late-list")).context["list"].page.object_list
    assert (row.late_waiting, row.late_all, row.late_late, row.late_closed, row.late_devices) == (
        2,
        2,
        1,
        1,
        1,
    )
    for query, count in {
        "?decision=waiting": 1, "?decision=decided": 0, "?reason=late": 1, "?reason=file": 0, "?q=nobody": 0,
        f"?q={attempt.enrollment.person.name}": 1, "?province=130000": 1,
    }.items():  # fmt: skip
        page = national_officer.client.get(at("late-list") + query)
        assert len(page.context["list"].page.object_list) == count, query
    assert at("late-list") + "?decision=waiting" in todos(national_officer, year_2022)
    assert hebei_coordinator.client.get(at("late-list")).status_code == 403
    page = auditor.client.get(at("late-show", pk=attempt.pk))
    assert page.status_code == 200
    assert 'name="accept"' not in text(page)
    assert national_officer.client.post(at("late-list")).status_code == 200


def test_x8_the_decider_sees_the_candidates_letters_and_no_key(
    attempt: Attempt, national_officer: Persona
) -> None:
    place = ones(attempt)[0]
    ids = [option["id"] for option in place.options]
    save(row_of(attempt, place.ordinal, ids[1], 9))
    ended(attempt)
    save(row_of(attempt, place.ordinal, f"{ids[0]},{ids[2]}", 10), row_of(attempt, place.ordinal, "zz", 8))
    with CaptureQueriesContext(connection) as asked:
        (question,) = pile_of(attempt)
    assert not any("exams_itemversion" in one["sql"] for one in asked.captured_queries)
    assert question.held_letters == "B"
    assert [(line.letters, line.older) for line in question.lines] == [("?", True), ("AC", False)]
    page = text(national_officer.client.get(at("late-show", pk=attempt.pk)))
    assert "AC" in page
    for one in places(attempt):
        assert one.version.stem not in page
        assert one.version.explanation not in page or not one.version.explanation


def test_x8_letters_are_those_of_the_shown_order() -> None:
    options = [{"id": "q"}, {"id": "a"}, {"id": "m"}]
    assert (letters_of(options, "m,q"), letters_of(options, ""), letters_of([], "a")) == ("AC", "", "?")


def test_x8_everything_is_ticked_and_what_is_unticked_waits_on(
    attempt: Attempt, national_officer: Persona
) -> None:
    scored(attempt, 71)
    first, second = arrive_late(attempt, 72), arrive_late(attempt, 73)
    url = at("late-show", pk=attempt.pk)
    page = national_officer.client.get(url)
    assert page.context["ticked"] == {str(first.pk), str(second.pk)}
    empty = national_officer.client.post(url, {"accept": "yes", "reason": REASON})
    assert "chosen" in empty.context["form"].errors
    told = national_officer.client.post(
        url, {"chosen": [first.pk], "accept": "yes", "reason": REASON}, follow=True
    )
    words = " ".join(str(message) for message in told.context["messages"])
    assert "71" in words
    assert "72" in words
    assert Certificate.objects.count() == 1
    second.refresh_from_db()
    assert second.decision == LateDecision.PENDING
    assert told.context["ticked"] == {str(second.pk)}
    national_officer.client.post(url, {"chosen": [second.pk], "accept": "no", "reason": REASON})
    assert national_officer.client.get(at("late-list") + "?decision=decided").context["list"].page.object_list


def test_x8_older_answers_and_a_lower_score_are_said(attempt: Attempt, national_officer: Persona) -> None:
    place = ones(attempt)[0]
    save(row_of(attempt, place.ordinal, right_value(place), 9))
    ended(attempt)
    url = at("late-show", pk=attempt.pk)
    worse = arrive_late(attempt, 1, right=False, sequence=10)
    data = {"chosen": [worse.pk], "accept": "yes", "reason": REASON}
    refused = national_officer.client.post(url, data)
    assert refused.context["form"].non_field_errors()
    assert Attempt.objects.get().score == 1
    assert 'name="lower_ok"' in text(refused)
    national_officer.client.post(url, {**data, "lower_ok": "on"})
    assert Attempt.objects.get().score == 0
    older = arrive_late(attempt, 1, sequence=2)
    told = national_officer.client.post(url, {**data, "chosen": [older.pk]}, follow=True)
    assert told.redirect_chain[-1][0] == url
    assert LateAnswer.objects.get(pk=older.pk).decision == LateDecision.REFUSED


def test_x8_a_running_and_a_void_sitting_say_why_there_is_nothing_to_decide(
    attempt: Attempt, national_officer: Persona
) -> None:
    late = arrive_late(attempt, 1)
    url = at("late-show", pk=attempt.pk)
    page = national_officer.client.get(url)
    assert page.context["running"]
    assert 'name="accept"' not in text(page)
    data = {"chosen": [late.pk], "accept": "yes", "reason": REASON}
    assert national_officer.client.post(url, data).context["form"].non_field_errors()
    Attempt.objects.update(state="void")
    assert national_officer.client.get(url).context["void"]


# void by two


def test_x5_two_people_void_an_attempt_on_the_pages(
    attempt: Attempt, national_officer: Persona, second: Persona, trainee: Persona, year_2022: ProgramYear
) -> None:
    save(*right_rows(attempt))
    ended(attempt)
    scores = text(national_officer.client.get(at("score-list")))
    person = at("score-show", pk=attempt.enrollment_id)
    assert person in scores
    url = at("void-ask", pk=attempt.pk)
    assert url in text(national_officer.client.get(person))
    page = national_officer.client.get(url)
    assert page.context["seconds"] == ["李复核"]
    assert national_officer.client.post(url, {"reason": "短"}).context["form"].errors["reason"]
    asked = national_officer.client.post(url, {"reason": REASON}, follow=True)
    request = VoidRequest.objects.get()
    show = at("void-show", pk=request.pk)
    assert asked.redirect_chain[-1][0] == show
    # whoever asked reads who confirms, and finds no button and nothing to do
    assert "李复核" in text(asked)
    assert at("void-confirm", pk=request.pk) not in text(asked)
    assert Certificate.objects.get().number in text(asked)
    waiting = at("void-list") + "?decision=waiting"
    assert waiting not in todos(national_officer, year_2022)
    assert waiting in todos(second, year_2022)
    assert show in text(second.client.get(waiting))
    assert url not in text(national_officer.client.get(person))
    again = national_officer.client.post(url, {"reason": REASON})
    assert again.context["form"].non_field_errors()
    assert national_officer.client.post(at("void-confirm", pk=request.pk)).status_code == 403
    assert at("void-confirm", pk=request.pk) in text(second.client.get(show))
    second.client.post(at("void-confirm", pk=request.pk))
    assert Attempt.objects.get().state == "void"
    late = second.client.post(at("void-confirm", pk=request.pk), follow=True)
    assert [message.level_tag for message in late.context["messages"]][-1] == "error"
    # the trainee reads why, and that the chance is back
    for page in (at("exam-show"), at("attempt-result", pk=attempt.pk)):
        assert REASON in text(trainee.client.get(page))
    assert at("attempt-result", pk=attempt.pk) in text(trainee.client.get(at("exam-show")))
    assert trainee.client.get(at("attempt-show", pk=attempt.pk))["Location"] == at(
        "attempt-result", pk=attempt.pk
    )


def test_x5_a_refusal_wants_its_reason(attempt: Attempt, national_officer: Persona, second: Persona) -> None:
    national_officer.client.post(at("void-ask", pk=attempt.pk), {"reason": REASON})
    request = VoidRequest.objects.get()
    url = at("void-refuse", pk=request.pk)
    second.client.post(url, {"reason": ""})
    request.refresh_from_db()
    assert request.decision == "waiting"
    assert national_officer.client.post(url, {"reason": "证据不足"}).status_code == 403
    second.client.post(url, {"reason": "证据不足"})
    request.refresh_from_db()
    assert (request.decision, Attempt.objects.get().state) == ("refused", "open")
    assert "证据不足" in text(second.client.get(at("void-show", pk=request.pk)))


def test_x5_one_person_alone_in_the_office_is_told_what_to_do(
    attempt: Attempt, national_officer: Persona
) -> None:
    page = national_officer.client.get(at("void-ask", pk=attempt.pk))
    assert page.context["seconds"] == []
    assert "note-warning" in text(page)


def test_x5_attempts_are_numbered_by_the_chances_that_stand(
    attempt: Attempt, national_officer: Persona, second: Persona, trainee: Persona
) -> None:
    ended(attempt)
    national_officer.client.post(at("void-ask", pk=attempt.pk), {"reason": REASON})
    second.client.post(at("void-confirm", pk=VoidRequest.objects.get().pk))
    started(attempt.enrollment, EXAM_TIME + MINUTE)
    table = trainee.client.get(at("exam-show")).context["attempts"]
    assert [row["cells"][0]["text"] for row in table["rows"]] == [AttemptState.VOID.label, "1 / 3"]
    staff = national_officer.client.get(at("score-show", pk=attempt.enrollment_id)).context["table"]
    assert [row["cells"][0]["text"] for row in staff["rows"]] == [AttemptState.VOID.label, "1 / 3"]


# a trainee's attempts, for staff


def test_x5_staff_see_the_attempts_of_their_own_and_the_office_what_may_be_done(
    attempt: Attempt,
    national_officer: Persona,
    hebei_coordinator: Persona,
    henan_coordinator: Persona,
    auditor: Persona,
) -> None:
    scored(attempt, 3)
    arrive_late(attempt, 4)
    url = at("score-show", pk=attempt.enrollment_id)
    pile, void = at("late-show", pk=attempt.pk), at("void-ask", pk=attempt.pk)
    pages = [text(one.client.get(url)) for one in (national_officer, hebei_coordinator, auditor)]
    assert [pile in page for page in pages] == [True, False, True]
    assert [void in page for page in pages] == [True, False, False]
    assert henan_coordinator.client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["late-list", "void-list"])
def test_lists_of_decisions_ask_as_often_for_thirty_as_for_one(
    year_2022: ProgramYear, national_officer: Persona, name: str
) -> None:
    def make(count: int) -> None:
        for _ in range(count):
            attempt = handed_in(EnrollmentFactory(year=year_2022))
            LateAnswer.objects.create(
                attempt=attempt, ordinal=1, value="a", generation=1, sequence=1, arrived_at=EXAM_TIME, reason="late"
            )  # fmt: skip
            VoidRequest.objects.create(
                attempt=attempt, reason=REASON, asked_by=national_officer.user, asked_at=EXAM_TIME
            )

    assert_constant_queries(national_officer.client, at(name), make)
    exported = national_officer.client.post(at(name))
    assert exported.status_code == 200
