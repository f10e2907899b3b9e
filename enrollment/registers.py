"""What this room puts into the registries."""

from django.utils.translation import gettext_lazy as _

from accounts.personal import PERSONAL_FIELDS, OnErase, PersonalField
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.figures import FIGURES
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words
from enrollment.demo import build
from enrollment.figures import ROOM_FIGURES
from enrollment.jobs import KINDS
from enrollment.models import Enrollment, PastInstitution, Roster, RosterImport, Rule
from enrollment.todos import SOURCES
from enrollment.words import WORDS
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel

YEAR_MODELS.add(YearModel(Rule, page="enrollment:rule-list"))
for model, reason in {
    Enrollment: "people of one year",
    Roster: "the list of one year",
    RosterImport: "uploads of one year",
    PastInstitution: "the year before, as one year's province listed it",
}.items():
    LIVE_MODELS.add(LiveModel(model._meta.label_lower, reason))
FIGURES.add(*ROOM_FIGURES)
JOB_KINDS.add(*KINDS)
DEMO_BUILDERS.add(DemoBuilder("enrollment", build))
TODO_SOURCES.add(*SOURCES)
_UPLOAD = _("Read before it is confirmed; deleted when discarded and after its term.")
PERSONAL_FIELDS.add(
    PersonalField("enrollment.rosterimport.source", _("file content"), OnErase.ERASE, _UPLOAD, 30),
    PersonalField("enrollment.importrow.cells", _("cells as typed"), OnErase.ERASE, _UPLOAD, 30),
    PersonalField("enrollment.importrow.values", _("cells as understood"), OnErase.ERASE, _UPLOAD, 30),
    PersonalField("enrollment.importrow.id_number_index", _("identity number"), OnErase.ERASE, _UPLOAD, 30),
)
add_words(WORDS)
