"""Which roles a unit of a kind may give (P3), and how a one-time code is written; pure."""

import re
import unicodedata

from accounts.enums import Role, UnitKind

# trainees come from enrollment, never from this table
ROLES_OF: dict[str, tuple[Role, ...]] = {
    UnitKind.NATIONAL_OFFICE: (Role.NATIONAL_OFFICE, Role.EXPERT, Role.AUDITOR),
    UnitKind.TECHNICAL_LEAD: (Role.TECHNICAL_LEAD,),
    UnitKind.ADMINISTRATIVE: (Role.ADMINISTRATIVE,),
    UnitKind.TRAINING_BASE: (Role.BASE_COORDINATOR,),
    UnitKind.HOSPITAL: (Role.APPLICANT,),
}
# the roles that keep the people of their unit
KEEPERS = frozenset(
    {
        Role.NATIONAL_OFFICE,
        Role.TECHNICAL_LEAD,
        Role.ADMINISTRATIVE,
        Role.BASE_COORDINATOR,
        Role.APPLICANT,
    }
)
# two letters of the program, then digits (E11)
_NUMBER = re.compile(r"[a-z]{2}\d{6,}", re.IGNORECASE)
MAX_TRIES = 5
CODE_LENGTH = 8
# no letters and digits that are mistaken for each other on paper
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def may_hold(kind: str, role: str) -> bool:
    return role in ROLES_OF.get(kind, ())


def is_reserved(login_name: str) -> bool:
    """Registration numbers sign in, too, and those of years to come are not issued yet: nobody takes one beforehand."""
    return _NUMBER.fullmatch(login_name) is not None


def clean_code(text: str) -> str:
    """What was typed, without width, case, blanks and dashes."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in folded if letter.isalnum())


def printed_code(code: str) -> str:
    """In two halves, as people read it out."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"
