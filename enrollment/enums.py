from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnrollmentStatus(models.TextChoices):
    APPLIED = "applied", _("Applied")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not admitted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Replaced")


class RosterStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("roster", "Open")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")
    LOCKED = "locked", _("Locked")


class Profession(models.TextChoices):
    PHYSICIAN = "physician", _("Physician")
    NURSE = "nurse", _("Nurse")
    TECHNICIAN = "technician", _("Technician")
    PUBLIC_HEALTH = "public_health", _("Public health")
    MANAGER = "manager", _("Health administration")
    OTHER = "other", _("Other")


class FundingKind(models.TextChoices):
    """Who pays a comprehensive seat (E3)."""

    FUNDED = "funded", _("Funded")
    LOCAL = "local", _("Locally funded")


class RuleKind(models.TextChoices):
    """What a recruitment rule measures (E2–E10)."""

    SINGLE_TRACK = "single_track", _("One track per person")
    COUNTY_SHARE = "county_share", _("County level and below")
    INSTITUTION_COUNT = "institution_count", _("Institutions")
    PRIORITY_PROGRAM_SHARE = "priority_program_share", _("Staff of national early-detection programs")
    HEALTH_MANAGEMENT_SHARE = "health_management_share", _("Health management")
    NURSE_TECHNICIAN_SHARE = "nurse_technician_share", _("Nurses and technicians")
    NEW_INSTITUTION = "new_institution", _("New institutions")
    ONLINE_ONLY_FLOOR = "online_only_floor", _("Online-only trainees")


class RuleBase(models.TextChoices):
    """The whole that a rule is measured on, printed beside it."""

    COMPREHENSIVE_ACTIVE = "comprehensive_active", _("approved comprehensive trainees not withdrawn")
    ONLINE_ONLY_ACTIVE = "online_only_active", _("approved online-only trainees not withdrawn")
    INSTITUTIONS = "institutions", _("institutions of approved comprehensive trainees")


class Trait(models.TextChoices):
    """What the rules read of a comprehensive trainee."""

    COUNTY = "county", _("county level or below")
    PRIORITY = "priority", _("staff of a national early-detection program")
    HEALTH = "health", _("in health management")
    NURSE = "nurse", _("nurse or technician")


class Fault(models.TextChoices):
    """What can be wrong with a line of an uploaded roster; the code is stable, people quote it to the help desk."""

    REQUIRED = "IMP-001", _("The cell is empty, but this is needed.")
    NO_COLUMN = "IMP-003", _("The list has no column with this heading.")
    TOO_LONG = "IMP-002", _("The text is longer than %(limit)s characters.")
    ID_SHAPE = "IMP-010", _("An identity number has 18 characters: 17 digits and a digit or X.")
    ID_ROUNDED = (
        "IMP-011",
        _("The spreadsheet has turned the identity number into a rounded number; its digits are lost."),
    )
    ID_DATE = "IMP-012", _("The birth date inside the identity number does not exist.")
    ID_CHECK = "IMP-013", _("The last character does not fit the other 17: a digit is mistyped.")
    SEX_DIFFERS = "IMP-014", _("The sex differs from what the identity number says.")
    BIRTH_DIFFERS = "IMP-015", _("The birth date differs from what the identity number says.")
    NOT_A_DATE = "IMP-016", _("“%(typed)s” is not a date.")
    PHONE = "IMP-020", _("This is not a mobile phone number.")
    NOT_IN_LIST = "IMP-030", _("“%(typed)s” is not one of the possible values.")
    NOT_A_FLAG = "IMP-031", _("“%(typed)s” is neither yes nor no.")
    ONLINE_SPECIALTY = "IMP-032", _("Online-only trainees have one fixed specialty.")
    TWICE_IN_FILE = "IMP-040", _("The same identity number stands in rows %(rows)s.")
    ALREADY_HERE = "IMP-041", _("This person is already on the roster of this year.")
    OTHER_PROVINCE = "IMP-042", _("This person is on the roster of another province this year.")
    OTHER_TRACK = "IMP-043", _("This person is already on the other track this year; nobody counts twice.")
    NAME_DIFFERS = "IMP-044", _("The identity number is registered under another name.")
    REQUEST_WAITS = "IMP-045", _("An earlier correction of this person still waits.")
    LEVEL_MISSING = "IMP-050", _("The institution is new to the registry, and its level is missing.")
    LEVEL_DIFFERS = "IMP-051", _("The registry has another level for this institution.")
    NEW_INSTITUTION = "IMP-901", _("The institution is new to the registry and will be added to it.")

    @classmethod
    def notices(cls) -> frozenset[str]:
        """Worth a look, but nothing that keeps the line from being taken in."""
        return frozenset({cls.NEW_INSTITUTION})


class ImportStatus(models.TextChoices):
    READING = "reading", _("Being read")
    PREVIEW = "preview", _("To be confirmed")
    APPLIED = "applied", _("Taken in")
    DISCARDED = "discarded", _("Discarded")
    UNDONE = "undone", _("Taken back")


class RowEffect(models.TextChoices):
    """What a line without errors does when it is taken in."""

    NEW = "new", pgettext_lazy("row of a list", "New")
    CHANGED = "changed", pgettext_lazy("row of a list", "Changed")
    SAME = "same", pgettext_lazy("row of a list", "Unchanged")


class RowKind(models.TextChoices):
    """The lines of a list as its preview parts them, and who stands in none of them."""

    BAD = "bad", _("With errors")
    CHANGED = "changed", pgettext_lazy("row of a list", "Changed")
    NEW = "new", pgettext_lazy("row of a list", "New")
    SAME = "same", pgettext_lazy("row of a list", "Unchanged")
    MISSING = "missing", _("On the roster, not in the file")


class SheetStatus(models.TextChoices):
    """How far a hospital's sheet has come."""

    SENT = "sent", _("Not opened yet")
    FILLING = "filling", _("Being filled in")
    HANDED_IN = "handed_in", _("Handed in")
    MERGED = "merged", _("On the roster")


class ApplicantStatus(models.TextChoices):
    """What became of an application by invitation."""

    WAITING = "waiting", _("Waits for the province")
    TAKEN = "taken", _("On the roster")
    REFUSED = "refused", _("Not admitted")


class ChangeStatus(models.TextChoices):
    """A trainee's request that something held about them be put right (PIPL 46)."""

    WAITING = "waiting", _("Waits for the province")
    APPROVED = "approved", _("Carried out")
    REFUSED = "refused", _("Not carried out")
    WITHDRAWN = "withdrawn", _("Taken back")


class Returning(models.TextChoices):
    """Why somebody of last year stands first for this one (E14)."""

    PASSED = "passed", _("Passed as online-only")
    FAILED = "failed", _("Failed every attempt")


NURSES_AND_TECHNICIANS = (Profession.NURSE, Profession.TECHNICIAN)
