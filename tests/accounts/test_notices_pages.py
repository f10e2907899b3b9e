"""The inbox: what is shown, counted, marked, and nothing once a role has ended (T06)."""

import html

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import MailPreference, Membership, Notice
from accounts.services.announcements import withdraw_announcement
from tests.accounts.notices import notice, published
from tests.factories import NOW, MembershipFactory
from tests.helpers import assert_constant_queries, cells_of

INBOX = reverse("accounts:notice-list")
XSS = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)>\n"
    "javascript:alert(1) 见 https://example.org/a?b=1&c=<b>"
)


def at(name, row):
    return reverse(f"accounts:{name}", kwargs={"pk": row.pk})


def text_of(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def bell(someone):
    return someone.client.get(reverse("accounts:profile")).context["unread_notices"]


@pytest.fixture(autouse=True)
def _clock(autumn_2022):
    """Pages are asked for in the year."""


def test_the_inbox_asks_as_often_with_one_row_as_with_thirty(hebei_coordinator, national_officer):
    def make(count):
        for number in range(count):
            notice(hebei_coordinator.membership)
            published(national_officer, title=f"通知{number}")

    assert_constant_queries(hebei_coordinator.client, INBOX, make)


def test_the_bell_counts_what_is_unread_in_this_role(hebei_coordinator, henan_coordinator):
    assert bell(hebei_coordinator) == 0
    notice(hebei_coordinator.membership)
    assert (bell(hebei_coordinator), bell(henan_coordinator)) == (1, 0)
    page = text_of(hebei_coordinator.client.get(INBOX))
    assert "bell-count" in page
    assert "有 1 条未读消息" in page


def test_opening_marks_as_read_and_leads_on(hebei_coordinator):
    row = notice(hebei_coordinator.membership)
    assert hebei_coordinator.client.post(at("notice-open", row)).url == "/accounts/me/"
    row.refresh_from_db()
    assert row.read_at == NOW
    assert bell(hebei_coordinator) == 0


def test_looking_at_a_page_marks_nothing(hebei_coordinator, national_officer):
    published(national_officer)
    row = Notice.objects.get(membership=hebei_coordinator.membership)
    for url in (INBOX, at("notice-detail", row)):
        text_of(hebei_coordinator.client.get(url))
    assert hebei_coordinator.client.get(at("notice-open", row)).status_code == 405
    row.refresh_from_db()
    assert row.read_at is None


def test_a_page_that_was_reached_by_mail_asks_for_its_mark(hebei_coordinator):
    row = notice(hebei_coordinator.membership)
    assert 'hx-trigger="load"' in text_of(hebei_coordinator.client.get(at("notice-detail", row)))
    answer = text_of(hebei_coordinator.client.post(at("notice-open", row), headers={"hx-request": "true"}))
    assert "阅读时间" in answer
    assert "<html" not in answer
    assert 'hx-trigger="load"' not in text_of(hebei_coordinator.client.get(at("notice-detail", row)))


def test_everything_is_marked_at_once(hebei_coordinator):
    for _number in range(3):
        notice(hebei_coordinator.membership)
    assert hebei_coordinator.client.post(reverse("accounts:notice-read-all")).url == INBOX
    assert bell(hebei_coordinator) == 0


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 2),
        ({"read": "true"}, 1),
        ({"read": "false"}, 1),
        ({"kind": "decision"}, 2),
        ({"kind": "work"}, 0),
    ],
)
def test_the_inbox_is_filtered(asked, count, hebei_coordinator):
    notice(hebei_coordinator.membership)
    notice(hebei_coordinator.membership, read_at=NOW)
    page = hebei_coordinator.client.get(INBOX, asked)
    assert len(page.context["list"].page.object_list) == count


def test_an_empty_inbox_says_what_will_come(hebei_coordinator):
    assert "还没有消息" in text_of(hebei_coordinator.client.get(INBOX))
    assert "没有符合条件的消息" in text_of(hebei_coordinator.client.get(INBOX, {"read": "true"}))


def test_the_inbox_is_exported_in_words(hebei_coordinator):
    notice(hebei_coordinator.membership)
    cells = cells_of(hebei_coordinator.client.post(INBOX).getvalue())
    assert any("河北省2022年度学员名单已退回，请打开查看原因。" in row for row in cells)


def test_t06_a_role_that_ended_shows_nothing(hebei_coordinator):
    row = notice(hebei_coordinator.membership)
    assert hebei_coordinator.client.get(INBOX).status_code == 200
    Membership.objects.update(ends_at=NOW)
    for url in (INBOX, at("notice-detail", row)):
        assert hebei_coordinator.client.get(url).status_code == 403
    page = hebei_coordinator.client.get(reverse("accounts:profile"))
    assert page.context["unread_notices"] == 0
    assert "notices/" not in page.content.decode()


def test_the_other_role_of_a_person_has_an_inbox_of_its_own(hebei_coordinator):
    other = MembershipFactory(user=hebei_coordinator.user, role=Role.BASE_COORDINATOR)
    row = notice(other)
    page = hebei_coordinator.client.get(INBOX)
    assert page.context["unread_notices"] == 0
    assert {one["id"]: one["unread"] for one in page.context["memberships"]}[other.pk] == 1
    assert hebei_coordinator.client.get(at("notice-detail", row)).status_code == 404
    hebei_coordinator.client.post(reverse("accounts:switch-role"), {"membership": other.pk})
    assert hebei_coordinator.client.get(at("notice-detail", row)).status_code == 200


def test_preferences_say_whether_mail_can_come(hebei_coordinator, settings):
    settings.NOTICES_BY_MAIL = False
    url = reverse("accounts:notice-preferences")
    assert "尚未登记您的邮箱" in text_of(hebei_coordinator.client.get(url))
    hebei_coordinator.user.email = "me@example.org"
    hebei_coordinator.user.save()
    assert "目前不发送邮件" in text_of(hebei_coordinator.client.get(url))
    settings.NOTICES_BY_MAIL = True
    assert "me@example.org" in text_of(hebei_coordinator.client.get(url))
    assert hebei_coordinator.client.post(url, {"work": "on"}).url == INBOX
    chosen = MailPreference.objects.filter(user=hebei_coordinator.user).chosen()
    assert {kind for kind, wanted in chosen.items() if wanted} == {"work"}


def test_text_is_shown_as_text_with_its_lines_and_links(national_officer, hebei_coordinator):
    published(national_officer, text=XSS, title="<b>标题</b>")
    row = Notice.objects.get(membership=hebei_coordinator.membership)
    pages = [hebei_coordinator.client.get(url).content.decode() for url in (INBOX, at("notice-detail", row))]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>标题" not in page
        assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[1]
    assert '<a href="https://example.org/a?b=1&amp;c=' in pages[1]
    assert "<br>" in pages[1]


def test_what_was_recalled_shows_its_reason_alone(national_officer, hebei_coordinator):
    announcement = published(national_officer, text="原来的正文")
    withdraw_announcement(announcement=announcement, reason="附件有误", actor=national_officer.actor, now=NOW)
    row = Notice.objects.get(membership=hebei_coordinator.membership)
    page = text_of(hebei_coordinator.client.get(at("notice-detail", row)))
    assert "附件有误" in page
    assert "原来的正文" not in page
    assert "附件有误" in text_of(hebei_coordinator.client.get(INBOX))
