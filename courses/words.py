"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "load_lessons": _("load lessons"),
    "propose_lesson": _("propose a lesson"),
    "assign_lesson": _("assign a lesson"),
    "approve_topic": _("approve a topic"),
    "decline_topic": _("decline a topic"),
    "record_lesson": _("hand in a recording"),
    "accept_lesson": _("accept the content of a lesson"),
    "return_lesson": _("return a lesson"),
    "publish_lesson": _("publish a lesson"),
    "answer_homework": _("answer homework"),
    "award_credits": _("record national credits"),
    "record_session": _("record a class session"),
    "edit_session": _("change a class session"),
    "record_attendance": _("record attendance"),
    "set_offline_result": _("record an offline result"),
    "list_lecturer": _("list a lecturer"),
    "file_lecturer": _("file a lecturer"),
    "confirm_lecturer": _("confirm a lecturer"),
    "courses.lesson": _("lesson"),
    "courses.classsession": _("class session"),
    "courses.faculty": _("lecturer"),
}
