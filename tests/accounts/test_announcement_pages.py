"""The sender's pages: draft, files, publication, read list and reminder, recall (T06)."""

import html

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Announcement, AnnouncementFile, Notice
from core.models import Event, Job
from tests.accounts.notices import draft, notice, pdf, published
from tests.factories import NOW, MembershipFactory, UserFactory
from tests.helpers import assert_constant_queries

LIST, NEW = reverse("accounts:announcement-list"), reverse("accounts:announcement-create")


def at(name, row, query=""):
    return reverse(f"accounts:{name}", kwargs={"pk": row.pk}) + query


def text_of(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def fill(**more):
    words = {
        "title": "关于报送的通知",
        "text": "请按时报送。",
        "roles": [Role.TECHNICAL_LEAD],
        "is_important": "on",
    }
    return words | more


@pytest.fixture(autouse=True)
def _clock(autumn_2022):
    """Pages are asked for in the year."""


def test_from_the_draft_to_the_read_list(national_officer, hebei_coordinator, henan_coordinator, hebei):
    client = national_officer.client
    made = client.post(NEW, fill(regions=[hebei.pk]))
    announcement = Announcement.objects.get()
    assert made.url == at("announcement-detail", announcement)
    assert "将送达 1 家单位，共 1 人" in text_of(client.get(made.url))
    client.post(at("announcement-edit", announcement), fill(title="改过的标题"))
    assert client.post(at("announcement-publish", announcement)).url == made.url
    page = client.get(made.url)
    assert "2家单位中2家尚未阅读" in page.context["reminder"]
    assert "2 家单位中 2 家尚未阅读" in text_of(page)

    row = Notice.objects.get(membership=hebei_coordinator.membership)
    hebei_coordinator.client.post(at("notice-open", row))
    assert "改过的标题" in text_of(hebei_coordinator.client.get(at("notice-detail", row)))

    page = client.get(made.url)
    assert "2家单位中1家尚未阅读" in page.context["reminder"]
    assert henan_coordinator.unit.name in page.context["reminder"]
    assert hebei_coordinator.unit.name not in page.context["reminder"]
    unread = client.get(at("announcement-readers", announcement, "?read=false"))
    assert [row["cells"][0]["text"] for row in unread.context["list"].table["rows"]] == ["余豫"]
    assert unread.context["list"].page.paginator.count == page.context["reach"].people_unread


def test_a_file_is_served_as_an_attachment_in_a_sandbox(national_officer, hebei_coordinator):
    announcement = draft(national_officer)
    attached = national_officer.client.post(at("announcement-attach", announcement), {"file": pdf()})
    assert attached.url == at("announcement-detail", announcement)
    national_officer.client.post(at("announcement-publish", announcement))
    served = hebei_coordinator.client.get(at("notice-file", AnnouncementFile.objects.get()))
    list(served.streaming_content)
    assert served["Content-Disposition"].startswith("attachment")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]


def test_a_wrong_form_keeps_what_was_typed(national_officer):
    page = national_officer.client.post(NEW, fill(roles=[], text="很长的正文"))
    assert "很长的正文" in text_of(page)
    assert "roles" in page.context["form"].errors
    assert not Announcement.objects.exists()


def test_nobody_addresses_whom_the_form_does_not_offer(hebei_coordinator, henan_coordinator, henan):
    for wrong in ({"roles": [Role.EXPERT]}, {"roles": [Role.TRAINEE], "units": [henan_coordinator.unit.pk]}):
        page = hebei_coordinator.client.post(NEW, fill(**wrong))
        assert page.status_code == 200
        assert page.context["form"].errors
    hebei_coordinator.client.post(NEW, fill(roles=[Role.TRAINEE], regions=[henan.pk]))
    assert not Announcement.objects.get().regions.exists()


def test_a_file_that_is_none_is_refused_beside_the_field(national_officer):
    announcement = draft(national_officer)
    sent = {"file": pdf("x.pdf", b"<html></html>")}
    page = national_officer.client.post(at("announcement-attach", announcement), sent)
    assert page.context["form"].errors["file"]


def test_buttons_say_what_is_refused(national_officer):
    announcement = draft(national_officer)
    page = national_officer.client.post(at("announcement-publish", announcement), follow=True)
    assert "目前没有符合条件的收件人" in text_of(page)
    assert national_officer.client.post(at("announcement-discard", announcement)).url == LIST
    assert not Announcement.objects.exists()


def test_a_published_announcement_is_no_longer_edited(national_officer, hebei_coordinator):
    announcement = published(national_officer)
    for name, data in (("edit", fill()), ("attach", {"file": pdf()})):
        page = national_officer.client.post(at(f"announcement-{name}", announcement), data)
        assert "内容不能再修改" in text_of(page)


def test_a_recall_from_the_page(national_officer, hebei_coordinator):
    announcement = published(national_officer)
    sent = {"reason": "附件有误"}
    page = national_officer.client.post(at("announcement-withdraw", announcement), sent, follow=True)
    assert "附件有误" in text_of(page)
    assert Event.objects.get(verb="withdraw_announcement").reason == "附件有误"


def test_a_file_is_taken_off_a_draft(national_officer):
    announcement = draft(national_officer)
    national_officer.client.post(at("announcement-attach", announcement), {"file": pdf()})
    back = national_officer.client.post(at("announcement-detach", AnnouncementFile.objects.get()))
    assert back.url == at("announcement-detail", announcement)
    assert not AnnouncementFile.objects.exists()


def test_a_large_audience_shows_how_far_it_is(national_officer, hebei_coordinator):
    announcement = published(national_officer)
    Job.objects.create(kind="accounts.deliver", key=f"accounts.deliver:{announcement.pk}", created_at=NOW)
    assert "正在继续发送" in text_of(national_officer.client.get(at("announcement-detail", announcement)))


def test_lists_of_the_sender_ask_as_often_with_thirty_rows(national_officer, hebei_coordinator):
    def publish(count):
        for _number in range(count):
            published(national_officer)

    assert_constant_queries(national_officer.client, LIST, publish)
    announcement = published(national_officer)

    def tell(count):
        for user in UserFactory.create_batch(count):
            notice(MembershipFactory(user=user), announcement=announcement, text="", params={}, url="")

    assert_constant_queries(national_officer.client, at("announcement-readers", announcement), tell)


def test_the_reminder_names_trainees_of_a_province(hebei_coordinator, trainee):
    announcement = published(hebei_coordinator, roles=[Role.TRAINEE])
    page = hebei_coordinator.client.get(at("announcement-detail", announcement))
    assert str(trainee.user) in page.context["reminder"]
    assert "1名学员尚未阅读" in page.context["reminder"]
