"""The record of events as the auditor reads it: the own office's, filtered, exported, in Chinese."""

import datetime as dt

import pytest
from django.urls import reverse

from core.actor import Actor
from core.enums import ActorKind
from core.events import record
from core.models import Counter, Event
from enrollment.enums import EnrollmentStatus
from programs.models import Quota
from tests.factories import NOW, EnrollmentFactory
from tests.helpers import assert_constant_queries, cells_of

EVENTS = reverse("accounts:event-list")


def done(someone, verb="export", obj=None, days=0, **more):
    return record(verb, obj, actor=someone.actor, now=NOW + dt.timedelta(days=days), **more)


def shown(auditor, **asked):
    page = auditor.client.get(EVENTS, asked)
    assert page.status_code == 200
    return [[cell["text"] for cell in row["cells"]] for row in page.context["list"].table["rows"]]


def test_the_auditor_reads_what_the_own_office_did_and_nothing_of_another(
    auditor, national_officer, hebei_coordinator, nuclear_officer
):
    for someone in (national_officer, hebei_coordinator, nuclear_officer):
        done(someone)
    assert [line[1] for line in shown(auditor)] == ["冀明", "张国安"]


def test_a_line_says_who_did_what_to_which_object_and_why(auditor, national_officer, year_2022):
    quota = Quota.objects.filter(year=year_2022).first()
    done(national_officer, "edit_row", quota, data={"seats": [200, 210]}, reason="追加名额")
    (line,) = shown(auditor)
    assert line[1:] == [
        "张国安",
        "国家项目办",
        "修改计划条目",
        f"名额 {quota.pk}",
        "–",
        "名额：200 → 210",
        "追加名额",
        "–",
    ]


def test_what_has_no_word_stands_in_the_workbook_alone(auditor, national_officer):
    done(national_officer, data={"rows": {"programs.quota": 62}, "sha": "47cb"})
    assert shown(auditor)[0][6] == "–"
    assert any(
        "47cb" in str(row[11]) for row in cells_of(auditor.client.post(EVENTS).content) if len(row) > 11
    )


def test_states_stand_in_the_words_of_their_flow(auditor, hebei_coordinator):
    states = {"from_state": EnrollmentStatus.APPLIED, "to_state": EnrollmentStatus.APPROVED}
    done(hebei_coordinator, "approve", EnrollmentFactory(), **states)
    assert shown(auditor)[0][5] == "待审核 → 已审核"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"since": "2022-09-02"}, 2),
        ({"until": "2022-09-01"}, 1),
        ({"who": "冀"}, 1),
        ({"who": "nobody"}, 0),
        ({"verb": "switch_role"}, 1),
        ({"object_type": "accounts.membership"}, 1),
        ({"unit": "河北"}, 1),
        ({"unit": "河南"}, 0),
        ({"refused": "true"}, 0),
        ({"refused": "false"}, 3),
    ],
)
def test_the_record_is_searched_by_day_person_act_and_kind(
    asked, found, auditor, national_officer, hebei_coordinator
):
    first = dt.date(2022, 9, 1) - NOW.date()
    done(national_officer, days=first.days)
    done(hebei_coordinator, "switch_role", hebei_coordinator.membership, days=first.days + 1)
    done(national_officer, days=first.days + 2)
    assert len(shown(auditor, **asked)) == found


def test_the_record_as_a_workbook_is_itself_recorded(auditor, national_officer):
    done(national_officer, data={"list": "accounts.people", "rows": 31})
    cells = cells_of(auditor.client.post(EVENTS).content)
    assert any("张国安" in row and "清单: accounts.people · 行数: 31" in row for row in cells)
    assert Event.objects.filter(verb="export", data__list="accounts.events").count() == 1


def test_an_event_of_the_system_is_no_ones(auditor):
    Event.objects.create(at=NOW, actor_kind="system", realm=str(auditor.scope.owner_id), verb="export")
    assert shown(auditor)[0][1] == "系统"


def test_a_long_record_takes_as_many_queries_as_a_short_one(auditor, national_officer, hebei_coordinator):
    def make(number):
        for _ in range(number):
            done(national_officer, "edit_row", Quota(pk=1), data={"seats": [1, 2]})
            done(hebei_coordinator)

    assert_constant_queries(auditor.client, EVENTS, make)


def test_refusals_are_found_alone_and_those_at_the_door_belong_to_every_office(auditor, national_officer):
    door = Actor(ActorKind.PUBLIC, address="198.51.100.7")
    record("sign_in_failed", None, actor=door, now=NOW)
    record("export", None, actor=door, now=NOW)
    done(national_officer)
    done(national_officer, "be_refused", data={"page": "exams:paper-edit", "status": 403})
    lines = shown(auditor, refused="true")
    assert [line[3] for line in lines] == ["被拒绝", "登录失败"]
    assert lines[0][6] == "页面: exams:paper-edit · 应答: 403"
    assert lines[1][8] == "198.51.100.7"
    assert len(shown(auditor)) == 3


def test_an_object_leads_to_its_whole_history(auditor, national_officer, year_2022):
    quota, other = Quota.objects.filter(year=year_2022)[:2]
    done(national_officer, "edit_row", quota)
    done(national_officer, "edit_row", other)
    done(national_officer, "edit_row", quota, days=1)
    page = auditor.client.get(EVENTS)
    link = page.context["list"].table["rows"][0]["cells"][4]["url"]
    assert len(auditor.client.get(link).context["list"].table["rows"]) == 2
    done(national_officer, "export")
    assert auditor.client.get(EVENTS).context["list"].table["rows"][0]["cells"][4]["url"] == ""


def test_the_history_of_a_kind_without_a_word_of_its_own(auditor, national_officer):
    done(national_officer, "edit_row", Counter(key="receipts"))
    (line,) = shown(auditor, object_type="core.counter", object_id="receipts")
    assert line[4] == "counter receipts"
    assert shown(auditor, object_type="no.such") == []
    assert shown(auditor, object_type="nonsense") == []


def test_people_are_found_by_pinyin_and_by_registration_number(auditor, trainee, hebei_coordinator):
    done(trainee)
    done(hebei_coordinator)
    assert len(shown(auditor, who="jm")) == 1
    assert len(shown(auditor, who=trainee.user.username)) == 1
