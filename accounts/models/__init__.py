from accounts.models.codes import AccessCode, AccessCodeQuerySet
from accounts.models.disclosure import Disclosure, DisclosureQuerySet
from accounts.models.institutions import Institution, InstitutionAlias, InstitutionQuerySet
from accounts.models.memberships import Membership, MembershipQuerySet
from accounts.models.notices import (
    Announcement,
    AnnouncementFile,
    AnnouncementFileQuerySet,
    AnnouncementQuerySet,
    MailPreference,
    MailPreferenceQuerySet,
    Notice,
    NoticeQuerySet,
)
from accounts.models.people import Person, User, UserManager
from accounts.models.regions import Region, RegionQuerySet
from accounts.models.signin import PastPassword, SignInName
from accounts.models.units import Unit, UnitQuerySet

__all__ = [
    "AccessCode",
    "AccessCodeQuerySet",
    "Announcement",
    "AnnouncementFile",
    "AnnouncementFileQuerySet",
    "AnnouncementQuerySet",
    "Disclosure",
    "DisclosureQuerySet",
    "Institution",
    "InstitutionAlias",
    "InstitutionQuerySet",
    "MailPreference",
    "MailPreferenceQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Notice",
    "NoticeQuerySet",
    "PastPassword",
    "Person",
    "Region",
    "RegionQuerySet",
    "SignInName",
    "Unit",
    "UnitQuerySet",
    "User",
    "UserManager",
]
