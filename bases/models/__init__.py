from bases.models.applications import Application, Attachment, Director, Trainer
from bases.models.approvals import BaseApproval
from bases.models.calls import Call, Condition, ScoringRow
from bases.models.reviews import Objection, Review, ReviewScore

__all__ = [
    "Application", "Attachment", "BaseApproval", "Call", "Condition", "Director", "Objection", "Review", "ReviewScore",
    "ScoringRow", "Trainer",
]  # fmt: skip
