from supervision.models.files import ProvincialFile, QualityVisit
from supervision.models.plan import Criterion, CriterionStep, ThresholdOverride
from supervision.models.records import Activity, FundEntry
from supervision.models.sheets import OF_BASES, Evidence, Scorecard, ScorecardLine

__all__ = [
    "OF_BASES",
    "Activity",
    "Criterion",
    "CriterionStep",
    "Evidence",
    "FundEntry",
    "ProvincialFile",
    "QualityVisit",
    "Scorecard",
    "ScorecardLine",
    "ThresholdOverride",
]
