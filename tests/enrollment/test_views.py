"""E2–E17 on screen: each page for each role that opens it, and nobody else."""

import pytest
from django.urls import reverse

from core.models import Event
from enrollment.enums import EnrollmentStatus, FundingKind, RosterStatus
from enrollment.models import Enrollment, PastInstitution, Roster
from enrollment.services.roster import submit_roster
from programs.models import Quota
from tests.enrollment.factories import AUGUST, applicants, city_hospital, healthy_roster
from tests.factories import HEBEI, HENAN, EnrollmentFactory, InstitutionFactory, MembershipFactory, lead_unit
from tests.helpers import assert_constant_queries, cells_of

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "冬天的河上有七座桥-Ab3"


@pytest.fixture
def url(year_2022):
    return lambda name, **more: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, **more})


def text(response) -> str:
    return response.content.decode()


# The coordinator's roster


def test_the_roster_shows_people_findings_and_seats(hebei_coordinator, url):
    people = healthy_roster()
    (waiting,) = applicants(1)
    page = text(hebei_coordinator.client.get(url("roster-list")))
    assert people[0].person.name in page
    assert waiting.person.name in page
    assert people[0].person.id_number not in page
    assert "200" in page


def test_an_empty_roster_says_what_to_do(hebei_coordinator, url):
    response = hebei_coordinator.client.get(url("roster-list"))
    assert response.status_code == 200
    assert response.context["failing"]
    assert response.context["joint"]["newcomers"] == 15


def test_the_roster_needs_the_same_queries_for_one_and_for_thirty(hebei_coordinator, url):
    assert_constant_queries(hebei_coordinator.client, url("roster-list"), EnrollmentFactory.create_batch)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=赵无极", {"赵无极"}),
        ("status=applied", {"钱大"}),
        ("trait=county", {"赵无极"}),
        ("lacking=county", {"钱大"}),
        ("trait=county&trait=nurse", set()),
        ("lacking=county&lacking=nurse", {"钱大"}),
        ("trait=county&lacking=nurse", {"赵无极"}),
        ("institution_level=city", {"钱大"}),
        ("q=CA99", set()),
        ("late=true", set()),
    ],
)
def test_the_search_finds(hebei_coordinator, url, query, expected):
    EnrollmentFactory(person__name="赵无极")
    applicants(1, institution=city_hospital(), person__name="钱大")
    page = hebei_coordinator.client.get(url("roster-list") + f"?{query}")
    assert {row.person.name for row in page.context["list"].page.object_list} == expected


def test_e15_a_suggestion_leads_to_exactly_those_who_may_come_or_go(hebei_coordinator, url):
    """Twenty people, all rules but two met: the links find the people whom the suggestion speaks of."""
    for row in healthy_roster()[:14]:
        row.institution_level, row.health_management = "city", False
        row.save(update_fields=["institution_level", "health_management"])
    applicants(1, person__name="县里人", health_management=True)
    applicants(1, person__name="城里人", institution=city_hospital())
    page = hebei_coordinator.client.get(url("roster-list"))
    joint = page.context["joint"]
    come = hebei_coordinator.client.get(joint["url"]).context["list"].page.object_list
    assert [row.person.name for row in come] == ["县里人"]
    assert joint["leaving"]
    for one in joint["leaving"]:
        found = hebei_coordinator.client.get(one["url"]).context["list"].page.object_list
        assert len(found) >= one["count"]
        for row in found:
            assert row.status == "approved"
            assert ("county" in one["traits"]) == (row.institution_level == "city")
            assert ("health" in one["traits"]) == (not row.health_management)
    for finding in page.context["failing"]:
        for remedy in finding.remedies:
            assert hebei_coordinator.client.get(remedy.params["url"]).status_code == 200
            assert remedy.params["url"].replace("&", "&amp;") in page.content.decode()


def test_the_export_is_the_filtered_list_with_masked_numbers(hebei_coordinator, url):
    people = healthy_roster()
    response = hebei_coordinator.client.post(url("roster-list") + "?track=online_only")
    cells = cells_of(response.content)
    flat = {value for row in cells for value in row if value}
    assert people[-1].person.name in flat
    assert people[0].person.name not in flat
    assert people[-1].person.id_number not in flat
    assert Event.objects.filter(verb="export").count() == 1


