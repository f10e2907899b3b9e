from enrollment.models.collecting import Applicant, Invitation, Sheet, SheetLine
from enrollment.models.people import (
    Enrollment,
    EnrollmentQuerySet,
    Placement,
    PlacementQuerySet,
    Registration,
)
from enrollment.models.rosters import (
    ChangeRequest,
    ImportRow,
    ImportRowQuerySet,
    PastInstitution,
    Roster,
    RosterImport,
)
from enrollment.models.rules import Rule

__all__ = [
    "Applicant",
    "ChangeRequest",
    "Enrollment",
    "EnrollmentQuerySet",
    "ImportRow",
    "ImportRowQuerySet",
    "Invitation",
    "PastInstitution",
    "Placement",
    "PlacementQuerySet",
    "Registration",
    "Roster",
    "RosterImport",
    "Rule",
    "Sheet",
    "SheetLine",
]
