from django.db import models
from django.utils.translation import gettext_lazy as _


class CriterionMeasure(models.TextChoices):
    """How a criterion is judged: computed from records, or by papers (S3)."""

    FIGURE = "figure", _("From records")
    EVIDENCE = "evidence", _("By evidence")


class SheetKind(models.TextChoices):
    """The three columns of the printed scorecard: who is assessed (S1)."""

    ADMINISTRATIVE = "administrative", _("Administrative unit")
    TECHNICAL = "technical", _("Technical lead unit")
    BASE = "base", _("Training base")


class ScorecardStatus(models.TextChoices):
    """Self-assessment, review on paper or on site, final (S4)."""

    DRAFT = "draft", _("Being self-assessed")
    SELF_ASSESSED = "self_assessed", _("Under review")
    RETURNED = "returned", _("Returned")
    CONFIRMED = "confirmed", _("Review completed")
    FINAL = "final", _("Final")


class LineDecision(models.TextChoices):
    """What the reviewer made of one criterion (S3)."""

    PENDING = "pending", _("Not reviewed")
    CONFIRMED = "confirmed", _("Confirmed")
    OVERRIDDEN = "overridden", _("Overridden")
    RETURNED = "returned", _("Returned")


class ActivityKind(models.TextChoices):
    """What a unit held (S7) and what it published on the platform (C13)."""

    PUBLICITY = "publicity", _("Publicity activity")
    KICKOFF = "kickoff", _("Kick-off meeting")
    OPENING = "opening", _("Opening of offline training")
    CLOSING = "closing", _("Closing of offline training")
    POPULAR_SCIENCE = "popular_science", _("Popular science")
    PROGRESS = "progress", _("Progress in the field")
    CASE_REPORT = "case_report", _("Case report")
    NEWS = "news", _("News")


class FundKind(models.TextChoices):
    """Steps of the money (S6)."""

    ALLOCATION = "allocation", _("Allocated by the center")
    ARRIVAL = "arrival", _("Funds arrived")
    LOCAL_MATCHING = "local_matching", _("Local matching funds")
    BUDGET = "budget", _("Budgeted")
    SPENDING = "spending", _("Spent")


class FundDirection(models.TextChoices):
    """The three directions in which the money goes (000 五)."""

    ONLINE = "online", _("Online courses")
    OFFLINE = "offline", _("Offline training")
    MANAGEMENT = "management", _("Organization and management")


PUBLISHED = (ActivityKind.POPULAR_SCIENCE, ActivityKind.PROGRESS, ActivityKind.CASE_REPORT, ActivityKind.NEWS)
IN_A_DIRECTION = (FundKind.BUDGET, FundKind.SPENDING)
RECEIVED = (FundKind.ARRIVAL, FundKind.LOCAL_MATCHING)
# the calendar's duty and the criterion read the same record
KICKOFF_FIGURE = "programs.kickoff_on"
