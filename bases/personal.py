"""The personal data of this room."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal import PERSONAL_FIELDS, PERSONAL_ROWS, OnErase, PersonalField, PersonalRows
from bases.models import Director, Objection, Trainer
from core.values import CHINA

_ON_THE_FORM = _("Printed on the form that the hospital signs and seals.")
_TO_REACH = _("To reach the person about the application.")
_OBJECTION = _("An objection under a name must be traceable until it is answered.")
# after the year of the call a person's contact is needed no more
CONTACT_TERM = 365

PERSONAL_FIELDS.add(
    *(
        PersonalField(f"bases.director.{name}", label, OnErase.PSEUDONYMIZE, _ON_THE_FORM)
        for name, label in {
            "name": _("Name"),
            "age": _("Age"),
            "sex": _("Sex"),
            "ethnicity": _("Ethnic group"),
            "post": _("Administrative post"),
            "experience": _("Work experience of the director"),
        }.items()
    ),
    PersonalField("bases.director.phone", _("Phone"), OnErase.ERASE, _TO_REACH, CONTACT_TERM),
    PersonalField("bases.director.email", _("E-mail"), OnErase.ERASE, _TO_REACH, CONTACT_TERM),
    PersonalField("bases.director.address", _("Postal address"), OnErase.ERASE, _TO_REACH, CONTACT_TERM),
    PersonalField("bases.trainer.name", _("Name"), OnErase.PSEUDONYMIZE, _ON_THE_FORM),
    PersonalField("bases.trainer.age", _("Age"), OnErase.ERASE, _ON_THE_FORM),
    PersonalField("bases.trainer.phone", _("Phone"), OnErase.ERASE, _TO_REACH, CONTACT_TERM),
    PersonalField("bases.trainer.email", _("E-mail"), OnErase.ERASE, _TO_REACH, CONTACT_TERM),
    PersonalField("bases.objection.sender", _("from whom"), OnErase.ERASE, _OBJECTION, CONTACT_TERM),
    PersonalField("bases.objection.contact", _("contact"), OnErase.ERASE, _OBJECTION, CONTACT_TERM),
)


def _past(model: Any) -> Callable[[dt.datetime], QuerySet[Any]]:
    """Rows of calls whose year was over before that instant."""
    return lambda since: model.objects.filter(application__year__year__lt=since.astimezone(CHINA).year)


# the hospital names them on its form; they have no account by which they could be found
PERSONAL_ROWS.add(
    *(PersonalRows(model._meta.label_lower, past=_past(model)) for model in (Director, Trainer, Objection))
)
