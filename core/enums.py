from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    PERSON = "person", _("Person")
    TOKEN = "token", _("API token")
    PUBLIC = "public", _("Public")
    SYSTEM = "system", _("System")


class Operator(models.TextChoices):
    GE = "ge", "≥"
    GT = "gt", ">"
    LE = "le", "≤"
    LT = "lt", "<"
    EQ = "eq", "="


class Severity(models.TextChoices):
    HARD = "hard", _("Must pass")
    WARN = "warn", _("Warning")
    INFO = "info", _("Information")


class FindingStatus(models.TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not met")
    NO_DATA = "no_data", _("No data")


class Measure(models.TextChoices):
    """How a figure or a threshold is counted; decides how it is printed."""

    COUNT = "count", _("Count")
    SHARE = "share", _("Share")
    HOURS = "hours", _("Hours")
    POINTS = "points", _("Points")
    MONEY = "money", _("Yuan")
    DATE = "date", _("Date")
    FLAG = "flag", _("Yes or no")


class JobStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


class Lane(models.TextChoices):
    NOW = "now", _("Soon")
    BULK = "bulk", _("In bulk")
