"""What this room puts into the registries."""

from django.utils.translation import gettext_lazy as _

from accounts.demo import build
from accounts.personal import PERSONAL_FIELDS, OnErase, PersonalField
from core.demo import DEMO_BUILDERS, DemoBuilder
from core.words import add_words

_CERTIFIES = _("A certificate must name whom it certifies.")
PERSONAL_FIELDS.add(
    PersonalField("accounts.person.name", _("name"), OnErase.PSEUDONYMIZE, _CERTIFIES),
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
DEMO_BUILDERS.add(DemoBuilder("accounts", build))
add_words({"switch_role": _("change the role"), "accounts.membership": _("role in a unit")})
