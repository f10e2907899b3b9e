from django.db import models
from django.utils.translation import gettext_lazy as _


class DecidingBody(models.TextChoices):
    """Who decides a call: the national office, or each province for its own hospitals (B1)."""

    NATIONAL = "national", _("National office")
    PROVINCE = "province", _("Province")


class ConditionGroup(models.TextChoices):
    """All basic conditions bind; any one of the other conditions gives priority; the rest bind the people named."""

    BASIC = "basic", _("Basic conditions")
    PRIORITY = "priority", _("Other conditions")
    PEOPLE = "people", _("Director and trainers")


class ConditionKind(models.TextChoices):
    """What is measured; how much of it is a row of the call (B2, B3, B4)."""

    TERTIARY_HOSPITAL = "tertiary_hospital", _("Tertiary hospital")
    PERFUSION_YEARS = "perfusion_years", _("Years of rest and stress perfusion imaging")
    PERFUSION_COUNT = "perfusion_count", _("Perfusion examinations a year")
    SENIOR_TITLES = "senior_titles", _("Senior titles in nuclear medicine")
    FULL_SENIOR_TITLES = "full_senior_titles", _("Full senior titles in nuclear medicine")
    EQUIPMENT = "equipment", _("Auxiliary and rescue equipment")
    MENTOR = "mentor", _("Mentors of associate senior title or above")
    RESEARCH_PROJECT = "research_project", _("Research project of province or ministry level")
    CME_COURSE = "cme_course", _("National continuing education")
    NSFC_GRANT = "nsfc_grant", _("Grant of the National Natural Science Foundation")
    AWARD = "award", _("Provincial or ministerial award")
    PUBLICATION = "publication", _("Papers and books")
    DIRECTOR_TITLE = "director_title", _("Title of the director")
    TRAINER_TITLES = "trainer_titles", _("Titles of the trainers")


# the five boxes of annex 2 in their printed order
BOXES = (
    ConditionKind.RESEARCH_PROJECT,
    ConditionKind.CME_COURSE,
    ConditionKind.NSFC_GRANT,
    ConditionKind.AWARD,
    ConditionKind.PUBLICATION,
)


class ApplicationStatus(models.TextChoices):
    """From the first draft to the file (B5)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Formal check")
    RETURNED = "returned", _("Returned for repair")
    FORMAL_OK = "formal_ok", _("Formal check passed")
    IN_REVIEW = "in_review", _("Expert review")
    PUBLICITY = "publicity", _("Publicity")
    APPROVED = "approved", _("Selected as a base")
    FILED = "filed", _("Filed")
    REJECTED = "rejected", _("Not selected")
    DISQUALIFIED = "disqualified", _("Disqualified")


WITH_THE_HOSPITAL = (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
SELECTED = (ApplicationStatus.APPROVED, ApplicationStatus.FILED)
STATUS_TONES = {
    ApplicationStatus.DRAFT: "neutral",
    ApplicationStatus.SUBMITTED: "info",
    ApplicationStatus.RETURNED: "warning",
    ApplicationStatus.FORMAL_OK: "info",
    ApplicationStatus.IN_REVIEW: "info",
    ApplicationStatus.PUBLICITY: "info",
    ApplicationStatus.APPROVED: "success",
    ApplicationStatus.FILED: "success",
    ApplicationStatus.REJECTED: "neutral",
    ApplicationStatus.DISQUALIFIED: "danger",
}


class HospitalLevel(models.TextChoices):
    """The grade of a hospital as its license states it."""

    TERTIARY_A = "tertiary_a", _("Tertiary, grade A")
    TERTIARY_B = "tertiary_b", _("Tertiary, grade B")
    TERTIARY_C = "tertiary_c", _("Tertiary, grade C")
    TERTIARY = "tertiary", _("Tertiary, grade not set")
    SECONDARY = "secondary", _("Secondary")
    PRIMARY = "primary", _("Primary or without a level")


TERTIARY = frozenset(
    {HospitalLevel.TERTIARY_A, HospitalLevel.TERTIARY_B, HospitalLevel.TERTIARY_C, HospitalLevel.TERTIARY}
)


class HospitalKind(models.TextChoices):
    GENERAL = "general", _("General")
    SPECIALIZED = "specialized", _("Specialized")


class Title(models.TextChoices):
    """Professional titles of the health and teaching series; the rank and whether it is a physician's follow from it."""

    CHIEF_PHYSICIAN = "chief_physician", _("Chief physician")
    ASSOCIATE_CHIEF_PHYSICIAN = "associate_chief_physician", _("Associate chief physician")
    ATTENDING_PHYSICIAN = "attending_physician", _("Attending physician")
    PHYSICIAN = "physician", _("Physician")
    CHIEF_TECHNOLOGIST = "chief_technologist", _("Chief technologist")
    ASSOCIATE_CHIEF_TECHNOLOGIST = "associate_chief_technologist", _("Associate chief technologist")
    TECHNOLOGIST_IN_CHARGE = "technologist_in_charge", _("Technologist in charge")
    TECHNOLOGIST = "technologist", _("Technologist")
    CHIEF_NURSE = "chief_nurse", _("Chief nurse")
    ASSOCIATE_CHIEF_NURSE = "associate_chief_nurse", _("Associate chief nurse")
    NURSE_IN_CHARGE = "nurse_in_charge", _("Nurse in charge")
    NURSE = "nurse", _("Nurse")
    PROFESSOR = "professor", _("Professor")
    ASSOCIATE_PROFESSOR = "associate_professor", _("Associate professor")
    RESEARCHER = "researcher", _("Researcher")
    ASSOCIATE_RESEARCHER = "associate_researcher", _("Associate researcher")
    OTHER = "other", _("Other, below associate senior")


