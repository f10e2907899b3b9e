"""Notices: to whom, in whose language, unread counts, e-mail, and nothing once a role has ended (T06)."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils.translation import override

from accounts.actors import actor_of, system_actor
from accounts.enums import MailState, NoticeKind, Role
from accounts.jobs import KINDS
from accounts.models import MailPreference, Membership, Notice
from accounts.queries import members_of, unread_counts
from accounts.queries.notices import MAILS
from accounts.scope import NOBODY
from accounts.services.announcements import withdraw_announcement
from accounts.services.mails import WORTHLESS_AFTER
from accounts.services.notices import notify, open_notice, read_all_notices, set_mail_preferences
from core.exceptions import NotAllowed
from core.models import Event, Job
from tests.accounts.notices import TEXT, notice, published
from tests.factories import NOW, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)


def tell(*people, kind=NoticeKind.DECISION, actor=None, now=NOW, **params):
    members = [one.membership for one in people]
    given = {"year": 2022, "region": people[0].unit.region, **params}
    return notify(
        members, kind, TEXT, url="/accounts/me/", params=given, actor=actor or system_actor(), now=now
    )


def end(someone, at=NOW):
    Membership.objects.filter(pk=someone.membership.pk).update(ends_at=at)


@pytest.fixture
def by_mail(settings, hebei_coordinator, henan_coordinator):
    """A mail server is named, and both coordinators have an address."""
    settings.NOTICES_BY_MAIL = True
    for someone in (hebei_coordinator, henan_coordinator):
        someone.user.email = f"{someone.user.username}@example.org"
        someone.user.save()
    return hebei_coordinator, henan_coordinator


@pytest.fixture
def run_mailer(monkeypatch, work_jobs):
    """What the minute's job does, at LATER or another time."""

    def run(now=LATER):
        monkeypatch.setattr("core.jobs.run.__defaults__", (lambda: now,))
        Job.objects.create(kind="accounts.mail", created_at=now)
        return work_jobs()[-1]

    return run


def test_a_notice_is_read_in_the_language_of_the_reader(hebei_coordinator):
    assert tell(hebei_coordinator) == 1
    row = Notice.objects.get()
    assert row.params["region"] == {"name": "河北省", "name_en": "Hebei"}
    with override("en"):
        assert row.subject == "The roster of Hebei for 2022 was returned. Open it to read why."
    with override("zh-hans"):
        assert str(row) == "河北省2022年度学员名单已退回，请打开查看原因。"


def test_t06_whose_role_has_ended_is_not_told(hebei_coordinator, henan_coordinator):
    end(hebei_coordinator)
    assert tell(hebei_coordinator, henan_coordinator) == 1
    assert Notice.objects.get().membership == henan_coordinator.membership


def test_nobody_is_told_of_what_they_did_but_of_their_finished_work(hebei_coordinator):
    actor = hebei_coordinator.actor
    assert tell(hebei_coordinator, actor=actor) == 0
    assert tell(hebei_coordinator, actor=actor, kind=NoticeKind.WORK) == 1


def test_the_people_of_a_unit(hebei_coordinator, hebei_administrator):
    found = members_of(hebei_coordinator.unit, Role.TECHNICAL_LEAD, now=NOW)
    assert list(found) == [hebei_coordinator.membership]
    assert not members_of(hebei_coordinator.unit, Role.APPLICANT, now=NOW)


def test_t06_henan_never_sees_what_hebei_was_told(hebei_coordinator, henan_coordinator):
    tell(hebei_coordinator)
    assert not Notice.objects.visible_to(henan_coordinator.scope)
    assert not Notice.objects.visible_to(NOBODY)
    assert Notice.objects.visible_to(hebei_coordinator.scope).count() == 1


def test_unread_counts_of_each_role_in_one_query(hebei_coordinator, django_assert_num_queries):
    other = MembershipFactory(user=hebei_coordinator.user)
    notice(other)
    notice(hebei_coordinator.membership, read_at=NOW)
    with django_assert_num_queries(1):
        assert unread_counts([hebei_coordinator.membership.pk, other.pk]) == {other.pk: 1}


def test_what_was_withdrawn_is_not_counted(national_officer, hebei_coordinator):
    announcement = published(national_officer)
    assert unread_counts([hebei_coordinator.membership.pk]) == {hebei_coordinator.membership.pk: 1}
    withdraw_announcement(announcement=announcement, reason="写错", actor=national_officer.actor, now=NOW)
    assert unread_counts([hebei_coordinator.membership.pk]) == {}


def test_the_first_opening_counts(hebei_coordinator):
    row = notice(hebei_coordinator.membership)
    for now in (NOW, LATER):
        open_notice(notice=row, actor=hebei_coordinator.actor, now=now)
    assert Notice.objects.get().read_at == NOW


def test_nobody_opens_another_s_notice(hebei_coordinator, henan_coordinator):
    row = notice(hebei_coordinator.membership)
    for actor in (henan_coordinator.actor, system_actor()):
        with pytest.raises(NotAllowed):
            open_notice(notice=row, actor=actor, now=NOW)


def test_mark_all_as_read_touches_one_s_own_role_alone(hebei_coordinator, henan_coordinator):
    for someone in (hebei_coordinator, henan_coordinator):
        notice(someone.membership)
    assert read_all_notices(actor=hebei_coordinator.actor, now=NOW) == 1
    assert Notice.objects.filter(read_at=None).get().membership == henan_coordinator.membership


