import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import CodePurpose
from accounts.models.people import User
from accounts.rules.memberships import MAX_TRIES


class AccessCodeQuerySet(models.QuerySet["AccessCode"]):
    def usable(self, now: dt.datetime) -> "AccessCodeQuerySet":
        """Neither used, replaced, expired nor guessed at too often."""
        fresh = Q(used_at=None, voided_at=None, expires_at__gt=now)
        return self.filter(fresh, tries__lt=MAX_TRIES)


class AccessCode(models.Model):
    """A one-time code with which a person sets the own password (T20b); only its keyed digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_codes")
    purpose = models.CharField(_("purpose"), max_length=12, choices=CodePurpose)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.BigIntegerField(_("issued by"), null=True)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True)
    voided_at = models.DateTimeField(_("voided at"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        indexes = [models.Index(fields=["user", "digest"])]

    def __str__(self) -> str:
        return f"{self.user} · {CodePurpose(self.purpose).label}"
