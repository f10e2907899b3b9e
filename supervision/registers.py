"""What this room puts into the registries."""

from typing import Any

from core.demo import DEMO_BUILDERS, DemoBuilder
from core.figures import FIGURES
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words
from programs.models import ProgramYear
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel
from supervision import figures, jobs, todos
from supervision.demo import build
from supervision.models import (
    Activity,
    Criterion,
    CriterionStep,
    FundEntry,
    ProvincialFile,
    QualityVisit,
    Scorecard,
    ThresholdOverride,
)
from supervision.queries import plan_warnings
from supervision.thresholds import moved
from supervision.words import WORDS


def _move_threshold(unit: str, row: Any, target: ProgramYear) -> None:
    """A threshold that is a day moves with the number of the year."""
    source = target.copied_from
    if source is not None:
        row.threshold = moved(unit, row.threshold, target.year - source.year)


YEAR_MODELS.add(
    YearModel(
        Criterion,
        adapt=lambda row, target: _move_threshold(row.unit, row, target),
        check=plan_warnings,
        page="supervision:criterion-list",
    ),
    YearModel(CriterionStep, adapt=lambda row, target: _move_threshold(row.criterion.unit, row, target)),
)
for model, reason in {
    ThresholdOverride: "agreed for one province in one year",
    Scorecard: "what a unit reached in one year",
    Activity: "held in one year",
    FundEntry: "money of one year",
    ProvincialFile: "who answers in one year, and with which plan",
    QualityVisit: "paid in one year",
}.items():
    LIVE_MODELS.add(LiveModel(model._meta.label_lower, reason))
FIGURES.add(*figures.ALL)
JOB_KINDS.add(*jobs.KINDS)
TODO_SOURCES.add(todos.SOURCE, todos.FILE_SOURCE)
DEMO_BUILDERS.add(DemoBuilder("supervision", build))
add_words(WORDS)
