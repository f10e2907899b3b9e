"""The coordinator's pages of hospitals' sheets, refusing many at once, and what stands on the desk (E11)."""

import pytest
from django.urls import reverse

from core.models import Event
from enrollment.enums import EnrollmentStatus, SheetStatus
from enrollment.models import Enrollment, Sheet
from enrollment.services.sheets import hand_in_sheet
from enrollment.todos import for_coordinator
from tests.enrollment.collecting import CLOSES, begun, invited, number_of, sent
from tests.enrollment.factories import AUGUST, applicants
from tests.enrollment.test_collecting import handed_in
from tests.enrollment.test_invitations import applied
from tests.factories import HENAN, EnrollmentFactory, InstitutionFactory, PersonFactory
from tests.helpers import assert_constant_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("august")]


@pytest.fixture
def august(autumn_2022):
    autumn_2022.move_to(AUGUST)
    return autumn_2022


@pytest.fixture
def url(year_2022):
    return lambda name, **more: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, **more})


@pytest.fixture
def client(hebei_coordinator):
    return hebei_coordinator.client


def text(response) -> str:
    return response.content.decode()


def told(response) -> list[str]:
    return [message.level_tag for message in response.context["messages"]]


FORM = {"comprehensive_seats": "2", "online_seats": "1", "last_day": "2022-08-28", "contact": "冀明"}


