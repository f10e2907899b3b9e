"""Certificates and pass records, as the services promise them (X7)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from core.exceptions import NotAllowed, Refusal
from exams.answers import batch
from exams.models import (
    Attempt,
    Certificate,
)
from exams.services import (
    hand_in,
    issue_certificate,
    revoke_certificate,
)
from programs.enums import Track
from tests.exams.factories import (
    EXAM_TIME,
    right_rows,
    started,
)
from tests.factories import Persona, trainee_persona

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


def passed_attempt(attempt: Attempt, actor: Any) -> Attempt:
    save(*right_rows(attempt))
    return hand_in(attempt=attempt, actor=actor, now=EXAM_TIME + MINUTE)


def test_x7_a_pass_earns_one_certificate_with_everything_frozen(attempt: Attempt, trainee: Persona) -> None:
    done = passed_attempt(attempt, trainee.actor)
    certificate = Certificate.objects.get()
    assert (certificate.kind, certificate.number, certificate.status) == (
        "completion",
        "CANCER-2022-000001",
        "valid",
    )
    assert len(certificate.code) == 22
    assert certificate.content["name"] == trainee.person.name
    assert certificate.content["score"] == 120
    assert certificate.content["issued_on"] == "2022-12-05"
    assert issue_certificate(attempt=done, actor=trainee.actor, now=EXAM_TIME + DAY) == certificate


def test_x7_an_online_only_pass_is_recorded(bank: None) -> None:
    someone = trainee_persona("online", track=Track.ONLINE_ONLY)
    assert someone.enrollment is not None
    passed_attempt(started(someone.enrollment), someone.actor)
    assert (Certificate.objects.get().kind, Certificate.objects.get().number) == (
        "pass_record",
        "CANCER-2022-P000001",
    )


def test_x7_a_failed_attempt_earns_nothing(attempt: Attempt, trainee: Persona) -> None:
    done = hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    with pytest.raises(Refusal):
        issue_certificate(attempt=done, actor=trainee.actor, now=EXAM_TIME)
    assert not Certificate.objects.exists()


def test_x7_revoking_wants_the_office_and_a_reason(
    attempt: Attempt, trainee: Persona, national_officer: Persona
) -> None:
    passed_attempt(attempt, trainee.actor)
    certificate = Certificate.objects.get()
    with pytest.raises(NotAllowed):
        revoke_certificate(certificate=certificate, reason="r", actor=trainee.actor, now=EXAM_TIME)
    with pytest.raises(Refusal):
        revoke_certificate(certificate=certificate, reason="", actor=national_officer.actor, now=EXAM_TIME)
    revoked = revoke_certificate(
        certificate=certificate, reason="代考", actor=national_officer.actor, now=EXAM_TIME + DAY
    )
    assert (revoked.is_valid, revoked.revoked_at) == (False, EXAM_TIME + DAY)
