"""Certificates and pass records with their public code (X7)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import public_code
from enrollment.models import Enrollment
from exams.enums import CertificateKind, CertificateStatus
from exams.models.sitting import Attempt, OfEnrollmentQuerySet


class CertificateQuerySet(OfEnrollmentQuerySet):
    def valid(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.VALID)


class Certificate(models.Model):
    """What a passed exam earned, with everything printed on it frozen; opened by anyone through its random code."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="certificates")
    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="certificate")
    kind = models.CharField(_("kind"), max_length=12, choices=CertificateKind)
    number = models.CharField(_("certificate number"), max_length=40, unique=True)
    code = models.CharField(_("verification code"), max_length=22, unique=True, default=public_code)
    status = models.CharField(
        _("status"), max_length=10, choices=CertificateStatus, default=CertificateStatus.VALID
    )
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(status=CertificateStatus.VALID),
                name="one_valid_certificate",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_valid(self) -> bool:
        return self.status == CertificateStatus.VALID
