"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "start_report": _("start an annual report"),
    "build_report": _("build an annual report"),
    "finish_report": _("finish an annual report"),
    "revise_report": _("revise an annual report"),
    "file_report": _("file an annual report"),
    "return_report": _("return an annual report"),
    "reports.annualreport": _("annual report"),
}
