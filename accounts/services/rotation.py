"""Bringing every encrypted value under the newest key while the portal runs (T48).

The header of a value names its key, so what is left to do is always read from the rows themselves: a rotation that was
killed goes on where it stopped, and one that is started twice does nothing twice.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Func

from accounts.actors import Actor
from accounts.adapter import reseal
from core.crypto import Undecipherable, decrypt, newest_header
from core.events import record
from core.fields import EncryptedTextField

CHUNK = 200


@dataclass
class Rotation:
    """What a run did; `unreadable` are places (model.field row) whose key is not among the configured ones."""

    checked: int = 0
    rewritten: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_fields() -> list[EncryptedTextField]:
    """Every encrypted column of every installed model."""
    return [
        column
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, EncryptedTextField)
    ]


def rotate(
    *, actor: Actor, now: dt.datetime, say: Callable[[str], None] = lambda _line: None, chunk: int = CHUNK
) -> Rotation:
    """Rewrite what stands under older keys, in transactions of `chunk` rows; what no key opens is left and named."""
    found = Rotation()
    for column in encrypted_fields():
        for _done in _column(column, found, chunk):
            say(f"{column.purpose}: {found.rewritten}")
    _second_factors(found)
    record("rotate_keys", None, actor=actor, now=now, data={"rows": found.rewritten})
    return found


def _stale(column: EncryptedTextField) -> models.QuerySet[Any]:
    """Rows whose value does not begin as those of the newest key do; `raw` is the ciphertext."""
    head = Func(F(column.name), 1, 2, function="SUBSTR", output_field=BinaryField())
    raw = ExpressionWrapper(F(column.name), output_field=BinaryField())
    rows = column.model._base_manager.annotate(head=head, raw=raw)
    return rows.exclude(head=b"").exclude(head=newest_header()).order_by("pk")


def _column(column: EncryptedTextField, found: Rotation, chunk: int) -> Iterator[None]:
    after: Any = None
    while True:
        with transaction.atomic():
            rows = _stale(column).select_for_update(of=("self",))
            rows = rows if after is None else rows.filter(pk__gt=after)
            pairs = list(rows.values_list("pk", "raw")[:chunk])
            for pk, raw in pairs:
                _rewrite(column, pk, bytes(raw), found)
        if not pairs:
            return
        after = pairs[-1][0]
        yield


def _rewrite(column: EncryptedTextField, pk: Any, raw: bytes, found: Rotation) -> None:
    found.checked += 1
    try:
        text = decrypt(raw, column.purpose)
    except Undecipherable:
        found.unreadable.append(f"{column.purpose} {pk}")
        return
    column.model._base_manager.filter(pk=pk).update(**{column.name: text})
    found.rewritten += 1


def _second_factors(found: Rotation) -> None:
    """Secrets of the second factor rest inside a JSON column of allauth's."""
    for pk in list(Authenticator.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().get(pk=pk)
            found.checked += 1
            try:
                data = reseal(factor.data)
            except Undecipherable:
                found.unreadable.append(f"mfa.authenticator {pk}")
                continue
            if data != factor.data:
                factor.data = data
                factor.save(update_fields=["data"])
                found.rewritten += 1
