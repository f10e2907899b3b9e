"""A table per flow, one helper that checks it and writes the event; docs/states.md is generated from the tables."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.registry import Registry

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Edge:
    verb: str
    sources: tuple[str, ...]
    target: str
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """`code` is the model's label; `states` the TextChoices of its `field`."""

    code: str
    states: type[models.TextChoices]
    edges: tuple[Edge, ...]
    field: str = "status"

    def edge(self, verb: str) -> Edge:
        return next(edge for edge in self.edges if edge.verb == verb)

    def verbs_from(self, state: str) -> list[str]:
        return [edge.verb for edge in self.edges if state in edge.sources]


FLOWS: Registry[Flow] = Registry("flows")


def advance(
    obj: M, flow: Flow, verb: str, *, actor: Actor, now: dt.datetime, reason: str = "", **data: Any
) -> M:
    """Lock the row, check the table, set the state, write the event.

    Raises IllegalTransition when the row stands elsewhere, Refusal when the edge wants a reason and has none.
    """
    edge = flow.edge(verb)
    if edge.needs_reason and not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))
    with transaction.atomic():
        locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        current = getattr(locked, flow.field)
        if current not in edge.sources:
            raise IllegalTransition(
                _("This step is not possible while the status is “%(status)s”.")
                % {"status": flow.states(current).label},
                remedy=_("Reload the page; somebody may have gone on with it."),
            )
        setattr(obj, flow.field, edge.target)
        obj.save(update_fields=[flow.field])
        record(
            verb,
            obj,
            actor=actor,
            now=now,
            from_state=current,
            to_state=edge.target,
            reason=reason,
            data=data,
        )
    return obj
