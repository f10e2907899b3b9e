from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from core.crypto import decrypt, encrypt

_PURPOSE = "mfa.secret"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: enrollment opens accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Second-factor secrets rest encrypted like personal data."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, _PURPOSE).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(bytes.fromhex(encrypted_text), _PURPOSE)
