"""The lists of this room, each declared once for page and workbook."""

from exams.columns.bank import pairs_of, uses_of
from exams.columns.entry import AFFECTED
from exams.columns.lists import CERTIFICATES, LATE_ANSWERS, SCORES, certificate_url, items_of
from exams.columns.tables import BLUEPRINT, PART_USE, SUBMISSIONS, attempts_of, feasible_of, windows_of

__all__ = [
    "AFFECTED",
    "BLUEPRINT",
    "CERTIFICATES",
    "LATE_ANSWERS",
    "PART_USE",
    "SCORES",
    "SUBMISSIONS",
    "attempts_of",
    "certificate_url",
    "feasible_of",
    "items_of",
    "pairs_of",
    "uses_of",
    "windows_of",
]
