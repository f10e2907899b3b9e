"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "load_year": _("load a program year"),
    "copy_year": _("copy a year as a draft"),
    "open_year": _("open a year"),
    "close_year": _("close a year"),
    "reopen_year": _("reopen a year"),
    "edit_row": _("change a plan row"),
    "confirm_assumption": _("confirm an assumption"),
    "submit": _("hand up a submission"),
    "accept_submission": _("accept a submission"),
    "return_submission": _("return a submission"),
    "close": _("close a subject"),
    "reopen": _("reopen a subject"),
    "record_duty": _("record a duty as done"),
    "correct_duty_record": _("correct the record of a duty"),
    "extend_duty": _("extend a duty"),
    "make_feed": _("make a calendar address"),
    "revoke_feed": _("void a calendar address"),
    "programs.calendarfeed": _("calendar address"),
    "programs.program": _("program"),
    "programs.programyear": _("program year"),
    "programs.submission": _("submission"),
    "programs.closing": _("closing"),
    "programs.dutyrecord": _("record of a duty"),
    "programs.dutyextension": _("extension of a duty"),
}
