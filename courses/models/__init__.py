from courses.models.lessons import Faculty, HomeworkItem, Lesson
from courses.models.offline import Attendance, ClassSession, OfflineResult
from courses.models.plan import OutlineNode, PlanEntry
from courses.models.study import Credit, Ledger, LessonProgress, WatchStream

__all__ = [
    "Attendance",
    "ClassSession",
    "Credit",
    "Faculty",
    "HomeworkItem",
    "Ledger",
    "Lesson",
    "LessonProgress",
    "OfflineResult",
    "OutlineNode",
    "PlanEntry",
    "WatchStream",
]
