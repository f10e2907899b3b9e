"""What this room puts into the registries."""

from accounts.audience import WHEREABOUTS, Whereabouts
from accounts.disclosures import DISCLOSABLE
from accounts.enums import Role
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.figures import FIGURES
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words
from enrollment import (
    demo_collecting,
    personal,  # noqa: F401 - it declares this room's personal data
)
from enrollment.demo import build
from enrollment.disclosures import LISTS
from enrollment.figures import ROOM_FIGURES
from enrollment.jobs import KINDS
from enrollment.models import (
    Applicant,
    DiscussionGroup,
    Enrollment,
    Invitation,
    PastInstitution,
    Roster,
    RosterImport,
    Rule,
    Sheet,
)
from enrollment.queries import rule_findings_of, trainees_of
from enrollment.todos import SOURCES
from enrollment.words import WORDS
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel

YEAR_MODELS.add(YearModel(Rule, page="enrollment:rule-list", check=rule_findings_of, guarded=True))
for model, reason in {
    Enrollment: "people of one year",
    Roster: "the list of one year",
    RosterImport: "uploads of one year",
    Sheet: "what hospitals fill in for one year",
    Invitation: "the link of one year",
    DiscussionGroup: "the chat of one year",
    Applicant: "who applied for one year",
    PastInstitution: "the year before, as one year's province listed it",
}.items():
    LIVE_MODELS.add(LiveModel(model._meta.label_lower, reason))
FIGURES.add(*ROOM_FIGURES)
JOB_KINDS.add(*KINDS)
DEMO_BUILDERS.add(
    DemoBuilder("enrollment", build), DemoBuilder("enrollment.collecting", demo_collecting.build)
)
TODO_SOURCES.add(*SOURCES)
DISCLOSABLE.add(*LISTS)
WHEREABOUTS.add(Whereabouts(Role.TRAINEE.value, trainees_of))
add_words(WORDS)
