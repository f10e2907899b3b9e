"""Notices that go by e-mail, too: a few at a time, later again when the mail server does not take them."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import MailState
from accounts.models import Notice
from accounts.queries import worth_mailing
from core.templatetags.portal import name_of

logger = logging.getLogger(__name__)
WORTHLESS_AFTER = dt.timedelta(days=3)


@dataclass(slots=True)
class Outcome:
    """What became of a batch: by state, and the one that the server did not take; the rest waits."""

    sent: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def send_mails(batch: Sequence[Notice], now: dt.datetime) -> Outcome:
    """Send those still worth it, checked at this moment (T06). Writes nothing: `keep_mails` does.

    A worker killed between the two sends the batch again: a mail twice is better than none.
    """
    outcome, worth = Outcome(), worth_mailing(batch, now)
    connection = get_connection()
    for notice in batch:
        if notice.pk not in worth or notice.created_at < now - WORTHLESS_AFTER:
            outcome.dropped.append(notice.pk)
            continue
        try:
            _message(notice, connection).send()
        except OSError:
            # what smtplib raises, too; this one goes to the end of the line
            logger.warning("notice %s: the mail server did not take it", notice.pk, exc_info=True)
            outcome.failed.append(notice.pk)
            break
        outcome.sent.append(notice.pk)
    return outcome


def _message(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    """What it is about and the way to it; the text itself is read in the portal, where it can be withdrawn."""
    url = settings.PUBLIC_URL.rstrip("/") + reverse("accounts:notice-detail", kwargs={"pk": notice.pk})
    subject = " ".join(notice.subject.split())
    lines = [subject, _("Read it in the portal: %(url)s") % {"url": url}]
    if notice.announcement:
        lines.insert(1, name_of(notice.announcement.unit))
    lines.append(_("You choose under “Notices by e-mail” in your inbox what comes by e-mail."))
    return EmailMessage(
        subject, "\n\n".join(lines), to=[notice.membership.user.mail_address], connection=connection
    )


@transaction.atomic
def keep_mails(*, outcome: Outcome, now: dt.datetime) -> Mapping[str, int]:
    """Write down what became of a batch; called in the job's own transaction."""
    Notice.objects.filter(pk__in=outcome.sent).update(mail=MailState.SENT)
    Notice.objects.filter(pk__in=outcome.dropped).update(mail=MailState.DROPPED)
    Notice.objects.filter(pk__in=outcome.failed).update(mail_tries=F("mail_tries") + 1)
    return {"sent": len(outcome.sent), "dropped": len(outcome.dropped)}