def test_approving_those_chosen(hebei_coordinator, url, autumn_2022):
    first, second = applicants(2)
    response = hebei_coordinator.client.post(
        url("roster-approve") + "?status=applied", {"chosen": [first.pk]}
    )
    assert response.url == url("roster-list") + "?status=applied"
    assert Enrollment.objects.get(pk=first.pk).status == EnrollmentStatus.APPROVED
    assert Enrollment.objects.get(pk=second.pk).status == EnrollmentStatus.APPLIED


def test_approving_all_who_wait_in_the_filtered_list(hebei_coordinator, url):
    inside, outside = applicants(2, institution=city_hospital()), applicants(1)
    hebei_coordinator.client.post(url("roster-approve") + "?institution_level=city", {"everyone": "1"})
    assert set(Enrollment.objects.active().values_list("pk", flat=True)) == {row.pk for row in inside}
    assert Enrollment.objects.get(pk=outside[0].pk).status == EnrollmentStatus.APPLIED


def test_a_refusal_comes_back_as_a_message(hebei_coordinator, url):
    response = hebei_coordinator.client.post(url("roster-approve"), {"chosen": ["x"]}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_what_approval_did_is_told(hebei_coordinator, url, year_2022, hebei):
    Quota.objects.filter(year=year_2022, region=hebei, track="comprehensive").update(seats=1)
    rows = [*applicants(2), EnrollmentFactory()]
    response = hebei_coordinator.client.post(
        url("roster-approve"), {"chosen": [row.pk for row in rows]}, follow=True
    )
    (message,) = response.context["messages"]
    assert message.level_tag == "success"
    assert [word for word in str(message).replace("。", ". ").split() if any(c.isdigit() for c in word)]


def test_marking_as_joined(hebei_coordinator, url):
    row = EnrollmentFactory()
    hebei_coordinator.client.post(url("roster-join"), {"chosen": [row.pk]})
    assert Enrollment.objects.get(pk=row.pk).joined_group


# Submission


def test_submitting_ends_with_a_receipt(hebei_coordinator, url):
    healthy_roster()
    assert hebei_coordinator.client.get(url("roster-submit")).context["stopping"] == []
    response = hebei_coordinator.client.post(url("roster-submit"), follow=True)
    receipt = Roster.objects.get().submission
    assert receipt.number in text(response)
    assert receipt.sha256 in text(response)
    assert not hebei_coordinator.client.get(url("roster-submit")).context["collecting"]


def test_findings_stop_the_submission_on_screen(hebei_coordinator, url):
    EnrollmentFactory()
    response = hebei_coordinator.client.post(url("roster-submit"))
    assert response.status_code == 200
    assert response.context["problems"]
    assert not Roster.objects.filter(status=RosterStatus.SUBMITTED).exists()


def test_the_reason_for_a_warning_is_kept(hebei_coordinator, url):
    hebei_coordinator.client.post(url("roster-reason"), {"reason": "pathology"}, follow=True)
    assert Roster.objects.get().warning_reason == "pathology"
    response = hebei_coordinator.client.post(url("roster-reason"), {"reason": ""}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_a_returned_roster_says_why(hebei_coordinator, national_officer, url):
    healthy_roster()
    hebei_coordinator.client.post(url("roster-submit"))
    returning = url("province-return", region=HEBEI)
    national_officer.client.post(returning, {"reason": "请补充基层学员"})
    assert "请补充基层学员" in text(hebei_coordinator.client.get(url("roster-list")))


def test_the_printed_roster_names_the_approved(hebei_coordinator, url):
    people = healthy_roster()
    (waiting,) = applicants(1)
    page = text(hebei_coordinator.client.get(url("roster-print")))
    assert str(people[0].registration) in page
    assert waiting.person.name not in page


def test_last_years_institutions_are_listed(hebei_coordinator, url):
    assert hebei_coordinator.client.get(url("past-edit")).status_code == 200
    hebei_coordinator.client.post(url("past-edit"), {"names": "甲医院\n乙医院\n"})
    assert set(PastInstitution.objects.values_list("name", flat=True)) == {"甲医院", "乙医院"}
    Roster.objects.update(status=RosterStatus.SUBMITTED)
    assert hebei_coordinator.client.post(url("past-edit"), {"names": "丙"}).context["form"].errors


def test_another_units_receipt_is_not_found(hebei_coordinator, henan_coordinator, url, year_2022, hebei):
    healthy_roster()
    roster = submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    assert henan_coordinator.client.get(url("roster-receipt", pk=roster.submission_id)).status_code == 404


# People


def test_the_archive_masks_what_is_personal(hebei_coordinator, national_officer, hebei_administrator, url):
    row = EnrollmentFactory()
    for someone in (hebei_coordinator, national_officer, hebei_administrator):
        page = text(someone.client.get(url("person-show", pk=row.pk)))
        assert row.person.name in page
        assert row.person.id_number not in page
        assert row.person.phone not in page
        assert row.person.id_number[-4:] in page


def test_e16_the_history_of_a_person_is_told(hebei_coordinator, url):
    (row,) = applicants(1)
    hebei_coordinator.client.post(url("roster-approve"), {"chosen": [row.pk]})
    hebei_coordinator.client.post(url("person-withdraw", pk=row.pk), {"reason": "moved to Tianjin"})
    page = hebei_coordinator.client.get(url("person-show", pk=row.pk))
    assert "moved to Tianjin" in text(page)
    assert len(page.context["events"]) == 2


def test_acts_on_one_person(hebei_coordinator, url):
    first, second, third = applicants(3)
    client = hebei_coordinator.client
    client.post(url("person-refuse", pk=third.pk), {"reason": ""})
    assert Enrollment.objects.get(pk=third.pk).status == EnrollmentStatus.APPLIED
    client.post(url("person-refuse", pk=third.pk), {"reason": "not in cancer control"})
    assert Enrollment.objects.get(pk=third.pk).status == EnrollmentStatus.REFUSED
    client.post(url("roster-approve"), {"chosen": [first.pk]})
    assert client.get(url("person-fund", pk=first.pk)).status_code == 200
    client.post(url("person-fund", pk=first.pk), {"funding": "local", "reason": "pays itself"})
    assert Enrollment.objects.get(pk=first.pk).funding == FundingKind.LOCAL
    assert client.get(url("person-replace", pk=first.pk)).status_code == 200
    client.post(url("person-replace", pk=first.pk), {"by": second.pk, "reason": "on leave"})
    assert Enrollment.objects.get(pk=second.pk).replaces_id == first.pk
    assert first.person.name in text(client.get(url("person-show", pk=second.pk)))
    assert second.person.name in text(client.get(url("person-show", pk=first.pk)))


def test_facts_are_corrected_and_a_refusal_keeps_what_was_typed(hebei_coordinator, url):
    (row,) = applicants(1)
    form = hebei_coordinator.client.get(url("person-edit", pk=row.pk)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"department": "体检科"}
    assert hebei_coordinator.client.post(url("person-edit", pk=row.pk), data).status_code == 302
    assert Enrollment.objects.get(pk=row.pk).department == "体检科"
    hebei_coordinator.client.post(url("roster-approve"), {"chosen": [row.pk]})
    late = hebei_coordinator.client.post(url("person-edit", pk=row.pk), data | {"department": "病理科"})
    assert late.context["form"].non_field_errors()
    assert late.context["form"]["department"].value() == "病理科"


def test_p3_a_trainee_gets_a_code_that_opens_the_account(hebei_coordinator, url, client):
    """Nobody sets a trainee's password: the slip carries a code, shown this once."""
    (row,) = applicants(1)
    assert hebei_coordinator.client.post(url("roster-codes"), {"chosen": [row.pk]}).status_code == 302
    hebei_coordinator.client.post(url("roster-approve"), {"chosen": [row.pk]})
    page = hebei_coordinator.client.post(url("roster-codes"), {"chosen": [row.pk]})
    assert "no-store" in page["Cache-Control"]
    (slip,) = page.context["rows"]
    number = str(Enrollment.objects.get(pk=row.pk).registration)
    assert slip["slip"].user.username == number
    typed = {
        "login_name": number,
        "code": slip["code"],
        "password": NEW_PASSWORD,
        "again": NEW_PASSWORD,
    }
    assert client.post(reverse("accounts:activate"), typed).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_p3_slips_for_all_who_are_not_yet_activated(hebei_coordinator, url):
    rows = applicants(3)
    hebei_coordinator.client.post(url("roster-approve"), {"chosen": [row.pk for row in rows[:2]]})
    page = hebei_coordinator.client.post(url("roster-codes"), {"everyone": "1"})
    assert len(page.context["rows"]) == 2


def test_p3_whoever_has_another_role_gets_no_code_from_the_province(hebei_coordinator, trainee, url):
    MembershipFactory(user=trainee.user, unit=lead_unit(HENAN))
    chosen = {"chosen": [trainee.enrollment.pk]}
    page = hebei_coordinator.client.post(url("roster-codes"), chosen, follow=True)
    assert "另有其他角色" in text(page)


def test_another_provinces_people_are_not_found(henan_coordinator, url):
    row = EnrollmentFactory()
    for name in ("person-show", "person-edit", "person-replace", "person-fund"):
        assert henan_coordinator.client.get(url(name, pk=row.pk)).status_code == 404
    for name in ("person-refuse", "person-withdraw"):
        assert henan_coordinator.client.post(url(name, pk=row.pk), {"reason": "x"}).status_code == 404


def test_a_trainee_sees_the_own_archive_alone(trainee, other_trainee, url):
    page = text(trainee.client.get(url("own-show")))
    assert trainee.person.name in page
    assert other_trainee.person.name not in page
    assert trainee.client.get(url("person-show", pk=trainee.enrollment.pk)).status_code == 403


def test_a_trainee_of_another_year_is_told_so(trainee, url):
    Enrollment.objects.all().delete()
    assert trainee.client.get(url("own-show")).status_code == 200


# The office


def test_the_board_has_every_province_and_constant_queries(national_officer, url, year_2022, hebei):
    page = national_officer.client.get(url("province-list"))
    assert page.context["count"] == 31
    assert_constant_queries(
        national_officer.client,
        url("province-list"),
        lambda count: [EnrollmentFactory(institution=InstitutionFactory()) for _ in range(count)],
    )
    cells = cells_of(national_officer.client.post(url("province-list")).content)
    assert sum(bool(row[0]) and str(row[0]).startswith("河北") for row in cells) == 1


def test_the_office_accepts_returns_locks_and_unlocks(
    national_officer, hebei_coordinator, url, year_2022, hebei
):
    healthy_roster()
    submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    client, at = national_officer.client, {"region": hebei.pk}
    assert url("province-accept", **at) in text(client.get(url("province-show", **at)))
    client.post(url("province-return", **at), {"reason": ""})
    assert Roster.objects.get().status == RosterStatus.SUBMITTED
    client.post(url("province-return", **at), {"reason": "row 3"})
    assert Roster.objects.get().status == RosterStatus.RETURNED
    assert "row 3" in text(hebei_coordinator.client.get(url("roster-submit")))
    submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    for name, status in (
        ("province-accept", RosterStatus.ACCEPTED),
        ("province-lock", RosterStatus.LOCKED),
    ):
        client.post(url(name, **at))
        assert Roster.objects.get().status == status
        assert client.get(url("province-show", **at)).status_code == 200
    client.post(url("province-unlock", **at), {"reason": "a name was wrong"})
    assert Roster.objects.get().status == RosterStatus.ACCEPTED


def test_the_office_searches_the_country(national_officer, auditor, base_coordinator, url, henan):
    EnrollmentFactory(person__name="赵冀")
    EnrollmentFactory(person__name="钱豫", region=henan)
    page = national_officer.client.get(url("person-list") + "?region=410000")
    assert {row.person.name for row in page.context["list"].page.object_list} == {"钱豫"}
    assert auditor.client.get(url("person-list")).status_code == 200
    assert list(base_coordinator.client.get(url("person-list")).context["list"].page.object_list) == []


def test_the_administrative_unit_reads_its_province(hebei_administrator, url):
    healthy_roster()
    page = hebei_administrator.client.get(url("overview-show"))
    assert page.context["verbs"] == []
    assert page.context["health"].counts.people == 20


@pytest.mark.parametrize(
    "name", ["province-show", "province-accept", "province-return", "province-lock", "province-unlock"]
)
def test_an_unknown_province_is_not_found(national_officer, url, name):
    method = national_officer.client.get if name == "province-show" else national_officer.client.post
    assert method(url(name, region="999999")).status_code == 404


def test_the_other_office_sees_nothing(nuclear_officer, url):
    assert nuclear_officer.client.get(url("province-list")).status_code == 404
