from exams.services.certificates import issue_certificate, revoke_certificate
from exams.services.items import (
    ITEM_FLOW,
    Imported,
    decide_items,
    import_items,
    retire_item,
    revise_item,
    submit_items,
    take_in_items,
)
from exams.services.plan import edit_window
from exams.services.sitting import (
    ATTEMPT_FLOW,
    close_overdue,
    decide_late,
    hand_in,
    sign_up,
    start_attempt,
    take_over,
)

__all__ = [
    "ATTEMPT_FLOW",
    "ITEM_FLOW",
    "Imported",
    "close_overdue",
    "decide_items",
    "decide_late",
    "edit_window",
    "hand_in",
    "import_items",
    "issue_certificate",
    "retire_item",
    "revise_item",
    "revoke_certificate",
    "sign_up",
    "start_attempt",
    "submit_items",
    "take_in_items",
    "take_over",
]
