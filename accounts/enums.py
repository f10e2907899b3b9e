from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionKind(models.TextChoices):
    COUNTRY = "country", _("Country")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")


class UnitKind(models.TextChoices):
    NATIONAL_OFFICE = "national_office", _("National office")
    ADMINISTRATIVE = "administrative", _("Administrative unit")
    TECHNICAL_LEAD = "technical_lead", _("Technical lead unit")
    TRAINING_BASE = "training_base", _("Training base")
    HOSPITAL = "hospital", _("Hospital")


class Role(models.TextChoices):
    """What a membership lets a person be; the menu and the matrix of access go by it."""

    NATIONAL_OFFICE = "national_office", _("National office")
    EXPERT = "expert", _("Expert")
    TECHNICAL_LEAD = "technical_lead", _("Province coordinator")
    ADMINISTRATIVE = "administrative", _("Administrative unit")
    BASE_COORDINATOR = "base_coordinator", _("Base coordinator")
    APPLICANT = "applicant", _("Applying hospital")
    TRAINEE = "trainee", _("Trainee")
    AUDITOR = "auditor", _("Auditor")


class InstitutionLevel(models.TextChoices):
    """Where an institution stands; E4 counts county level and below."""

    NATIONAL = "national", _("National")
    PROVINCE = "province", _("Province level")
    CITY = "city", _("City level")
    COUNTY = "county", _("County level")
    TOWNSHIP = "township", _("Township or community")


class InstitutionKind(models.TextChoices):
    GENERAL_HOSPITAL = "general_hospital", _("General hospital")
    SPECIALIZED_HOSPITAL = "specialized_hospital", _("Specialized hospital")
    CHECKUP_CENTER = "checkup_center", _("Check-up center")
    DISEASE_CONTROL = "disease_control", _("Center for disease control")
    MATERNAL_CHILD = "maternal_child", _("Maternal and child health institution")
    PRIMARY_CARE = "primary_care", _("Primary care institution")
    OTHER = "other", _("Other health institution")


class Sex(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class NoticeKind(models.TextChoices):
    """What a person is told; each kind has its own preference for e-mail."""

    ANNOUNCEMENT = "announcement", _("Announcement")
    DECISION = "decision", _("Decision on what was handed in")
    DEADLINE = "deadline", _("Deadline")
    ACCOUNT = "account", _("Account and roles")
    WORK = "work", _("Finished work")


class MailState(models.TextChoices):
    """Whether a notice goes by e-mail, too."""

    NONE = "", _("Not by e-mail")
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not sent")


class AnnouncementStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Recalled")


class MembershipState(models.TextChoices):
    """How a membership stands at one moment."""

    RUNNING = "running", _("In force")
    WAITING = "waiting", _("Not yet activated")
    LATER = "later", _("Begins later")
    ENDED = "ended", _("Ended")
    CLOSED = "closed", _("Account closed")


class CodePurpose(models.TextChoices):
    ACTIVATION = "activation", _("Activation")
    RESET = "reset", _("New password")


COUNTY_AND_BELOW = (InstitutionLevel.COUNTY, InstitutionLevel.TOWNSHIP)


class DisclosureStatus(models.TextChoices):
    """A list in full (T47)."""

    WAITING = "waiting", _("Waits for a colleague")
    REFUSED = "refused", _("Turned down")
    BUILDING = "building", _("Approved, being made")
    READY = "ready", _("Ready")
    ENDED = "ended", _("Over, file deleted")


# who may ask for lists in full, each with a second person of the same unit and role
DISCLOSERS = frozenset({Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD})
