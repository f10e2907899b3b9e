"""Work of this room that goes on behind the pages: a large announcement, and e-mail."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.actors import system_actor
from accounts.enums import NoticeKind
from accounts.models import Announcement, Disclosure
from accounts.queries import DELIVER_JOB, delivery_batch, waiting_mails
from accounts.services.announcements import BATCH, deliver
from accounts.services.disclosure import BUILD_JOB, end_disclosures, keep_file, made_file
from accounts.services.erasure import purge
from accounts.services.mails import keep_mails, send_mails
from accounts.services.notices import notify
from core.enums import JobStatus, Lane
from core.jobs import JobKind, Step
from core.models import Job

MAIL_JOB = "accounts.mail"


def deliver_step(job: Job, now: dt.datetime) -> Step:
    """The next batch of an announcement's people. It goes on when whoever pressed the button has left their unit."""
    announcement = Announcement.objects.select_related("unit").get(pk=job.params["announcement"])
    if not announcement.is_published:
        return Step(state=job.state, done=job.done, total=job.total, finished=True)
    after = job.state.get("after", job.params["after"])
    batch = delivery_batch(announcement, announcement.published_at or now, after=after, limit=BATCH)
    done = (job.done or BATCH) + len(batch)
    state = {"after": batch[-1].pk} if batch else job.state

    def apply() -> Mapping[str, Any]:
        deliver(announcement=announcement, members=batch, now=now)
        return {"announcement": announcement.pk}

    total = max(job.params["total"], done)
    return Step(state=state, done=done, total=total, apply=apply, finished=len(batch) < BATCH)


def mail_step(job: Job, now: dt.datetime) -> Step:
    """The next few mails. One mailer at a time; after a failure the next minute tries again."""
    batch = [] if _another_mailer(job) else waiting_mails()
    if not batch:
        return Step(done=job.done, total=job.done, finished=True)
    outcome = send_mails(batch, now)

    def apply() -> Mapping[str, Any]:
        return keep_mails(outcome=outcome, now=now)

    done = job.done + len(outcome.sent) + len(outcome.dropped)
    return Step(done=done, total=done, apply=apply, finished=bool(outcome.failed))


def _another_mailer(job: Job) -> bool:
    waiting = (JobStatus.QUEUED, JobStatus.RUNNING)
    return Job.objects.filter(kind=MAIL_JOB, status__in=waiting, pk__lt=job.pk).exists()


def disclose_step(job: Job, now: dt.datetime) -> Step:
    """One file of one list in full."""
    disclosure = Disclosure.objects.get(pk=job.params["disclosure"])
    data, count = made_file(disclosure, now)

    def apply() -> Mapping[str, Any]:
        keep_file(disclosure=disclosure, data=data, count=count, now=now)
        return {"rows": count}

    return Step(done=count, total=count, apply=apply, finished=True)


def tidy_step(job: Job, now: dt.datetime) -> Step:
    return Step(apply=lambda: {"ended": end_disclosures(now=now)}, finished=True)


def purge_step(job: Job, now: dt.datetime) -> Step:
    return Step(apply=lambda: {"purged": purge(actor=system_actor(), now=now)}, finished=True)


def _tell_disclosed(text: str) -> Callable[[Job, dt.datetime], None]:
    """Whoever asked for the list hears of it; the job belongs to whoever approved it."""

    def tell(job: Job, now: dt.datetime) -> None:
        disclosure = Disclosure.objects.select_related("membership").get(pk=job.params["disclosure"])
        url = reverse("accounts:disclosure-show", kwargs={"pk": disclosure.pk})
        actor = system_actor(job.realm)
        notify([disclosure.membership], NoticeKind.WORK, text, url=url, actor=actor, now=now)

    return tell


KINDS = (
    JobKind(
        BUILD_JOB,
        _("Make a list in full"),
        disclose_step,
        lane=Lane.BULK,
        ended=_tell_disclosed(gettext_noop("The list in full is ready; it is kept for a week.")),
        failed=_tell_disclosed(gettext_noop("The list in full could not be made. Ask for it again.")),
    ),
    JobKind("accounts.disclosures", _("Delete lists in full after their week"), tidy_step, every=3600),
    JobKind("accounts.purge", _("Take out personal data whose term is over"), purge_step, every=86_400),
    JobKind(DELIVER_JOB, _("Publish an announcement"), deliver_step),
    JobKind(MAIL_JOB, _("Send notices by e-mail"), mail_step, lane=Lane.BULK, every=60),
)
