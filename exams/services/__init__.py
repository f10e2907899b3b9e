from exams.services.answer_files import FileOutcome, take_file
from exams.services.before import Trial, confirm_rules, keep_system_check, open_trial
from exams.services.certificates import issue_certificate, revoke_certificate
from exams.services.control import Granted, grant_extra_time, send_broadcast
from exams.services.items import (
    ITEM_FLOW,
    Imported,
    give_homework,
    import_items,
    retire_item,
    take_in_items,
)
from exams.services.late import LATE_FLOW, LateOutcome, decide_late
from exams.services.pairs import PAIR_FLOW
from exams.services.plan import Part, edit_blueprint, edit_window, sample_paper
from exams.services.practice import start_practice
from exams.services.sitting import (
    ATTEMPT_FLOW,
    close_if_over,
    close_overdue,
    hand_in,
    sign_up,
    start_attempt,
    take_over,
)
from exams.services.supply import (
    Decision,
    decide_items,
    decide_pair,
    propose_items,
    review_items,
    submit_items,
)
from exams.services.voiding import VOID_FLOW, ask_void, confirm_void, refuse_void
from exams.services.writing import UPLOAD_FLOW, write_entries

__all__ = [
    "ATTEMPT_FLOW",
    "ITEM_FLOW",
    "LATE_FLOW",
    "PAIR_FLOW",
    "UPLOAD_FLOW",
    "VOID_FLOW",
    "Decision",
    "FileOutcome",
    "Granted",
    "Imported",
    "LateOutcome",
    "Part",
    "Trial",
    "ask_void",
    "close_if_over",
    "close_overdue",
    "confirm_rules",
    "confirm_void",
    "decide_items",
    "decide_late",
    "decide_pair",
    "edit_blueprint",
    "edit_window",
    "give_homework",
    "grant_extra_time",
    "hand_in",
    "import_items",
    "issue_certificate",
    "keep_system_check",
    "open_trial",
    "propose_items",
    "refuse_void",
    "retire_item",
    "review_items",
    "revoke_certificate",
    "sample_paper",
    "send_broadcast",
    "sign_up",
    "start_attempt",
    "start_practice",
    "submit_items",
    "take_file",
    "take_in_items",
    "take_over",
    "write_entries",
]
