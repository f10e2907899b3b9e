"""Journey: the office publishes an announcement, a coordinator reads it on a phone, the office sees who has not."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Announcement, Notice
from tests.accounts.notices import PDF
from tests.journeys.conftest import follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TEXT = "请各单位于本月底前报送学员名单。\n样表见 https://example.org/sample 。"


def test_an_announcement_from_the_draft_to_the_reminder(
    page, new_page, login, look, national_officer, hebei_coordinator, henan_coordinator
):
    login(page, "national")
    page.goto(reverse("accounts:announcement-list"))
    follow(page, page.get_by_role("link", name="起草通知公告"))
    page.get_by_label("标题").fill("关于报送学员名单的通知")
    page.get_by_label("正文").fill(TEXT)
    page.get_by_label("重要").check()
    page.get_by_label("省级项目管理员").check()
    look(page, "announcement-form")
    follow(page, page.get_by_role("button", name="保存"))
    expect(page.locator("main")).to_contain_text("将送达 2 家单位，共 2 人")
    follow(page, page.get_by_role("link", name="上传文件"))
    page.locator("input[type=file]").set_input_files(
        {"name": "样表说明.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    follow(page, page.get_by_role("button", name="上传"))
    look(page, "announcement-draft")
    page.get_by_role("button", name="发布", exact=True).first.click()
    follow(page, page.get_by_role("dialog").get_by_role("button", name="发布"))
    expect(page.locator(".reminder textarea")).to_have_value(re.compile("2家单位中2家尚未阅读"))

    reader = new_page()
    login(reader, "hebei")
    expect(reader.locator(".bell-count")).to_have_text("1")
    follow(reader, reader.locator(".bell"))
    look(reader, "notice-list")
    follow(reader, reader.get_by_role("button", name="打开"))
    expect(reader.get_by_role("link", name="https://example.org/sample")).to_be_visible()
    expect(reader.locator(".bell-count")).to_have_count(0)
    look(reader, "notice-detail")
    with reader.expect_download() as download:
        reader.get_by_role("link", name="样表说明.pdf").click()
    assert download.value.suggested_filename == "样表说明.pdf"

    page.reload()
    expect(page.locator("main")).to_contain_text("2 家单位中 1 家尚未阅读")
    expect(page.locator(".reminder textarea")).to_have_value(re.compile(henan_coordinator.unit.name))
    look(page, "announcement-published")
    follow(page, page.locator(".stat", has_text="未读人员").get_by_role("link"))
    expect(page.locator("table")).to_contain_text("余豫")
    expect(page.locator("table")).not_to_contain_text("冀明")
    look(page, "announcement-readers")


def test_a_notice_reached_by_a_link_marks_itself(page, login, look, national_officer, hebei_coordinator):
    announcement = Announcement.objects.create(
        unit=national_officer.unit, title="通知", text="正文", written_at=hebei_coordinator.user.created_at,
        published_at=hebei_coordinator.user.created_at, status="published", roles=["technical_lead"],
    )  # fmt: skip
    row = Notice.objects.create(
        membership=hebei_coordinator.membership, kind="announcement", announcement=announcement,
        created_at=hebei_coordinator.user.created_at,
    )  # fmt: skip
    login(page, "hebei")
    page.goto(reverse("accounts:notice-detail", kwargs={"pk": row.pk}))
    expect(page.locator("main")).to_contain_text("阅读时间")
    row.refresh_from_db()
    assert row.read_at is not None
    page.goto(reverse("accounts:notice-preferences"))
    look(page, "notice-preferences")
