"""Return per person: the office marks, the province answers, replaces or withdraws, then hands up again (E11)."""

import pytest
from django.urls import reverse

from accounts.queries.personal import own_data
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.enums import RosterStatus
from enrollment.models import Enrollment, Roster, RosterRemark
from enrollment.services.people import withdraw
from enrollment.services.remarks import answer_remark, mark_person, open_remarks, unmark_person
from enrollment.services.roster import accept_roster, return_roster, submit_roster
from tests.enrollment.factories import AUGUST, healthy_roster
from tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(year_2022, hebei, hebei_coordinator) -> list[Enrollment]:
    made = [*healthy_roster(), EnrollmentFactory(health_management=True), EnrollmentFactory()]
    submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    return made


def roster() -> Roster:
    return Roster.objects.select_related("submission", "year__program", "region").get()


@pytest.fixture
def mark(national_officer):
    return lambda row, reason="单位级别与登记不符": mark_person(
        enrollment=row, reason=reason, actor=national_officer.actor, now=AUGUST
    )


@pytest.fixture
def returned(people, mark, national_officer):
    """Two people marked, the roster returned."""
    marks = [mark(people[-1]), mark(people[-2])]
    return_roster(roster=roster(), reason="两人待核对", actor=national_officer.actor, now=AUGUST)
    return marks


def again(year, region, persona):
    return submit_roster(year=year, region=region, actor=persona.actor, now=AUGUST)


def test_a_mark_wants_an_answer_before_the_roster_comes_back(returned, year_2022, hebei, hebei_coordinator):
    with pytest.raises(Refusal, match="2"):
        again(year_2022, hebei, hebei_coordinator)
    answer_remark(remark=returned[0], answer="已核对，级别无误", actor=hebei_coordinator.actor, now=AUGUST)
    assert open_remarks(roster()) == 1
    withdraw(enrollment=returned[1].enrollment, reason="调离", actor=hebei_coordinator.actor, now=AUGUST)
    assert again(year_2022, hebei, hebei_coordinator).submission.version == 2
    assert open_remarks(roster()) == 0


def test_a_second_mark_rewords_the_first_and_can_be_taken_off(people, mark, national_officer):
    mark(people[0])
    remark = mark(people[0], "请核对职业类别")
    assert [row.reason for row in RosterRemark.objects.all()] == ["请核对职业类别"]
    unmark_person(remark=remark, actor=national_officer.actor, now=AUGUST)
    assert not RosterRemark.objects.exists()
    verbs = Event.objects.filter(object_type="enrollment.rosterremark").values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == ["mark_person"] * 2 + ["unmark_person"]


def test_who_may_and_when(people, mark, hebei_coordinator, henan_coordinator, national_officer):
    with pytest.raises(NotAllowed):
        mark_person(enrollment=people[0], reason="x", actor=hebei_coordinator.actor, now=AUGUST)
    with pytest.raises(Refusal):
        mark(people[0], "  ")
    remark = mark(people[0])
    with pytest.raises(NotAllowed):
        unmark_person(remark=remark, actor=hebei_coordinator.actor, now=AUGUST)
    with pytest.raises(Refusal):  # nothing is returned yet
        answer_remark(remark=remark, answer="无误", actor=hebei_coordinator.actor, now=AUGUST)
    return_roster(roster=roster(), reason="待核对", actor=national_officer.actor, now=AUGUST)
    with pytest.raises(NotAllowed):
        answer_remark(remark=remark, answer="无误", actor=henan_coordinator.actor, now=AUGUST)
    with pytest.raises(Refusal):
        answer_remark(remark=remark, answer=" ", actor=hebei_coordinator.actor, now=AUGUST)
    with pytest.raises(Refusal):  # the office has decided
        mark(people[1])


def test_nobody_is_marked_on_an_accepted_roster(people, mark, national_officer):
    accept_roster(roster=roster(), actor=national_officer.actor, now=AUGUST)
    with pytest.raises(Refusal):
        mark(people[0])
    assert open_remarks(Roster(status=RosterStatus.OPEN)) == 0


def test_nobody_but_the_office_reads_a_mark_before_the_roster_comes_back(
    people, mark, year_2022, national_officer, hebei_coordinator
):
    """Until it decides, the office may take a mark back: page, list and own data are silent."""
    row, reason = people[0], "请核对所在单位"
    mark(row, reason)
    show = reverse("enrollment:person-show", kwargs={**year_2022.url_kwargs, "pk": row.pk})
    listed = reverse("enrollment:roster-list", kwargs=year_2022.url_kwargs) + "?marked=true"

    def read() -> tuple[bool, int, int, bool]:
        page = hebei_coordinator.client.get(listed)
        own = [fact.value for part in own_data(row.person) for facts in part.rows for fact in facts]
        seen = reason in hebei_coordinator.client.get(show).content.decode()
        return seen, len(page.context["list"].page.object_list), page.context["open_marks"], reason in own

    assert reason in national_officer.client.get(show).content.decode()
    assert read() == (False, 0, 0, False)
    return_roster(roster=roster(), reason="一人待核对", actor=national_officer.actor, now=AUGUST)
    assert read() == (True, 1, 1, True)


def test_on_the_pages_of_both(people, year_2022, hebei, national_officer, hebei_coordinator):
    row = people[0]
    show = reverse("enrollment:person-show", kwargs={**year_2022.url_kwargs, "pk": row.pk})
    act = reverse("enrollment:person-mark", kwargs={**year_2022.url_kwargs, "pk": row.pk})
    assert act in national_officer.client.get(show).content.decode()
    assert act not in hebei_coordinator.client.get(show).content.decode()
    assert national_officer.client.post(act, {"reason": "请核对单位"}).status_code == 302
    return_roster(roster=roster(), reason="一人待核对", actor=national_officer.actor, now=AUGUST)
    listed = reverse("enrollment:roster-list", kwargs=year_2022.url_kwargs)
    found = hebei_coordinator.client.get(f"{listed}?marked=true")
    assert found.context["open_marks"] == 1
    assert [one.pk for one in found.context["list"].page.object_list] == [row.pk]
    text = hebei_coordinator.client.get(show).content.decode()
    remark = RosterRemark.objects.get()
    answer = reverse("enrollment:remark-answer", kwargs={**year_2022.url_kwargs, "pk": remark.pk})
    assert "请核对单位" in text
    assert answer in text
    assert hebei_coordinator.client.post(answer, {"reason": "单位无误"}).status_code == 302
    withdraw(enrollment=people[-1], reason="调离", actor=hebei_coordinator.actor, now=AUGUST)
    again(year_2022, hebei, hebei_coordinator)
    province = reverse("enrollment:province-show", kwargs={**year_2022.url_kwargs, "region": hebei.pk})
    page = national_officer.client.get(province)
    assert [line.number for line in page.context["versions"].removed] == [str(people[-1].registration)]
    assert page.context["versions"].added == []
    assert "单位无误" in page.content.decode()
