"""B1–B6 on the pages of office, experts and provinces."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from bases import services
from bases.models import Application, Call
from tests.bases import factories as make
from tests.bases.factories import DEADLINE, NOW
from tests.bases.pages import act, english, url
from tests.helpers import assert_constant_queries, cells_of

# the publicity is over, the session of 20 April is not
LATER = dt.datetime(2024, 4, 29, 9, tzinfo=NOW.tzinfo)


@pytest.fixture(autouse=True)
def _inside_the_call():
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


def test_b5_the_office_goes_the_whole_way_on_its_pages(
    applicant, nuclear_officer, nuclear_expert, expert_of_hebei
):
    application = make.handed_in(applicant)
    office = english(nuclear_officer)
    assert office.get(url("application-detail", application)).context["may_accept"]
    act(nuclear_officer, "application-accept", application)
    page = office.get(url("review-assign", application))
    assert [one.membership for one in page.context["excluded"]] == [expert_of_hebei.membership]
    offered = dict(page.context["form"].fields["experts"].choices)
    assert str(expert_of_hebei.membership.pk) not in offered
    refused = office.post(url("review-assign", application), {"experts": [expert_of_hebei.membership.pk]})
    assert refused.context["form"].errors.keys() == {"experts"}
    act(nuclear_officer, "review-assign", application, experts=[nuclear_expert.membership.pk])
    early = office.post(
        url("publicity-open", application), {"starts_on": "2024-04-21", "ends_on": "2024-04-27"}
    )
    assert "The expert review is not complete." in str(early.context["form"].non_field_errors())
    review = make.review_of(application, nuclear_expert)
    rows = review.application.call.scoring.all()
    sent = {f"row_{row.pk}": row.points for row in rows} | {"advice": "select", "opinion": "好"}
    assert english(nuclear_expert).post(url("review-edit", review), sent).url == url("review-list")
    act(nuclear_officer, "publicity-open", application, starts_on="2024-04-21", ends_on="2024-04-27")
    objection = {"received_on": "2024-04-22", "sender": "实名甲", "contact": "", "text": "不实"}
    act(nuclear_officer, "objection-add", application, LATER, **objection)
    stopped = act(nuclear_officer, "application-approve", application, LATER, reason="同意")
    assert stopped == ["An objection has not been answered. Look into it and enter the finding first."]
    act(
        nuclear_officer,
        "objection-answer",
        application.objections.get(),
        LATER,
        status="dismissed",
        answer="属实",
    )
    assert act(nuclear_officer, "application-approve", application, LATER, reason="同意")
    assert act(nuclear_officer, "application-file", application, LATER) == ["Filed."]
    assert make.again(application).status == "filed"
    text = office.get(url("approval-list")).content.decode()
    assert "测试申报医院" in text


@pytest.mark.parametrize("name", ["application-return", "application-reject", "application-disqualify"])
def test_a_decision_without_a_reason_is_refused_on_the_page(applicant, nuclear_officer, name):
    application = make.handed_in(applicant)
    assert "A reason is needed." in act(nuclear_officer, name, application, reason="")[0]
    assert act(nuclear_officer, name, application, reason="缺页")
    assert make.again(application).status in {"returned", "rejected", "disqualified"}


def test_a_returned_application_shows_the_reason_and_opens_again(applicant, nuclear_officer):
    application = make.handed_in(applicant)
    act(nuclear_officer, "application-return", application, reason="扫描件缺第 2 页")
    page = english(applicant).get(url("application-detail", application))
    assert "扫描件缺第 2 页" in page.content.decode()
    assert page.context["may_fill"]
    act(nuclear_officer, "application-return", application, reason="再退")
    assert make.again(application).submission.reason == "扫描件缺第 2 页"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param(
            "objection-add", {"received_on": "2024-04-19", "sender": "甲", "text": "x"}, id="B5-objection"
        ),
        pytest.param("publicity-open", {"starts_on": "2024-04-21", "ends_on": ""}, id="B5-publicity"),
        pytest.param("review-assign", {}, id="B5-assign"),
    ],
)
def test_a_refused_form_stays(applicant, nuclear_officer, nuclear_expert, name, data):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    page = english(nuclear_officer).post(url(name, application), data)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_b4_the_office_reads_a_draft_only_as_far_as_its_conditions(applicant, nuclear_officer):
    application = make.complete(applicant)
    page = nuclear_officer.client.get(url("application-detail", application))
    assert "13912345678" not in page.content.decode()
    assert page.context["sheets"] == []
    make.hand_in(application, applicant)
    assert (
        "13912345678" in nuclear_officer.client.get(url("application-detail", application)).content.decode()
    )


def test_an_expert_sees_no_full_phone_and_no_address(applicant, nuclear_officer, nuclear_expert):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    review = make.review_of(application, nuclear_expert)
    for place in (url("review-edit", review), url("application-detail", application)):
        text = nuclear_expert.client.get(place).content.decode()
        assert "田主任" in text
        assert "139****5678" in text
        for secret in ("13912345678", "13700000001", "石家庄市测试路 1 号", "director@example.org"):
            assert secret not in text


def test_an_expert_declines_on_the_page(applicant, nuclear_officer, nuclear_expert):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    review = make.review_of(application, nuclear_expert)
    assert act(nuclear_expert, "review-decline", review, reason="师生关系")
    page = nuclear_expert.client.get(url("review-edit", review))
    assert page.context["sheets"] == []
    assert nuclear_expert.client.get(url("application-detail", application)).status_code == 404


def test_a_finished_review_shows_what_was_said(applicant, nuclear_officer, nuclear_expert):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    review = make.review_of(application, nuclear_expert)
    client = english(nuclear_expert)
    assert client.post(url("review-edit", review), {"advice": "select"}).context["form"].errors
    make.score(review, nuclear_expert)
    text = client.get(url("review-edit", review)).content.decode()
    assert "条件良好" in text
    rows = review.application.call.scoring.all()
    late = {f"row_{row.pk}": 1 for row in rows} | {"advice": "select", "opinion": "x"}
    assert client.post(url("review-edit", review), late).context["form"].non_field_errors()


def test_r3_the_list_is_exported_as_filtered_without_phones(applicant, nuclear_officer):
    make.handed_in(applicant)
    make.draft(make.hospital("second", "410000", name="第二医院"))
    answer = english(nuclear_officer).post(url("application-list") + "?status=submitted&q=测试")
    rows = cells_of(answer.content)
    text = str(rows)
    assert "测试申报医院" in text
    assert "第二医院" not in text
    assert "139" not in text
    assert 350 in [cell for row in rows for cell in row]


def test_b6_the_rule_and_the_naming_of_a_base(hebei_coordinator, national_officer):
    place = reverse("bases:approval-list", kwargs={"program": "cancer", "year": 2022})
    client = english(hebei_coordinator)
    page = client.get(place)
    assert page.context["finding"].params["left"] == 2
    add = page.context["name_url"]
    for name in ("甲基地", "乙基地"):
        assert client.post(add, {"name": name, "replaces": "", "reason": "齐全"}).url == place
    page = client.post(add, {"name": "丙基地", "replaces": "", "reason": "齐全"})
    assert "has named its new bases" in str(page.context["form"].non_field_errors())
    office = english(national_officer).get(place)
    assert len(office.context["waiting"]) == 2
    file = reverse(
        "bases:approval-file",
        kwargs={"program": "cancer", "year": 2022, "pk": office.context["waiting"][0].pk},
    )
    assert national_officer.client.post(file).status_code == 302
    assert len(national_officer.client.get(place).context["waiting"]) == 1


def test_p1_the_office_edits_call_condition_and_scoring(call, nuclear_officer):
    client = english(nuclear_officer)
    condition = call.conditions.get(kind="senior_titles")
    place = url("condition-edit", condition)
    sent = {
        "operator": "ge",
        "threshold": "3",
        "printed": condition.printed,
        "box_label": "",
        "reason": "提高",
    }
    assert client.post(place, sent | {"reason": ""}).context["form"].errors
    assert client.post(place, sent).url == url("call-detail", call)
    condition.refresh_from_db()
    assert condition.threshold == 3
    row = call.scoring.first()
    sent = {"name": row.name, "name_en": "", "points": 50, "reason": "试"}
    assert client.post(url("scoring-edit", row), sent).status_code == 302
    names = ["title", "contacts", "text", "application_notes", "director_notes", "trainer_notes"]
    sent = {name: getattr(call, name) for name in names}
    sent |= {"opens_on": "2024-04-03", "deadline": "2024-05-07T12:00", "reason": "延期"}
    assert client.post(url("call-edit", call), sent).status_code == 302
    assert Call.objects.get().deadline == DEADLINE + dt.timedelta(days=6, hours=19)


def test_a_refused_edit_stays_on_the_page(call, nuclear_officer, monkeypatch):
    row = call.scoring.first()
    sent = {"name": "x", "name_en": "", "points": 50, "reason": "   "}
    page = english(nuclear_officer).post(url("scoring-edit", row), sent)
    assert page.context["form"].errors


def test_a_difference_between_call_and_calendar_is_shown_to_the_office(call, nuclear_officer, applicant):
    type(call.duty).objects.filter(pk=call.duty_id).update(due_at=NOW)
    assert nuclear_officer.client.get(url("call-detail", call)).context["conflicts"]
    assert not applicant.client.get(url("call-detail", call)).context["conflicts"]


# Lists ask as often with thirty rows as with one


def test_the_list_of_applications_asks_constantly(call, nuclear_officer):
    def more(count):
        for _ in range(count):
            number = Application.objects.count()
            someone = make.hospital(f"many-{number}", name=f"医院{number}")
            make.draft(someone)

    assert_constant_queries(nuclear_officer.client, url("application-list"), more)


def test_the_list_of_reviews_asks_constantly(call, nuclear_expert):
    def more(count):
        for _ in range(count):
            application = make.draft(make.hospital(f"many-{Application.objects.count()}"))
            application.reviews.create(expert=nuclear_expert.membership, assigned_at=NOW)

    assert_constant_queries(nuclear_expert.client, url("review-list"), more)


def test_the_list_of_bases_asks_constantly(year_2022, hebei_coordinator):
    def more(count):
        for number in range(count):
            base = services.name_base(
                year=year_2022,
                name=f"基地{count}-{number}",
                replaces=None,
                reason="x",
                actor=hebei_coordinator.actor,
                now=NOW,
            )
            type(base).objects.update(revoked_at=NOW)

    place = reverse("bases:approval-list", kwargs={"program": "cancer", "year": 2022})
    assert_constant_queries(hebei_coordinator.client, place, more)


@pytest.mark.parametrize("name", ["approval-list", "application-list"])
def test_a_province_searches_in_its_own_province(year_2022, hebei_coordinator, national_officer, name):
    place = reverse(f"bases:{name}", kwargs={"program": "cancer", "year": 2022})
    for someone, found in ((hebei_coordinator, 1), (national_officer, 31)):
        field = someone.client.get(place).context["list"].filter.form.fields["region"]
        assert len(field.queryset) == found
