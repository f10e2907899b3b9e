"""What each role finds in the menu, in the order of its work (design §6)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.exceptions import Text
from programs.enums import Area


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` is a URL inside the year; `area` hides it where the year does not use that area."""

    label: Text
    icon: str
    name: str
    area: Area | None = None


_DESK = Entry(_("To do"), "list-check", "reports:desk")
_YEAR = Entry(_("Year and quotas"), "calendar", "programs:year-detail")
_CALENDAR = Entry(_("Calendar"), "calendar", "programs:duty-list")
_INSTITUTIONS = Entry(_("Institutions"), "building-hospital", "accounts:institution-list")
_ANNOUNCEMENTS = Entry(_("Announcements"), "speakerphone", "accounts:announcement-list")
_IN_FULL = Entry(_("Lists in full"), "eye", "accounts:disclosure-list")
_REGISTER = Entry(_("Personal data"), "shield-check", "accounts:register-list")
_PEOPLE = Entry(_("Accounts"), "settings", "accounts:person-list")
_LEDGER = Entry(_("Ledger of seats"), "id-badge-2", "enrollment:quota-ledger", Area.ENROLLMENT)
_TRAINEES = Entry(_("Trainees"), "users", "enrollment:person-list", Area.ENROLLMENT)
_PROGRESS = Entry(_("Study progress"), "trending-up", "courses:progress-list", Area.COURSES)
_LESSONS = Entry(_("Lessons"), "video", "courses:lesson-list", Area.COURSES)
_OFFLINE = Entry(_("Offline training"), "calendar", "courses:session-list", Area.COURSES)
_RESULTS = Entry(_("Offline results"), "clipboard-list", "courses:result-list", Area.COURSES)
_FACULTY = Entry(_("Faculty"), "stethoscope", "courses:faculty-list", Area.COURSES)
_ITEMS = Entry(_("Item bank"), "clipboard-list", "exams:item-list", Area.EXAMS)
_SCORES = Entry(_("Exam scores"), "pencil", "exams:score-list", Area.EXAMS)
_CONTROL = Entry(_("Control room"), "eye", "exams:control-room", Area.EXAMS)
_CERTIFICATES = Entry(_("Certificates"), "certificate", "exams:certificate-list", Area.EXAMS)
_BASES = Entry(_("Bases"), "building", "bases:approval-list", Area.BASES)
_CALLS = Entry(_("Calls for bases"), "speakerphone", "bases:call-list", Area.BASES)
_APPLICATIONS = Entry(_("Base applications"), "building", "bases:application-list", Area.BASES)
_SCORECARD = Entry(_("Self-assessment"), "shield-check", "supervision:scorecard-own", Area.SUPERVISION)
_SCORECARDS = Entry(_("Scorecards"), "shield-check", "supervision:scorecard-list", Area.SUPERVISION)
_ACTIVITIES = Entry(_("Activities"), "speakerphone", "supervision:activity-list", Area.SUPERVISION)
_FILES = Entry(_("Provincial files"), "book", "supervision:file-list", Area.SUPERVISION)
_FILE = Entry(_("Provincial file"), "book", "supervision:file-own", Area.SUPERVISION)
_FUNDS = Entry(_("Funds"), "coin", "supervision:fund-list", Area.FUNDING)
_REPORTS = Entry(_("Annual reports"), "file-text", "reports:report-list", Area.REPORTS)
_DASHBOARD = Entry(_("Dashboard"), "chart-bar", "reports:dashboard-show", Area.REPORTS)
_OVERVIEW = Entry(_("Overview"), "chart-bar", "reports:overview-show", Area.REPORTS)

MENU: dict[str, tuple[Entry, ...]] = {
    Role.NATIONAL_OFFICE: (
        _DASHBOARD,
        _DESK,
        _YEAR,
        _CALENDAR,
        Entry(_("Rosters"), "clipboard-list", "enrollment:province-list", Area.ENROLLMENT),
        _LEDGER,
        _TRAINEES,
        _LESSONS,
        _FACULTY,
        _ITEMS,
        Entry(_("Exam plan"), "pencil", "exams:blueprint-show", Area.EXAMS),
        _CONTROL,
        _SCORES,
        _CERTIFICATES,
        _CALLS,
        _APPLICATIONS,
        _BASES,
        _SCORECARDS,
        _ACTIVITIES,
        _FILES,
        _FUNDS,
        _REPORTS,
        _INSTITUTIONS,
        _ANNOUNCEMENTS,
        _PEOPLE,
        _IN_FULL,
        _REGISTER,
    ),
    Role.TECHNICAL_LEAD: (
        _DESK,
        _OVERVIEW,
        _CALENDAR,
        Entry(_("Roster"), "clipboard-list", "enrollment:roster-list", Area.ENROLLMENT),
        _LEDGER,
        _INSTITUTIONS,
        _PROGRESS,
        Entry(_("Lessons to deliver"), "video", "courses:lesson-list", Area.COURSES),
        Entry(_("Items to submit"), "clipboard-list", "exams:item-list", Area.EXAMS),
        _OFFLINE,
        _RESULTS,
        _FACULTY,
        _BASES,
        _CONTROL,
        _SCORES,
        _CERTIFICATES,
        _ACTIVITIES,
        _FILE,
        _SCORECARD,
        _FUNDS,
        _REPORTS,
        _ANNOUNCEMENTS,
        _PEOPLE,
        _IN_FULL,
    ),
    Role.ADMINISTRATIVE: (
        _DESK,
        _OVERVIEW,
        _CALENDAR,
        _SCORECARD,
        _FUNDS,
        _ACTIVITIES,
        _FILE,
        _REPORTS,
        _PEOPLE,
    ),
    Role.BASE_COORDINATOR: (
        _DESK,
        _CALENDAR,
        _TRAINEES,
        _OFFLINE,
        _RESULTS,
        _CONTROL,
        _SCORES,
        _FACULTY,
        _BASES,
        _SCORECARD,
        _PEOPLE,
    ),
    Role.APPLICANT: (_DESK, _CALLS, _APPLICATIONS, _PEOPLE),
    Role.EXPERT: (
        _DESK,
        Entry(_("Reviews of bases"), "clipboard-list", "bases:review-list", Area.BASES),
        Entry(_("Reviews of lessons"), "video", "courses:review-list", Area.COURSES),
        _SCORECARDS,
    ),
    Role.TRAINEE: (
        Entry(_("My study"), "book", "courses:study-show", Area.COURSES),
        Entry(_("Lessons"), "video", "courses:watch-list", Area.COURSES),
        Entry(_("Offline training"), "calendar", "courses:offline-show", Area.COURSES),
        Entry(_("Exam and certificate"), "certificate", "exams:exam-show", Area.EXAMS),
        Entry(_("My archive"), "user", "enrollment:own-show", Area.ENROLLMENT),
    ),
    Role.AUDITOR: (
        Entry(_("Audit"), "history", "accounts:event-list"),
        _REGISTER,
        _DASHBOARD,
        _DESK,
        _TRAINEES,
        _CONTROL,
        _SCORES,
        _CERTIFICATES,
        _REPORTS,
    ),
}
