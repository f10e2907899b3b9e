from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemKind(models.TextChoices):
    """The forms of 医师定期考核 (X2); an item of a group belongs to B1 or B2."""

    A1 = "a1", _("A1 single best answer")
    A2 = "a2", _("A2 case with single best answer")
    B1 = "b1", _("B1 shared options")
    B2 = "b2", _("B2 larger set of shared options")
    X = "x", _("X several answers")
    TRUE_FALSE = "tf", _("True or false")


class AnswerKind(models.TextChoices):
    """How a candidate answers a part of the paper."""

    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")


class ItemOrigin(models.TextChoices):
    BANK = "bank", _("Item bank")
    HOMEWORK = "homework", _("Homework of a lesson")
    PRACTICE = "practice", _("Practice exam")


class ItemStatus(models.TextChoices):
    """From a writer's draft to the bank (X1): the province reads it, hands it up with the others, the office reads it."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In provincial review")
    APPROVED = "approved", _("Approved by the province")
    SUBMITTED = "submitted", _("In national review")
    IN_BANK = "in_bank", _("In the bank")
    RETIRED = "retired", _("Retired")


class PairKind(models.TextChoices):
    """How alike two items are (X1)."""

    EXACT = "exact", _("Same words")
    NEAR = "near", _("Nearly the same")


class PairStatus(models.TextChoices):
    """What a person decided about two items that look alike; until then neither enters the bank."""

    PENDING = "pending", _("To be decided")
    DIFFERENT = "different", _("Different items")
    DUPLICATE = "duplicate", _("Duplicate")


class ItemFormat(models.TextChoices):
    """The forms in which items come in and go out (I2)."""

    XLSX = "xlsx", _("Excel template")
    DOCX = "docx", _("Word or pasted text")
    MOODLE = "moodle", _("Moodle XML")
    GIFT = "gift", "GIFT"


class UploadStatus(models.TextChoices):
    READING = "reading", _("Being read")
    PREVIEW = "preview", _("Waiting for confirmation")
    APPLIED = "applied", _("Taken in")
    DISCARDED = "discarded", _("Discarded")


class Fate(models.TextChoices):
    """What becomes of an item of a file when it is taken in."""

    NEW = "new", _("New item")
    VERSION = "version", _("New version of a draft")
    KNOWN = "known", _("There already")
    TWICE = "twice", _("Twice in the file")
    CLOSED = "closed", _("No draft any more")


class Condition(models.TextChoices):
    """What the eligibility rows ask of a trainee (X4)."""

    ONLINE_HOURS = "online_hours", _("Online class hours")
    HOMEWORK_DONE = "homework_done", _("Homework done")
    OFFLINE_HOURS = "offline_hours", _("Offline class hours")
    OFFLINE_PASSED = "offline_passed", _("Offline assessment passed")


class AttemptState(models.TextChoices):
    OPEN = "open", _("Sitting in progress")
    CLOSED = "closed", _("Paper handed in")
    VOID = "void", _("Void")


class LateReason(models.TextChoices):
    """Why an answer that reached the server was not taken into the paper (X8)."""

    LATE = "late", _("After the deadline")
    CLOSED = "closed", _("After hand-in")
    FILE = "file", _("From an answer file")


class LateDecision(models.TextChoices):
    PENDING = "pending", _("To be decided")
    ACCEPTED = "accepted", _("Counts")
    REFUSED = "refused", _("Does not count")


class VoidDecision(models.TextChoices):
    """A request to void an attempt, decided by a second person of the office."""

    WAITING = "waiting", _("Waiting for a second person")
    CONFIRMED = "confirmed", _("Attempt void")
    REFUSED = "refused", _("Attempt stands")


class EvidenceKind(models.TextChoices):
    """What the portal notes during a sitting, for a person to look at; never a penalty by itself."""

    FOCUS = "focus", _("Left the exam page")
    DEVICE = "device", _("Another device")
    ADDRESS = "address", _("Another network address")


class Presence(models.TextChoices):
    """Where a candidate who signed up is, by the last sitting."""

    WAITING = "waiting", _("Not started")
    ANSWERING = "answering", _("Answering")
    LOST = "lost", _("Lost contact")
    OVER = "over", _("Time is up, being closed")
    HANDED_IN = "handed_in", _("Paper handed in")
    ENDED = "ended", _("Ended by the portal")
    VOID = "void", _("Void")


class Probe(models.TextChoices):
    """What a device is tried for before the exam."""

    SCRIPT = "script", _("Browser")
    DIALOG = "dialog", _("Dialogs")
    SAVE = "save", _("Saving an answer")
    SPEED = "speed", _("Speed of saving")
    STORAGE = "storage", _("Memory of the browser")
    CRYPTO = "crypto", _("Answer file")
    CLOCK = "clock", _("Clock of the device")
    WIDTH = "width", _("Width of the screen")


class CertificateKind(models.TextChoices):
    """X7: a comprehensive trainee is certified, an online-only one has a pass record."""

    COMPLETION = "completion", _("Completion certificate")
    PASS_RECORD = "pass_record", _("Record of the passed exam")


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")


GROUPED = (ItemKind.B1, ItemKind.B2)
