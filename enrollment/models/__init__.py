from enrollment.models.collecting import Applicant, Invitation, Sheet, SheetLine
from enrollment.models.group import DiscussionGroup
from enrollment.models.people import (
    Enrollment,
    EnrollmentQuerySet,
    Placement,
    PlacementQuerySet,
    Registration,
)
from enrollment.models.remarks import RosterRemark
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
    "DiscussionGroup",
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
    "RosterRemark",
    "Rule",
    "Sheet",
    "SheetLine",
]
