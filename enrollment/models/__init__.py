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
    "ChangeRequest",
    "Enrollment",
    "EnrollmentQuerySet",
    "ImportRow",
    "ImportRowQuerySet",
    "PastInstitution",
    "Placement",
    "PlacementQuerySet",
    "Registration",
    "Roster",
    "RosterImport",
    "Rule",
]
