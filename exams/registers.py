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
from exams import demo, figures, jobs, jobs_uploads, own, todos
from exams.models import (
    BlueprintRow,
    Broadcast,
    Certificate,
    EligibilityRow,
    Evidence,
    ExamWindow,
    ExtraTime,
    Item,
    ItemUpload,
    ItemUse,
    Pulse,
)
from exams.words import WORDS
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, LiveModel, YearModel

YEAR_MODELS.add(
    YearModel(BlueprintRow, page="exams:blueprint-show"),
    YearModel(EligibilityRow, page="exams:blueprint-show"),
    YearModel(ExamWindow, shifted=("opens_at", "closes_at"), page="exams:window-list"),
)
LIVE_MODELS.add(
    LiveModel(Item._meta.label_lower, "timeless; the year is only the one it was written for"),
    LiveModel(ItemUpload._meta.label_lower, "a file that was read in that year"),
    LiveModel(ExtraTime._meta.label_lower, "granted to people of that year's exam"),
    LiveModel(Broadcast._meta.label_lower, "said during that year's exam"),
    LiveModel(ItemUse._meta.label_lower, "counted anew from the papers of each year"),
)
FIGURES.add(*figures.ALL)
JOB_KINDS.add(jobs.SWEEP, jobs_uploads.READ, jobs.USES, jobs.COMPARE)
TODO_SOURCES.add(todos.SOURCE)
DEMO_BUILDERS.add(DemoBuilder("exams", demo.build))
PERSONAL_FIELDS.add(
    PersonalField(
        "exams.pulse.address", _("network address"), OnErase.ERASE, _("Shows when a sitting moved elsewhere.")
    ),
    PersonalField("exams.evidence.note", _("note"), OnErase.ERASE, _("For a person who judges a sitting.")),
    PersonalField(
        "exams.certificate.content",
        _("content"),
        OnErase.KEEP,
        _("A certificate must name whom it certifies."),
    ),
)
PERSONAL_ROWS.add(
    PersonalRows("exams.pulse", lambda person: Pulse.objects.filter(attempt__enrollment__person=person)),
    PersonalRows(
        "exams.evidence", lambda person: Evidence.objects.filter(attempt__enrollment__person=person)
    ),
    PersonalRows(
        "exams.certificate",
        lambda person: Certificate.objects.filter(enrollment__person=person),
        worded={"content": own.printed},
    ),
)
OWN_SECTIONS.add(*own.SECTIONS)
add_words(WORDS)
