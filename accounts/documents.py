"""The slips with one-time codes: shown in the very answer that issues them, so they stand in no session and no address."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.urls import reverse

from accounts.rules.memberships import printed_code
from accounts.services.codes import Slip


def slips_context(slips: Sequence[Slip], *, unit_label: str, back_url: str) -> dict[str, Any]:
    """What accounts/code_slips.html prints; the QR code carries the login name and never the code."""
    address = settings.PUBLIC_URL.rstrip("/") + reverse("accounts:activate")
    rows = [
        {
            "slip": slip,
            "code": printed_code(slip.code),
            "qr": segno.make(f"{address}?{urlencode({'login': slip.user.username})}", error="m").svg_data_uri(
                scale=3, border=2
            ),
        }
        for slip in slips
    ]
    return {"rows": rows, "address": address, "unit_label": unit_label, "back_url": back_url}
