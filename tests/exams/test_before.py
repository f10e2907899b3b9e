"""Before the exam: rules confirmed, device checked, the candidate's page (X4, X5, X8)."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from accounts.actors import system_actor
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.models import Enrollment
from exams.answers import PATH
from exams.loading import load_practice
from exams.models import Answer, Attempt, BlueprintRow, ExamWindow, SignUp, SystemCheck
from exams.rules.device import Measured
from exams.services import confirm_rules, keep_system_check, open_trial, start_attempt, start_practice
from programs.models import Setting
from tests.exams.factories import EXAM_TIME, FULL, handed_in, signed_up, started, with_figures
from tests.exams.sittings import at, text
from tests.factories import Persona, office_of

MINUTE, DAY, SECOND = dt.timedelta(minutes=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
GOOD = Measured(script=True, dialog=True, crypto=True, storage=100_000, width=360, save=120, clock=0)


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


@pytest.fixture
def questions(enrollment: Enrollment) -> None:
    load_practice(office=office_of("cancer"), actor=system_actor(), now=EXAM_TIME)


@pytest.fixture
def entry(enrollment: Enrollment) -> SignUp:
    """Signed up, the rules not read."""
    return SignUp.objects.create(enrollment=enrollment, signed_up_at=EXAM_TIME)


# Rules


def test_x4_no_attempt_starts_before_the_rules_are_confirmed(
    bank: None, trainee: Persona, entry: SignUp
) -> None:
    enrollment = entry.enrollment
    with pytest.raises(Refusal, match="考试规则") as caught:
        start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)
    assert "阅读并确认" in str(caught.value.remedy)
    assert not Attempt.objects.exists()
    confirm_rules(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)
    assert start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME).is_open


def test_x4_confirming_twice_keeps_the_first_time_and_one_event(trainee: Persona, entry: SignUp) -> None:
    for later in (0, 5):
        confirm_rules(enrollment=entry.enrollment, actor=trainee.actor, now=EXAM_TIME + later * MINUTE)
    entry.refresh_from_db()
    assert entry.rules_read_at == EXAM_TIME
    assert Event.objects.filter(verb="confirm_rules").count() == 1


def test_x4_nobody_confirms_for_another_or_before_signing_up(
    trainee: Persona, other_trainee: Persona, hebei_coordinator: Persona, enrollment: Enrollment
) -> None:
    with pytest.raises(Refusal, match="没有报考"):
        confirm_rules(enrollment=enrollment, actor=trainee.actor, now=EXAM_TIME)
    signed_up(enrollment)
    for stranger in (other_trainee, hebei_coordinator):
        with pytest.raises(NotAllowed):
            confirm_rules(enrollment=enrollment, actor=stranger.actor, now=EXAM_TIME)


def test_x4_a_running_attempt_goes_on_whatever_the_rules(bank: None, enrollment: Enrollment) -> None:
    running = started(enrollment)
    SignUp.objects.update(rules_read_at=None)
    assert started(enrollment, EXAM_TIME + MINUTE) == running


def test_x4_the_tick_is_needed_and_its_absence_is_told(trainee: Persona, entry: SignUp) -> None:
    page = trainee.client.post(at("rules-show"), {})
    entry.refresh_from_db()
    assert entry.rules_read_at is None
    assert page.status_code == 200
    assert "不勾选不能开始考试" in text(page)
    assert trainee.client.post(at("rules-show"), {"read": "on"})["Location"] == at("exam-show")
    entry.refresh_from_db()
    assert entry.rules_read_at == EXAM_TIME
    assert 'name="read"' not in text(trainee.client.get(at("rules-show")))


def test_x4_who_has_not_signed_up_reads_but_cannot_confirm(trainee: Persona) -> None:
    page = text(trainee.client.get(at("rules-show")))
    assert 'name="read"' not in page
    assert "您还没有报考" in text(trainee.client.post(at("rules-show"), {"read": "on"}))
    assert not SignUp.objects.exists()


def test_x3_the_rules_page_takes_every_figure_from_the_years_rows(trainee: Persona, entry: SignUp) -> None:
    for code, value in {
        "exam-minutes": 77, "pass-points": 81, "exam-attempts": 4, "exam-window-days": 19,
        "answer-grace-seconds": 43,
    }.items():  # fmt: skip
        Setting.objects.filter(year=entry.enrollment.year_id, code=code).update(value=value)
    BlueprintRow.objects.filter(year=entry.enrollment.year_id, code="single").update(count=53, points=2)
    page = text(trainee.client.get(at("rules-show")))
    for words in (
        "77 分钟", "满分 166 分，<strong>81 分及格", "4 次", "19 × 24 小时", "再接收 43 秒", "53 题，每题 2 分，共 106 分",
    ):  # fmt: skip
        assert words in page, words
    assert "2022年12月31日 24:00" in page
    assert "不构成任何处罚" in page


# The device


def test_x8_a_check_is_kept_and_judged_by_the_portal(trainee: Persona, enrollment: Enrollment) -> None:
    measured = {"script": True, "dialog": True, "crypto": False, "storage": 5, "width": 360, "save": 90.6,
                "clock": 75_000}  # fmt: skip
    client = trainee.client
    answer = client.post(at("check-show"), {"measured": json.dumps(measured)}, HTTP_USER_AGENT="B" * 300)
    assert answer["Location"] == at("check-show")
    check = SystemCheck.objects.get()
    assert (check.passed, check.browser, check.results["save"]) == (
        True,
        "B" * 200,
        {"ok": True, "value": None},
    )
    assert check.results["speed"] == {"ok": True, "value": 91}
    page = text(client.get(at("check-show")))
    assert page.count("finding finding-warning") == 3
    assert "快 75 秒" in page
    assert "在微信中" not in page
    assert "最近一次检测通过" in text(client.get(at("exam-show")))


def test_x8_a_device_that_cannot_save_fails_with_a_way_out(trainee: Persona, enrollment: Enrollment) -> None:
    nothing = json.dumps({"script": "yes", "save": True, "clock": 1e15, "width": None})
    trainee.client.post(at("check-show"), {"measured": nothing})
    check = SystemCheck.objects.get()
    assert not check.passed
    assert {key for key, one in check.results.items() if one["ok"]} == set()
    page = text(trainee.client.get(at("check-show"), HTTP_USER_AGENT="X MicroMessenger/8"))
    assert page.count("finding finding-danger") == 3
    assert page.count("在微信中") == 3
    assert "有项目未通过" in text(trainee.client.get(at("exam-show")))


@pytest.mark.parametrize("sent", ["", "[1]", "{"])
def test_x8_a_check_without_measurements_says_so_and_keeps_nothing(trainee: Persona, sent: str) -> None:
    page = trainee.client.post(at("check-show"), {"measured": sent})
    assert page.status_code == 200
    assert not SystemCheck.objects.exists()


def test_x8_nobody_keeps_a_check_for_another(other_trainee: Persona, enrollment: Enrollment) -> None:
    for act in (
        lambda: keep_system_check(
            enrollment=enrollment, browser="", measured=GOOD, actor=other_trainee.actor, now=EXAM_TIME
        ),
        lambda: open_trial(enrollment=enrollment, device="d", actor=other_trainee.actor, now=EXAM_TIME),
    ):
        with pytest.raises(NotAllowed):
            act()


def trial(client: Client) -> Any:
    """What the page's script does: open the trial, then save through the exam's own door."""
    opened = client.post(at("check-trial")).json()
    assert opened["url"] == PATH
    body = {"token": opened["token"], "answers": opened["answers"]}
    return Client().post(PATH, body, content_type="application/json").json()


def test_x8_the_trial_save_goes_through_the_real_door(questions: None, trainee: Persona) -> None:
    for _again in range(2):
        assert [row[2] for row in trial(trainee.client)["results"]] == ["saved"]
    assert Attempt.sittings.get().is_practice
    assert not Attempt.objects.exists()


def test_x8_the_trial_save_leaves_the_answers_of_a_practice_as_they_are(
    questions: None, trainee: Persona, enrollment: Enrollment
) -> None:
    running = start_practice(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)
    Answer.objects.create(
        attempt=running, ordinal=1, value="bcdf", generation=1, sequence=7, arrived_at=EXAM_TIME
    )
    assert trial(trainee.client)["results"][0][2] == "saved"
    assert Answer.objects.get().value == "bcdf"
    assert Attempt.sittings.get() == running


def test_x8_a_practice_that_is_over_is_no_place_for_a_trial(
    questions: None, trainee: Persona, enrollment: Enrollment, autumn_2022: Any
) -> None:
    old = start_practice(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME)
    autumn_2022.move_to(EXAM_TIME + DAY)
    assert trial(trainee.client)["results"][0][2] == "saved"
    old.refresh_from_db()
    assert not old.is_open


def test_x8_while_the_exam_runs_no_trial_opens(
    bank: None, questions: None, trainee: Persona, enrollment: Enrollment
) -> None:
    started(enrollment)
    answer = trainee.client.post(at("check-trial"))
    assert answer.status_code == 409
    assert "正在进行" in answer.json()["error"]
    assert "结束后才能检测" in text(trainee.client.get(at("check-show")))


# The candidate's page


def test_x4_the_page_leads_from_sign_up_over_the_rules_to_the_start(
    monkeypatch: pytest.MonkeyPatch, trainee: Persona
) -> None:
    with_figures(monkeypatch, FULL)
    assert 'task-due" id="step-sign_up"' in text(trainee.client.get(at("exam-show")))
    trainee.client.post(at("signup-create"))
    page = text(trainee.client.get(at("exam-show")))
    assert 'task-due" id="step-rules"' in page
    assert 'data-dialog="start"' not in page
    trainee.client.post(at("rules-show"), {"read": "on"})
    page = text(trainee.client.get(at("exam-show")))
    assert 'task-due" id="step-start"' in page
    assert 'data-dialog="start"' in page
    assert "不检测也可以开始考试" in page


def test_x5_the_line_of_attempts_stands_before_the_start_and_beside_the_result(
    trainee: Persona, enrollment: Enrollment, autumn_2022: Any
) -> None:
    signed_up(enrollment)
    failed = handed_in(enrollment, 1)
    autumn_2022.move_to(EXAM_TIME + 5 * DAY - SECOND)
    for page in (at("exam-show"), at("attempt-result", pk=failed.pk)):
        shown = text(trainee.client.get(page))
        assert '第 <strong class="number">2</strong> 次 / 共 3 次' in shown
        assert '剩余 <strong class="number">9 天 0 小时</strong>' in shown
    autumn_2022.move_to(EXAM_TIME + 14 * DAY - 90 * MINUTE)
    assert '剩余 <strong class="number">1 小时 30 分钟</strong>' in text(trainee.client.get(at("exam-show")))


def test_x5_an_attempt_starts_just_before_14_days_are_over_and_not_at_or_after(
    bank: None, trainee: Persona, enrollment: Enrollment
) -> None:
    signed_up(enrollment)
    ExamWindow.objects.filter(year=enrollment.year_id).update(closes_at=EXAM_TIME + 40 * DAY)
    handed_in(enrollment, 1)
    for late in (14 * DAY, 14 * DAY + SECOND):
        with pytest.raises(Refusal, match="时限已过"):
            start_attempt(enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME + late)
    last = start_attempt(
        enrollment=enrollment, device="d", actor=trainee.actor, now=EXAM_TIME + 14 * DAY - SECOND
    )
    assert last.deadline == EXAM_TIME + 14 * DAY - SECOND + 90 * MINUTE


def test_e14_after_three_failures_page_and_result_say_what_comes_next_year(
    trainee: Persona, enrollment: Enrollment
) -> None:
    signed_up(enrollment)
    last = [handed_in(enrollment, number) for number in (1, 2, 3)][-1]
    for page in (at("exam-show"), at("attempt-result", pk=last.pk)):
        shown = text(trainee.client.get(page))
        assert "凭原注册号" in shown
        assert "课时从零起算" in shown
        assert 'data-dialog="start"' not in shown


def test_x5_a_pass_elsewhere_or_a_running_attempt_is_told_beside_a_failed_result(
    bank: None, trainee: Persona, enrollment: Enrollment
) -> None:
    signed_up(enrollment)
    failed = handed_in(enrollment, 1)
    second = started(enrollment, EXAM_TIME + MINUTE)
    assert "计时不会停止" in text(trainee.client.get(at("attempt-result", pk=failed.pk)))
    second.delete()
    handed_in(enrollment, 2, 90, passed=True)
    assert "任意一次及格即为通过" in text(trainee.client.get(at("attempt-result", pk=failed.pk)))


def test_x6_for_online_only_trainees_the_exam_is_optional_and_says_what_a_pass_gives(
    trainee: Persona, enrollment: Enrollment
) -> None:
    for page in ("exam-show", "rules-show"):
        assert "自愿参加" not in text(trainee.client.get(at(page)))
    Enrollment.objects.filter(pk=enrollment.pk).update(track="online_only")
    for page in ("exam-show", "rules-show"):
        shown = text(trainee.client.get(at(page)))
        assert "自愿参加" in shown
        assert "优先" in shown
