"""The lists of this room, each declared once for page and workbook."""

from exams.columns.bank import pairs_of, uses_of
from exams.columns.decisions import LATE_SITTINGS, VOID_REQUESTS, staff_attempts_of, void_url
from exams.columns.entry import AFFECTED
from exams.columns.lists import CERTIFICATES, SCORES, certificate_url, items_of
from exams.columns.tables import BLUEPRINT, PART_USE, SUBMISSIONS, attempts_of, feasible_of, windows_of

__all__ = [
    "AFFECTED",
    "BLUEPRINT",
    "CERTIFICATES",
    "LATE_SITTINGS",
    "PART_USE",
    "SCORES",
    "SUBMISSIONS",
    "VOID_REQUESTS",
    "attempts_of",
    "certificate_url",
    "feasible_of",
    "items_of",
    "pairs_of",
    "staff_attempts_of",
    "uses_of",
    "void_url",
    "windows_of",
]
