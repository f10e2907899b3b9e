from django.db import models
from django.utils.translation import gettext_lazy as _


class LessonStatus(models.TextChoices):
    """The way of a lesson from topic to plan (C4)."""

    PROPOSED = "proposed", _("Topic proposed")
    TOPIC_APPROVED = "topic_approved", _("Topic approved")
    RECORDED = "recorded", _("Recorded")
    REVIEWED = "reviewed", _("Content reviewed")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Declined")


class Requirement(models.TextChoices):
    """What a lesson is in the plan of a specialty (C1)."""

    REQUIRED = "required", _("Required")
    ELECTIVE = "elective", _("Elective")


class SessionKind(models.TextChoices):
    """Forms of offline training (C8)."""

    THEORY = "theory", _("Theory")
    SKILLS = "skills", _("Skills")
    OBSERVATION = "observation", _("Observation")
    PRACTICE = "practice", _("Practice")
    VISIT = "visit", _("Visit")
    SALON = "salon", _("Academic salon")
    CASE = "case", _("Case demonstration")
    MDT = "mdt", _("MDT demonstration")


class Occasion(models.TextChoices):
    """What a session also is in the calendar of the offline training (S7)."""

    NONE = "", _("Ordinary session")
    OPENING = "opening", _("Opening ceremony")
    CLOSING = "closing", _("End of the offline training")


class AttendanceMode(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    REMOTE = "remote", _("Remote, live")


class StudyState(models.TextChoices):
    """Where a trainee stands with a lesson."""

    OPEN = "open", _("Not started")
    STARTED = "started", _("Started")
    HOMEWORK = "homework", _("Homework open")
    DONE = "done", _("Done")


class BeatWord(models.TextChoices):
    """What became of a report of watching (C5)."""

    COUNTED = "counted", _("Counted")
    REPEATED = "repeated", _("Already reported")
    TAKEN_OVER = "taken_over", _("Playing elsewhere")
    CLOSED = "closed", _("Study has ended")


# practice and visits are told apart and counted together by the scorecard (C8, S1)
PRACTICE_KINDS = (SessionKind.PRACTICE, SessionKind.VISIT)
# a lesson counts as delivered once it has been recorded (C3)
DELIVERED = (LessonStatus.RECORDED, LessonStatus.REVIEWED, LessonStatus.PUBLISHED)