def test_e11_hospitals_are_pasted_or_ticked_and_their_links_stand_ready(client, url, hebei):
    pasted = InstitutionFactory(name="测试县医院", region=hebei)
    alias = InstitutionFactory(name="测试市医院", region=hebei)
    alias.aliases.create(name="测试市第一医院")
    ticked = InstitutionFactory(region=hebei)
    names = "测试县医院，5，0\n\n测试市第一医院\t1\n"
    page = client.post(url("sheet-create"), {**FORM, "names": names, "chosen": [ticked.pk]}, follow=True)
    seats = {one.institution: (one.comprehensive_seats, one.online_seats) for one in Sheet.objects.all()}
    assert seats == {pasted: (5, 0), alias: (1, 1), ticked: (2, 1)}
    for one in Sheet.objects.all():
        assert text(page).count(one.token) >= 2
        assert one.closes_at == CLOSES
    assert text(page).count("data:image/svg") == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"names": "没有的医院"}, "names"),
        ({"names": "测试县医院，很多"}, "names"),
        ({"names": "测试县医院，1，2，3"}, "names"),
        ({"names": "测试县医院，301"}, "names"),
        ({"names": ""}, "names"),
        ({"last_day": ""}, "last_day"),
        ({"names": "测试县医院", "comprehensive_seats": "-1"}, "comprehensive_seats"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nobody_is_sent_anything(
    client, url, hebei, changes, field
):
    InstitutionFactory(name="测试县医院", region=hebei)
    page = client.post(url("sheet-create"), {**FORM, **changes})
    assert list(page.context["form"].errors) == [field]
    assert "冀明" in text(page)
    assert not Sheet.objects.exists()


def test_e17_a_likely_name_is_offered_for_an_unknown_one(client, url, hebei):
    InstitutionFactory(name="测试县医院", region=hebei)
    page = client.post(url("sheet-create"), {**FORM, "names": "河北省测试县医院分院\n测试县医院"})
    assert "测试县医院" in str(page.context["form"].errors["names"])


def test_a_refusal_of_the_service_is_told_in_the_form(client, url, act):
    (one,) = sent(act["actor"])
    page = client.post(url("sheet-create"), {**FORM, "names": one.institution.name})
    assert page.context["form"].non_field_errors()


def test_e11_the_list_tells_who_has_not_returned(client, url, act):
    late, done = begun(act["actor"], 1), handed_in(act, 2)
    page = client.get(url("sheet-list"))
    assert "2家中1家尚未提交" in text(page)
    assert late.institution.name in page.context["reminder"]
    assert done.institution.name not in page.context["reminder"]
    found = client.get(url("sheet-list"), {"q": done.institution.name, "status": "handed_in"})
    assert found.context["list"].page.paginator.count == 1
    assert client.post(url("sheet-list"))["Content-Type"].startswith("application/vnd")


def test_the_list_asks_the_database_as_often_for_many(client, url, act):
    def more(count: int) -> None:
        sent(act["actor"], *InstitutionFactory.create_batch(count))

    assert_constant_queries(client, url("sheet-list"), more)


def test_applications_are_listed_with_as_many_queries(client, url, act, hebei):
    link, hospital = invited(act["actor"]), InstitutionFactory(region=hebei)
    assert_constant_queries(
        client, url("applicant-list"), lambda count: applied(link, act, hospital, *range(1, count + 1))
    )


def test_e11_a_sheet_shows_what_the_roster_says(client, url, act):
    EnrollmentFactory(region_id=HENAN, person=PersonFactory(name="钱1", id_number=number_of(1)))
    other = handed_in(act, 2)
    one = handed_in(act, 1, 2)
    page = client.get(url("sheet-show", pk=one.pk))
    problems = [[problem.code for problem in person["problems"]] for person in page.context["people"]]
    assert problems == [["IMP-042"], []]
    assert [person["also"] for person in page.context["people"]] == [[], [other.institution.name]]
    assert number_of(1) not in text(page)
    page = client.post(url("sheet-merge", pk=one.pk), follow=True)
    assert told(page) == ["success"]
    assert Enrollment.objects.waiting().count() == 1


def test_e11_seats_and_time_are_changed_links_voided_and_renewed(client, url, act):
    (one,) = sent(act["actor"])
    edit = url("sheet-edit", pk=one.pk)
    assert client.get(edit).context["form"]["last_day"].value().isoformat() == "2022-08-28"
    client.post(edit, {**FORM, "comprehensive_seats": "9", "last_day": "2022-08-30"})
    one.refresh_from_db()
    assert (one.comprehensive_seats, one.closes_at.day) == (9, 30)
    assert client.post(edit, {**FORM, "last_day": ""}).context["form"].errors
    token = one.token
    client.post(url("sheet-void", pk=one.pk))
    assert token not in text(client.get(url("sheet-show", pk=one.pk)))
    assert token not in text(client.get(url("sheet-links")))
    client.post(url("sheet-renew", pk=one.pk))
    one.refresh_from_db()
    assert one.token in text(client.get(url("sheet-links")))
    assert token != one.token


def test_e11_reopened_with_a_reason_or_not_at_all(client, url, act):
    one = handed_in(act, 1)
    assert told(client.post(url("sheet-reopen", pk=one.pk), {"reason": ""}, follow=True)) == ["error"]
    assert told(client.post(url("sheet-reopen", pk=one.pk), {"reason": "专业"}, follow=True)) == ["success"]
    one.refresh_from_db()
    assert one.status == SheetStatus.FILLING


def test_e11_all_that_are_handed_in_or_those_ticked_are_merged(client, url, act):
    first, second, third, fourth = (handed_in(act, n) for n in (1, 2, 3, 3))
    client.post(url("sheet-merge-many"), {"chosen": [first.pk]})
    assert Enrollment.objects.waiting().count() == 1
    page = client.post(url("sheet-merge-many"), {"everyone": "1"}, follow=True)
    message = list(page.context["messages"])[-1]
    assert third.institution.name in str(message)
    assert fourth.institution.name in str(message)
    second.refresh_from_db()
    assert second.status == SheetStatus.MERGED
    assert Enrollment.objects.waiting().count() == 2


def test_a_sheet_sent_by_mistake_is_removed(client, url, act):
    (one,) = sent(act["actor"])
    assert url("sheet-remove", pk=one.pk) in text(client.get(url("sheet-show", pk=one.pk)))
    assert told(client.post(url("sheet-remove", pk=one.pk), follow=True)) == ["success"]
    assert not Sheet.objects.exists()
    filled = begun(act["actor"], 1)
    assert told(client.post(url("sheet-remove", pk=filled.pk), follow=True))[-1] == "error"


# Review of many


def test_e11_many_are_refused_with_one_reason_from_the_filtered_list(client, url, hebei):
    hospital = InstitutionFactory(name="测试县医院", region=hebei)
    there, elsewhere = applicants(3, institution=hospital), applicants(2)
    refusing = url("roster-refuse") + "?institution=测试县医院"
    assert told(client.post(refusing, {"everyone": "1", "reason": ""}, follow=True)) == ["error"]
    assert told(client.post(refusing, {"everyone": "1", "reason": "名额已满"}, follow=True)) == ["success"]
    assert set(Enrollment.objects.filter(status=EnrollmentStatus.REFUSED)) == set(there)
    assert Event.objects.filter(verb="refuse", reason="名额已满").count() == 3
    client.post(url("roster-refuse"), {"chosen": [elsewhere[0].pk], "reason": "重复报名"})
    assert Enrollment.objects.waiting().count() == 1


def test_approving_all_of_a_list_filtered_by_workplace_works(client, url, hebei):
    applicants(2, institution=InstitutionFactory(name="测试县医院", region=hebei))
    applicants(1)
    client.post(url("roster-approve") + "?institution=测试县医院", {"everyone": "1"})
    assert Enrollment.objects.active().count() == 2


def test_e11_the_desk_says_what_waits(act, year_2022, hebei, hebei_coordinator):
    actor = hebei_coordinator.actor
    assert not any(
        "sheet" in todo.url or "applicants" in todo.url for todo in for_coordinator(actor, year_2022, AUGUST)
    )
    begun(act["actor"], 1)
    hand_in_sheet(sheet=begun(act["actor"], 2), **act)
    applied(invited(act["actor"]), act, InstitutionFactory(region=hebei), 3)
    found = [
        todo
        for todo in for_coordinator(actor, year_2022, AUGUST)
        if "sheets" in todo.url or "applicants" in todo.url
    ]
    assert [todo.count for todo in found] == [1, 1, 1]
    assert found[1].reminder
    assert found[1].tone == ""
    late = [todo for todo in for_coordinator(actor, year_2022, CLOSES) if todo.due_at == CLOSES]
    assert [todo.tone for todo in late] == ["danger"]


def test_e11_one_date_moves_the_sheets_ticked(client, url, act):
    first, second = sent(act["actor"], InstitutionFactory(), InstitutionFactory())
    moved = {"chosen": [first.pk], "last_day": "2022-08-30"}
    assert told(client.post(url("sheet-end-many"), moved, follow=True)) == ["success"]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.closes_at - CLOSES).days == 2
    assert second.closes_at == CLOSES
    for wrong in ({"chosen": [first.pk], "last_day": "32"}, {"last_day": "2022-08-30"}):
        assert told(client.post(url("sheet-end-many"), wrong, follow=True)) == ["error"]


