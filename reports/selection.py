"""Which figures the dashboard, the overview and the annual report show, and in which order.

A figure whose room does not measure it yet is left out, so the codes may run ahead of the rooms.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.exceptions import Text
from core.figures import FIGURES, Figure


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    label: Text
    codes: tuple[str, ...]

    @property
    def figures(self) -> list[Figure]:
        return known(self.codes)


def known(codes: Iterable[str]) -> list[Figure]:
    """The registered figures among the codes, in their order."""
    return [figure for code in codes if (figure := FIGURES.get(code)) is not None]


GROUPS = (
    Group(
        "recruitment",
        _("Recruitment"),
        (
            "enrollment.approved",
            "enrollment.online_only_approved",
            "enrollment.quota_use",
            "enrollment.waiting",
            "enrollment.institutions",
            "enrollment.county_share",
            "enrollment.priority_program_share",
            "enrollment.health_management_share",
            "enrollment.nurse_technician_share",
            "enrollment.roster_accepted",
        ),
    ),
    Group(
        "study",
        _("Study and offline training"),
        (
            "courses.online_hours_mean",
            "courses.offline_hours_mean",
            "courses.practice_hours_mean",
            "courses.offline_passed",
            "courses.credits",
            "courses.lessons_delivered",
            "courses.lessons_adopted_required",
            "courses.offline_lessons",
            "courses.live_lessons",
            "supervision.practice_sessions",
            "supervision.live_sessions",
            "courses.full_senior_lecturers",
        ),
    ),
    Group(
        "exam",
        _("Exam and certificates"),
        (
            "exams.items_submitted",
            "exams.qualified",
            "exams.sat",
            "exams.passed",
            "exams.pass_rate",
            "exams.excellent_rate",
            "exams.certificates",
        ),
    ),
    Group("bases", _("Training bases"), ("bases.applications", "bases.conditions_met", "bases.approved")),
    Group(
        "supervision",
        _("Supervision and funds"),
        (
            "supervision.self_assessed",
            "supervision.reviewed",
            "supervision.activities",
            "supervision.published",
            "supervision.funds_received",
            "supervision.funds_spent",
            "supervision.funds_use_rate",
            "reports.annual_report_filed",
        ),
    ),
)
# the country in one look, before anything else
HEADLINES = (
    "enrollment.approved",
    "enrollment.online_only_approved",
    "enrollment.county_share",
    "courses.online_hours_mean",
    "courses.offline_hours_mean",
    "exams.sat",
    "exams.pass_rate",
    "exams.excellent_rate",
    "exams.certificates",
    "bases.approved",
    "supervision.reviewed",
)
# what the plan foresees of a figure
PLANNED = {
    "enrollment.approved": "programs.seats",
    "enrollment.online_only_approved": "programs.seats_online_only",
    "courses.lessons_delivered": "programs.lessons_due",
    "courses.offline_lessons": "programs.offline_lessons_due",
    "courses.live_lessons": "programs.live_lessons_due",
}
# the columns of the table of provinces, on the page and in the report
BY_PROVINCE = (
    "programs.seats",
    "enrollment.approved",
    "enrollment.quota_use",
    "enrollment.online_only_approved",
    "enrollment.institutions",
    "enrollment.county_share",
    "courses.online_hours_mean",
    "courses.offline_hours_mean",
    "exams.items_submitted",
    "exams.sat",
    "exams.pass_rate",
    "exams.excellent_rate",
    "exams.certificates",
    "supervision.points",
    "supervision.funds_use_rate",
    "reports.annual_report_filed",
)
CHART = ("programs.seats", "enrollment.approved")
# shares in which the provinces furthest behind are named on the dashboard
BEHIND = ("enrollment.quota_use", "exams.pass_rate", "supervision.funds_use_rate")


def shown_codes() -> list[str]:
    """Every figure that stands in a group or in the table of provinces, once."""
    grouped = [figure.code for group in GROUPS for figure in group.figures]
    return list(dict.fromkeys([*grouped, *(figure.code for figure in known(BY_PROVINCE))]))
