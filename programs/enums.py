from django.db import models
from django.utils.translation import gettext_lazy as _


class YearStatus(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Area(models.TextChoices):
    """What a program year makes use of (P1)."""

    ENROLLMENT = "enrollment", _("Enrollment")
    COURSES = "courses", _("Courses")
    EXAMS = "exams", _("Exams")
    BASES = "bases", _("Training bases")
    SUPERVISION = "supervision", _("Supervision")
    FUNDING = "funding", _("Funding")
    REPORTS = "reports", _("Reports")


class Track(models.TextChoices):
    COMPREHENSIVE = "comprehensive", _("Comprehensive")
    ONLINE_ONLY = "online_only", _("Online only")


class TargetKind(models.TextChoices):
    """The columns of 任务表 2 (C3)."""

    LESSONS_TO_DELIVER = "lessons_to_deliver", _("Lessons to deliver")
    OFFLINE_LESSONS = "offline_lessons", _("Offline lessons")
    LIVE_LESSONS = "live_lessons", _("Live lessons")


class Generation(models.TextChoices):
    """The old specialties decide lessons and exam, the fine ones are recorded and counted (E12)."""

    OLD = "old", _("Specialty in force")
    FINE = "fine", _("Fine specialty 2022–2023")


class DutyMeasure(models.TextChoices):
    FIGURE = "figure", _("From records")
    EVIDENCE = "evidence", _("By evidence")


class DutyState(models.TextChoices):
    """Where a unit stands with a duty on a given day (P4)."""

    DONE = "done", _("Done")
    LATE = "late", _("Done late")
    DUE = "due", _("To be done")
    OVERDUE = "overdue", _("Overdue")


class DeadlineStage(models.TextChoices):
    """When a unit is told of a deadline: a week before, a day before, and once it has passed (P4)."""

    WEEK = "week", _("A week before")
    DAY = "day", _("A day before")
    OVERDUE = "overdue", _("Overdue")


class TransferStatus(models.TextChoices):
    """Where seats stand that a province wants to give another (E1)."""

    ASKED = "asked", _("Waits for the office")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Taken back")


class SettingCode(models.TextChoices):
    """The named values of a year; each is one row of data with its clause."""

    ONLINE_HOURS_REQUIRED = "online-hours-required", _("Online class hours required")
    REQUIRED_LESSONS = "required-lessons", _("Required lessons")
    ELECTIVE_LESSONS = "elective-lessons", _("Elective lessons")
    HOMEWORK_ITEMS_MIN = "homework-items-min", _("Homework items of a lesson, at least")
    HOMEWORK_ITEMS_MAX = "homework-items-max", _("Homework items of a lesson, at most")
    HOMEWORK_MIN_SCORE = "homework-min-score", _("Homework score needed")
    OFFLINE_HOURS_REQUIRED = "offline-hours-required", _("Offline class hours required")
    REMOTE_ATTENDANCE_SHARE = "remote-attendance-share", _("Share of hours that remote attendance earns")
    EXAM_POINTS = "exam-points", _("Points of the exam")
    EXAM_MINUTES = "exam-minutes", _("Minutes of the exam")
    EXAM_ATTEMPTS = "exam-attempts", _("Attempts")
    EXAM_WINDOW_DAYS = "exam-window-days", _("Days within which attempts start")
    PASS_POINTS = "pass-points", _("Pass mark")
    EXCELLENT_POINTS = "excellent-points", _("Excellent above")
    ANSWER_GRACE_SECONDS = "answer-grace-seconds", _("Grace for answers on their way, seconds")
    WATCH_SPEED_LIMIT = "watch-speed-limit", _("Fastest playing speed that counts")
    WATCH_COMPLETE_SHARE = "watch-complete-share", _("Share of a lesson that counts as watched through")
    CREDIT_AMOUNT = "credit-amount", _("National credit")
    TRAINING_MONTHS_MIN = "training-months-min", _("Months of training, at least")
    TRAINING_MONTHS_MAX = "training-months-max", _("Months of training, at most")
    ONLINE_SHARE = "online-share", _("Share of online hours")
    COMMITTEE_LESSON_SHARE = "committee-lesson-share", _("Share of lessons assigned by the committee")
    ITEMS_PER_PROVINCE = "items-per-province", _("Items a province submits")
    ITEM_QUOTA_A1 = "item-quota-a1", _("of them A1")
    ITEM_QUOTA_A2 = "item-quota-a2", _("of them A2")
    ITEM_QUOTA_B1 = "item-quota-b1", _("of them B1")
    ITEM_QUOTA_B2 = "item-quota-b2", _("of them B2")
    ITEM_QUOTA_X = "item-quota-x", _("of them X")
    ITEM_EXPOSURE_SHARE = "item-exposure-share", _("Share of papers an item may stand on")
    NEW_BASES_MAX = "new-bases-max", _("New bases a year, at most")
    HEALTH_MANAGEMENT_MONTHS = "health-management-months", _("Months a year in a check-up center")
    NOMINEES_MIN = "nominees-min", _("Nominees to the committee, at least")
    NOMINEES_MAX = "nominees-max", _("Nominees to the committee, at most")
