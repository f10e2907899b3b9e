from courses.services.faculty import confirm_lecturer, file_lecturer, list_lecturer
from courses.services.lessons import (
    LESSON_FLOW,
    add_to_plan,
    decide_topic,
    propose_lesson,
    publish_lesson,
    record_lesson,
    review_lesson,
)
from courses.services.offline import (
    ResultRow,
    edit_session,
    record_attendance,
    record_results,
    record_session,
)
from courses.services.study import (
    Marked,
    answer_homework,
    award_credits,
    check_study_open,
    start_stream,
)

__all__ = [
    "LESSON_FLOW",
    "Marked",
    "ResultRow",
    "add_to_plan",
    "answer_homework",
    "award_credits",
    "check_study_open",
    "confirm_lecturer",
    "decide_topic",
    "edit_session",
    "file_lecturer",
    "list_lecturer",
    "propose_lesson",
    "publish_lesson",
    "record_attendance",
    "record_lesson",
    "record_results",
    "record_session",
    "review_lesson",
    "start_stream",
]
