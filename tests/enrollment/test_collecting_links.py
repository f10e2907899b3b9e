"""A hospital's sheet under its link: without an account, nothing of anybody else, every fault beside its field (E11)."""

import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Institution
from core.models import Event
from enrollment.enums import SheetStatus
from enrollment.imports.columns import COLUMNS
from enrollment.models import Sheet
from enrollment.services.collecting import merge_sheet, reopen_sheet, void_sheet
from enrollment.services.sheets import hand_in_sheet
from enrollment.views.links import WRONG
from programs.enums import Track
from tests.enrollment.collecting import begun, number_of, sent, typed
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import line, sheet, upload
from tests.factories import HENAN, EnrollmentFactory, PersonFactory
from tests.helpers import assert_constant_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("august")]


@pytest.fixture
def august(autumn_2022):
    cache.clear()
    autumn_2022.move_to(AUGUST)
    return autumn_2022


def at(one: Sheet, name: str = "sheet-show", **more) -> str:
    return reverse(f"enrollment_open:{name}", kwargs={"token": one.token, **more})


@pytest.fixture
def phone() -> Client:
    return Client(enforce_csrf_checks=False)


def text(response) -> str:
    return response.content.decode()


def test_e11_the_page_says_what_for_whom_until_when(phone, act):
    (one,) = sent(act["actor"])
    page = phone.get(at(one))
    for said in (one.institution.name, "2022", "河北", "8月28日", "0311-1234567", "0 / 2"):
        assert said in text(page), said
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert "sessionid" not in phone.cookies


def test_e11_what_becomes_of_the_data_is_read_before_anything_is_entered(phone, act):
    (one,) = sent(act["actor"])
    assert at(one, "line-create") not in text(phone.get(at(one)))
    phone.post(at(one, "sheet-begin"))
    one.refresh_from_db()
    assert one.status == SheetStatus.FILLING
    assert at(one, "line-create") in text(phone.get(at(one)))
    event = Event.objects.of(one).get(verb="begin_sheet")
    assert (event.actor_kind, event.realm) == ("public", str(one.year.program.owner_id))


def test_e11_a_person_is_added_changed_and_taken_off(phone, act):
    one = begun(act["actor"])
    page = phone.post(at(one, "line-create"), typed(1), follow=True)
    assert "钱1" in text(page)
    assert number_of(1) not in text(page), "masked afterwards"
    phone.post(at(one, "line-edit", number=1), typed(1, name="钱改名", id_number="", phone=""))
    line_now = one.lines.get()
    assert (line_now.typed["name"], line_now.typed["id_number"]) == ("钱改名", number_of(1))
    phone.post(at(one, "line-remove", number=1))
    assert not one.lines.exists()


def test_a_number_kept_already_is_not_shown_again(phone, act):
    one = begun(act["actor"], 1)
    page = text(phone.get(at(one, "line-edit", number=1)))
    assert number_of(1) not in page
    assert number_of(1)[-4:] in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_number": "11010519491231002"}, "id_number"),
        ({"id_number": number_of(1)[:-1] + ("0" if number_of(1)[-1] != "0" else "1")}, "id_number"),
        ({"phone": "12345"}, "phone"),
        ({"name": " "}, "name"),
        ({"profession": ""}, "profession"),
        ({"track": "magic"}, "track"),
        ({"specialty": ""}, "specialty"),
    ],
)
def test_e11_every_problem_stands_beside_its_field_and_nothing_typed_is_lost(phone, act, changes, field):
    one = begun(act["actor"])
    page = phone.post(at(one, "line-create"), typed(1, **changes, department="肿瘤科"))
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert "肿瘤科" in text(page)
    assert not one.lines.exists()


def test_several_problems_are_told_at_once(phone, act):
    one = begun(act["actor"])
    page = phone.post(at(one, "line-create"), typed(1, id_number="1", phone="2", name=""))
    assert {"id_number", "phone", "name"} <= set(page.context["form"].errors)


def test_the_same_person_twice_is_told_at_the_number(phone, act):
    one = begun(act["actor"], 1)
    page = phone.post(at(one, "line-create"), typed(1, name="别人"))
    assert "钱1" in str(page.context["form"].errors["id_number"])


def test_t20_whether_somebody_is_enrolled_is_not_told(phone, act):
    EnrollmentFactory(region_id=HENAN, person=PersonFactory(name="别名", id_number=number_of(1)))
    one = begun(act["actor"])
    page = phone.post(at(one, "line-create"), typed(1), follow=True)
    assert one.lines.count() == 1
    assert not page.context["faulty"]


def test_e11_a_workbook_from_the_template_is_read_and_its_faults_lead_to_the_form(phone, act):
    one = begun(act["actor"])
    book = load_workbook(io.BytesIO(phone.get(at(one, "sheet-workbook")).content))
    assert one.institution.name in book.worksheets[0]["A1"].value
    headings = [cell.value for cell in book.worksheets[0][2]]
    assert not any("机构" in heading for heading in headings if heading)
    data = sheet(line(1, institution=""), line(2, institution="", phone="1"))
    page = phone.post(at(one, "sheet-upload"), {"file": upload(data)}, follow=True)
    assert [shown.name for shown in page.context["faulty"]] == ["赵2"]
    correct = phone.get(at(one, "line-edit", number=2))
    assert [problem["url"] for problem in correct.context["problems"]] == ["#id_phone"]
    assert 'value="1"' in text(correct), "what was typed wrong stands there to be corrected"


