"""What this room puts into the registries."""

from bases import figures, personal, todos  # noqa: F401 - they fill their registries
from bases.demo import build
from bases.models import Application, BaseApproval, Call, Condition, ScoringRow
from bases.queries import call_checks, condition_checks
from bases.services import flows  # noqa: F401 - it fills the registry of flows
from bases.words import WORDS
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.words import add_words
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel

YEAR_MODELS.add(
    YearModel(Call, shifted=("opens_on", "deadline"), check=call_checks, page="bases:call-list"),
    YearModel(Condition, check=condition_checks),
    YearModel(ScoringRow),
)
LIVE_MODELS.add(
    LiveModel(Application._meta.label_lower, "what a hospital handed in under one call"),
    LiveModel(BaseApproval._meta.label_lower, "decided in one year"),
)
DEMO_BUILDERS.add(DemoBuilder("bases", build))
add_words(WORDS)
