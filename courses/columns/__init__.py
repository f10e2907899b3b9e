from courses.columns.sessions import SESSIONS
from courses.columns.study import ATTENDANCE, CREDITS, MY_LESSONS, PROGRESS, RESULTS, WATCHED
from courses.columns.supply import PLAN, STATUS_TONES, faculty_of, faculty_state, lessons_of

__all__ = [
    "ATTENDANCE",
    "CREDITS",
    "MY_LESSONS",
    "PLAN",
    "PROGRESS",
    "RESULTS",
    "SESSIONS",
    "STATUS_TONES",
    "WATCHED",
    "faculty_of",
    "faculty_state",
    "lessons_of",
]
