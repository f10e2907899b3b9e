"""Certificates and pass records (X7)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.counters import next_numbers
from core.enums import Measure
from core.events import record
from core.exceptions import Refusal
from core.transitions import FLOWS, Edge, Flow, advance
from core.values import CHINA
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.enums import AttemptState, CertificateKind, CertificateStatus
from exams.models import Attempt, Certificate, SignUp
from exams.permissions import check_manage_bank
from programs.enums import Track
from programs.models import ProgramYear

CERTIFICATE_FLOW = Flow(
    "exams.certificate",
    CertificateStatus,
    (Edge("revoke_certificate", (CertificateStatus.VALID,), CertificateStatus.REVOKED, needs_reason=True),),
)
FLOWS.add(CERTIFICATE_FLOW)
_MARK = {CertificateKind.COMPLETION: "", CertificateKind.PASS_RECORD: "P"}


def kind_for(enrollment: Enrollment) -> CertificateKind:
    """X7: comprehensive trainees complete the training; for online-only ones the pass is recorded."""
    return (
        CertificateKind.COMPLETION if enrollment.track == Track.COMPREHENSIVE else CertificateKind.PASS_RECORD
    )


def earns_certificate(attempt: Attempt) -> bool:
    """A passed attempt at the exam that counts, of a trainee who takes part; the enrollment is locked for what follows."""
    if attempt.is_practice or not attempt.passed or attempt.state != AttemptState.CLOSED:
        return False
    enrollment = Enrollment.objects.select_for_update(of=("self",)).get(pk=attempt.enrollment_id)
    return bool(enrollment.status == EnrollmentStatus.APPROVED)


@transaction.atomic
def issue_certificate(*, attempt: Attempt, actor: Actor, now: dt.datetime) -> Certificate:
    """Number and freeze what a passed attempt earned; asked again it answers the same certificate, and an enrollment has
    one. A certificate that rested on a void attempt stands in nobody's way.

    Raises Refusal when the attempt did not pass.
    """
    enrollment = Enrollment.objects.select_for_update(of=("self",)).get(pk=attempt.enrollment_id)
    if not attempt.passed:
        raise Refusal(_("Only a passed exam earns a certificate."))
    standing: Certificate | None = (
        Certificate.objects.filter(enrollment=enrollment).exclude(attempt__state=AttemptState.VOID).first()
    )
    if standing is not None:
        return standing
    kind = kind_for(enrollment)
    certificate: Certificate = Certificate.objects.create(
        enrollment=enrollment,
        attempt=attempt,
        kind=kind,
        number=certificate_number(
            enrollment.year, kind, next_numbers(certificate_series(enrollment.year, kind))[0]
        ),
        content=certificate_content(enrollment, attempt, now),
        issued_at=now,
    )
    record("issue_certificate", certificate, actor=actor, now=now, to_state=certificate.status)
    return certificate


def certificate_series(year: ProgramYear, kind: CertificateKind) -> str:
    """The counter that numbers certificates of a kind without gaps."""
    return f"certificate:{year.pk}:{kind}"


def certificate_number(year: ProgramYear, kind: CertificateKind, number: int) -> str:
    return f"{year.program.code.upper()}-{year.year}-{_MARK[kind]}{number:06d}"


def certificate_content(enrollment: Enrollment, attempt: Attempt, now: dt.datetime) -> dict[str, Any]:
    """Everything printed, as it stood on the day of issue; never recomputed."""
    year = enrollment.year
    entry = SignUp.objects.filter(enrollment=enrollment).first()
    findings = entry.frozen_findings if entry else []
    hours = {
        finding.code: str(finding.value)
        for finding in findings
        if finding.unit == Measure.HOURS and finding.value is not None
    }
    return {
        "name": enrollment.person.name,
        "registration": enrollment.registration.number if enrollment.registration else "",
        "program": year.program.name,
        "program_en": year.program.name_en,
        "year_name": year.name,
        "year": year.year,
        "track": enrollment.track,
        "specialty": enrollment.specialty.name,
        "specialty_en": enrollment.specialty.name_en,
        "institution": enrollment.institution.name,
        "province": enrollment.region.name,
        "office": year.program.owner.name,
        "hours": hours,
        "score": attempt.score,
        "full_points": attempt.full_points,
        "issued_on": now.astimezone(CHINA).date().isoformat(),
    }


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, reason: str, actor: Actor, now: dt.datetime
) -> Certificate:
    """The public page says from now on that the certificate is not valid; wants a reason and the office."""
    check_manage_bank(actor, certificate.enrollment.year)
    advance(certificate, CERTIFICATE_FLOW, "revoke_certificate", actor=actor, now=now, reason=reason)
    certificate.revoked_at = now
    certificate.save(update_fields=["revoked_at"])
    return certificate
