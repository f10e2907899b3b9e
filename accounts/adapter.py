from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from accounts.middleware import asked_by
from accounts.services.traces import (
    note_account_act,
    note_failed_sign_in,
    note_sign_in,
    note_sign_out,
)
from accounts.sessions import begin
from accounts.signin import account_of, bucket_of, remember_device
from core.crypto import decrypt, encrypt, newest_header

_PURPOSE = "mfa.secret"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: enrollment opens accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """By login name or a further name; guesses are counted before the hasher works (T19)."""
        user = account_of(credentials.get("username", ""))
        self._bucket = bucket_of(request, credentials.get("username", ""), user)
        if user is not None:
            credentials["username"] = user.username
        return super().authenticate(request, **credentials)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        # what is counted here a good sign-in gives back, which allauth's public counter cannot (ADR 6)
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action=self._bucket.action, key=self._bucket.key
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        begin(request.session, asked_by(request)["now"])

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        note_sign_in(user=user, **asked_by(request))
        response: HttpResponse = super().post_login(request, user, **how)
        remember_device(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            note_sign_out(user=request.user, **asked_by(request))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_failed_sign_in(typed=str(credentials.get("username", "")), **asked_by(request))

    def send_notification_mail(self, template_prefix: str, user: Any, *more: Any, **options: Any) -> None:
        """Every change of a password or second factor passes here, mail or no mail."""
        note_account_act(act=template_prefix, user=user, **asked_by(self.request))
        super().send_notification_mail(template_prefix, user, *more, **options)


class MFAAdapter(DefaultMFAAdapter):
    """Second-factor secrets rest encrypted like personal data."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, _PURPOSE).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(bytes.fromhex(encrypted_text), _PURPOSE)


def reseal(data: Mapping[str, Any]) -> dict[str, Any]:
    """What allauth keeps of a second factor, its secrets under the newest key; raises Undecipherable."""
    secrets = {"secret", "seed", "migrated_codes"}
    return {name: _resealed(value) if name in secrets and value else value for name, value in data.items()}


def _resealed(value: Any) -> Any:
    if isinstance(value, list):
        return [_resealed(one) for one in value]
    blob = bytes.fromhex(value)
    return value if blob.startswith(newest_header()) else encrypt(decrypt(blob, _PURPOSE), _PURPOSE).hex()
