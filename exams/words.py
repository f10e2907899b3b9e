"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "import_items": _("import items"),
    "revise_item": _("revise an item"),
    "submit_item": _("submit an item"),
    "return_item": _("return an item"),
    "take_in_item": _("take an item into the bank"),
    "retire_item": _("retire an item"),
    "sign_up": _("sign up for the exam"),
    "start_attempt": _("start an exam attempt"),
    "take_over_attempt": _("continue an attempt on another device"),
    "close_attempt": _("end an exam attempt"),
    "void_attempt": _("void an exam attempt"),
    "decide_late": _("decide on late answers"),
    "issue_certificate": _("issue a certificate"),
    "revoke_certificate": _("revoke a certificate"),
    "exams.blueprintrow": _("part of the paper"),
    "exams.eligibilityrow": _("condition of the exam"),
    "exams.examwindow": _("exam window"),
    "exams.item": _("item"),
    "exams.attempt": _("exam attempt"),
    "exams.signup": _("exam sign-up"),
    "exams.certificate": _("certificate"),
    "exams.lateanswer": _("late answer"),
}
