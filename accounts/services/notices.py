"""Telling people: into their inbox always, by e-mail where they can and want to be reached."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.actors import Actor, system_actor
from accounts.enums import MailState, NoticeKind
from accounts.models import MailPreference, Membership, Notice, User
from accounts.permissions import check_own_notice
from accounts.queries import mail_choices
from accounts.rules.notices import wants_mail
from core.events import record
from core.models import Job


@transaction.atomic
def notify(
    recipients: Iterable[Membership],
    kind: NoticeKind,
    text: str,
    *,
    url: str,
    params: Mapping[str, Any] | None = None,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Tell people of something that the act of this transaction brought about; returns how many.

    `text` is a msgid marked with `gettext_noop`, put into words when it is read; `params` are numbers, words that need
    no translation, or reference rows, whose names are kept in both languages, and never a person's data. `url` is a
    page that the recipients may open. Whose role has ended is not told (T06), nor whoever acted, but of their own
    finished work.
    """
    wanted = {member.pk for member in recipients}
    if kind != NoticeKind.WORK:
        wanted.discard(actor.membership_id)
    members = list(Membership.objects.active(now).filter(pk__in=wanted))
    mails, kept = mail_states(members, kind), _kept(params or {})
    Notice.objects.bulk_create(
        Notice(
            membership=member,
            kind=kind,
            text=text,
            params=kept,
            url=url,
            created_at=now,
            mail=mails[member.pk],
        )
        for member in members
    )
    return len(members)


def tell_owner(
    job: Job, text: str, *, url: str, params: Mapping[str, Any] | None = None, now: dt.datetime
) -> int:
    """Whoever asked for long work hears that it is over; nobody when the work is the portal's own (T06)."""
    owner = Membership.objects.filter(pk=job.membership_number or 0)
    actor = system_actor(job.realm)
    return notify(owner, NoticeKind.WORK, text, url=url, params=params, actor=actor, now=now)


def _kept(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"name": value.name, "name_en": value.name_en} if hasattr(value, "name_en") else value
        for name, value in params.items()
    }


def mail_states(members: Sequence[Membership], kind: NoticeKind) -> dict[int, MailState]:
    """Which of these (with user and person fetched along) are told by e-mail, too: by the membership's number."""
    if not settings.NOTICES_BY_MAIL:
        return {member.pk: MailState.NONE for member in members}
    chosen = mail_choices(member.user_id for member in members)
    return {
        member.pk: MailState.QUEUED
        if member.user.mail_address and wants_mail(kind, chosen.get(member.user_id, {}))
        else MailState.NONE
        for member in members
    }


@transaction.atomic
def open_notice(*, notice: Notice, actor: Actor, now: dt.datetime) -> Notice:
    """Its reader opens it; the first time counts. The row itself is the record."""
    check_own_notice(actor, notice)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def read_all_notices(*, actor: Actor, now: dt.datetime) -> int:
    """Everything in the inbox of the role one works in; returns how many were unread."""
    return Notice.objects.unread().filter(membership=actor.membership_id).update(read_at=now)


@transaction.atomic
def set_mail_preferences(*, chosen: Mapping[str, bool], actor: Actor, now: dt.datetime) -> None:
    """Kind → by e-mail or not, for the person in all their roles."""
    user = User.objects.get(pk=actor.user_id or 0)
    for kind, by_mail in chosen.items():
        MailPreference.objects.update_or_create(user=user, kind=kind, defaults={"by_mail": by_mail})
    record("set_mail_preferences", None, actor=actor, now=now)
