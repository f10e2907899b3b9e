"""What this room puts into the registries."""

from accounts.audience import TAKING_PART, TakingPart
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words
from programs.demo import build
from programs.jobs import KINDS
from programs.models import (
    Closing,
    Duty,
    DutyExtension,
    DutyRecord,
    Participation,
    PriorityProgram,
    ProgramYear,
    Quota,
    QuotaTransfer,
    Setting,
    Specialty,
    Submission,
    Target,
    Theme,
)
from programs.queries import years_of_unit
from programs.todos import SOURCES
from programs.words import WORDS
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel


def as_printed(quota: Quota, _year: ProgramYear) -> None:
    """What was moved in one year is not moved in the next."""
    quota.moved = 0


YEAR_MODELS.add(
    YearModel(Participation),
    YearModel(Quota, adapt=as_printed),
    YearModel(Target),
    YearModel(Specialty),
    YearModel(Theme),
    YearModel(PriorityProgram),
    YearModel(Setting),
    YearModel(Duty, shifted=("due_at",)),
)
for model, reason in {
    DutyExtension: "granted to one unit in one year",
    DutyRecord: "what a unit did in one year",
    Submission: "what a unit handed up in one year",
    Closing: "closes one year",
    QuotaTransfer: "seats moved in one year",
}.items():
    LIVE_MODELS.add(LiveModel(model._meta.label_lower, reason))
DEMO_BUILDERS.add(DemoBuilder("programs", build))
JOB_KINDS.add(*KINDS)
TODO_SOURCES.add(*SOURCES)
TAKING_PART.add(TakingPart("programs.participation", years_of_unit))
add_words(WORDS)