def test_a_workbook_of_another_place_is_refused_in_the_form(phone, act):
    one, other = begun(act["actor"]), begun(act["actor"])
    page = phone.post(at(one, "sheet-upload"), {"file": upload(sheet(line(1, institution="别的医院")))})
    assert page.context["form"].errors["file"]
    theirs = phone.get(at(other, "sheet-workbook")).content
    page = phone.post(at(one, "sheet-upload"), {"file": upload(theirs)})
    assert page.context["form"].errors["file"]
    assert phone.post(at(one, "sheet-upload"), {}).context["form"].errors["file"]


def test_e11_over_the_seats_is_marked_and_may_be_handed_in(phone, act):
    one = begun(act["actor"], 1, 2, 3)
    page = phone.get(at(one))
    assert [shown.over for shown in page.context["lines"]] == [False, False, True]
    page = phone.post(at(one, "sheet-hand-in"), follow=True)
    one.refresh_from_db()
    assert one.receipt_number in text(page)
    assert at(one, "line-create") not in text(page)
    assert at(one, "line-remove", number=1) not in text(page)


def test_a_refusal_is_told_on_the_sheet(phone, act):
    one = begun(act["actor"])
    page = phone.post(at(one, "sheet-hand-in"), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_e11_the_reason_of_a_reopening_is_read_and_the_merge_too(phone, act):
    one = begun(act["actor"], 1)
    hand_in_sheet(sheet=one, **act)
    reopen_sheet(sheet=one, reason="专业有误", **act)
    assert "专业有误" in text(phone.get(at(one)))
    hand_in_sheet(sheet=one, **act)
    merge_sheet(sheet=Sheet.objects.get(pk=one.pk), **act)
    page = phone.get(at(one))
    assert "省里已将人员列入名单" in text(page) or page.context["receipt"]["next_step"] in text(page)
    assert "钱1" not in text(page)


def test_e11_wrong_void_and_expired_links_have_one_answer(phone, act, august):
    one, void, expired = begun(act["actor"], 1), begun(act["actor"]), begun(act["actor"])
    void_sheet(sheet=void, **act)
    Sheet.objects.filter(pk=expired.pk).update(closes_at=AUGUST)
    unknown = reverse("enrollment_open:sheet-show", kwargs={"token": "0" * 32})
    bodies = {text(phone.get(url)) for url in (unknown, at(void), at(expired))}
    assert len(bodies) == 1
    assert {phone.get(url).status_code for url in (unknown, at(void), at(expired))} == {404}
    august.shift(dt.timedelta(days=30))
    assert phone.get(at(one)).status_code == 404
    assert phone.post(at(one, "line-create"), typed(2)).status_code == 404
    assert one.lines.count() == 1


def test_guessing_is_slowed_down_and_right_links_go_on(phone, act):
    one = begun(act["actor"], 1)
    guesses = [reverse("enrollment_open:sheet-show", kwargs={"token": f"{n:032x}"}) for n in range(WRONG + 1)]
    assert [phone.get(url).status_code for url in guesses] == [404] * WRONG + [429]
    assert phone.get(at(one)).status_code == 200


def test_nothing_of_another_hospital_opens(phone, act):
    one, other = begun(act["actor"], 1), begun(act["actor"], 2, 3)
    page = text(phone.get(at(one)))
    assert "钱2" not in page
    assert other.institution.name not in page
    assert phone.get(at(one, "line-edit", number=2)).status_code == 404
    phone.post(at(one, "line-remove", number=2))
    assert other.lines.count() == 2


def test_a_signed_in_person_acts_as_the_holder_of_the_link(hebei_coordinator, act):
    one = begun(act["actor"])
    hebei_coordinator.client.post(at(one, "line-create"), typed(1))
    event = Event.objects.of(one).filter(verb="save_line").latest("pk")
    assert (event.actor_kind, event.user_number) == ("public", None)


def test_the_sheet_asks_the_database_as_often_for_many(phone, act):
    one = begun(act["actor"])
    made = iter(range(1, 100))

    def more(count: int) -> None:
        for _ in range(count):
            phone.post(at(one, "line-create"), typed(next(made)))

    assert_constant_queries(phone, at(one), more)


def test_online_only_people_need_no_specialty(phone, act):
    one = begun(act["actor"])
    given = typed(1, track=Track.ONLINE_ONLY.value, specialty="", fine_specialty="")
    phone.post(at(one, "line-create"), given)
    one.refresh_from_db()
    assert one.online_count == 1


def test_a_hospital_under_another_name_is_itself(phone, act):
    one = begun(act["actor"])
    Institution.objects.get(pk=one.institution_id).aliases.create(name="老名字医院")
    data = sheet(line(1, institution="老名字医院"))
    phone.post(at(one, "sheet-upload"), {"file": upload(data)})
    assert one.lines.get().typed["institution"] == one.institution.name


def test_the_form_asks_for_what_the_roster_asks(phone, act):
    one = begun(act["actor"])
    fields = set(phone.get(at(one, "line-create")).context["form"].fields)
    fixed = {"institution", "institution_level", "institution_kind", "sex", "birth_date"}
    assert fields == {column.code for column in COLUMNS} - fixed
