"""The register of personal data: every personal field, how it is shown, what becomes of it (design §3)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.exceptions import Text
from core.registry import Registry


class OnErase(models.TextChoices):
    KEEP = "keep", _("Keep")
    ERASE = "erase", _("Erase")
    PSEUDONYMIZE = "pseudonymize", _("Pseudonymize")


@dataclass(frozen=True, slots=True)
class PersonalField:
    """`code` is app.model.field; `term_days` counts from the end of the program year, None is for as long as kept."""

    code: str
    label: Text
    on_erase: OnErase
    reason: Text
    term_days: int | None = None


PERSONAL_FIELDS: Registry[PersonalField] = Registry("personal data")
