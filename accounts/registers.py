"""What this room puts into the registries."""

from django.utils.translation import gettext_lazy as _

from accounts.demo import build
from accounts.jobs import KINDS
from accounts.personal import (
    OWN_SECTIONS,
    PERSON_USES,
    PERSONAL_FIELDS,
    PERSONAL_ROWS,
    OnErase,
    PersonalField,
)
from accounts.register import FIELDS, OWN, ROWS, USES
from accounts.todos import SOURCES
from accounts.words import WORDS
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.words import add_words

_CERTIFIES = _("A certificate must name whom it certifies.")
PERSONAL_FIELDS.add(
    PersonalField("accounts.person.name", _("Full name"), OnErase.PSEUDONYMIZE, _CERTIFIES),
    PersonalField(
        "accounts.person.search_key", _("pinyin of the name"), OnErase.ERASE, _("Finds a person by pinyin.")
    ),
    PersonalField(
        "accounts.person.id_number",
        _("identity number"),
        OnErase.ERASE,
        _("Tells two people of one name apart."),
    ),
    PersonalField(
        "accounts.person.id_number_index",
        _("identity number"),
        OnErase.ERASE,
        _("Finds a person again next year."),
    ),
    PersonalField(
        "accounts.person.phone", _("phone"), OnErase.ERASE, _("To reach the person during the year."), 365
    ),
    PersonalField(
        "accounts.person.phone_index", _("phone"), OnErase.ERASE, _("Finds a person by phone."), 365
    ),
    PersonalField(
        "accounts.person.email", _("e-mail"), OnErase.ERASE, _("To reach the person during the year."), 365
    ),
    PersonalField("accounts.person.sex", _("sex"), OnErase.ERASE, _("Printed in the trainee archive.")),
    PersonalField(
        "accounts.person.birth_date", _("birth date"), OnErase.ERASE, _("Printed in the trainee archive.")
    ),
    PersonalField("accounts.user.email", _("e-mail"), OnErase.ERASE, _("To sign in and to be reached.")),
)
PERSONAL_FIELDS.add(*FIELDS)
PERSONAL_ROWS.add(*ROWS)
PERSON_USES.add(*USES)
OWN_SECTIONS.add(*OWN)
DEMO_BUILDERS.add(DemoBuilder("accounts", build))
JOB_KINDS.add(*KINDS)
TODO_SOURCES.add(*SOURCES)
add_words(WORDS)
