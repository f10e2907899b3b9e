"""What is lived in a year: extensions, evidence, submissions, closings, seats moved, calendar feeds."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Region, Unit
from accounts.scope import Scope
from core.files import StoredFileField
from core.submissions import AbstractSubmission
from programs.enums import DeadlineStage, Track, TransferStatus
from programs.models.plan import Duty, ProgramYear, RegionRowQuerySet, YearRowQuerySet


class UnitRowQuerySet(models.QuerySet[Any]):
    """Rows of one unit in one year."""

    def visible_to(self, scope: Scope) -> "UnitRowQuerySet":
        return self.filter(
            year__in=ProgramYear.objects.visible_to(scope), unit__in=Unit.objects.visible_to(scope)
        )


class DutyExtension(models.Model):
    """A later date for one unit, with the reason; the printed date is kept on the duty (P2)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="extensions")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="extensions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extensions")
    due_at = models.DateTimeField(_("due"))
    reason = models.TextField(_("reason"))

    objects = UnitRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "unit"], name="one_extension_of_a_duty_and_unit")
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.duty}"


class DutyRecord(models.Model):
    """Evidence that a unit did its duty: the day, a note, a file (P4, S7)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="dutyrecords")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="records")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dutyrecords")
    done_on = models.DateField(_("done on"))
    note = models.TextField(_("note"), blank=True)
    file = StoredFileField(_("evidence"), upload_to="duties/", blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = UnitRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "unit"], name="one_record_of_a_duty_and_unit")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.duty}"


class Submission(AbstractSubmission):
    """What a unit hands up in a year: roster, items, application, self-assessment, report."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="submissions")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next")

    objects = UnitRowQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]


class Closing(models.Model):
    """关账: a subject of a province and year takes no more changes until it is reopened with a reason."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="closings")
    region = models.ForeignKey(Region, models.PROTECT, related_name="closings")
    subject = models.CharField(_("subject"), max_length=40)
    closed_at = models.DateTimeField(_("closed at"))

    objects = RegionRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "region", "subject"], name="closed_once")]

    def __str__(self) -> str:
        return f"{self.region} {self.subject}"


class QuotaTransferQuerySet(YearRowQuerySet):
    def visible_to(self, scope: Scope) -> "QuotaTransferQuerySet":
        """The office all of its years, a province those it gives or gets."""
        rows = super().visible_to(scope)
        if scope.is_national:
            return rows  # type: ignore[return-value]
        own = models.Q(giver=scope.region_code) | models.Q(taker=scope.region_code)
        return rows.filter(own) if scope.is_provincial else rows.none()  # type: ignore[return-value]


class QuotaTransfer(models.Model):
    """Seats that one province gives another in a year; they move when the office approves (E1)."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="transfers")
    track = models.CharField(_("track"), max_length=20, choices=Track)
    giver = models.ForeignKey(
        Region, models.PROTECT, related_name="transfers_given", verbose_name=_("giving province")
    )
    taker = models.ForeignKey(
        Region, models.PROTECT, related_name="transfers_taken", verbose_name=_("receiving province")
    )
    seats = models.PositiveIntegerField(_("seats"))
    reason = models.CharField(_("reason"), max_length=300)
    status = models.CharField(
        _("status"), max_length=10, choices=TransferStatus, default=TransferStatus.ASKED
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = QuotaTransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer of seats")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(giver=models.F("taker")), name="transfer_between_two"),
            models.CheckConstraint(condition=models.Q(seats__gt=0), name="transfer_moves_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}: {self.seats}"


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, scope: Scope) -> "CalendarFeedQuerySet":
        """One's own, of the role one acts in."""
        return self.filter(membership=scope.membership_id or 0)


class CalendarFeed(models.Model):
    """A secret address under which a calendar program reads a role's deadlines; a keyed digest of it is kept."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="calendar_feed")
    token_index = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")

    def __str__(self) -> str:
        return str(self.membership_id)


class DutyWarningQuerySet(models.QuerySet["DutyWarning"]):
    def visible_to(self, scope: Scope) -> "DutyWarningQuerySet":
        return self.filter(duty__in=Duty.objects.visible_to(scope), unit__in=Unit.objects.visible_to(scope))


class DutyWarning(models.Model):
    """That a unit was told of a deadline, once at each stage (P4)."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="warnings")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="warnings")
    stage = models.CharField(_("stage"), max_length=8, choices=DeadlineStage)
    due_at = models.DateTimeField(_("due"))
    told_at = models.DateTimeField(_("told at"))

    objects = DutyWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of a deadline")
        constraints = [
            # an extension begins anew
            models.UniqueConstraint(fields=["duty", "unit", "stage", "due_at"], name="told_once_at_a_stage")
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.duty} {self.stage}"
