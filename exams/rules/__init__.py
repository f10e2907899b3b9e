"""Pure decisions of the exam: drawing, scoring, attempts, eligibility."""

from exams.rules.attempts import Limits, PastAttempt, Span, Standing, StartBar, standing
from exams.rules.drawing import BlueprintLine, Drawn, PoolItem, Shortage, Shortfall, available, draw
from exams.rules.eligibility import CONDITIONS, ConditionRow, eligibility
from exams.rules.scoring import Score, ScoredItem, as_value, chosen, score

__all__ = [
    "CONDITIONS",
    "BlueprintLine",
    "ConditionRow",
    "Drawn",
    "Limits",
    "PastAttempt",
    "PoolItem",
    "Score",
    "ScoredItem",
    "Shortage",
    "Shortfall",
    "Span",
    "Standing",
    "StartBar",
    "as_value",
    "available",
    "chosen",
    "draw",
    "eligibility",
    "score",
    "standing",
]
