"""The auditor's command, the two Celery tasks, and the pages of errors."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.actor import Actor
from core.chain import seal
from core.enums import ActorKind, JobStatus
from core.events import record, record_many
from core.models import Event, EventLink, Job
from core.tasks import run_job, sweep
from tests.factories import NOW

SYSTEM = Actor(ActorKind.SYSTEM)
pytestmark = pytest.mark.django_db


def test_the_audit_of_a_whole_record_says_how_many():
    record("act", None, actor=SYSTEM, now=NOW)
    seal()
    text = io.StringIO()
    call_command("audit_verify", stdout=text)
    said = f"{EventLink.objects.count()} sealed events, no fault; the chain ends at "
    assert text.getvalue().startswith(said)


def test_the_audit_names_each_fault_and_fails():
    event = record("act", None, actor=SYSTEM, now=NOW)
    seal()
    Event.objects.filter(pk=event.pk).update(reason="edited")
    faults = io.StringIO()
    with pytest.raises(CommandError, match="1 faults in"):
        call_command("audit_verify", stderr=faults)
    assert f"event {event.pk}: altered" in faults.getvalue()


def test_one_act_on_many_objects_is_one_event_each():
    made = [Job.objects.create(kind="any", created_at=NOW) for _ in range(3)]
    record_many("move", made, actor=SYSTEM, now=NOW, from_state="a", to_state="b", reason=" why ")
    for one in made:
        event = Event.objects.of(one).get()
        assert (event.verb, event.from_state, event.to_state, event.reason) == ("move", "a", "b", "why")
        assert (event.at, event.actor_kind, event.data) == (NOW, ActorKind.SYSTEM, {})


def test_the_tasks_run_a_job_and_sweep(nudges):
    sweep()
    job = Job.objects.get(kind="core.seal")
    assert (job.pk, job.lane) in nudges
    run_job(job.pk)
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE


def test_a_page_that_is_not_there_has_the_same_body_for_everybody_in_the_portal(national_officer):
    pages = [national_officer.client.get(f"/cancer/{year}/year/") for year in (1999, 2098)]
    assert [page.status_code for page in pages] == [404, 404]
    bodies = [
        page.content.decode().replace(str(year), "…") for page, year in zip(pages, (1999, 2098), strict=True)
    ]
    assert len(bodies[0]) == len(bodies[1])


def test_a_form_without_its_token_is_refused_with_a_page(national_officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(national_officer.user)
    response = client.post("/account/logout/")
    assert response.status_code == 403
    assert "<html" in response.content.decode()


def test_the_health_page_is_open_and_says_ok(client):
    assert client.get("/health/").json() == {"status": "ok"}
