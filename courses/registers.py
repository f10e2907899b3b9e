"""What this room puts into the registries."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import (
    OWN_SECTIONS,
    PERSONAL_FIELDS,
    PERSONAL_ROWS,
    OnErase,
    PersonalField,
    PersonalRows,
)
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.figures import FIGURES
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words
from courses import figures, own, todos
from courses.demo import build
from courses.jobs import STUDY_SWEEP
from courses.models import ClassSession, Lesson, OutlineNode, PlanEntry
from courses.outline import outline_names
from courses.words import WORDS
from exams.demo import build_sittings
from exams.outlines import OUTLINES, OutlineSource
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel

FIGURES.add(*figures.ALL)
YEAR_MODELS.add(YearModel(OutlineNode), YearModel(PlanEntry, page="courses:plan-list"))
LIVE_MODELS.add(
    LiveModel(Lesson._meta.label_lower, "timeless; the year is only the one it was supplied for"),
    LiveModel(ClassSession._meta.label_lower, "held in one year"),
)
JOB_KINDS.add(STUDY_SWEEP)
TODO_SOURCES.add(*todos.SOURCES)
DEMO_BUILDERS.add(DemoBuilder("courses", build), DemoBuilder("exams.sittings", build_sittings))
PERSONAL_FIELDS.add(
    PersonalField(
        "courses.faculty.name", _("name"), OnErase.PSEUDONYMIZE, _("A lesson names who teaches it.")
    ),
)
# a lecturer is named by the unit and needs no account
PERSONAL_ROWS.add(PersonalRows("courses.faculty"))
OWN_SECTIONS.add(*own.SECTIONS)
OUTLINES.add(OutlineSource("courses", outline_names))
add_words(WORDS)
