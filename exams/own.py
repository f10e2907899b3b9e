"""What this room holds about a trainee, for the trainee; a paper and its keys stay in the portal (T48b)."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import OwnSection
from core.templatetags.portal import display
from exams.enums import VoidDecision
from exams.models import Attempt, Broadcast, Certificate, ExtraTime, SignUp, SystemCheck, VoidRequest

SECTIONS = (
    OwnSection(
        "exams.signup",
        _("Exam sign-up"),
        lambda person: SignUp.objects.filter(enrollment__person=person),
        ("signed_up_at", "rules_read_at"),
    ),
    OwnSection(
        "exams.attempt",
        _("Exam attempts"),
        lambda person: Attempt.sittings.filter(enrollment__person=person).select_related("window"),
        (
            "window",
            "is_practice",
            "number",
            "state",
            "started_at",
            "closed_at",
            "score",
            "full_points",
            "pass_points",
            "passed",
            "receipt",
        ),
    ),
    OwnSection(
        "exams.extratime",
        _("Extra time"),
        lambda person: ExtraTime.objects.filter(enrollment__person=person),
        ("minutes", "is_standing", "reason", "granted_at"),
    ),
    OwnSection(
        "exams.broadcast",
        _("Messages sent"),
        lambda person: Broadcast.objects.filter(sent_by__person=person),
        ("sent_at", "text"),
    ),
    OwnSection(
        "exams.voidrequest",
        _("Void attempts"),
        # a request that waits or was refused is the office's own deliberation
        lambda person: VoidRequest.objects.filter(
            attempt__enrollment__person=person, decision=VoidDecision.CONFIRMED
        ),
        ("reason", "decided_at"),
    ),
    OwnSection(
        "exams.systemcheck",
        _("System checks"),
        lambda person: SystemCheck.objects.filter(enrollment__person=person),
        ("checked_at", "browser", "passed"),
    ),
    OwnSection(
        "exams.certificate",
        _("Certificates"),
        lambda person: Certificate.objects.filter(enrollment__person=person),
        ("kind", "number", "status", "issued_at", "revoked_at"),
    ),
)
_PRINTED = {
    "name": _("Name"),
    "registration": _("Registration number"),
    "year_name": _("Program"),
    "specialty": _("Specialty"),
    "institution": _("Institution"),
    "province": _("Province"),
    "score": _("Score"),
    "full_points": _("Full points"),
    "issued_on": _("Issued"),
}


def printed(certificate: Certificate) -> str:
    """What stands on a certificate and is not in the sections above, each under its label (PIPL 45)."""
    found = certificate.content
    return "；".join(f"{label}: {display(found[name])}" for name, label in _PRINTED.items() if name in found)
