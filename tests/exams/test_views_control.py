"""The control room: figures that open their very people, the course of a sitting, more time and messages on the pages."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Region
from enrollment.models import Placement
from exams.control import Tally, candidates, states, tallies, total, who_are
from exams.enums import Presence
from exams.models import Attempt, Broadcast, Evidence, ExtraTime, Pulse
from exams.rules.control import LOST_AFTER, Seen, extended, presence
from exams.services import hand_in, take_over
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, handed_in, places, right_rows, signed_up
from tests.exams.sittings import arrive_late, at, ended, save, text
from tests.factories import HENAN, EnrollmentFactory, Persona, trainee_persona
from tests.helpers import assert_constant_queries, cells_of

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)
NOW = EXAM_TIME + 10 * MINUTE


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(NOW)


def beat(attempt: Attempt, at: dt.datetime = NOW, waiting: int = 0) -> None:
    Pulse.objects.create(attempt=attempt, seen_at=at, generation=1, address="10.0.0.9", waiting=waiting)


def sat(number: int = 1, **changes: Any) -> Attempt:
    """A sitting without a paper, of somebody who signed up."""
    someone = changes.pop("enrollment", None) or EnrollmentFactory()
    if not hasattr(someone, "sign_up"):
        signed_up(someone)
    attempt = handed_in(someone, number)
    values = {"deadline": EXAM_TIME + 90 * MINUTE, "accept_until": EXAM_TIME + 91 * MINUTE, **changes}
    Attempt.objects.filter(pk=attempt.pk).update(**values)
    return Attempt.objects.get(pk=attempt.pk)


def running(**changes: Any) -> Attempt:
    return sat(**{"state": "open", "closed_at": None, **changes})


@pytest.fixture
def room(year_2022: ProgramYear, base_coordinator: Persona, hebei: Any) -> dict[str, list[int]]:
    """One or more candidates in every state, as enrollment numbers by the state a search asks for."""
    waiting = signed_up(EnrollmentFactory()).enrollment
    answering, fresh = running(), running(started_at=NOW - 59 * SECOND)
    beat(answering, NOW - LOST_AFTER + SECOND, waiting=2)
    lost, silent = running(enrollment=EnrollmentFactory(region=Region.objects.get(pk=HENAN))), running()
    beat(lost, NOW - LOST_AFTER, waiting=1)
    over = running(accept_until=NOW - SECOND, deadline=NOW - MINUTE)
    beat(over, NOW - SECOND)
    own, system = sat(closed_by="user"), sat(closed_by="system")
    void = sat(state="void")
    # only the last of several sittings says where somebody is
    again = sat(enrollment=sat(state="void").enrollment, number=2, closed_by="user")
    for one in (answering, own):
        Placement.objects.create(enrollment=one.enrollment, base=base_coordinator.unit, placed_at=NOW)
    who = {
        "waiting": [waiting],
        "answering": [answering.enrollment, fresh.enrollment],
        "lost": [lost.enrollment, silent.enrollment],
        "over": [over.enrollment],
        "unsaved": [answering.enrollment, lost.enrollment],
        "handed_in": [own.enrollment, again.enrollment],
        "ended": [system.enrollment],
        "void": [void.enrollment],
    }
    return {state: sorted(one.pk for one in people) for state, people in who.items()}


# the rules


@pytest.mark.parametrize(
    ("sitting", "found"),
    [
        pytest.param(None, Presence.WAITING, id="X8-no-sitting"),
        pytest.param(("void", 0, None, ""), Presence.VOID, id="X5-void"),
        pytest.param(("closed", 0, None, "user"), Presence.HANDED_IN, id="X8-by-the-candidate"),
        pytest.param(("closed", 0, None, "system"), Presence.ENDED, id="X8-by-the-portal"),
        pytest.param(("open", 600, 59, ""), Presence.ANSWERING, id="X8-heard-59-seconds-ago"),
        pytest.param(("open", 600, 60, ""), Presence.LOST, id="X8-heard-60-seconds-ago"),
        pytest.param(("open", 59, None, ""), Presence.ANSWERING, id="X8-just-started"),
        pytest.param(("open", 60, None, ""), Presence.LOST, id="X8-never-heard"),
    ],
)
def test_x8_where_a_candidate_is(sitting: Any, found: Presence) -> None:
    if sitting is not None:
        state, start, seen, by = sitting
        heard = None if seen is None else NOW - seen * SECOND
        sitting = Seen(state, NOW - start * SECOND, heard, NOW, by)
    assert presence(sitting, NOW) == found


@pytest.mark.parametrize("seen", [None, 1, 61], ids=["never-heard", "heard", "silent"])
def test_x5_past_the_last_instant_a_sitting_is_being_closed_whatever_is_heard(seen: int | None) -> None:
    heard = None if seen is None else NOW - seen * SECOND
    sitting = Seen("open", NOW - SECOND, heard, NOW, "")
    assert presence(sitting, NOW) in {Presence.ANSWERING, Presence.LOST}
    assert presence(sitting, NOW + dt.timedelta(milliseconds=1)) == Presence.OVER


def test_t11_end_and_last_instant_move_alike() -> None:
    assert extended(600, NOW, 5) == (900, NOW + 5 * MINUTE)


def test_x8_a_sum_of_groups() -> None:
    assert total([Tally(3, 1, 2, lost=2), Tally(1, 1)]) == Tally(4, 2, 2, lost=2)
    assert total([]) == Tally()


# figures and rows


def test_x8_a_figure_counts_the_people_that_it_opens(
    room: dict[str, list[int]], national_officer: Persona, year_2022: ProgramYear
) -> None:
    rows = candidates(year_2022, national_officer.scope)
    counted = total(tallies(rows, "region", NOW).values())
    assert {state: len(people) for state, people in room.items()} == {
        state: getattr(counted, state) for state in room
    }
    assert (counted.signed_up, counted.started) == (10, 9)
    for state, people in room.items():
        assert sorted(who_are(rows, state, NOW).values_list("pk", flat=True)) == people, state
    assert who_are(rows, "started", NOW).count() == 9
    assert set(states(NOW)) == {*Presence.values, "started", "unsaved"} - {"waiting"}


def test_x8_every_figure_of_the_page_opens_as_many_rows(
    room: dict[str, list[int]], national_officer: Persona, hebei: Any
) -> None:
    page = national_officer.client.get(at("control-room") + f"?province={hebei.pk}")
    provinces, bases = page.context["tables"]
    assert [row["cells"][0]["text"] for row in provinces["rows"]] == ["河北省", "河南省"]
    assert len(bases["rows"]) == 2
    shown = {stat["label"]: stat for stat in page.context["stats"]}
    links = [(stat["value"], stat["url"]) for stat in shown.values()]
    for row in (*provinces["rows"], *bases["rows"]):
        links += [(cell["text"], cell["url"]) for cell in row["cells"][1:11]]
    assert len(links) == 10 + 4 * 10
    for value, url in links:
        if url:
            found = national_officer.client.get(url).context["list"].page.paginator.count
            assert str(found) == str(value), url
        else:
            assert str(value) == "0"
    # whoever is in the list says the state that the search asked for
    people = national_officer.client.get(at("sitting-list") + "?state=lost")
    states_shown = {row["cells"][3]["text"] for row in people.context["list"].table["rows"]}
    assert states_shown == {str(Presence.LOST.label)}


def test_x8_each_row_says_the_state_by_which_it_is_found(
    room: dict[str, list[int]], national_officer: Persona
) -> None:
    for state in Presence:
        page = national_officer.client.get(at("sitting-list") + f"?state={state}")
        words = {row["cells"][3]["text"] for row in page.context["list"].table["rows"]}
        assert words == {str(state.label)}, state


def test_x8_everybody_sees_the_own_people_only(
    room: dict[str, list[int]], hebei_coordinator: Persona, base_coordinator: Persona, auditor: Persona, trainee: Persona
) -> None:  # fmt: skip
    page = hebei_coordinator.client.get(at("control-room") + f"?province={HENAN}")
    (table,) = page.context["tables"]
    assert (page.context["province"].pk, len(table["rows"])) == ("130000", 2)
    assert page.context["stats"][0]["value"] == 9
    (table,) = base_coordinator.client.get(at("control-room")).context["tables"]
    assert [row["cells"][0]["text"] for row in table["rows"]] == [base_coordinator.unit.name]
    assert [cell["text"] for cell in table["rows"][0]["cells"][1:4]] == ["2", "0", "2"]
    assert auditor.client.get(at("control-room")).context["stats"][0]["value"] == 10
    assert trainee.client.get(at("control-room")).status_code == 403
    people = base_coordinator.client.get(at("sitting-list"))
    assert people.context["list"].page.paginator.count == 2
    assert len(people.context["list"].filter.form.fields["base"].choices) == 3


def test_x8_the_figures_alone_are_asked_for_again(
    room: dict[str, list[int]], national_officer: Persona
) -> None:
    url = at("control-room")
    page = text(national_officer.client.get(url))
    part = text(national_officer.client.get(url, headers={"HX-Request": "true"}))
    assert "<h1" in page
    assert "<h1" not in part
    assert 'hx-trigger="every 10s, live:again"' in part
    assert "17:10:00" in part or "09:10:00" in part


def test_x8_as_many_questions_however_many_sit(
    national_officer: Persona, hebei: Any, base_coordinator: Persona
) -> None:
    def sit(count: int) -> None:
        for _ in range(count):
            attempt = running()
            beat(attempt)
            Placement.objects.create(enrollment=attempt.enrollment, base=base_coordinator.unit, placed_at=NOW)

    url = at("control-room") + f"?province={hebei.pk}"
    assert_constant_queries(national_officer.client, url, sit)
    assert_constant_queries(national_officer.client, at("sitting-list"), sit)


def test_x8_candidates_are_searched_and_exported(
    room: dict[str, list[int]], national_officer: Persona, base_coordinator: Persona
) -> None:
    url = at("sitting-list")
    base = base_coordinator.unit.pk
    for query, count in {
        "?base=none": 8,
        f"?base={base}": 2,
        "?q=nobody": 0,
        f"?province={HENAN}": 1,
    }.items():
        assert national_officer.client.get(url + query).context["list"].page.paginator.count == count, query
    answer = national_officer.client.post(url + "?state=unsaved")
    assert answer.status_code == 200
    said = [str(cell) for row in cells_of(answer.getvalue()) for cell in row]
    assert said.count(str(Presence.LOST.label)) == said.count(str(Presence.ANSWERING.label)) == 1


# one sitting


def test_x8_the_course_of_a_sitting_and_no_answer_of_it(
    attempt: Attempt, national_officer: Persona, base_coordinator: Persona, trainee: Persona
) -> None:
    save(*right_rows(attempt, 7))
    beat(attempt)
    take_over(attempt=attempt, device="phone", actor=trainee.actor, now=EXAM_TIME + MINUTE)
    note = {"attempt": attempt, "generation": 2}
    Evidence.objects.create(**note, kind="focus", noted_at=EXAM_TIME + 2 * MINUTE, seconds=12, number=1)
    Evidence.objects.create(
        **note, kind="address", noted_at=EXAM_TIME + 3 * MINUTE, note="10.0.0.1 → 10.0.0.9"
    )
    Placement.objects.create(enrollment=attempt.enrollment, base=base_coordinator.unit, placed_at=NOW)
    url = at("extra-time-grant") + f"?person={attempt.enrollment_id}"
    data = {"minutes": "10", "reason": "停电十分钟"}
    assert national_officer.client.post(url, data).status_code == 302
    national_officer.client.post(at("extra-time-grant"), {**data, "base": base_coordinator.unit.pk})
    page = national_officer.client.get(at("sitting-show", pk=attempt.pk))
    assert f"{EXAM_TIME + 3 * MINUTE:%Y-%m-%d %H:%M:%S}</time>" in page.content.decode()
    course = [event["text"] for event in page.context["events"]]
    assert len(course) == 6
    assert any("12" in words for words in course)
    assert any(base_coordinator.unit.name in words for words in course)
    facts = {str(fact["label"]): fact["value"] for fact in page.context["facts"]}
    assert "7 / 100" in facts.values()
    assert 20 in facts.values()
    shown = text(page)
    for place in places(attempt):
        assert place.version.stem not in shown
    assert base_coordinator.client.get(at("sitting-show", pk=attempt.pk)).status_code == 200
    row = national_officer.client.get(at("sitting-list")).context["list"].table["rows"][0]
    assert [cell["text"] for cell in row["cells"][4:8:3]] == ["1 / 3", "7 / 100"]
    assert row["cells"][10]["text"] == "3"


@pytest.mark.parametrize("by", ["user", "system"])
def test_x8_a_sitting_that_is_over_shows_its_end_and_no_score(
    attempt: Attempt, national_officer: Persona, hebei_coordinator: Persona, trainee: Persona, by: str
) -> None:
    if by == "user":
        hand_in(attempt=attempt, actor=trainee.actor, now=NOW)
    else:
        ended(attempt, NOW)
    Attempt.objects.update(score=77)
    arrive_late(attempt, 1)
    shown = national_officer.client.get(at("sitting-show", pk=attempt.pk))
    assert shown.context["late"] == 1
    assert shown.context["grants_time"] is False
    assert len(shown.context["events"]) == 2
    assert "77" not in [str(fact["value"]) for fact in shown.context["facts"]]
    assert hebei_coordinator.client.get(at("sitting-show", pk=attempt.pk)).context["late"] == 0


def test_x5_a_void_sitting_is_no_chance(national_officer: Persona) -> None:
    attempt = sat(state="void", closed_at=None)
    page = national_officer.client.get(at("sitting-show", pk=attempt.pk))
    facts = {str(fact["label"]): fact["value"] for fact in page.context["facts"]}
    assert Presence.VOID.label in facts.values()
    assert not any("/ 3" in str(value) for value in facts.values())


# extra time and messages


def test_t11_the_office_grants_time_and_is_told_whom_it_reached(
    national_officer: Persona, auditor: Persona, hebei_coordinator: Persona, base_coordinator: Persona
) -> None:
    base = base_coordinator.unit
    one, done = running(), sat(closed_at=NOW - MINUTE)
    for each in (one, done):
        Placement.objects.create(enrollment=each.enrollment, base=base, placed_at=NOW)
    url = at("extra-time-grant") + f"?base={base.pk}"
    assert str(national_officer.client.get(url).context["form"]["base"].value()) == str(base.pk)
    data = {"base": base.pk, "minutes": "15", "is_standing": "on", "reason": "网络中断"}
    said = national_officer.client.post(url, data, follow=True)
    words = " ".join(str(message) for message in said.context["messages"])
    assert "15" in words
    assert words.count("1 ") == 2
    assert "之后" in words
    assert Attempt.objects.get(pk=one.pk).extra_seconds == 900
    page = auditor.client.get(url)
    assert (page.status_code, len(page.context["table"]["rows"])) == (200, 1)
    assert page.context["table"]["rows"][0]["cells"][-1]["text"] == str(national_officer.user)
    assert 'name="minutes"' not in text(page)
    assert auditor.client.post(url, data).status_code == 403
    assert hebei_coordinator.client.get(url).status_code == 403


def test_x5_what_cannot_be_granted_is_said_on_the_form(
    national_officer: Persona, base_coordinator: Persona
) -> None:
    signed = signed_up(EnrollmentFactory())
    url = at("extra-time-grant") + f"?person={signed.enrollment_id}"
    page = national_officer.client.post(url, {"minutes": "10", "reason": "停电"})
    assert page.context["form"].non_field_errors()
    assert "base" not in page.context["form"].fields
    assert not ExtraTime.objects.exists()
    for wrong in ("?person=x", "?person=999999"):
        assert national_officer.client.get(at("extra-time-grant") + wrong).status_code == 404
    said = national_officer.client.post(url, {"minutes": "10", "is_standing": "on", "reason": "停电"})
    assert said.status_code == 302
    assert signed.enrollment.person.name in text(national_officer.client.get(at("extra-time-grant")))


def test_x8_a_message_goes_where_it_is_sent(
    year_2022: ProgramYear, national_officer: Persona, hebei_coordinator: Persona, base_coordinator: Persona, hebei: Any
) -> None:  # fmt: skip
    running(enrollment=trainee_persona("one").enrollment)
    Placement.objects.create(
        enrollment=Attempt.objects.get().enrollment, base=base_coordinator.unit, placed_at=NOW
    )
    url = at("broadcast-send")
    send = national_officer.client.post
    assert send(url, {"text": "全体注意"}).status_code == 302
    assert Broadcast.objects.get().sent_by == national_officer.user
    assert str(national_officer.user) in text(national_officer.client.get(at("control-room")))
    assert send(url, {"text": "河南注意", "region": HENAN}).status_code == 302
    assert (
        send(url, {"text": "基地注意", "region": HENAN, "base": base_coordinator.unit.pk}).status_code == 302
    )
    own = hebei_coordinator.client
    assert own.post(url, {"text": "本省注意", "region": hebei.pk}).status_code == 302
    assert "region" in own.post(url, {"text": "他省", "region": HENAN}).context["form"].errors
    assert "text" in own.post(url, {"text": " \n", "region": hebei.pk}).context["form"].errors
    found = Broadcast.objects.order_by("pk").values_list("text", "region", "base")
    base = base_coordinator.unit.pk
    assert list(found) == [
        ("全体注意", None, None), ("河南注意", HENAN, None), ("基地注意", None, base), ("本省注意", hebei.pk, None)
    ]  # fmt: skip
    for someone, words in (
        (national_officer, 4), (hebei_coordinator, 3), (base_coordinator, 3)
    ):  # fmt: skip
        page = someone.client.get(at("control-room"))
        assert len(page.context["messages_sent"]["rows"]) == words
    assert base_coordinator.client.get(url).status_code == 403
    assert national_officer.client.get(f"{url}?region={HENAN}").context["form"]["region"].value() == HENAN
