from accounts.models.institutions import Institution, InstitutionAlias, InstitutionQuerySet
from accounts.models.memberships import Membership, MembershipQuerySet
from accounts.models.people import Person, User, UserManager
from accounts.models.regions import Region, RegionQuerySet
from accounts.models.units import Unit, UnitQuerySet

__all__ = [
    "Institution",
    "InstitutionAlias",
    "InstitutionQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Person",
    "Region",
    "RegionQuerySet",
    "Unit",
    "UnitQuerySet",
    "User",
    "UserManager",
]
