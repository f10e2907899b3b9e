"""What the office wants put right about single people of a roster (E11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.submissions import SubmissionStatus
from enrollment.models.people import Enrollment, PlacementQuerySet
from programs.models import Submission


class RosterRemarkQuerySet(PlacementQuerySet):
    def told(self) -> "RosterRemarkQuerySet":
        """Those of versions on which the office has decided: until then it may take a mark back."""
        return self.exclude(submission__status=SubmissionStatus.SUBMITTED)

    def visible_to(self, scope: Scope) -> "RosterRemarkQuerySet":
        """The office and who reads with it all of them, everybody else those that were told."""
        rows: RosterRemarkQuerySet = super().visible_to(scope)  # type: ignore[assignment]
        return rows if scope.is_national else rows.told()


class RosterRemark(models.Model):
    """The office marked a person of a submitted roster with a reason; the province answers when it is returned."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="remarks")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="remarks")
    reason = models.CharField(_("reason"), max_length=500)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = RosterRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark on a trainee")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "enrollment"], name="marked_once_in_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.reason}"
