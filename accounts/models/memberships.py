import datetime as dt
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.enums import MembershipState, Role
from accounts.models.people import User
from accounts.models.units import Unit
from accounts.scope import Scope


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, now: dt.datetime) -> "MembershipQuerySet":
        """In force at `now`, of a user who may sign in; with everything a scope is made of."""
        running = Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
        return self.filter(running, user__is_active=True).select_related(
            "unit", "user__person", "unit__region"
        )

    def not_ended(self, now: dt.datetime) -> "MembershipQuerySet":
        """In force or to come."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now))

    def with_state(self, now: dt.datetime) -> models.QuerySet[Any]:
        """Each with its MembershipState as `state`."""
        return self.annotate(
            state=Case(
                When(ends_at__lte=now, then=Value(MembershipState.ENDED.value)),
                When(user__is_active=False, then=Value(MembershipState.CLOSED.value)),
                When(starts_at__gt=now, then=Value(MembershipState.LATER.value)),
                When(
                    user__password__startswith=UNUSABLE_PASSWORD_PREFIX,
                    then=Value(MembershipState.WAITING.value),
                ),
                default=Value(MembershipState.RUNNING.value),
                output_field=models.CharField(),
            )
        )

    def visible_to(self, scope: Scope) -> "MembershipQuerySet":
        """Each unit sees its own people, the national office and the auditor those of all its units."""
        under = self.filter(Q(unit__owner=scope.owner_id) | Q(unit=scope.owner_id))
        if scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR}:
            return under
        if scope.is_provincial or scope.is_unit:
            return under.filter(unit=scope.unit_id)
        return under.filter(user=scope.user_id)


class Membership(models.Model):
    """A person's role in a unit, for a time (P3)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(ends_at=None), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="membership_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {Role(self.role).label} · {self.unit}"
