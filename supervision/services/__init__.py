from supervision.services.plan import remove_threshold_override, set_threshold_override
from supervision.services.records import record_activity, record_fund, remove_activity, remove_fund
from supervision.services.review import (
    confirm_line,
    confirm_measured_lines,
    confirm_scorecard,
    finalize_scorecard,
    override_line,
    reopen_scorecard,
    return_line,
    return_scorecard,
)
from supervision.services.sheets import (
    LINE_FLOW,
    SCORECARD_FLOW,
    Entry,
    measure,
    open_scorecards,
    refresh_scorecards,
    save_self_assessment,
    submit_self_assessment,
)

__all__ = [
    "LINE_FLOW",
    "SCORECARD_FLOW",
    "Entry",
    "confirm_line",
    "confirm_measured_lines",
    "confirm_scorecard",
    "finalize_scorecard",
    "measure",
    "open_scorecards",
    "override_line",
    "record_activity",
    "record_fund",
    "refresh_scorecards",
    "remove_activity",
    "remove_fund",
    "remove_threshold_override",
    "reopen_scorecard",
    "return_line",
    "return_scorecard",
    "save_self_assessment",
    "set_threshold_override",
    "submit_self_assessment",
]
