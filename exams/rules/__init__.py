"""Pure decisions of the exam: drawing, scoring, attempts, eligibility."""

from exams.rules.attempts import Limits, PastAttempt, Span, Standing, StartBar, TimeLeft, standing
from exams.rules.differences import Difference, Part, Side, difference
from exams.rules.drawing import (
    BlueprintLine,
    Drawn,
    PoolItem,
    Shortage,
    Shortfall,
    Stock,
    available,
    draw,
    stocked,
    worn_out,
)
from exams.rules.duplicates import ItemText, Match, exact_key, find_duplicates
from exams.rules.eligibility import CONDITIONS, ConditionRow, eligibility
from exams.rules.scoring import Score, ScoredItem, as_value, chosen, score

__all__ = [
    "CONDITIONS",
    "BlueprintLine",
    "ConditionRow",
    "Difference",
    "Drawn",
    "ItemText",
    "Limits",
    "Match",
    "Part",
    "PastAttempt",
    "PoolItem",
    "Score",
    "ScoredItem",
    "Shortage",
    "Shortfall",
    "Side",
    "Span",
    "Standing",
    "StartBar",
    "Stock",
    "TimeLeft",
    "as_value",
    "available",
    "chosen",
    "difference",
    "draw",
    "eligibility",
    "exact_key",
    "find_duplicates",
    "score",
    "standing",
    "stocked",
    "worn_out",
]
