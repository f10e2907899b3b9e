"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "start_application": _("start a base application"),
    "save_application": _("save a base application"),
    "add_file": _("add a file"),
    "remove_file": _("remove a file"),
    "submit_application": _("submit a base application"),
    "return_application": _("return a base application"),
    "accept_application": _("pass the formal check of a base application"),
    "start_review": _("start the review of a base application"),
    "open_publicity": _("open the publicity of a base application"),
    "approve_application": _("approve a base application"),
    "reject_application": _("reject a base application"),
    "file_application": _("file a base application"),
    "disqualify_application": _("disqualify a base application"),
    "assign_review": _("assign a review"),
    "submit_review": _("submit a review"),
    "decline_review": _("decline a review"),
    "record_objection": _("record an objection"),
    "dismiss_objection": _("dismiss an objection"),
    "uphold_objection": _("uphold an objection"),
    "name_base": _("name a training base"),
    "file_base": _("file a training base"),
    "bases.application": _("base application"),
    "bases.review": _("review of a base"),
    "bases.director": _("director of an applying base"),
    "bases.trainer": _("trainer of an applying base"),
    "bases.objection": _("objection"),
    "bases.baseapproval": _("training base"),
}