FULL_SENIOR = frozenset(
    {Title.CHIEF_PHYSICIAN, Title.CHIEF_TECHNOLOGIST, Title.CHIEF_NURSE, Title.PROFESSOR, Title.RESEARCHER}
)
SENIOR = FULL_SENIOR | {
    Title.ASSOCIATE_CHIEF_PHYSICIAN,
    Title.ASSOCIATE_CHIEF_TECHNOLOGIST,
    Title.ASSOCIATE_CHIEF_NURSE,
    Title.ASSOCIATE_PROFESSOR,
    Title.ASSOCIATE_RESEARCHER,
}
SENIOR_PHYSICIANS = frozenset({Title.CHIEF_PHYSICIAN, Title.ASSOCIATE_CHIEF_PHYSICIAN})


class Section(models.TextChoices):
    """How the form is filled in: one page and one save each, in the order of the annexes (B4)."""

    HOSPITAL = "hospital", _("Hospital (annex 2)")
    DEPARTMENT = "department", _("Nuclear medicine department (annex 2)")
    RECORD = "record", _("Last five years (annex 2)")
    SUPPLEMENT = "supplement", _("Supplementary sheet")
    DIRECTOR = "director", _("Director (annex 3)")
    TRAINERS = "trainers", _("Trainers (annex 4)")
    FILES = "files", _("Proof and sealed scan")


class FileKind(models.TextChoices):
    SEALED_FORM = "sealed_form", _("Sealed scan of the printed forms")
    COUNT_PROOF = "count_proof", _("Proof of the examinations")
    STAFF_PROOF = "staff_proof", _("Proof of the staff (title certificates)")


class PrintedForm(models.TextChoices):
    """What can be printed: the annexes as they stand in the notice, and the sheet for what has no box there."""

    ANNEX_2 = "annex-2", _("Application form (annex 2)")
    ANNEX_3 = "annex-3", _("Director (annex 3)")
    ANNEX_4 = "annex-4", _("Trainers (annex 4)")
    SUPPLEMENT = "supplement", _("Supplementary sheet")
    ALL = "all", _("All forms")


class Advice(models.TextChoices):
    """What an expert advises."""

    SELECT = "select", _("Select")
    DECLINE = "decline", _("Do not select")


class ReviewStatus(models.TextChoices):
    ASSIGNED = "assigned", _("Waiting for the expert")
    DONE = "done", _("Reviewed")
    DECLINED = "declined", _("Declined: conflict of interest")


class ObjectionStatus(models.TextChoices):
    OPEN = "open", _("Not answered")
    DISMISSED = "dismissed", _("Not upheld")
    UPHELD = "upheld", _("Upheld")
