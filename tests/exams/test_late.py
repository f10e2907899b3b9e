"""Late answers: the rule of settling, and a person's decision that is scored (X8)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notice
from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.models import Event
from exams.enums import LateDecision
from exams.models import Answer, Attempt, Certificate, LateAnswer
from exams.rules.late import LateOne, settle
from exams.services import decide_late, revoke_certificate
from exams.services.late import UNCOUNTED, LateOutcome
from exams.services.sitting import receipt_holds, receipt_mac
from programs.services import close as close_subject
from tests.exams.factories import EXAM_TIME, places, right_value, row_of, wrong_value
from tests.exams.sittings import REASON, arrive_late, ended, save, scored
from tests.factories import Persona

LATER = EXAM_TIME + dt.timedelta(hours=3)

ranks = st.tuples(st.integers(1, 3), st.integers(1, 4))


@given(
    st.dictionaries(st.integers(1, 3), ranks),
    st.lists(st.tuples(st.integers(1, 3), ranks), max_size=8),
)
def test_x8_the_highest_rank_stays_at_each_place_whatever_the_order(
    held: dict[int, tuple[int, int]], sent: list[tuple[int, tuple[int, int]]]
) -> None:
    late = [LateOne(key, ordinal, rank) for key, (ordinal, rank) in enumerate(sent)]
    settled = settle(held, late)
    assert settled.counts | settled.older == {one.key for one in late}
    assert not settled.counts & settled.older
    for ordinal in {one.ordinal for one in late}:
        here = [one for one in late if one.ordinal == ordinal]
        counting = [one for one in here if one.key in settled.counts]
        top = max(one.rank for one in here)
        if ordinal in held and held[ordinal] >= top:
            assert counting == []
        else:
            assert [one.rank for one in counting] == [top]


def test_x8_an_answer_equal_to_what_is_held_is_older() -> None:
    assert settle({1: (1, 4)}, [LateOne(7, 1, (1, 4))]).older == {7}
    assert settle({1: (1, 4)}, [LateOne(7, 1, (2, 1))]).counts == {7}


def decide(
    attempt: Attempt, officer: Persona, *late: LateAnswer, accept: bool = True, **more: bool
) -> LateOutcome:
    keys = [one.pk for one in late]
    year = attempt.enrollment.year
    return decide_late(
        attempt=attempt,
        chosen=keys,
        accept=accept,
        reason=REASON,
        year=year,
        **more,
        actor=officer.actor,
        now=LATER,
    )


def test_x8_an_accepted_answer_is_scored_and_a_pass_gained_is_certified(
    attempt: Attempt, national_officer: Persona, trainee: Persona
) -> None:
    before = scored(attempt, 71)
    late = arrive_late(attempt, 72)
    outcome = decide(attempt, national_officer, late)
    after = Attempt.objects.get()
    assert outcome == LateOutcome(counted=1, refused=0, older=0, before=71, after=72)
    assert (after.score, after.passed, sum(after.marks.values())) == (72, True, 72)
    assert Certificate.objects.get().content["score"] == 72
    assert Answer.objects.get(ordinal=late.ordinal).arrived_at == late.arrived_at
    # the new receipt holds over the new sheet, the former one can be shown from the event
    assert receipt_holds(after)
    event = Event.objects.get(verb="rescore_attempt")
    assert (event.data["score"], event.data["lower"], event.reason) == ([71, 72], False, REASON)
    assert event.data["receipt_mac"] == [before.receipt_mac, after.receipt_mac]
    former = dict(Answer.objects.values_list("ordinal", "value"))
    for ordinal, old, _new in event.data["answers"]:
        former.pop(ordinal) if old is None else former.update({ordinal: old})
    after.score = event.data["score"][0]
    assert receipt_mac(after, [[o, former[o]] for o in sorted(former)]) == before.receipt_mac
    told = Notice.objects.get(membership__user=trainee.user)
    assert told.params == {"year": 2022, "number": 1, "counted": 1, "score": 72}
    assert LateAnswer.objects.get().decision == LateDecision.ACCEPTED


def test_x8_an_older_late_answer_never_replaces_a_newer_one(
    attempt: Attempt, national_officer: Persona
) -> None:
    place = places(attempt)[0]
    save(row_of(attempt, 1, wrong_value(place), 9))
    ended(attempt)
    late = arrive_late(attempt, 1, sequence=8)
    newest = arrive_late(attempt, 2, sequence=5)
    behind = arrive_late(attempt, 2, right=False, sequence=4)
    outcome = decide(attempt, national_officer, late, newest, behind)
    assert outcome == LateOutcome(counted=1, refused=0, older=2, before=0, after=1)
    assert Answer.objects.get(ordinal=1).value == wrong_value(place)
    assert Answer.objects.get(ordinal=2).value == right_value(places(attempt)[1])
    older = LateAnswer.objects.filter(decision=LateDecision.REFUSED)
    assert {one.pk for one in older} == {late.pk, behind.pk}
    assert Event.objects.filter(verb="refuse_late", data__older=True).count() == 2


def test_x8_nothing_but_older_answers_changes_no_score(attempt: Attempt, national_officer: Persona) -> None:
    save(row_of(attempt, 1, right_value(places(attempt)[0]), 9))
    before = ended(attempt)
    outcome = decide(attempt, national_officer, arrive_late(attempt, 1, right=False, sequence=8))
    assert (outcome.counted, outcome.older) == (0, 1)
    assert Attempt.objects.get().receipt_mac == before.receipt_mac
    assert not Event.objects.filter(verb="rescore_attempt").exists()


def test_x8_a_refused_answer_leaves_everything_as_it_is(
    attempt: Attempt, national_officer: Persona, trainee: Persona
) -> None:
    before = scored(attempt, 10)
    late = arrive_late(attempt, 11)
    assert decide(attempt, national_officer, late, accept=False).refused == 1
    after = Attempt.objects.get()
    assert (after.score, after.receipt_mac) == (10, before.receipt_mac)
    assert Answer.objects.filter(ordinal=11).count() == 0
    assert Notice.objects.get(membership__user=trainee.user).text == UNCOUNTED
    with pytest.raises(IllegalTransition):
        decide(attempt, national_officer, late)


def test_x8_a_lower_score_is_said_before_and_in_the_event(
    attempt: Attempt, national_officer: Persona
) -> None:
    scored(attempt, 20)
    late = arrive_late(attempt, 1, right=False)
    with pytest.raises(Refusal, match=r"19") as told:
        decide(attempt, national_officer, late)
    assert told.value.params == {"lower": True}
    assert (Attempt.objects.get().score, LateAnswer.objects.get().decision) == (20, "pending")
    assert decide(attempt, national_officer, late, lower_ok=True).after == 19
    assert Event.objects.get(verb="rescore_attempt").data["lower"] is True


def test_x8_a_certificate_never_loses_the_pass_it_rests_on(
    attempt: Attempt, national_officer: Persona
) -> None:
    scored(attempt, 72)
    late = arrive_late(attempt, 1, right=False)
    with pytest.raises(Refusal, match=r"证书|certificate"):
        decide(attempt, national_officer, late, lower_ok=True)
    assert Attempt.objects.get().passed
    revoke_certificate(
        certificate=Certificate.objects.get(), reason=REASON, actor=national_officer.actor, now=LATER
    )
    assert decide(attempt, national_officer, late, lower_ok=True).after == 71
    assert (Attempt.objects.get().passed, Certificate.objects.valid().count()) == (False, 0)


def test_x8_a_better_score_keeps_the_certificate_as_it_was_issued(
    attempt: Attempt, national_officer: Persona
) -> None:
    scored(attempt, 72)
    decide(attempt, national_officer, arrive_late(attempt, 73))
    assert Attempt.objects.get().score == 73
    assert Certificate.objects.get().content["score"] == 72


def test_x8_late_answers_wait_for_the_hand_in(attempt: Attempt, national_officer: Persona) -> None:
    late = arrive_late(attempt, 1)
    with pytest.raises(Refusal, match=r"进行|running"):
        decide(attempt, national_officer, late)
    assert LateAnswer.objects.get().decision == LateDecision.PENDING
    Attempt.objects.update(state="void")
    with pytest.raises(Refusal, match=r"作废|void"):
        decide(attempt, national_officer, late)


def test_x8_only_the_office_decides_with_a_reason_and_before_the_closing(
    attempt: Attempt, national_officer: Persona, trainee: Persona, hebei_coordinator: Persona
) -> None:
    scored(attempt, 1)
    late = arrive_late(attempt, 2)
    year = attempt.enrollment.year
    for someone in (trainee, hebei_coordinator):
        with pytest.raises(NotAllowed):
            decide(attempt, someone, late)
    with pytest.raises(Refusal):
        decide_late(
            attempt=attempt,
            chosen=[late.pk],
            accept=True,
            reason=" ",
            year=year,
            actor=national_officer.actor,
            now=LATER,
        )
    close_subject(
        year=year, region=attempt.enrollment.region, subject="exams", actor=national_officer.actor, now=LATER
    )
    with pytest.raises(Closed):
        decide(attempt, national_officer, late)
    assert LateAnswer.objects.get().decision == LateDecision.PENDING


def test_x8_a_pass_gained_by_someone_who_left_earns_no_certificate(
    attempt: Attempt, national_officer: Persona
) -> None:
    scored(attempt, 71)
    late = arrive_late(attempt, 72)
    type(attempt.enrollment).objects.update(status="withdrawn")
    decide(attempt, national_officer, late)
    assert (Attempt.objects.get().passed, Certificate.objects.count()) == (True, 0)


def test_x8_late_answers_of_a_practice_never_lie_in_the_pile(attempt: Attempt) -> None:
    late = attempt.accept_until + dt.timedelta(minutes=1)
    Attempt.objects.filter(pk=attempt.pk).update(is_practice=True, window=None)
    assert save(row_of(attempt, 1, "a", arrived_at=late)) == ["late"]
    Attempt.sittings.filter(pk=attempt.pk).update(
        state="closed", score=0, passed=False, closed_at=late, receipt="P"
    )
    assert save(row_of(attempt, 1, "a")) == ["closed"]
    assert LateAnswer.objects.count() == 0
