"""The door: by which names an account signs in, which devices it knows, and whose guesses are counted together (T19).

A good sign-in leaves a signed cookie on the device. Guesses from devices that an account does not know share one count,
however many addresses they come from; a known device has its own, so that no stranger locks the owner out there.
An address alone is counted very widely: a whole hospital sits behind one.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "known_device"
_SALT = "accounts.device"
_YEAR = 365 * 24 * 3600
# a shared computer of a hospital remembers so many of its people
_MOST = 20


@dataclass(frozen=True, slots=True)
class Bucket:
    """`action` names the rate in ACCOUNT_RATE_LIMITS, `key` whose guesses are counted."""

    action: str
    key: str


def account_of(name: str) -> User | None:
    """By login name, or by a further name such as a registration number; one query, found or not."""
    typed = name.strip()
    found = User.objects.filter(Q(username__iexact=typed) | Q(sign_in_names__name__iexact=typed))
    # a login name that is somebody's own goes before the further name of another
    ordered = sorted(found.distinct(), key=lambda user: user.username.lower() != typed.lower())
    return ordered[0] if ordered else None


def bucket_of(request: HttpRequest, name: str, user: User | None) -> Bucket:
    """Unknown names are counted like known ones, so that the count tells nobody which exist."""
    if user is None:
        return Bucket("login_failed", f"name:{name.strip().lower()}")
    device = _devices(request).get(str(user.pk))
    return (
        Bucket("login_failed_known", f"{user.pk}:{device}")
        if device
        else Bucket("login_failed", str(user.pk))
    )


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The browser on which somebody signed in is known to that account for a year."""
    devices = _devices(request)
    known = devices.pop(str(user.pk), None) or secrets.token_urlsafe(12)
    kept = dict([*devices.items(), (str(user.pk), known)][-_MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=_YEAR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _devices(request: HttpRequest) -> dict[str, str]:
    """Account → device; empty where the cookie is missing, old or not ours."""
    try:
        kept: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_YEAR)
    except signing.BadSignature:
        return {}
    return kept
