"""Acts on a year: who may, what is refused, what is recorded; submissions and closings of every room."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.enums import FindingStatus, Severity
from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.findings import Finding
from core.models import Event
from core.submissions import SubmissionStatus, canonical
from core.values import day_end
from programs.enums import SettingCode, YearStatus
from programs.models import Duty, DutyExtension, DutyRecord, Program, ProgramYear, Quota, Setting, Theme
from programs.queries import check_not_closed, is_closed
from programs.services import (
    close,
    confirm_assumption,
    confirm_assumptions,
    copy_year,
    decide_submission,
    edit_row,
    extend_duty,
    open_year,
    record_duty,
    reopen,
    submit,
)
from tests.factories import HEBEI, NOW, lead_unit, office_of

pytestmark = pytest.mark.django_db
SHIFT = dt.timedelta(days=365)
OTHERS = (
    "nuclear_officer",
    "hebei_coordinator",
    "hebei_administrator",
    "expert",
    "auditor",
    "trainee",
    "base_coordinator",
)


@pytest.fixture
def office(national_officer):
    return national_officer.actor


@pytest.fixture
def quota(year_2022):
    return Quota.objects.get(year=year_2022, region=HEBEI, track="comprehensive")


def copy(year, actor, number=2023):
    return copy_year(
        source=year, year=number, name="2023年度", name_en="2023", shift=SHIFT, actor=actor, now=NOW
    )


# Next year


def test_the_next_year_is_a_draft_that_says_where_it_comes_from(year_2022, office):
    draft = copy(year_2022, office)
    assert (draft.status, draft.copied_from, draft.areas, draft.clause) == (
        YearStatus.DRAFT, year_2022, year_2022.areas, year_2022.clause,
    )  # fmt: skip
    event = Event.objects.of(draft).get()
    assert (event.verb, event.data["from"], event.data["rows"]["programs.quota"]) == ("copy_year", 2022, 62)


def test_a_year_that_stands_is_not_opened_again(year_2022, office):
    with pytest.raises(Refusal) as refused:
        copy(year_2022, office, 2022)
    assert "2022" in str(refused.value)
    assert ProgramYear.objects.filter(program=year_2022.program).count() == 1


@pytest.mark.parametrize("name", OTHERS)
def test_only_the_owning_office_manages_a_year(request, year_2022, quota, name):
    actor = request.getfixturevalue(name).actor
    duty = Duty.objects.of(year_2022).first()
    theme = Theme.objects.of(year_2022).first()
    acts = (
        lambda: copy(year_2022, actor),
        lambda: open_year(year=year_2022, actor=actor, now=NOW),
        lambda: edit_row(row=quota, values={"seats": 1}, reason="x", actor=actor, now=NOW),
        lambda: confirm_assumption(row=theme, reason="x", actor=actor, now=NOW),
        lambda: confirm_assumptions(year=year_2022, rows=[theme], actor=actor, now=NOW),
        lambda: extend_duty(duty=duty, unit=lead_unit(HEBEI), due_at=NOW, reason="x", actor=actor, now=NOW),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not Event.objects.filter(user_number=actor.user_id).exists()


def test_a_reviewed_draft_opens_once(year_2022, office):
    draft = copy(year_2022, office)
    open_year(year=draft, actor=office, now=NOW)
    assert ProgramYear.objects.get(pk=draft.pk).status == YearStatus.OPEN
    with pytest.raises(IllegalTransition):
        open_year(year=draft, actor=office, now=NOW)


def test_a_plan_that_contradicts_itself_does_not_open(year_2022, office):
    draft = copy(year_2022, office)
    Setting.objects.filter(year=draft, code=SettingCode.PASS_POINTS).update(value=500)
    with pytest.raises(Refusal) as refused:
        open_year(year=draft, actor=office, now=NOW)
    assert refused.value.remedy
    assert ProgramYear.objects.get(pk=draft.pk).status == YearStatus.DRAFT


# Rows


def test_a_row_is_changed_with_a_reason_and_its_history(quota, office):
    edit_row(row=quota, values={"seats": 210}, reason=" 扩容 ", actor=office, now=NOW)
    event = Event.objects.of(quota).get()
    assert Quota.objects.get(pk=quota.pk).seats == 210
    assert (event.verb, event.reason, event.data, event.role) == (
        "edit_row", "扩容", {"seats": ["200", "210"]}, "national_office",
    )  # fmt: skip
    assert Quota.objects.get(pk=quota.pk).confirmed_at is None, "what the text prints needs no confirming"


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_change_without_a_reason(quota, office, reason):
    with pytest.raises(Refusal):
        edit_row(row=quota, values={"seats": 210}, reason=reason, actor=office, now=NOW)
    assert Quota.objects.get(pk=quota.pk).seats == 200


@pytest.mark.parametrize(
    "values", [{"seats": -1}, {"track": "other"}, {"track": "online_only"}, {"clause": ""}, {"seats": None}]
)
def test_values_that_do_not_hold_together_are_refused(quota, office, values):
    with pytest.raises(Refusal) as refused:
        edit_row(row=quota, values=values, reason="x", actor=office, now=NOW)
    assert str(refused.value)
    assert Quota.objects.get(pk=quota.pk).seats == 200
    assert not Event.objects.of(quota).exists()


def test_an_assumed_row_counts_as_confirmed_by_a_change(year_2022, office):
    theme = Theme.objects.of(year_2022).get(code="lung")
    changed = edit_row(row=theme, values={"share": Decimal("0.1")}, reason="定", actor=office, now=NOW)
    assert (changed.confirmed_at, changed.is_provisional) == (NOW, False)
    assert Event.objects.of(theme).get().data == {"share": [None, "0.1"]}


def test_many_assumptions_are_confirmed_at_once_those_of_the_year_alone(year_2022, year_2024, office):
    *themes, elsewhere = Theme.objects.of(year_2022)[:3]
    elsewhere.year = year_2024
    rows = [*themes, elsewhere, Setting.objects.of(year_2022).exclude(assumed="")[0]]
    assert confirm_assumptions(year=year_2022, rows=rows, actor=office, now=NOW) == 3
    assert confirm_assumptions(year=year_2022, rows=themes, actor=office, now=NOW) == 0
    assert Event.objects.filter(verb="confirm_assumption").count() == 3
    assert not Theme.objects.get(pk=themes[0].pk).is_provisional


def test_an_assumption_is_confirmed_once(year_2022, office):
    theme = Theme.objects.of(year_2022).get(code="lung")
    assert confirm_assumption(row=theme, reason="同意", actor=office, now=NOW).confirmed_at == NOW
    with pytest.raises(Refusal):
        confirm_assumption(row=theme, reason="同意", actor=office, now=NOW)
    assert Event.objects.of(theme).get().reason == "同意"


# Duties


@pytest.fixture
def kickoff(year_2022):
    return Duty.objects.get(year=year_2022, code="kickoff-meeting")


def did(duty, someone, day=dt.date(2022, 8, 30), file=None, now=NOW):
    return record_duty(
        duty=duty, unit=someone.unit, done_on=day, note=" 已召开 ", file=file, actor=someone.actor, now=now
    )


def test_a_holder_records_its_duty_and_corrects_it(kickoff, hebei_coordinator):
    first = did(kickoff, hebei_coordinator)
    assert (first.done_on, first.note, first.recorded_at) == (dt.date(2022, 8, 30), "已召开", NOW)
    did(kickoff, hebei_coordinator, dt.date(2022, 8, 29))
    assert DutyRecord.objects.get(duty=kickoff).done_on == dt.date(2022, 8, 29)
    verbs = Event.objects.of(first).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["record_duty", "correct_duty_record"]


def test_a_scan_is_kept_under_a_name_of_ours(kickoff, hebei_coordinator):
    entry = did(kickoff, hebei_coordinator, file=SimpleUploadedFile("会议.exe", b"%PDF-1.7"))
    assert entry.file.name.endswith(".pdf")
    assert "会议" not in entry.file.name
    with pytest.raises(Refusal):
        did(kickoff, hebei_coordinator, file=SimpleUploadedFile("x.pdf", b"MZ"))


def test_a_day_to_come_is_refused(kickoff, hebei_coordinator):
    did(kickoff, hebei_coordinator, NOW.date())
    with pytest.raises(Refusal):
        did(kickoff, hebei_coordinator, NOW.date() + dt.timedelta(days=1))


def test_a_wall_takes_nothing_after_its_end_and_an_extension_moves_it(kickoff, hebei_coordinator, office):
    Duty.objects.filter(pk=kickoff.pk).update(wall=True)
    kickoff.refresh_from_db()
    end = kickoff.due_at
    did(kickoff, hebei_coordinator, now=end - dt.timedelta(seconds=1))
    with pytest.raises(Refusal):
        did(kickoff, hebei_coordinator, now=end)
    later = day_end(dt.date(2022, 9, 30))
    extend_duty(duty=kickoff, unit=hebei_coordinator.unit, due_at=later, reason="疫情", actor=office, now=NOW)
    did(kickoff, hebei_coordinator, now=later - dt.timedelta(seconds=1))
    with pytest.raises(Refusal):
        did(kickoff, hebei_coordinator, now=later)


@pytest.mark.parametrize(
    "name", ["henan_coordinator", "hebei_administrator", "national_officer", "trainee", "nuclear_officer"]
)
def test_nobody_records_for_another_unit(request, kickoff, name):
    someone = request.getfixturevalue(name)
    with pytest.raises(NotAllowed):
        record_duty(
            duty=kickoff,
            unit=lead_unit(HEBEI),
            done_on=NOW.date(),
            note="",
            file=None,
            actor=someone.actor,
            now=NOW,
        )


def test_an_extension_is_later_for_a_holder_and_has_a_reason(kickoff, office):
    good = {"unit": lead_unit(HEBEI), "due_at": kickoff.due_at + SHIFT, "reason": "雨"}
    for wrong in ({"reason": " "}, {"due_at": kickoff.due_at}, {"unit": office_of("cancer")}):
        with pytest.raises(Refusal):
            extend_duty(duty=kickoff, **{**good, **wrong}, actor=office, now=NOW)
    extend_duty(duty=kickoff, **good, actor=office, now=NOW)
    extend_duty(duty=kickoff, **{**good, "reason": "雪"}, actor=office, now=NOW)
    assert DutyExtension.objects.get(duty=kickoff).reason == "雪"
    assert Duty.objects.get(pk=kickoff.pk).due_at == kickoff.due_at, "the printed date is kept"


# Submissions


FINDING = Finding("county_share", FindingStatus.FAILED, Severity.WARN, value=48, base=100, unit="share")


@pytest.fixture
def hand_up(year_2022, hebei, hebei_coordinator):
    def handed(content, kind="roster", year=year_2022):
        return submit(
            kind=kind, year=year, unit=lead_unit(HEBEI), region=hebei, content=content, findings=[FINDING],
            actor=hebei_coordinator.actor, now=NOW,
        )  # fmt: skip

    return handed


def test_a_submission_is_a_numbered_receipt_of_frozen_content(hand_up, hebei_coordinator):
    content = {"people": [{"name": "张三"}]}
    receipt = hand_up(content)
    assert (receipt.number, receipt.version, receipt.status) == (
        "CA2022-00001",
        1,
        SubmissionStatus.SUBMITTED,
    )
    assert receipt.sha256 == hashlib.sha256(canonical(content).encode()).hexdigest()
    assert (receipt.submitted_at, receipt.submitted_by_number) == (NOW, hebei_coordinator.user.pk)
    receipt.refresh_from_db()
    assert receipt.content == content
    assert [(one.kind, one.value) for one in receipt.frozen_findings] == [("county_share", 48)]
    assert Event.objects.of(receipt).get().verb == "submit"


def test_versions_follow_each_other_kind_by_kind(hand_up):
    first, second, other = hand_up({"a": 1}), hand_up({"a": 2}), hand_up({}, kind="items")
    assert (second.version, second.previous) == (2, first)
    assert (other.version, other.previous) == (1, None)
    assert [one.number for one in (first, second, other)] == [f"CA2022-0000{n}" for n in (1, 2, 3)]


def test_programs_that_begin_alike_never_share_a_number(hand_up, year_2022):
    program = Program.objects.create(code="cardiology", name="心", owner=office_of("cancer"), clause="x")
    alike = ProgramYear.objects.create(program=program, year=2022, name="心", status=YearStatus.OPEN)
    assert hand_up({}).number != hand_up({}, year=alike).number


def test_the_same_content_has_the_same_hash_whatever_its_order(hand_up):
    assert hand_up({"a": 1, "b": 2}).sha256 == hand_up({"b": 2, "a": 1}).sha256


@pytest.mark.parametrize(
    ("accept", "status"), [(True, SubmissionStatus.ACCEPTED), (False, SubmissionStatus.RETURNED)]
)
def test_a_submission_is_decided_once(hand_up, office, accept, status):
    receipt = decide_submission(submission=hand_up({}), accept=accept, reason="缺两人", actor=office, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.status, receipt.decided_at, receipt.reason) == (status, NOW, "缺两人")
    with pytest.raises(IllegalTransition):
        decide_submission(submission=receipt, accept=True, reason="", actor=office, now=NOW)


def test_a_return_wants_a_reason(hand_up, office):
    receipt = hand_up({})
    with pytest.raises(Refusal):
        decide_submission(submission=receipt, accept=False, reason=" ", actor=office, now=NOW)
    assert (
        decide_submission(submission=receipt, accept=True, reason="", actor=office, now=NOW).status
        == "accepted"
    )


# Closing


def test_a_closed_subject_takes_no_change_until_it_is_reopened(year_2022, hebei, office):
    check_not_closed(year_2022, HEBEI, "roster")
    closing = close(year=year_2022, region=hebei, subject="roster", actor=office, now=NOW)
    with pytest.raises(Closed) as refused:
        check_not_closed(year_2022, HEBEI, "roster")
    assert refused.value.remedy
    check_not_closed(year_2022, HEBEI, "funding")
    check_not_closed(year_2022, "410000", "roster")
    reopen(closing=closing, reason="更正", actor=office, now=NOW)
    assert not is_closed(year_2022, HEBEI, "roster")
    assert list(Event.objects.filter(object_type="programs.closing").order_by("pk").values_list("verb", "reason")) == [
        ("close", ""), ("reopen", "更正"),
    ]  # fmt: skip


def test_closing_twice_is_closing_once(year_2022, hebei, office):
    first = close(year=year_2022, region=hebei, subject="roster", actor=office, now=NOW)
    assert close(year=year_2022, region=hebei, subject="roster", actor=office, now=NOW + SHIFT) == first
    assert Event.objects.filter(verb="close").count() == 1


def test_reopening_wants_the_office_and_a_reason(year_2022, hebei, office, system, hebei_coordinator):
    closing = close(year=year_2022, region=hebei, subject="roster", actor=office, now=NOW)
    with pytest.raises(NotAllowed):
        reopen(closing=closing, reason="x", actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(Refusal):
        reopen(closing=closing, reason="", actor=office, now=NOW)
    assert is_closed(year_2022, HEBEI, "roster")
    reopen(closing=closing, reason="x", actor=system, now=NOW)
