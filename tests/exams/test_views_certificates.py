"""A certificate for its holder and for anyone (X7)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from exams.answers import batch
from exams.documents import masked
from exams.models import Attempt, Certificate
from exams.services import hand_in
from tests.exams.factories import (
    EXAM_TIME,
    right_rows,
)
from tests.factories import Persona

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def certificate(attempt: Attempt, trainee: Persona) -> Certificate:
    save(*right_rows(attempt))
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME + MINUTE)
    return Certificate.objects.get()


def test_x7_the_holder_sees_and_downloads_it(
    certificate: Certificate, trainee: Persona, other_trainee: Persona
) -> None:
    assert certificate.number in text(trainee.client.get(at("certificate-show", pk=certificate.pk)))
    pdf = trainee.client.get(at("certificate-pdf", pk=certificate.pk))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'
    for name in ("certificate-show", "certificate-pdf"):
        assert other_trainee.client.get(at(name, pk=certificate.pk)).status_code == 404


def test_x7_anyone_verifies_it_and_sees_a_masked_name(client: Client, certificate: Certificate) -> None:
    page = client.get(reverse("exams_open:certificate-verify", kwargs={"code": certificate.code}))
    assert page.status_code == 200
    assert certificate.number in text(page)
    assert certificate.content["name"] not in text(page)
    assert masked(certificate.content["name"]) in text(page)
    assert page["Referrer-Policy"] == "no-referrer"
    unknown = client.get(reverse("exams_open:certificate-verify", kwargs={"code": "x" * 22}))
    assert unknown.status_code == 404
    assert client.get(f"/certificates/{certificate.number}/").status_code == 404


@pytest.mark.parametrize(
    ("number", "name", "found"),
    [
        pytest.param(None, None, True, id="X7-both-right"),
        pytest.param("CANCER-2022-999999", None, False, id="X7-wrong-number"),
        pytest.param(None, "某某", False, id="X7-wrong-name"),
    ],
)
def test_x7_the_lookup_wants_number_and_name(
    client: Client, certificate: Certificate, number: str | None, name: str | None, found: bool
) -> None:
    url = reverse("exams_open:certificate-lookup")
    assert client.get(url).status_code == 200
    values = {"number": number or certificate.number.lower(), "name": name or certificate.content["name"]}
    page = text(client.post(url, values))
    assert (certificate.number in page and "note-success" in page) == found


def test_x7_a_revoked_certificate_says_so_everywhere(
    client: Client, certificate: Certificate, national_officer: Persona, trainee: Persona
) -> None:
    url = at("certificate-revoke", pk=certificate.pk)
    assert url in text(national_officer.client.get(at("certificate-show", pk=certificate.pk)))
    assert url not in text(trainee.client.get(at("certificate-show", pk=certificate.pk)))
    assert national_officer.client.get(url).status_code == 200
    national_officer.client.post(url, {"reason": "替考"})
    assert national_officer.client.post(url, {"reason": "替考"}).status_code == 200
    page = client.get(reverse("exams_open:certificate-verify", kwargs={"code": certificate.code}))
    assert "note-danger" in text(page)
    assert "note-danger" in text(trainee.client.get(at("certificate-show", pk=certificate.pk)))
