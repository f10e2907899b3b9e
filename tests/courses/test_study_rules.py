"""How far a trainee is and what is missing (C1, C2, C6, C7, C9, C10)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from courses.enums import Requirement, StudyState
from courses.rules import (
    LessonFact,
    StudyStep,
    Targets,
    Totals,
    attended_hours,
    expected_hours,
    meets_homework_standard,
    missing,
    next_lesson,
    online_share,
    study_step,
    theme_standings,
)

REQUIRED, ELECTIVE = Requirement.REQUIRED, Requirement.ELECTIVE
TARGETS = Targets(required=2, elective=1, online_hours=Decimal(3), offline_hours=Decimal(70))
DONE = Totals(2, 1, 2, Decimal(3), Decimal(70), Decimal(10), offline_passed=True)


def fact(number: int, requirement: str = REQUIRED, **values) -> LessonFact:
    return LessonFact(number, requirement, **values)


OWING = fact(1, watched=True, asks_homework=True)
SHORT = replace(DONE, offline_hours=Decimal(1))


@pytest.mark.parametrize(
    ("facts", "totals", "options", "step"),
    [
        ([fact(1)], Totals(), {}, StudyStep.WATCH),
        ([OWING], Totals(1, 0, 0, Decimal(1)), {}, StudyStep.HOMEWORK),
        ([], SHORT, {}, StudyStep.SESSIONS),
        ([], replace(DONE, offline_passed=None), {}, StudyStep.ASSESSMENT),
        ([], replace(DONE, offline_passed=False), {}, StudyStep.RESIT),
        ([], replace(DONE, online_hours=Decimal(1)), {}, StudyStep.LESSONS),
        ([], DONE, {}, StudyStep.EXAM),
        ([fact(1)], Totals(), {"signed_up": True}, StudyStep.EXAM),
        ([fact(1)], Totals(), {"running": False}, StudyStep.OVER),
        ([], DONE, {"running": False}, StudyStep.EXAM),
    ],
)
def test_x4_there_is_one_thing_to_do_in_every_state(facts, totals, options, step):
    lacking = missing(facts, TARGETS, totals, offline=True)
    lesson = next_lesson(facts, TARGETS, totals)
    assert study_step(lesson, lacking, totals, **{"signed_up": False, "running": True, **options}) == step


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, StudyState.OPEN),
        ({"started": True}, StudyState.STARTED),
        ({"started": True, "watched": True}, StudyState.DONE),
        ({"started": True, "watched": True, "asks_homework": True}, StudyState.HOMEWORK),
        ({"watched": True, "asks_homework": True, "homework_done": True}, StudyState.DONE),
        ({"watched": True, "asks_homework": True, "requirement": ELECTIVE}, StudyState.DONE),
    ],
)
def test_c6_only_required_lessons_owe_homework(values, state):
    assert LessonFact(1, **{"requirement": REQUIRED, **values}).state == state


def test_x4_nothing_is_missing_when_all_is_done():
    facts = [fact(1, watched=True, asks_homework=True, homework_done=True), fact(2, watched=True)]
    assert missing(facts, TARGETS, DONE, offline=True).nothing


def test_x4_what_is_missing_is_told_lesson_by_lesson():
    facts = [fact(1), fact(2, watched=True, asks_homework=True), fact(3, ELECTIVE)]
    found = missing(facts, TARGETS, Totals(1, 0, 0, Decimal(1), Decimal("69.5")), offline=True)
    assert [f.lesson_id for f in found.required] == [1]
    assert [f.lesson_id for f in found.homework] == [2]
    assert (found.electives, found.online_hours, found.offline_hours) == (1, Decimal(2), Decimal("0.5"))
    assert found.offline_result
    assert not found.nothing


@pytest.mark.parametrize(
    "totals",
    [
        pytest.param(
            Totals(2, 0, 2, Decimal(3), Decimal(70), offline_passed=True), id="C1-one-elective-short"
        ),
        pytest.param(
            Totals(2, 1, 2, Decimal("2.9"), Decimal(70), offline_passed=True), id="C1-hours-just-short"
        ),
        pytest.param(
            Totals(2, 1, 2, Decimal(3), Decimal("69.9"), offline_passed=True), id="C8-offline-just-short"
        ),
        pytest.param(Totals(2, 1, 2, Decimal(3), Decimal(70), offline_passed=False), id="C12-failed"),
        pytest.param(Totals(2, 1, 2, Decimal(3), Decimal(70)), id="C12-not-assessed"),
    ],
)
def test_x4_each_shortfall_alone_is_missing(totals):
    assert not missing([], TARGETS, totals, offline=True).nothing


def test_x4_the_online_only_track_misses_nothing_offline():
    assert missing([], TARGETS, Totals(2, 1, 2, Decimal(3)), offline=False).nothing


def test_next_is_open_homework_then_the_lesson_begun_then_required_then_electives():
    electives = [fact(1, ELECTIVE), fact(2, ELECTIVE, started=True)]
    begun, waiting = fact(3, started=True), fact(4, watched=True, asks_homework=True)
    fresh = fact(5)
    zero = Totals()
    assert next_lesson([*electives, begun, waiting, fresh], TARGETS, zero) == waiting
    assert next_lesson([electives[0], begun, fresh], TARGETS, zero) == begun
    assert next_lesson([electives[0], fresh], TARGETS, zero) == fresh
    assert next_lesson([electives[0]], TARGETS, zero) == electives[0]
    assert next_lesson([electives[0]], TARGETS, DONE) is None


@pytest.mark.parametrize(
    ("correct", "asked", "answered", "share", "met"),
    [
        pytest.param(0, 5, 5, "0", True, id="C6-house-default-all-answered"),
        pytest.param(5, 5, 4, "0", False, id="C6-one-unanswered"),
        pytest.param(3, 5, 5, "0.6", True, id="C6-at-the-standard"),
        pytest.param(2, 5, 5, "0.6", False, id="C6-below-the-standard"),
        pytest.param(0, 0, 0, "0", False, id="C6-no-question-no-homework"),
    ],
)
def test_c6_homework_standard(correct, asked, answered, share, met):
    assert meets_homework_standard(correct, asked, answered, Decimal(share)) is met


def test_c2_a_theme_binds_only_once_its_share_is_set():
    facts = [
        fact(1, ELECTIVE, theme="lung", watched=True),
        fact(2, ELECTIVE, theme="lung"),
        fact(3, theme="lung", watched=True),
    ]
    lung, liver, breast = theme_standings(facts, {"lung": None, "liver": None, "breast": Decimal("0.05")}, 50)
    assert (lung.done, lung.needed, lung.met) == (1, 0, True)
    assert liver.met
    # a twentieth of fifty is two and a half: three lessons
    assert (breast.needed, breast.met) == (3, False)


@pytest.mark.parametrize(
    ("remote", "share", "earned"),
    [
        (False, "0", "4.0"),
        (True, "0", "0.0"),
        (True, "0.5", "2.0"),
        (True, "0.33", "1.3"),
        (True, "1", "4.0"),
    ],
)
def test_c9_remote_attendance_earns_the_years_share(remote, share, earned):
    assert attended_hours(Decimal("4.0"), remote=remote, remote_share=Decimal(share)) == Decimal(earned)


def test_c10_the_share_of_online_hours_is_shown_not_asked():
    assert online_share(Totals(online_hours=Decimal(170), offline_hours=Decimal(70))) == Decimal("70.8")
    assert online_share(Totals()) is None


@pytest.mark.parametrize(
    ("day", "hours"),
    [(0, "0.0"), (1, "17.0"), (5, "85.0"), (10, "170"), (30, "170"), (-3, "0.0")],
)
def test_expected_hours_are_a_straight_line(day, hours):
    begins = dt.datetime(2022, 9, 1, tzinfo=dt.UTC)
    due = begins + dt.timedelta(days=10)
    assert expected_hours(Decimal(170), begins, due, begins + dt.timedelta(days=day)) == Decimal(hours)


def test_expected_hours_without_a_span_are_all():
    now = dt.datetime(2022, 9, 1, tzinfo=dt.UTC)
    assert expected_hours(Decimal(170), now, now - dt.timedelta(days=1), now - dt.timedelta(days=9)) == 170
