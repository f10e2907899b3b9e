"""What this room puts into the registries."""

from core.demo import DEMO_BUILDERS, DemoBuilder
from core.todos import TODO_SOURCES
from core.words import add_words
from programs.demo import build
from programs.models import (
    Closing,
    Duty,
    DutyExtension,
    DutyRecord,
    Participation,
    PriorityProgram,
    Quota,
    Setting,
    Specialty,
    Submission,
    Target,
    Theme,
)
from programs.todos import SOURCES
from programs.words import WORDS
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel

YEAR_MODELS.add(
    YearModel(Participation),
    YearModel(Quota),
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
}.items():
    LIVE_MODELS.add(LiveModel(model._meta.label_lower, reason))
DEMO_BUILDERS.add(DemoBuilder("programs", build))
TODO_SOURCES.add(*SOURCES)
add_words(WORDS)
