"""A flow is a table: what it does not list does not happen, what happens is an event."""

import pytest
from django.utils import translation

from core.actor import Actor
from core.enums import ActorKind, JobStatus
from core.exceptions import IllegalTransition, Refusal
from core.models import Event, Job
from core.transitions import Edge, Flow, advance
from tests.factories import NOW

FLOW = Flow(
    "core.job",
    JobStatus,
    (
        Edge("start", (JobStatus.QUEUED,), JobStatus.RUNNING),
        Edge("end", (JobStatus.QUEUED, JobStatus.RUNNING), JobStatus.DONE),
        Edge("cancel", (JobStatus.RUNNING,), JobStatus.CANCELED, needs_reason=True),
    ),
)
ACTOR = Actor(ActorKind.PERSON, user_id=7, membership_id=8, role="expert", realm="3", request_id="r1")


@pytest.fixture
def job(db):
    return Job.objects.create(kind="any", created_at=NOW)


def test_a_step_sets_the_state_and_writes_who_when_from_where(job):
    returned = advance(job, FLOW, "start", actor=ACTOR, now=NOW, reason=" because ", seats=3)
    assert returned is job
    assert (job.status, Job.objects.get(pk=job.pk).status) == (JobStatus.RUNNING, JobStatus.RUNNING)
    event = Event.objects.of(job).get()
    assert (event.verb, event.from_state, event.to_state) == ("start", "queued", "running")
    assert (event.at, event.reason, event.data) == (NOW, "because", {"seats": 3})
    assert (event.user_number, event.membership_number, event.role, event.realm) == (7, 8, "expert", "3")
    assert event.request_id == "r1"


def test_a_step_that_the_table_does_not_list_is_refused_and_leaves_nothing(job):
    with pytest.raises(IllegalTransition) as refused, translation.override("en"):
        advance(job, FLOW, "cancel", actor=ACTOR, now=NOW, reason="no")
    assert "Queued" in str(refused.value)
    assert job.status == Job.objects.get(pk=job.pk).status == JobStatus.QUEUED
    assert not Event.objects.of(job).exists()


def test_the_row_decides_not_the_object_somebody_still_holds(job):
    stale = Job.objects.get(pk=job.pk)
    advance(job, FLOW, "end", actor=ACTOR, now=NOW)
    with pytest.raises(IllegalTransition):
        advance(stale, FLOW, "start", actor=ACTOR, now=NOW)
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE
    assert Event.objects.of(job).count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_where_a_reason_is_wanted_blank_is_none(job, reason):
    advance(job, FLOW, "start", actor=ACTOR, now=NOW)
    with pytest.raises(Refusal) as refused:
        advance(job, FLOW, "cancel", actor=ACTOR, now=NOW, reason=reason)
    assert not isinstance(refused.value, IllegalTransition)
    assert refused.value.remedy
    assert Job.objects.get(pk=job.pk).status == JobStatus.RUNNING


def test_only_the_state_is_saved(job):
    job.note = "not to be saved"
    advance(job, FLOW, "start", actor=ACTOR, now=NOW)
    assert Job.objects.get(pk=job.pk).note == ""


def test_verbs_that_lead_on_from_a_state():
    assert FLOW.verbs_from(JobStatus.QUEUED) == ["start", "end"]
    assert FLOW.verbs_from(JobStatus.RUNNING) == ["end", "cancel"]
    assert FLOW.verbs_from(JobStatus.DONE) == []
    assert FLOW.edge("cancel").needs_reason
