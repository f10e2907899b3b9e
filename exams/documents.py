"""The certificate as PDF."""

from decimal import Decimal
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse

from core.documents import pdf
from core.templatetags.portal import display
from exams.models import Certificate


def verify_url(certificate: Certificate) -> str:
    """The public address that the QR code opens."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(
        "exams_open:certificate-verify", kwargs={"code": certificate.code}
    )


def masked(name: str) -> str:
    """The family name's first character; enough for a reader who has the paper in hand."""
    return name[:1] + "*" * (len(name) - 1)


def _qr(url: str) -> str:
    # PNG is what the PDF renderer draws fastest
    return str(segno.make(url, error="m").png_data_uri(scale=8, border=2))


def certificate_pdf(certificate: Certificate) -> bytes:
    """A4 landscape, everything from the frozen content."""
    url = verify_url(certificate)
    return pdf(
        "exams/documents/certificate.html",
        {"certificate": certificate, "qr": _qr(url), "url": url, **_hours(certificate)},
    )


def _hours(certificate: Certificate) -> dict[str, Any]:
    hours = [
        Decimal(str(value)) for value in certificate.content.get("hours", {}).values() if value is not None
    ]
    return {"hours": display(sum(hours)) if hours else ""}
