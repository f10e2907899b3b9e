"""What this room holds about a trainee, for the trainee; a paper and its keys stay in the portal (T48b)."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import OwnSection
from exams.models import Attempt, Certificate, SignUp

SECTIONS = (
    OwnSection(
        "exams.signup",
        _("Exam sign-up"),
        lambda person: SignUp.objects.filter(enrollment__person=person),
        ("signed_up_at",),
    ),
    OwnSection(
        "exams.attempt",
        _("Exam attempts"),
        lambda person: Attempt.objects.filter(enrollment__person=person).select_related("window"),
        (
            "window",
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
        "exams.certificate",
        _("Certificates"),
        lambda person: Certificate.objects.filter(enrollment__person=person),
        ("kind", "number", "status", "issued_at", "revoked_at"),
    ),
)
