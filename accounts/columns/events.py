import datetime as dt
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.queries import REFUSALS, event_details, of_people_named, of_units_named
from core.columns import Column, Listing, yes_no
from core.enums import ActorKind
from core.forms import DateInput
from core.models import Event
from core.values import day_end, day_start
from core.words import EVENT_WORDS, state_word, word


def _words(*, of_objects: bool) -> list[tuple[str, str]]:
    """Acts, or the kinds of objects; the words of details are neither."""
    codes = [code for code in EVENT_WORDS.codes() if not code.startswith("data.")]
    return [(code, word(code)) for code in codes if ("." in code) == of_objects]


class EventFilter(filters.FilterSet):
    """Search area of the record of events."""

    who = filters.CharFilter(label=_("Name, login name or registration number"), method="by_actor")
    verb = filters.ChoiceFilter(label=_("Act"))
    since = filters.DateFilter(label=_("From"), method="from_day", widget=DateInput())
    until = filters.DateFilter(label=_("Until"), method="until_day", widget=DateInput())
    unit = filters.CharFilter(label=_("Unit"), method="by_unit")
    object_type = filters.ChoiceFilter(label=_("Kind of object"))
    object_id = filters.CharFilter(label=_("Number of the object"))
    refused = yes_no(_("Refusals"), method="by_refusal")

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["verb"].extra["choices"] = _words(of_objects=False)
        self.filters["object_type"].extra["choices"] = self._kinds()

    def _kinds(self) -> list[tuple[str, str]]:
        """The kinds that have a word, and the one whose history is asked for."""
        kinds = _words(of_objects=True)
        asked = str(self.data.get("object_type", ""))
        with suppress(LookupError, ValueError):
            if asked not in dict(kinds):
                kinds.append((asked, str(apps.get_model(asked)._meta.verbose_name)))
        return kinds

    def from_day(self, rows: QuerySet[Any], name: str, value: dt.date) -> QuerySet[Any]:
        return rows.filter(at__gte=day_start(value))

    def until_day(self, rows: QuerySet[Any], name: str, value: dt.date) -> QuerySet[Any]:
        return rows.filter(at__lt=day_end(value))

    def by_actor(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_people_named(rows, value)

    def by_unit(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_units_named(rows, value)

    def by_refusal(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(verb__in=REFUSALS) if value else rows.exclude(verb__in=REFUSALS)


def _who(row: Any) -> str:
    return row.person_name or row.username or str(ActorKind(row.actor_kind).label)


def _object(row: Event) -> str:
    return f"{word(row.object_type)} {row.object_id}" if row.object_type else ""


def _history(row: Event) -> str:
    """Everything that happened to the same object."""
    asked = urlencode({"object_type": row.object_type, "object_id": row.object_id})
    return f"{reverse('accounts:event-list')}?{asked}" if row.object_type else ""


def _states(row: Event) -> str:
    states = (state_word(row.object_type, state) for state in (row.from_state, row.to_state) if state)
    return " → ".join(states)


EVENTS = Listing(
    code="accounts.events",
    title=_("Record of events"),
    columns=(
        Column("at", _("Time"), "at", kind="datetime", sort="at", width=18),
        Column("who", _("Who"), _who, width=14),
        Column("username", _("Login name"), "username", kind="code", on_page=False, width=20),
        Column("role", _("Role"), lambda row: str(Role(row.role).label) if row.role else "", width=16),
        Column("unit", _("Unit"), "unit_name", on_page=False, width=40),
        Column("verb", _("Act"), lambda row: word(row.verb), sort="verb", width=24),
        Column("object", _("Object"), _object, url=_history, width=24),
        Column("states", _("From → to"), _states, width=22),
        Column("details", _("Details"), event_details, width=50),
        Column("reason", _("Reason"), "reason", width=40),
        Column("address", _("From where"), "address", kind="code", width=18),
        Column(
            "data",
            _("Everything recorded"),
            lambda row: json.dumps(row.data, ensure_ascii=False),
            on_page=False,
        ),
        Column("request", _("Request"), "request_id", kind="code", on_page=False, width=34),
    ),
    filters=EventFilter,
    order=("-pk",),
    empty=_("Nothing was recorded that fits the search."),
)
