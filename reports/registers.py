"""What this room puts into the registries."""

from core.demo import DEMO_BUILDERS, DemoBuilder
from core.figures import FIGURES
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words
from programs.yearmodels import LIVE_MODELS, LiveModel
from reports import demo, figures, jobs, todos
from reports.models import AnnualReport
from reports.words import WORDS

LIVE_MODELS.add(LiveModel(AnnualReport._meta.label_lower, "what one year came to"))
FIGURES.add(*figures.ALL)
JOB_KINDS.add(jobs.BUILD)
TODO_SOURCES.add(todos.SOURCE)
DEMO_BUILDERS.add(DemoBuilder("reports", demo.build))
add_words(WORDS)
