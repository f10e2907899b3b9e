"""Taking personal data out: of one person who asks, and of everybody when the term is over (PIPL 47, T48b).

What the register declares kept stays, the rest is emptied or stands under a pseudonym; rows and figures stay.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import DisclosureStatus
from accounts.models import Disclosure, Membership, Person, User
from accounts.personal import (
    PERSON_USES,
    PERSONAL_FIELDS,
    PERSONAL_ROWS,
    OnErase,
    PersonalField,
    PersonalRows,
)
from accounts.services.disclosure import end_disclosure
from core.enums import ActorKind
from core.events import record
from core.exceptions import NotAllowed, Refusal
from core.fields import EncryptedTextField

Counts = dict[str, int]
_EVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


class _Rehearsal(Exception):
    """Carries the counts of a dry run out of the transaction that it undoes."""


def check_erase(actor: Actor) -> None:
    if actor.kind != ActorKind.SYSTEM:
        raise NotAllowed(_("Personal data is erased on the server, by its command."))


def erase(*, person: Person, reason: str, actor: Actor, now: dt.datetime, dry_run: bool = False) -> Counts:
    """Everything of one person that is not declared kept; returns rows by field. The account is closed for good.

    Upper rooms come first, because they find the person by values that the last step takes away.
    """
    check_erase(actor)
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    counts: Counts = {}
    try:
        with transaction.atomic():
            for rows in reversed(list(PERSONAL_ROWS)):
                if rows.of is not None and not rows.part_of:
                    counts |= _take_out(rows, rows.of(person), fields_of(rows.code), now)
            _close_account(person, now)
            # a list in full may hold the person; whoever needs it asks again
            for disclosure in Disclosure.objects.filter(status=DisclosureStatus.READY):
                end_disclosure(disclosure=disclosure, now=now)
            if dry_run:
                raise _Rehearsal
            record(
                "erase_person",
                person,
                actor=actor,
                now=now,
                reason=reason,
                data={"rows": sum(counts.values())},
            )
    except _Rehearsal:
        pass
    return counts


def purge(*, actor: Actor, now: dt.datetime, dry_run: bool = False) -> Counts:
    """Every field whose term is over; returns rows by field. What is empty already counts no more."""
    check_erase(actor)
    counts: Counts = {}
    try:
        with transaction.atomic():
            for rows in reversed(list(PERSONAL_ROWS)):
                counts |= _purge_rows(rows, now)
            if dry_run:
                raise _Rehearsal
            if counts:
                record("purge_personal_data", None, actor=actor, now=now, data={"rows": sum(counts.values())})
    except _Rehearsal:
        pass
    return counts


def fields_of(label: str) -> list[PersonalField]:
    return [field for field in PERSONAL_FIELDS if field.code.rpartition(".")[0] == label]


def _purge_rows(rows: PersonalRows, now: dt.datetime) -> Counts:
    counts: Counts = {}
    if rows.past is None:
        return counts
    terms = {field.term_days for field in fields_of(rows.code) if field.term_days is not None}
    for days in sorted(terms):
        found = rows.past(now - dt.timedelta(days=days))
        fields = [field for field in fields_of(rows.code) if field.term_days == days]
        counts |= _take_out(rows, found, fields, now)
    return counts


def _take_out(
    rows: PersonalRows, found: QuerySet[Any], fields: Iterable[PersonalField], now: dt.datetime
) -> Counts:
    if rows.forget is not None:
        count = rows.forget(found, now)
        return {rows.code: count} if count else {}
    counts = {field.code: _blank(found, field) for field in fields if field.on_erase != OnErase.KEEP}
    return {code: count for code, count in counts.items() if count}


def _blank(found: QuerySet[Any], field: PersonalField) -> int:
    """Empty one column of those rows that hold something in it, or put a pseudonym there."""
    name = field.code.rpartition(".")[2]
    column: Any = found.model._meta.get_field(name)
    pks = list(_filled(found, column).values_list("pk", flat=True))
    table = found.model._base_manager
    if field.on_erase == OnErase.ERASE:
        table.filter(pk__in=pks).update(**{name: None if column.null else column.get_default()})
        return len(pks)
    changed = 0
    for pk in pks:
        changed += table.filter(pk=pk).exclude(**{name: pseudonym(pk)}).update(**{name: pseudonym(pk)})
    return changed


def _filled(found: QuerySet[Any], column: models.Field) -> QuerySet[Any]:
    rows: QuerySet[Any] = found.model._base_manager.filter(pk__in=found.values("pk"))
    if isinstance(column, EncryptedTextField):
        raw = ExpressionWrapper(F(column.name), output_field=BinaryField())
        return rows.annotate(raw=raw).exclude(raw=b"")  # type: ignore[no-any-return]
    return rows.exclude(**({f"{column.name}__isnull": True} if column.null else {column.name: ""}))


def pseudonym(number: int) -> str:
    """What stands in the place of a name; the number ties a person's rows together and to nobody."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Person %(number)s") % {"number": number}


def _close_account(person: Person, now: dt.datetime) -> None:
    user = User.objects.filter(person=person).first()
    if user is None:
        return
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), user=user, starts_at__lt=now).update(
        ends_at=now
    )


def people_not_needed(since: dt.datetime) -> QuerySet[Person]:
    """Those who were needed once and by nothing at or after `since`; who was never needed may be about to be."""
    rows, ever = Person.objects.all(), Q(pk__in=[])
    for use in PERSON_USES:
        ever |= Q(pk__in=use.people(_EVER))
        rows = rows.exclude(pk__in=use.people(since))
    return rows.filter(ever)
