from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Being written")
    BUILDING = "building", _("Being built")
    BUILT = "built", _("Built, not filed")
    FILED = "filed", _("Handed up")


class Section(models.TextChoices):
    """What the document wants told beside the figures (000 六(四))."""

    ACHIEVEMENTS = "achievements", _("Achievements")
    PROBLEMS = "problems", _("Problems")
    FUNDS = "funds", _("Use of funds")


class ArchivePart(models.TextChoices):
    """The named places of a trainee's archive (002 二(三), 000 六(一))."""

    BASIC = "basic", _("Basic data")
    YEARS = "years", _("Enrollments of all years")
    HOURS = "hours", _("Class hours")
    CONTENT = "content", _("Content of the training")
    ATTENDANCE = "attendance", _("Offline attendance")
    ASSESSMENT = "assessment", _("Assessment and exam")
    CERTIFICATES = "certificates", _("Certificates")