def test_preferences_are_kept_once_per_kind(hebei_coordinator):
    for wanted in (True, False):
        set_mail_preferences(chosen={NoticeKind.WORK: wanted}, actor=hebei_coordinator.actor, now=NOW)
    row = MailPreference.objects.visible_to(hebei_coordinator.scope).get()
    assert (row.by_mail, str(row)) == (False, "冀明: work")
    assert not MailPreference.objects.visible_to(NOBODY)
    assert Event.objects.filter(verb="set_mail_preferences").count() == 2


def test_e_mail_is_for_those_with_an_address_who_want_it(by_mail, hebei_administrator):
    hebei, henan = by_mail
    MailPreference.objects.create(user=henan.user, kind=NoticeKind.DECISION, by_mail=False)
    tell(hebei, henan, hebei_administrator)
    queued = Notice.objects.filter(mail=MailState.QUEUED)
    assert [row.membership for row in queued] == [hebei.membership]


def test_without_a_mail_server_nothing_is_queued(by_mail, settings):
    settings.NOTICES_BY_MAIL = False
    tell(*by_mail)
    assert not Notice.objects.exclude(mail=MailState.NONE)


def test_the_address_of_the_person_serves_where_the_account_has_none(hebei_coordinator):
    assert hebei_coordinator.user.mail_address == ""
    hebei_coordinator.person.email = "mine@example.org"
    assert hebei_coordinator.user.mail_address == "mine@example.org"
    assert UserFactory.build(person=None).mail_address == ""


def test_a_mail_says_what_it_is_about_and_leads_to_the_portal(by_mail, run_mailer):
    tell(by_mail[0])
    assert run_mailer().result == {"sent": 1, "dropped": 0}
    sent = mail.outbox[0]
    assert sent.to == ["hebei@example.org"]
    assert sent.subject == "河北省2022年度学员名单已退回，请打开查看原因。"
    assert f"/accounts/notices/{Notice.objects.get().pk}/" in sent.body
    assert Notice.objects.get().mail == MailState.SENT


def test_a_mail_of_an_announcement_carries_its_title_alone(by_mail, national_officer, run_mailer):
    published(national_officer, title="标题\n第二行", text="保密的正文")
    run_mailer()
    assert {message.subject for message in mail.outbox} == {"标题 第二行"}
    assert len(mail.outbox) == 2
    assert not any("保密的正文" in message.body for message in mail.outbox)
    assert all(national_officer.unit.name in message.body for message in mail.outbox)


@pytest.mark.parametrize("why", ["ended", "suspended", "read", "address", "old"])
def test_t06_a_queued_mail_is_dropped_when_it_is_due_to_nobody(why, by_mail, run_mailer):
    hebei, _henan = by_mail
    tell(hebei)
    user = hebei.user
    if why == "ended":
        end(hebei)
    elif why == "suspended":
        user.is_active = False
    elif why == "address":
        user.email = ""
    elif why == "read":
        Notice.objects.update(read_at=NOW)
    user.save()
    done = run_mailer(LATER + WORTHLESS_AFTER if why == "old" else LATER)
    assert done.result == {"sent": 0, "dropped": 1}
    assert mail.outbox == []
    assert Notice.objects.get().mail == MailState.DROPPED


def test_a_withdrawn_announcement_is_not_mailed(by_mail, national_officer, run_mailer):
    announcement = published(national_officer)
    withdraw_announcement(announcement=announcement, reason="写错", actor=national_officer.actor, now=NOW)
    run_mailer()
    assert mail.outbox == []


def test_what_the_mail_server_refuses_is_tried_again_behind_the_others(by_mail, run_mailer, monkeypatch):
    tell(*by_mail)
    first, second = Notice.objects.order_by("pk")
    send, refused = EmailBackend.send_messages, ["hebei@example.org"]

    def strict(self, messages):
        if messages[0].to == refused:
            raise smtplib.SMTPRecipientsRefused({})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", strict)
    assert run_mailer().result == {"sent": 0, "dropped": 0}
    first.refresh_from_db()
    assert (first.mail, first.mail_tries) == (MailState.QUEUED, 1)
    assert run_mailer().result == {"sent": 1, "dropped": 0}
    second.refresh_from_db()
    assert second.mail == MailState.SENT
    refused.clear()
    run_mailer()
    assert len(mail.outbox) == 2


def test_mails_go_in_batches_to_the_last(by_mail, run_mailer):
    for _number in range(2 * MAILS + 1):
        tell(by_mail[0])
    done = run_mailer()
    assert (done.status, done.done, len(mail.outbox)) == ("done", 2 * MAILS + 1, 2 * MAILS + 1)


def test_one_mailer_at_a_time(by_mail, run_mailer):
    tell(by_mail[0])
    Job.objects.create(kind="accounts.mail", status="running", created_at=NOW, lease_until=LATER)
    run_mailer()
    assert mail.outbox == []


def test_the_mailer_comes_by_each_minute():
    assert {kind.code: kind.every for kind in KINDS}["accounts.mail"] == 60


def test_actor_without_a_role_reads_nothing(hebei_coordinator):
    assert read_all_notices(actor=actor_of(None, hebei_coordinator.user), now=NOW) == 0
