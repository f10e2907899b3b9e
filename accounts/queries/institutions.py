"""The registry of institutions: search, likely duplicates, and everything that points at one of them (E17)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.enums import RegionKind
from accounts.models import Institution, InstitutionAlias, Region
from accounts.rules.similarity import fold, parts_of, suggestions
from core.references import relations
from core.search import named
from core.templatetags.portal import name_of
from core.words import word

PLACE = ("region__parent__parent__parent",)


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows of one kind that point at an institution, by one of their fields."""

    model: Any
    field: str
    count: int

    @property
    def label(self) -> str:
        return word(self.model._meta.label_lower)


def institutions_named(rows: QuerySet[Institution], typed: str) -> QuerySet[Institution]:
    """Those of `rows` that go by what was typed: characters, pinyin or initials, of the name or of an alias."""
    aliases = InstitutionAlias.objects.filter(named(typed, ""))
    return rows.filter(named(typed, "") | Q(pk__in=aliases.values("institution")))


def regions_named(rows: QuerySet[Region], typed: str) -> QuerySet[Region]:
    """By name, pinyin or code; those that begin so come first where the list is short."""
    code = Q(code__startswith=typed.strip()) if typed.strip().isdigit() else Q()
    return (
        rows.exclude(kind=RegionKind.COUNTRY)
        .filter(code or named(typed, ""))
        .select_related("parent__parent__parent")
    )


def place_of(region: Region) -> str:
    """The names from the province down, as one writes an address."""
    names: list[str] = []
    step: Region | None = region
    while step is not None and (step.kind != RegionKind.COUNTRY or not names):
        names.insert(0, name_of(step))
        step = step.parent
    return " ".join(names)


def registry_names(region_code: str) -> Iterator[tuple[int, str]]:
    """Every name of a province's institutions that stand: (institution, name or alias)."""
    here = Institution.objects.standing().in_province(region_code)
    yield from here.order_by("pk").values_list("pk", "name")
    aliases = InstitutionAlias.objects.filter(institution__in=here).order_by("pk")
    yield from aliases.values_list("institution_id", "name")


def owner_of_name(name: str, region_code: str, apart_from: int = 0) -> Institution | None:
    """The other institution of the province that goes by the name; merged ones too, but for those merged into it."""
    wanted = fold(name)
    here = Institution.objects.in_province(region_code).exclude(Q(pk=apart_from) | Q(merged_into=apart_from))
    names = [*here.values_list("pk", "name")]
    names += InstitutionAlias.objects.filter(institution__in=here).values_list("institution_id", "name")
    found = next((pk for pk, other in names if fold(other) == wanted), None)
    return Institution.objects.select_related("merged_into").get(pk=found) if found else None


def likely_same(
    names: list[str], region_code: str, apart_from: int | None = None
) -> dict[str, list[Institution]]:
    """For each name the institutions of the province that are likely meant, best first; three queries for all."""
    known = [(pk, parts_of(name)) for pk, name in registry_names(region_code) if pk != apart_from]
    found = {name: [one.pk for one in suggestions(name, known)] for name in names}
    wanted = {pk for keys in found.values() for pk in keys}
    rows = Institution.objects.select_related(*PLACE).in_bulk(wanted)
    return {name: [rows[pk] for pk in keys] for name, keys in found.items()}


def references_to(institution: Institution) -> list[Reference]:
    """What points at it, of every room: found in the models themselves, so that no room can be forgotten.

    Its aliases are not among them: they are names of its own.
    """
    found = [
        Reference(model, name, model._base_manager.filter(**{name: institution.pk}).count())
        for model, name in relations(Institution)
        if model is not InstitutionAlias
    ]
    return sorted(found, key=lambda one: one.model._meta.label_lower)
