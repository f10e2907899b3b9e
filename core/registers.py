from django.utils.translation import gettext_lazy as _

from core.jobs import JOB_KINDS
from core.periodic import PERIODIC
from core.words import add_words

JOB_KINDS.add(*PERIODIC)
add_words(
    {
        "export": _("export a list"),
        "expire_events": _("remove events after their term"),
        "data.list": _("list"),
        "data.rows": _("rows"),
        "data.filters": _("filters"),
    }
)
