"""PIPL 46, E14: a trainee asks for a correction, the province decides; frozen facts move by this act alone."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Person
from accounts.services.correction import checked
from accounts.services.erasure import purge
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event
from core.todos import TODO_SOURCES
from enrollment.enums import ChangeStatus, EnrollmentStatus, RosterStatus
from enrollment.models import ChangeRequest, Enrollment, Roster
from enrollment.services.changes import approve_change, ask_for_change, refuse_change, withdraw_change
from programs.enums import Generation, Track
from programs.models import Specialty
from tests.enrollment.factories import city_hospital
from tests.factories import NOW, EnrollmentFactory, InstitutionFactory, trainee_persona
from tests.helpers import assert_constant_queries

pytestmark = pytest.mark.django_db
WHY, SAID = "户口簿已更名", "已核对户口簿"
NEW_PHONE = "13700000001"


def ask(who, reason=WHY, **values):
    return ask_for_change(enrollment=who.enrollment, values=values, reason=reason, actor=who.actor, now=NOW)


def decide(service, change, who, reason=SAID):
    return service(change=change, reason=reason, actor=who.actor, now=NOW)


def other_specialty(row):
    rows = Specialty.objects.filter(year=row.year, generation=Generation.OLD, online_only=False)
    return rows.exclude(pk=row.specialty_id).first()


# Asking


def test_only_what_differs_is_asked_for(trainee):
    row = trainee.enrollment
    change = ask(trainee, name=f" {row.person.name}改 ", phone=row.person.phone, institution=row.institution)
    assert change.asked == {"name": f"{row.person.name}改"}
    assert change.status == ChangeStatus.WAITING
    assert "改" not in str(Event.objects.get(verb="ask_for_change").__dict__)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, WHY),
        ({"name": "新名"}, " "),
        ({"name": " "}, WHY),
        ({"name": "名" * 61}, WHY),
        ({"phone": "12345"}, WHY),
    ],
)
def test_what_cannot_be_asked(trainee, values, reason):
    with pytest.raises(Refusal):
        ask(trainee, reason=reason, **values)
    assert not ChangeRequest.objects.exists()


def test_a_phone_is_kept_as_the_portal_keeps_phones():
    assert checked({"phone": "+86 137-0000-0001"}) == {"phone": NEW_PHONE}


def test_one_at_a_time(trainee):
    first = ask(trainee, name="新名")
    with pytest.raises(Refusal):
        ask(trainee, name="又名")
    withdraw_change(change=first, actor=trainee.actor, now=NOW)
    assert ask(trainee, name="又名").status == ChangeStatus.WAITING


def test_who_takes_part_no_longer_asks_for_nothing(trainee):
    Enrollment.objects.update(status=EnrollmentStatus.WITHDRAWN)
    with pytest.raises(Refusal):
        ask(trainee, name="新名")


def test_each_for_themself_alone(trainee, other_trainee, hebei_coordinator):
    for stranger in (other_trainee, hebei_coordinator):
        with pytest.raises(NotAllowed):
            ask_for_change(
                enrollment=trainee.enrollment,
                values={"name": "新名"},
                reason=WHY,
                actor=stranger.actor,
                now=NOW,
            )
    change = ask(trainee, name="新名")
    with pytest.raises(NotAllowed):
        withdraw_change(change=change, actor=other_trainee.actor, now=NOW)


# Deciding


def test_an_approved_request_moves_the_person_and_the_frozen_facts(trainee, hebei_coordinator):
    row = trainee.enrollment
    place, wanted = city_hospital(), other_specialty(row)
    change = ask(trainee, name="新名", phone=NEW_PHONE, institution=place, specialty=wanted)
    decide(approve_change, change, hebei_coordinator)
    person = Person.objects.get(pk=row.person_id)
    assert (person.name, person.phone) == ("新名", NEW_PHONE)
    now = Enrollment.objects.get(pk=row.pk)
    assert (now.institution, now.institution_level, now.specialty) == (place, place.level, wanted)
    change.refresh_from_db()
    assert (change.status, change.decided_at) == (ChangeStatus.APPROVED, NOW)
    verbs = {"correct_person", "correct_facts", "approve_change"}
    events = Event.objects.filter(verb__in=verbs)
    assert {event.verb for event in events} == verbs
    assert {event.reason for event in events} == {SAID}
    written = json.dumps([event.data for event in events], ensure_ascii=False)
    assert "新名" not in written
    assert NEW_PHONE not in written


def test_a_refused_request_moves_nothing(trainee, hebei_coordinator):
    change = ask(trainee, name="新名")
    decide(refuse_change, change, hebei_coordinator)
    assert Person.objects.get(pk=trainee.person.pk).name == trainee.person.name
    with pytest.raises(IllegalTransition):
        decide(approve_change, change, hebei_coordinator)


@pytest.mark.parametrize("service", [approve_change, refuse_change])
def test_a_decision_wants_a_reason_and_the_own_coordinator(
    service, trainee, hebei_coordinator, henan_coordinator, national_officer
):
    change = ask(trainee, name="新名")
    with pytest.raises(Refusal):
        decide(service, change, hebei_coordinator, reason=" ")
    for stranger in (henan_coordinator, national_officer, trainee):
        with pytest.raises(NotAllowed):
            decide(service, change, stranger)
    assert ChangeRequest.objects.get().status == ChangeStatus.WAITING


def test_facts_stand_still_while_the_roster_is_under_review_names_do_not(trainee, hebei_coordinator, hebei):
    Roster.objects.create(year=trainee.enrollment.year, region=hebei, status=RosterStatus.SUBMITTED)
    change = ask(trainee, name="新名", institution=city_hospital())
    with pytest.raises(Refusal):
        decide(approve_change, change, hebei_coordinator)
    assert Person.objects.get(pk=trainee.person.pk).name == trainee.person.name, "all or nothing"
    assert ChangeRequest.objects.get().status == ChangeStatus.WAITING
    withdraw_change(change=ChangeRequest.objects.get(), actor=trainee.actor, now=NOW)
    decide(approve_change, ask(trainee, name="新名"), hebei_coordinator)
    assert Person.objects.get(pk=trainee.person.pk).name == "新名"


def test_an_institution_that_was_merged_meanwhile_is_refused(trainee, hebei_coordinator):
    place = city_hospital()
    change = ask(trainee, institution=place)
    place.merged_into = trainee.enrollment.institution
    place.save()
    with pytest.raises(Refusal):
        decide(approve_change, change, hebei_coordinator)


def test_online_only_trainees_keep_their_specialty(hebei_coordinator):
    """E12."""
    someone = trainee_persona("online", track=Track.ONLINE_ONLY)
    change = ask(someone, specialty=other_specialty(someone.enrollment))
    with pytest.raises(Refusal):
        decide(approve_change, change, hebei_coordinator)


# On screen


@pytest.fixture
def url(year_2022):
    return lambda name, **more: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, **more})


def test_a_trainee_asks_and_reads_the_answer(trainee, hebei_coordinator, url, autumn_2022):
    row = trainee.enrollment
    page = trainee.client.get(url("own-change")).content.decode()
    assert row.person.phone in page
    data = {
        "name": "新名",
        "phone": row.person.phone,
        "institution": row.institution_id,
        "specialty": row.specialty_id,
        "reason": WHY,
    }
    wrong = trainee.client.post(url("own-change"), data | {"phone": "12345"})
    assert wrong.status_code == 200
    assert "新名" in wrong.content.decode(), "nothing typed is lost"
    assert trainee.client.post(url("own-change"), data).status_code == 302
    change = ChangeRequest.objects.get()
    assert url("own-change-withdraw", pk=change.pk) in trainee.client.get(url("own-show")).content.decode()
    shown = hebei_coordinator.client.get(url("change-show", pk=change.pk)).content.decode()
    assert "新名" in shown
    assert WHY in shown
    hebei_coordinator.client.post(url("change-refuse", pk=change.pk), {"reason": "请上传更名证明"})
    assert "请上传更名证明" in trainee.client.get(url("own-show")).content.decode()


def test_the_coordinator_s_page_masks_phones_and_carries_out(trainee, hebei_coordinator, url, autumn_2022):
    change = ask(trainee, phone=NEW_PHONE, institution=city_hospital())
    page = hebei_coordinator.client.get(url("change-show", pk=change.pk)).content.decode()
    assert NEW_PHONE not in page
    assert "137****0001" in page
    hebei_coordinator.client.post(url("change-approve", pk=change.pk), {"reason": SAID})
    assert Person.objects.get(pk=trainee.person.pk).phone == NEW_PHONE


def test_it_waits_on_the_coordinator_s_desk(trainee, hebei_coordinator, year_2022):
    change = ask(trainee, name="新名")
    source = TODO_SOURCES["enrollment.coordinator"]
    assert Role.TECHNICAL_LEAD in source.roles

    def lines():
        found = source.find(hebei_coordinator.actor, year_2022, NOW)
        return [todo for todo in found if "corrections" in todo.url]

    assert [todo.count for todo in lines()] == [1]
    decide(refuse_change, change, hebei_coordinator)
    assert lines() == []


def test_after_its_term_the_page_says_that_the_values_are_gone(
    trainee, hebei_coordinator, url, system, autumn_2022
):
    change = ask(trainee, name="新名")
    purge(actor=system, now=dt.datetime(2024, 1, 2, tzinfo=dt.UTC))
    change.refresh_from_db()
    assert (change.values, change.reason) == ("", "")
    assert hebei_coordinator.client.get(url("change-show", pk=change.pk)).status_code == 200


def test_a_person_without_a_phone_may_leave_it_empty(trainee, url, autumn_2022):
    person = trainee.person
    person.phone = ""
    person.save()
    row = trainee.enrollment
    data = {
        "name": "新名", "phone": "", "institution": row.institution_id, "specialty": row.specialty_id, "reason": WHY,
    }  # fmt: skip
    assert trainee.client.post(url("own-change"), data).status_code == 302
    assert ChangeRequest.objects.get().asked == {"name": "新名"}


def test_the_list_needs_the_same_queries_for_one_and_for_thirty(hebei_coordinator, url, autumn_2022):
    def make(count):
        for row in EnrollmentFactory.create_batch(count):
            ChangeRequest.objects.create(
                enrollment=row, values='{"name": "新名"}', reason=WHY, requested_at=NOW
            )

    assert_constant_queries(hebei_coordinator.client, url("change-list"), make)


def test_the_list_filters_by_status(trainee, hebei_coordinator, url, autumn_2022):
    ask(trainee, name="新名")
    page = hebei_coordinator.client.get(url("change-list") + "?status=approved").content.decode()
    assert trainee.person.name not in page
    page = hebei_coordinator.client.get(url("change-list") + "?status=waiting").content.decode()
    assert trainee.person.name in page


def test_an_institution_outside_the_list_can_stay_as_it_is(trainee, url, autumn_2022):
    """The own workplace is always among those offered, also when the registry has merged it."""
    row = trainee.enrollment
    row.institution.merged_into = InstitutionFactory()
    row.institution.save()
    page = trainee.client.get(url("own-change")).content.decode()
    assert row.institution.name in page
