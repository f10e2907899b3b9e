from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class SignInName(models.Model):
    """A further name by which an account signs in: the registration number of whoever had an account before."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_names")
    name = models.CharField(_("sign-in name"), max_length=60)

    class Meta:
        verbose_name = _("sign-in name")
        constraints = [models.UniqueConstraint(Lower("name"), name="one_account_a_sign_in_name")]

    def __str__(self) -> str:
        return self.name


class PastPassword(models.Model):
    """A password that was set, as its hash: not taken again, and due for a change one day (等保三级)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"
