"""Joining the national discussion group is recorded (E13)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.columns import ROSTER
from enrollment.enums import EnrollmentStatus
from enrollment.models import DiscussionGroup, Enrollment
from enrollment.services.group import join_group, set_group
from tests.factories import NOW, EnrollmentFactory
from tests.helpers import cells_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def picture() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (40, 40), "black").save(data, "PNG")
    return SimpleUploadedFile("群二维码.png", data.getvalue(), "image/png")


def url(name, year):
    return reverse(name, kwargs=year.url_kwargs)


@pytest.fixture
def group(year_2022, national_officer) -> DiscussionGroup:
    return set_group(
        year=year_2022,
        name="癌症早诊项目学员群",
        text="扫码入群，备注省份和姓名",
        picture=picture(),
        actor=national_officer.actor,
        now=NOW,
    )


def test_the_trainee_sees_it_first_and_says_with_one_press_that_they_joined(group, year_2022, trainee):
    study = url("courses:study-show", year_2022)
    text = trainee.client.get(study).content.decode()
    assert group.name in text
    shown = trainee.client.get(url("enrollment:group-picture", year_2022))
    assert b"".join(shown.streaming_content)[:4] == b"\x89PNG"
    assert trainee.client.post(url("enrollment:group-join", year_2022)).status_code == 302
    assert group.name not in trainee.client.get(study).content.decode()
    row = Enrollment.objects.get(pk=trainee.enrollment.pk)
    assert row.joined_group
    join_group(enrollment=row, actor=trainee.actor, now=NOW)  # again: nothing new
    assert Event.objects.filter(verb="join_group").count() == 1


def test_nobody_says_it_for_another_and_nobody_who_left(group, trainee, other_trainee):
    with pytest.raises(NotAllowed):
        join_group(enrollment=trainee.enrollment, actor=other_trainee.actor, now=NOW)
    Enrollment.objects.filter(pk=trainee.enrollment.pk).update(status=EnrollmentStatus.WITHDRAWN)
    with pytest.raises(Refusal):
        join_group(enrollment=trainee.enrollment, actor=trainee.actor, now=NOW)


def test_the_office_alone_sets_it_and_keeps_the_picture(
    group, year_2022, national_officer, hebei_coordinator
):
    with pytest.raises(NotAllowed):
        set_group(year=year_2022, name="x", text="", picture=None, actor=hebei_coordinator.actor, now=NOW)
    kept = group.picture.name
    sent = {"name": "新群", "text": "旧群已满"}
    assert national_officer.client.post(url("enrollment:group-edit", year_2022), sent).status_code == 302
    group.refresh_from_db()
    assert (group.name, group.picture.name) == ("新群", kept)
    page = national_officer.client.post(
        url("enrollment:group-edit", year_2022),
        {"name": "新群", "picture": SimpleUploadedFile("x.png", b"<svg/>", "image/png")},
    )
    assert page.status_code == 200
    group.refresh_from_db()
    assert group.picture.name == kept


def test_who_has_not_joined_stands_in_a_reminder(group, year_2022, hebei_coordinator):
    EnrollmentFactory(person__name="未入群", joined_group=False)
    EnrollmentFactory(person__name="已入群", joined_group=True)
    page = hebei_coordinator.client.get(url("enrollment:roster-list", year_2022) + "?joined_group=false")
    assert "未入群" in page.context["group_reminder"]
    assert "已入群" not in page.context["group_reminder"]
    assert (
        hebei_coordinator.client.get(url("enrollment:roster-list", year_2022)).context["group_reminder"] == ""
    )


def test_e13_the_coordinator_reads_who_joined_in_list_count_and_workbook(year_2022, hebei_coordinator):
    inside, outside = EnrollmentFactory(joined_group=True), EnrollmentFactory()
    EnrollmentFactory(applied=True, joined_group=True)
    roster = url("enrollment:roster-list", year_2022)
    page = hebei_coordinator.client.get(f"{roster}?status=approved&joined_group=false")
    assert page.context["group"] == (1, 2)
    assert "学习讨论群：2人中已有1人加入" in page.content.decode()
    (row,) = page.context["list"].table["rows"]
    joined = [column.code for column in ROSTER.columns if column.on_page].index("joined")
    assert (row["key"], row["cells"][joined]["text"]) == (outside.pk, "否")
    book = cells_of(hebei_coordinator.client.post(f"{roster}?joined_group=true&status=approved").content)
    (headings,) = [line for line in book if "已入群" in line]
    assert [line[headings.index("已入群")] for line in book if inside.person.name in line] == ["是"]
    assert outside.person.name not in str(book)
