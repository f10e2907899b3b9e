"""What one request may see: made once from the active membership, read afresh each time."""

from dataclasses import dataclass, field

from accounts.enums import Role

NATIONAL_ROLES = frozenset({Role.NATIONAL_OFFICE, Role.AUDITOR, Role.EXPERT})
PROVINCIAL_ROLES = frozenset({Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE})
UNIT_ROLES = frozenset({Role.BASE_COORDINATOR, Role.APPLICANT})


@dataclass(frozen=True, slots=True)
class Scope:
    """`owner_id` is the national office whose programs are seen; `region_code` bounds provincial roles,
    `unit_id` bases and hospitals, `person_id` the trainee. An empty role sees nothing.
    """

    role: str = ""
    user_id: int | None = None
    membership_id: int | None = None
    person_id: int | None = None
    unit_id: int | None = None
    owner_id: int | None = None
    region_code: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_national(self) -> bool:
        return self.role in NATIONAL_ROLES

    @property
    def is_provincial(self) -> bool:
        return self.role in PROVINCIAL_ROLES

    @property
    def is_unit(self) -> bool:
        return self.role in UNIT_ROLES

    @property
    def is_trainee(self) -> bool:
        return self.role == Role.TRAINEE


NOBODY = Scope()
