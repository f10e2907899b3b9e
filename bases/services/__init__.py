from bases.services.approvals import file_base, name_base
from bases.services.decisions import (
    accept_application,
    answer_objection,
    approve_application,
    disqualify_application,
    file_application,
    open_publicity,
    record_objection,
    reject_application,
    return_application,
)
from bases.services.drafts import (
    add_attachment,
    remove_attachment,
    save_section,
    save_trainers,
    start_application,
    submit_application,
)
from bases.services.plan import edit_plan_row
from bases.services.reviews import assign_reviewers, decline_review, submit_review

__all__ = [
    "accept_application", "add_attachment", "answer_objection", "approve_application", "assign_reviewers",
    "decline_review", "disqualify_application", "edit_plan_row", "file_application", "file_base", "name_base", "open_publicity",
    "record_objection", "reject_application", "remove_attachment", "return_application", "save_section",
    "save_trainers", "start_application", "submit_application", "submit_review",
]  # fmt: skip