def test_e11_the_list_of_hospitals_is_searched_and_nothing_typed_is_lost(client, url, hebei):
    sought, ticked, other = (InstitutionFactory(name=f"{name}县医院", region=hebei) for name in "甲乙丙")
    typed = FORM | {"names": "写好的一行", "chosen": [ticked.pk], "q": "甲县", "search": "1"}
    for page in (client.post(url("sheet-create"), typed), client.get(url("sheet-create") + "?q=甲县")):
        form = page.context["form"]
        shown = {pk for pk, _name in form.fields["chosen"].widget.choices}
        assert sought.pk in shown
        assert other.pk not in shown
        assert not form.errors
        assert (form.shown, form.offered >= 3) == (1, True)
    searched = client.post(url("sheet-create"), typed)
    assert "写好的一行" in text(searched)
    assert ticked.pk in {pk for pk, _name in searched.context["form"].fields["chosen"].widget.choices}
    assert not Sheet.objects.exists()
    sending = FORM | {"chosen": [ticked.pk, sought.pk], "q": "甲县"}
    client.post(url("sheet-create"), sending)
    assert set(Sheet.objects.values_list("institution", flat=True)) == {ticked.pk, sought.pk}


def test_e11_a_merged_sheet_can_be_opened_again_from_its_page(client, url, act):
    one = handed_in(act, 1)
    client.post(url("sheet-merge", pk=one.pk))
    shown = text(client.get(url("sheet-show", pk=one.pk)))
    assert url("sheet-reopen", pk=one.pk) in shown
    assert url("sheet-remove", pk=one.pk) not in shown
    assert told(client.post(url("sheet-reopen", pk=one.pk), {"reason": "漏报"}, follow=True)) == ["success"]
    assert url("sheet-remove", pk=one.pk) not in text(client.get(url("sheet-show", pk=one.pk)))
