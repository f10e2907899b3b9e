"""This room's acts and objects in the record of events."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "open_scorecards": _("open the scorecards"),
    "save_self_assessment": _("save a self-assessment"),
    "submit_scorecard": _("submit a scorecard"),
    "return_scorecard": _("return a scorecard"),
    "confirm_scorecard": _("confirm a scorecard"),
    "finalize_scorecard": _("finalize a scorecard"),
    "reopen_scorecard": _("reopen a scorecard"),
    "confirm_line": _("confirm a criterion"),
    "override_line": _("override a criterion"),
    "return_line": _("return a criterion"),
    "mend_line": _("answer a returned criterion"),
    "drop_final_points": _("take final points back"),
    "set_threshold_override": _("set a threshold for a province"),
    "remove_threshold_override": _("remove a province's threshold"),
    "record_activity": _("record an activity"),
    "remove_activity": _("remove an activity"),
    "record_fund": _("record a fund entry"),
    "remove_fund": _("remove a fund entry"),
    "save_provincial_file": _("keep the provincial file"),
    "record_visit": _("record a quality-control visit"),
    "remove_visit": _("take a quality-control visit back"),
    "supervision.provincialfile": _("provincial file"),
    "supervision.qualityvisit": _("quality-control visit"),
    "supervision.scorecard": _("scorecard"),
    "supervision.scorecardline": _("line of a scorecard"),
    "supervision.thresholdoverride": _("threshold of a province"),
    "supervision.activity": _("activity"),
    "supervision.fundentry": _("fund entry"),
}
