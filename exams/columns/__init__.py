"""The lists of this room, each declared once for page and workbook."""

from exams.columns.entry import AFFECTED
from exams.columns.lists import CERTIFICATES, LATE_ANSWERS, SCORES, certificate_url, items_of
from exams.columns.tables import BLUEPRINT, SUBMISSIONS, attempts_of, feasible_of, windows_of

__all__ = [
    "AFFECTED",
    "BLUEPRINT",
    "CERTIFICATES",
    "LATE_ANSWERS",
    "SCORES",
    "SUBMISSIONS",
    "attempts_of",
    "certificate_url",
    "feasible_of",
    "items_of",
    "windows_of",
]
