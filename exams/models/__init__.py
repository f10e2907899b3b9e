from exams.models.certificates import Certificate
from exams.models.control import (
    Broadcast,
    Evidence,
    ExtraTime,
    Pulse,
    SystemCheck,
    VoidRequest,
)
from exams.models.items import Item, ItemGroup, ItemVersion
from exams.models.pairs import ItemPair
from exams.models.plan import BlueprintRow, EligibilityRow, ExamWindow
from exams.models.sitting import Answer, Attempt, AttemptItem, LateAnswer, SignUp
from exams.models.supply import ItemUpload, ItemUse

__all__ = [
    "Answer",
    "Attempt",
    "AttemptItem",
    "BlueprintRow",
    "Broadcast",
    "Certificate",
    "EligibilityRow",
    "Evidence",
    "ExamWindow",
    "ExtraTime",
    "Item",
    "ItemGroup",
    "ItemPair",
    "ItemUpload",
    "ItemUse",
    "ItemVersion",
    "LateAnswer",
    "Pulse",
    "SignUp",
    "SystemCheck",
    "VoidRequest",
]
