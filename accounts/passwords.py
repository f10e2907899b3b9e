"""What a password may be beyond Django's own checks; which profile asks for what stands in the settings."""

import re
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from accounts.models import PastPassword
from accounts.rules.signin import character_classes, rests_on

# what everybody would try at this door
_EVERYWHERE = ("password", "portal", "training", "peixun", "zhongliu", "hospital", "yiyuan", "admin")


def words_about(user: Any) -> list[str]:
    """Login names, name, phone and identity number, and the e-mail's name of the person; the words of the portal."""
    if user is None:
        return list(_EVERYWHERE)
    words = [user.username, *re.split(r"\W+", user.username), user.mail_address.split("@")[0]]
    if user.pk:
        words += user.sign_in_names.values_list("name", flat=True)
    if user.person:
        person = user.person
        words += [person.phone, person.id_number, person.name, "".join(lazy_pinyin(person.name))]
    return [*words, *_EVERYWHERE]


class ContextValidator:
    """Not a word that everybody knows of the person or the portal with a little around it (ASVS 6.2.11)."""

    def validate(self, password: str, user: Any = None) -> None:
        if rests_on(password, words_about(user)):
            raise ValidationError(
                _(
                    "This password is little more than your name, your login name, a number of yours or a word of the portal."
                ),
                code="password_context",
            )

    def get_help_text(self) -> str:
        return _("It is not built on your name, login name, phone or identity number.")


class MaximumLengthValidator:
    """Long enough for any sentence; more would only make the server work."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(
                _("The password has more than %(max)s characters.") % {"max": self.max_length},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return ""


class CharacterClassesValidator:
    """Several kinds of characters (GB/T 22239, third level)."""

    def __init__(self, classes: int = 3) -> None:
        self.classes = classes

    def validate(self, password: str, user: Any = None) -> None:
        if character_classes(password) < self.classes:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _("It has at least %(n)s of these four: small letters, capitals, digits, signs.") % {
            "n": self.classes
        }


class HistoryValidator:
    """None of the last passwords again (GB/T 22239, third level)."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk:
            return
        used = [user.password, *user.past_passwords.values_list("password", flat=True)[: self.last]]
        if any(check_password(password, one) for one in used):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return _("It is none of your last %(n)s passwords.") % {"n": self.last}

    def password_changed(self, password: str, user: Any) -> None:
        """Django calls this when a password was saved, by whichever way it was set."""
        PastPassword.objects.create(user=user, password=user.password, set_at=timezone.now())
        kept = list(user.past_passwords.values_list("pk", flat=True)[: self.last])
        user.past_passwords.exclude(pk__in=kept).delete()
