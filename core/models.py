import datetime as dt
import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.enums import ActorKind, JobStatus, Lane
from core.files import StoredFileField


def public_code() -> str:
    """128 random bits, for addresses that open outside a session."""
    return secrets.token_urlsafe(16)


def event_of(actor: Actor) -> dict[str, Any]:
    return {
        "actor_kind": actor.kind,
        "user_number": actor.user_id,
        "membership_number": actor.membership_id,
        "on_behalf_of_number": actor.on_behalf_of_id,
        "role": actor.role,
        "realm": actor.realm,
        "request_id": actor.request_id,
        "address": actor.address,
    }


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, obj: models.Model) -> "EventQuerySet":
        """The history of one object that the caller has already found in scope."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))


class Event(models.Model):
    """Append-only; numbers instead of foreign keys, so that nothing cascades into it."""

    at = models.DateTimeField(_("time"), db_index=True)
    actor_kind = models.CharField(_("actor kind"), max_length=10, choices=ActorKind)
    user_number = models.BigIntegerField(_("user"), null=True, db_index=True)
    membership_number = models.BigIntegerField(_("membership"), null=True)
    on_behalf_of_number = models.BigIntegerField(_("on behalf of"), null=True)
    role = models.CharField(_("role"), max_length=20, blank=True)
    realm = models.CharField(_("owner"), max_length=40, blank=True, db_index=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    verb = models.CharField(_("act"), max_length=60)
    object_type = models.CharField(_("object kind"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    from_state = models.CharField(_("from"), max_length=30, blank=True)
    to_state = models.CharField(_("to"), max_length=30, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    signature = models.CharField(max_length=64, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id", "at"])]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.object_type} {self.object_id}"


class EventLink(models.Model):
    """A link of the hash chain over the events, in the order in which they were sealed."""

    position = models.BigIntegerField(primary_key=True)
    event_number = models.BigIntegerField(unique=True)
    event = models.OneToOneField(Event, models.DO_NOTHING, db_constraint=False, related_name="link")
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_number}"


class EventMark(models.Model):
    """Where the chain begins and where it ends: the links before `position` are gone after their term, or not made yet.

    `signature` is keyed, so that nobody without the key moves a mark over events that were taken away.
    """

    name = models.CharField(max_length=10, primary_key=True)
    position = models.BigIntegerField()
    chain = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.name}: {self.position}"


class JobQuerySet(models.QuerySet["Job"]):
    def owned_by(self, user_id: int | None) -> "JobQuerySet":
        return self.filter(user_number=user_id)

    def due(self, now: dt.datetime) -> "JobQuerySet":
        """Waiting, or abandoned by a worker whose lease ran out."""
        waiting = models.Q(status=JobStatus.QUEUED)
        abandoned = models.Q(status=JobStatus.RUNNING, lease_until__lt=now)
        return self.filter(waiting | abandoned)


class Job(models.Model):
    """Long work; this row is the truth, a Celery message only a nudge."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001 - many jobs have no key, and "" would clash
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.NOW)
    params = models.JSONField(default=dict, blank=True)
    state = models.JSONField(default=dict, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=JobStatus, default=JobStatus.QUEUED, db_index=True
    )
    user_number = models.BigIntegerField(null=True, db_index=True)
    membership_number = models.BigIntegerField(null=True)
    realm = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    file = StoredFileField(upload_to="jobs/", blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def percent(self) -> int:
        if self.status == JobStatus.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.status in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELED}


class Counter(models.Model):
    """Gap-free numbering under a row lock; see core.counters."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"
