"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "stage_import": _("upload a roster"),
    "read_import": _("read an uploaded roster"),
    "apply_import": _("take in an uploaded roster"),
    "discard_import": _("discard an uploaded roster"),
    "approve": _("approve a trainee"),
    "refuse": _("turn down an application"),
    "withdraw": _("withdraw a trainee"),
    "replace": _("replace a trainee"),
    "set_funding": _("change the funding of a trainee"),
    "edit_facts": _("correct the facts of an application"),
    "join_group": _("mark as joined the discussion group"),
    "place": _("place at a training base"),
    "issue_password": _("hand out a first password"),
    "submit_roster": _("submit a roster"),
    "accept_roster": _("accept a roster"),
    "return_roster": _("return a roster"),
    "lock_roster": _("lock a roster"),
    "unlock_roster": _("unlock a roster"),
    "note_warning_reason": _("give the reason for exceeding a limit"),
    "list_past_institutions": _("list the institutions of last year"),
    "enrollment.rule": _("recruitment rule"),
    "enrollment.enrollment": _("trainee"),
    "enrollment.roster": _("roster"),
    "enrollment.rosterimport": _("uploaded roster"),
    "enrollment.pastinstitution": _("institution of last year"),
    "data.taken": _("rows taken in"),
    "data.bad": _("rows with errors"),
}
