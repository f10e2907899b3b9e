"""T47: lists mask; one value in full is a POST with a reason, on record and counted."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.actors import system_actor
from accounts.personal import Secret
from accounts.services.reveal import REVEALS_PER_HOUR, TooMany, reveal
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.models import Placement
from enrollment.services.access import reveal_of
from tests.factories import NOW, EnrollmentFactory

pytestmark = pytest.mark.django_db
WHY = "核对证书上的身份证号"


@pytest.fixture
def row(trainee, base_coordinator):
    Placement.objects.create(enrollment=trainee.enrollment, base=base_coordinator.unit, placed_at=NOW)
    return trainee.enrollment


def see(row, secret, persona, reason=WHY, now=NOW):
    return reveal_of(enrollment=row, secret=secret, reason=reason, actor=persona.actor, now=now)


ID, PHONE = Secret.ID_NUMBER, Secret.PHONE
# role × personal field: who sees it in full, and whether a reason is wanted (T07)
FIELD_MATRIX = {
    "national_officer": {ID: "reason", PHONE: "reason"},
    "hebei_coordinator": {ID: "reason", PHONE: "free"},
    "hebei_administrator": {ID: "masked", PHONE: "free"},
    "base_coordinator": {ID: "masked", PHONE: "free"},
    "henan_coordinator": {ID: "masked", PHONE: "masked"},
    "nuclear_officer": {ID: "masked", PHONE: "masked"},
    "auditor": {ID: "masked", PHONE: "masked"},
    "expert": {ID: "masked", PHONE: "masked"},
    "applicant": {ID: "masked", PHONE: "masked"},
    "trainee": {ID: "masked", PHONE: "masked"},
}


@pytest.mark.parametrize("name", FIELD_MATRIX)
@pytest.mark.parametrize("secret", Secret)
def test_who_sees_what_in_full(request, row, name, secret):
    persona, said = request.getfixturevalue(name), FIELD_MATRIX[name][secret]
    if said == "masked":
        with pytest.raises(NotAllowed):
            see(row, secret, persona)
        assert not Event.objects.filter(verb__startswith="reveal").exists()
        return
    if said == "reason":
        with pytest.raises(Refusal, match="理由"):
            see(row, secret, persona, reason=" ")
    value = see(row, secret, persona, reason=WHY if said == "reason" else "")
    assert value == getattr(row.person, secret)


def test_a_reveal_is_on_record_without_the_value(row, hebei_coordinator):
    value = see(row, ID, hebei_coordinator)
    event = Event.objects.of(row).get(verb="reveal_id_number")
    assert (event.user_number, event.reason) == (hebei_coordinator.user.pk, WHY)
    assert value not in str(event.__dict__)


def test_thirty_in_an_hour_and_no_more(row, hebei_coordinator, henan_coordinator):
    for minute in range(REVEALS_PER_HOUR):
        see(row, PHONE if minute % 2 else ID, hebei_coordinator, now=NOW + dt.timedelta(minutes=minute))
    last = NOW + dt.timedelta(minutes=REVEALS_PER_HOUR)
    with pytest.raises(TooMany):
        see(row, PHONE, hebei_coordinator, now=last)
    # another person's hour is their own, and an hour later the first goes on
    assert see(EnrollmentFactory(region_id="410000"), ID, henan_coordinator, now=last)
    assert see(row, ID, hebei_coordinator, now=NOW + dt.timedelta(hours=1))


def test_the_portal_itself_reveals_nothing(row):
    with pytest.raises(NotAllowed):
        reveal(person=row.person, secret=ID, of=row, reason=WHY, actor=system_actor(), now=NOW)
    with pytest.raises(NotAllowed):
        reveal_of(enrollment=row, secret=ID, reason=WHY, actor=system_actor(), now=NOW)


# On screen


def url(row, name):
    return reverse(f"enrollment:{name}", kwargs={**row.year.url_kwargs, "pk": row.pk})


def test_the_page_masks_and_offers_the_way(row, hebei_coordinator):
    page = hebei_coordinator.client.get(url(row, "person-show")).content.decode()
    assert row.person.id_number not in page
    assert row.person.phone not in page
    assert url(row, "person-reveal-id") in page


def test_the_auditor_is_offered_nothing(row, auditor):
    page = auditor.client.get(url(row, "person-show")).content.decode()
    assert "reveal" not in page


def test_the_value_comes_into_its_place(row, hebei_coordinator, autumn_2022):
    answer = hebei_coordinator.client.post(
        url(row, "person-reveal-id"), {"reason": WHY}, headers={"hx-request": "true"}
    )
    body = answer.content.decode()
    assert row.person.id_number in body
    assert "<html" not in body
    assert "no-store" in answer["Cache-Control"]
    shown = hebei_coordinator.client.get(url(row, "person-show")).content.decode()
    assert WHY in shown, "the history says who looked and why"


def test_without_script_it_is_a_page_of_its_own(row, hebei_coordinator, autumn_2022):
    answer = hebei_coordinator.client.post(url(row, "person-reveal-phone"))
    assert row.person.phone in answer.content.decode()
    assert url(row, "person-show") in answer.content.decode()


def test_a_refusal_says_why_in_the_same_place(row, hebei_coordinator, autumn_2022):
    address = url(row, "person-reveal-id")
    inside = hebei_coordinator.client.post(address, headers={"hx-request": "true"})
    assert inside.status_code == 200
    assert row.person.id_number not in inside.content.decode()
    assert 'role="alert"' in inside.content.decode()
    assert hebei_coordinator.client.post(address).status_code == 409


def test_an_ended_role_reveals_nothing(row, henan_coordinator, autumn_2022):
    assert henan_coordinator.client.post(url(row, "person-reveal-id"), {"reason": WHY}).status_code == 404
