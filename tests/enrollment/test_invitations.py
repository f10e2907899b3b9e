"""Applying by invitation: the same answer for everybody, decided by the province, told under a private address (E11)."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.enums import ApplicantStatus, EnrollmentStatus
from enrollment.models import Applicant, Enrollment, Invitation
from enrollment.services.approval import approve
from enrollment.services.invitations import (
    CONSENT,
    apply_by_invitation,
    extend_invitation,
    make_invitation,
    refuse_applicants,
    take_applicants,
    void_invitation,
)
from enrollment.services.people import withdraw
from tests.enrollment.collecting import CLOSES, cells, invited, number_of, typed
from tests.enrollment.factories import AUGUST
from tests.factories import HENAN, EnrollmentFactory, InstitutionFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("august")]


@pytest.fixture
def august(autumn_2022):
    cache.clear()
    autumn_2022.move_to(AUGUST)
    return autumn_2022


@pytest.fixture
def link(act):
    return invited(act["actor"])


@pytest.fixture
def url(link):
    return reverse("enrollment_open:application-create", args=[link.token])


@pytest.fixture
def hospital(hebei):
    return InstitutionFactory(name="测试县医院", region=hebei)


def applied(link, act, hospital, *numbers, **changes):
    """Applications as services take them; returns them with their secrets."""
    return [
        apply_by_invitation(
            invitation=link,
            cells={**cells(number, **changes), "institution": hospital.name},
            consent=True,
            **act,
        )
        for number in numbers
    ]


def text(response) -> str:
    return response.content.decode()


def test_e11_one_link_per_province_and_year_renewed_extended_void(act, year_2022, hebei, link):
    fresh = make_invitation(year=year_2022, region=hebei, closes_at=CLOSES, **act)
    assert Invitation.objects.get() == fresh
    assert not Invitation.objects.opened_by(link.token, AUGUST).exists()
    later = CLOSES.replace(day=30)
    extend_invitation(invitation=fresh, closes_at=later, **act)
    assert Invitation.objects.opened_by(fresh.token, CLOSES).exists()
    with pytest.raises(Refusal):
        extend_invitation(invitation=fresh, closes_at=AUGUST, **act)
    void_invitation(invitation=fresh, **act)
    with pytest.raises(Refusal):
        void_invitation(invitation=fresh, **act)
    assert Client().get(reverse("enrollment_open:application-create", args=[fresh.token])).status_code == 404


def test_e11_a_person_applies_and_reads_the_decision_under_their_address(
    url, hospital, act, year_2022, hebei
):
    phone = Client()
    page = phone.post(url, {**typed(1), "institution": hospital.pk, "consent": "on"}, follow=True)
    one = Applicant.objects.get()
    private = page.redirect_chain[0][0]
    assert one.receipt_number in text(page)
    assert "no-store" in page["Cache-Control"]
    event = Event.objects.of(one).get(verb="apply_by_invitation")
    assert event.data == {"receipt": one.receipt_number, "consent": CONSENT}
    assert not Enrollment.objects.exists()

    take_applicants(year=year_2022, region=hebei, applicants=[one.pk], **act)
    row = Enrollment.objects.get()
    assert (row.status, row.person.id_number, row.institution) == (
        EnrollmentStatus.APPLIED,
        number_of(1),
        hospital,
    )
    assert "您已列入名单" in text(phone.get(private))
    approve(year=year_2022, region=hebei, people=[row.pk], **act)
    assert "您已参加本次培训" in text(phone.get(private))
    withdraw(enrollment=Enrollment.objects.get(), reason="调离", **act)
    assert "名额已不再" in text(phone.get(private))


def test_e11_a_refusal_and_its_reason_are_read_there(link, hospital, act, year_2022, hebei):
    (_one, token), (_two, _other) = applied(link, act, hospital, 1, 2)
    chosen = list(Applicant.objects.values_list("pk", flat=True))
    given = {"year": year_2022, "region": hebei, "applicants": chosen}
    with pytest.raises(Refusal):
        refuse_applicants(**given, reason=" ", **act)
    assert refuse_applicants(**given, reason="名额已满", **act) == 2
    page = Client().get(reverse("enrollment_open:application-show", args=[token]))
    assert "名额已满" in text(page)
    with pytest.raises(Refusal):
        refuse_applicants(**given, reason="名额已满", **act)


def test_t20_known_and_unknown_numbers_get_the_same_answer(url, hospital, hebei):
    EnrollmentFactory(person=PersonFactory(name="钱1", id_number=number_of(1)))
    EnrollmentFactory(region_id=HENAN, person=PersonFactory(name="别名", id_number=number_of(2)))
    answers = []
    for number in (1, 2, 3, 3):
        given = {**typed(number), "institution": hospital.pk, "consent": "on"}
        page = Client().post(url, given, follow=True)
        one = Applicant.objects.latest("pk")
        token = page.redirect_chain[0][0].split("/")[2]
        said = text(page).replace(one.receipt_number, "#").replace(token, "#")
        answers.append((page.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said)))
    assert len(set(answers)) == 1


def test_who_is_known_stands_before_the_coordinator(
    url, link, hospital, act, hebei_coordinator, year_2022, hebei
):
    EnrollmentFactory(person=PersonFactory(name="钱1", id_number=number_of(1)))
    (one, _token), (two, _t), (twin, _u) = applied(link, act, hospital, 1, 2, 2)
    show = {
        row.pk: hebei_coordinator.client.get(
            reverse("enrollment:applicant-show", kwargs={**year_2022.url_kwargs, "pk": row.pk})
        )
        for row in (one, two)
    }
    assert [problem.code for problem in show[one.pk].context["problems"]] == ["IMP-041"]
    assert number_of(1) not in text(show[one.pk])
    assert show[two.pk].context["twins"] == 1
    with pytest.raises(Refusal):
        take_applicants(year=year_2022, region=hebei, applicants=[one.pk, two.pk], **act)
    assert Enrollment.objects.waiting().count() == 0, "all or none"
    assert set(Applicant.objects.values_list("status", flat=True)) == {ApplicantStatus.WAITING}
    take_applicants(year=year_2022, region=hebei, applicants=[two.pk], **act)
    with pytest.raises(Refusal):
        take_applicants(year=year_2022, region=hebei, applicants=[twin.pk], **act)


def test_e11_without_consent_nothing_is_kept(url, link, hospital, act):
    page = Client().post(url, {**typed(1, department="体检科"), "institution": hospital.pk})
    assert "consent" in page.context["form"].errors
    assert "体检科" in text(page)
    with pytest.raises(Refusal):
        apply_by_invitation(invitation=link, cells=cells(1), consent=False, **act)
    assert not Applicant.objects.exists()


def test_services_check_again_what_the_form_checked(link, hospital, act):
    with pytest.raises(Refusal):
        applied(link, act, hospital, 1, phone="1")
    with pytest.raises(Refusal):
        applied(link, {**act, "now": CLOSES}, hospital, 1)


def test_e17_a_workplace_is_searched_or_written_anew(url, link, hospital, hebei):
    InstitutionFactory(name="河南测试医院", region_id=HENAN)
    options = reverse("enrollment_open:workplace-options", args=[link.token])
    assert hospital.name in text(Client().get(options, {"institution-typed": "csx"}))
    assert "河南" not in text(Client().get(options, {"institution-typed": "测试"}))
    assert hospital.name not in text(Client().get(options))
    given = {**typed(1), "institution": "", "new_institution": "新建医院", "consent": "on"}
    page = Client().post(url, given)
    assert "institution_level" in page.context["form"].errors
    Client().post(url, {**given, "institution_level": "county"})
    assert Applicant.objects.get().typed["institution"] == "新建医院"
    page = Client().post(url, {**typed(2), "consent": "on"})
    assert "institution" in page.context["form"].errors


def test_a_service_that_declines_keeps_what_was_typed(url, hospital, monkeypatch):
    def closed(**_given):
        raise Refusal("报名已截止")

    monkeypatch.setattr("enrollment.views.links.apply_by_invitation", closed)
    page = Client().post(url, {**typed(1), "institution": hospital.pk, "consent": "on"})
    assert "报名已截止" in text(page)
    assert "钱1" in text(page)


def test_a_machine_that_fills_the_list_is_slowed_down(url, hospital, monkeypatch):
    monkeypatch.setattr("enrollment.views.links.APPLICATIONS", 2)
    for number in (1, 2, 3):
        page = Client().post(url, {**typed(number), "institution": hospital.pk, "consent": "on"})
    assert Applicant.objects.count() == 2
    assert page.context["form"].non_field_errors()
    assert "钱3" in text(page)


def test_only_the_coordinator_of_the_province_invites_and_decides(
    act, link, year_2022, hebei, henan_coordinator
):
    other = {"actor": henan_coordinator.actor, "now": AUGUST}
    place = {"year": year_2022, "region": hebei}
    for refused in (
        lambda: make_invitation(**place, closes_at=CLOSES, **other),
        lambda: extend_invitation(invitation=link, closes_at=CLOSES, **other),
        lambda: void_invitation(invitation=link, **other),
        lambda: take_applicants(**place, applicants=[], **other),
        lambda: refuse_applicants(**place, applicants=[], reason="x", **other),
    ):
        with pytest.raises(NotAllowed):
            refused()


# The coordinator's pages


def page_of(year, name, **more):
    return reverse(f"enrollment:{name}", kwargs={**year.url_kwargs, **more})


def test_the_link_is_made_moved_renewed_and_taken_back(hebei_coordinator, year_2022):
    client, edit = hebei_coordinator.client, page_of(year_2022, "invitation-edit")
    assert client.get(edit).status_code == 200
    assert client.post(edit, {"last_day": "2022-01-01"}).context["form"].errors["last_day"]
    client.post(edit, {"last_day": "2022-08-28"})
    one = Invitation.objects.get()
    assert one.token in text(client.get(edit))
    client.post(edit, {"last_day": "2022-08-30"})
    one.refresh_from_db()
    assert one.closes_at.day == 30
    token = one.token
    client.post(edit, {"last_day": "2022-08-30", "renew": "1"})
    one.refresh_from_db()
    assert one.token != token
    client.post(page_of(year_2022, "invitation-void"))
    one.refresh_from_db()
    assert one.voided_at is not None
    assert one.token not in text(client.get(edit))
    client.post(edit, {"last_day": "2022-08-30"})
    one.refresh_from_db()
    assert one.voided_at is None


def test_ticked_applications_are_taken_or_turned_down(hebei_coordinator, year_2022, link, act, hospital):
    (one, _t), (two, _u) = applied(link, act, hospital, 1, 2)
    client = hebei_coordinator.client
    assert "钱1" in text(client.get(page_of(year_2022, "applicant-list")))
    client.post(page_of(year_2022, "applicant-take"), {"chosen": [one.pk]})
    client.post(page_of(year_2022, "applicant-refuse"), {"chosen": [two.pk], "reason": "名额已满"})
    assert [row.status for row in Applicant.objects.order_by("pk")] == ["taken", "refused"]
    for row in (one, two):
        assert client.get(page_of(year_2022, "applicant-show", pk=row.pk)).status_code == 200
    page = client.post(page_of(year_2022, "applicant-refuse"), {"chosen": [two.pk]}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_an_erased_application_says_nothing_of_anybody(link, act, hospital, hebei_coordinator, year_2022):
    ((one, token),) = applied(link, act, hospital, 1)
    Applicant.objects.update(cells="", id_number_index="")
    show = hebei_coordinator.client.get(page_of(year_2022, "applicant-show", pk=one.pk))
    assert (show.status_code, show.context["twins"]) == (200, 0)
    Applicant.objects.update(status="taken")
    page = Client().get(reverse("enrollment_open:application-show", args=[token]))
    assert page.context["standing"] is None
