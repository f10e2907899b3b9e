from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.scope import Scope
from bases.enums import Advice, ObjectionStatus, ReviewStatus
from bases.models.applications import Application, PartQuerySet
from bases.models.calls import ScoringRow
from core.fields import EncryptedTextField


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, scope: Scope) -> "ReviewQuerySet":
        """An expert sees their own; who decides sees all of an application; the hospital sees none."""
        if scope.role == Role.EXPERT:
            return self.filter(expert=scope.membership_id)
        if scope.role == Role.APPLICANT:
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(scope))


class Review(models.Model):
    """One expert's review of one application (B5)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    expert = models.ForeignKey(
        Membership, models.PROTECT, related_name="base_reviews", verbose_name=_("expert")
    )
    status = models.CharField(_("status"), max_length=10, choices=ReviewStatus, default=ReviewStatus.ASSIGNED)
    advice = models.CharField(_("advice"), max_length=10, choices=Advice, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    conflict = models.TextField(_("conflict of interest"), blank=True)
    assigned_at = models.DateTimeField(_("assigned at"))
    done_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "expert"], name="one_review_of_an_expert"),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.DONE) | ~Q(advice="") & ~Q(opinion=""),
                name="done_review_advises",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.DECLINED) | ~Q(conflict=""), name="declined_review_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.expert.user}"


class ReviewScoreQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> "ReviewScoreQuerySet":
        return self.filter(review__in=Review.objects.visible_to(scope))


class ReviewScore(models.Model):
    """Points for one line of the scoring sheet."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    row = models.ForeignKey(ScoringRow, models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(_("points"))

    objects = ReviewScoreQuerySet.as_manager()

    class Meta:
        ordering = ["row__order"]
        constraints = [models.UniqueConstraint(fields=["review", "row"], name="one_score_of_a_line")]

    def __str__(self) -> str:
        return str(self.points)


class Objection(models.Model):
    """What somebody holds against a hospital under publicity; signed with a name (B5)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    received_on = models.DateField(_("received on"))
    sender = EncryptedTextField(_("from whom"), blank=False)
    contact = EncryptedTextField(_("contact"))
    text = models.TextField(_("objection"))
    status = models.CharField(
        _("status"), max_length=10, choices=ObjectionStatus, default=ObjectionStatus.OPEN
    )
    answer = models.TextField(_("finding"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ObjectionStatus.OPEN) | ~Q(answer=""), name="answered_objection_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.received_on}"
