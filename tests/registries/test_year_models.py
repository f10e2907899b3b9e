"""P1: what makes up a year is registered as a whole, and the copier brings all of it into the next one."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from programs.models import ProgramYear, YearRow
from programs.services import copy_year
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS, YearModel
from tests.factories import NOW, cancer_2022, nuclear_2024
from tests.programs.source_rows import all_rows
from tests.registries.rooms import all_models, fields_of, ids, keys_to, label

SHIFT = dt.timedelta(days=365)
YEAR_ROWS = [model for model in all_models() if issubclass(model, YearRow)]
pytestmark = pytest.mark.django_db


def test_every_model_of_a_year_is_copied_or_declared_live():
    of_a_year = {
        label(model) for model in all_models() if keys_to(model, ProgramYear) and model is not ProgramYear
    }
    assert of_a_year
    assert of_a_year - set(YEAR_MODELS.codes()) - set(LIVE_MODELS.codes()) == set()
    assert set(YEAR_MODELS.codes()) & set(LIVE_MODELS.codes()) == set()


def test_what_is_declared_live_exists_and_says_why():
    known = {label(model) for model in all_models()}
    assert set(LIVE_MODELS.codes()) <= known
    assert [entry.code for entry in LIVE_MODELS if len(entry.reason) < 10] == []


def test_year_rows_are_never_declared_live():
    assert {label(model) for model in YEAR_ROWS} == set(YEAR_MODELS.codes())


@pytest.mark.parametrize("entry", YEAR_MODELS, ids=lambda entry: entry.code)
def test_every_date_of_a_year_row_is_shifted(entry: YearModel):
    dates = {field.name for field in entry.model._meta.concrete_fields if isinstance(field, models.DateField)}
    assert dates - {"confirmed_at"} == set(entry.shifted)


def lived_models() -> set[str]:
    """Models whose rows cannot be without their year; where the key may be empty, a row is timeless."""
    return {
        label(model) for model in all_models() if any(not key.null for key in keys_to(model, ProgramYear))
    } & set(LIVE_MODELS.codes())


@pytest.mark.parametrize("entry", YEAR_MODELS, ids=lambda entry: entry.code)
def test_a_year_row_points_only_to_rows_copied_before_it_or_to_timeless_ones(entry: YearModel):
    codes = YEAR_MODELS.codes()
    targets = {
        label(field.related_model)
        for field in fields_of(entry.model)
        if field.is_relation and field.name != "year"
    }
    later = {target for target in targets & set(codes) if codes.index(target) > codes.index(entry.code)}
    assert later == set()
    assert targets & lived_models() == set()


def rows_of(entry: YearModel, year: ProgramYear) -> dict[str, models.Model]:
    return {row.code: row for row in entry.model._default_manager.filter(year=year)}


def meaning(field: models.Field, row: models.Model) -> Any:
    """A value that can be compared between two years: a row of the year by its code, another row by its key."""
    if field.many_to_many:
        return sorted(
            (one.code if isinstance(one, YearRow) else str(one.pk)) for one in getattr(row, field.name).all()
        )
    value = getattr(row, field.name)
    return value.code if isinstance(value, YearRow) else value


def year_rows_pointed_to(field: models.Field, row: models.Model) -> list[YearRow]:
    if not field.is_relation or not issubclass(field.related_model, YearRow):
        return []
    return (
        list(getattr(row, field.name).all())
        if field.many_to_many
        else [one for one in [getattr(row, field.name)] if one]
    )


@pytest.fixture(params=[cancer_2022, nuclear_2024], ids=["cancer-2022", "nuclear-2024"])
def source_and_copy(request, system) -> tuple[ProgramYear, ProgramYear]:
    source = request.param()
    copy = copy_year(
        source=source, year=source.year + 1, name="次年", name_en="next", shift=SHIFT, actor=system, now=NOW
    )
    return source, copy


@pytest.mark.parametrize("entry", YEAR_MODELS, ids=lambda entry: entry.code)
def test_the_copy_is_equal_shifted_and_points_into_its_own_year(source_and_copy, entry: YearModel):
    source, copy = source_and_copy
    old, new = rows_of(entry, source), rows_of(entry, copy)
    assert old.keys() == new.keys()
    if entry.adapt:
        return
    for code, row in new.items():
        for field in fields_of(entry.model):
            if field.primary_key or field.name == "year":
                continue
            before = meaning(field, old[code])
            expected = before + SHIFT if field.name in entry.shifted and before is not None else before
            assert meaning(field, row) == expected, f"{entry.code} {code} {field.name}"
            assert [one for one in year_rows_pointed_to(field, row) if one.year_id != copy.pk] == []


def test_every_row_of_the_fixtures_was_loaded():
    wanted: dict[str, set[str]] = {}
    for row in all_rows():
        if row["model"] != "year":
            wanted.setdefault(row["model"], set()).add(row["code"])
    missing = {
        name: sorted(codes - set(apps.get_model(name)._default_manager.values_list("code", flat=True)))
        for name, codes in wanted.items()
    }
    assert {name: codes for name, codes in missing.items() if codes} == {}


SELF_POINTING = [model for model in YEAR_ROWS if keys_to(model, model)]


@pytest.mark.parametrize("model", SELF_POINTING, ids=ids(SELF_POINTING))
def test_a_tree_is_copied_whatever_order_its_rows_were_made_in(model, system):
    """A row may hang under one that was made after it."""
    source = cancer_2022()
    field = keys_to(model, model)[0].name
    child = model._default_manager.filter(year=source, **{f"{field}__isnull": False}).order_by("pk").first()
    parent = getattr(child, field)
    parent.pk, parent.code = None, f"{parent.code}-later"
    parent.save()
    setattr(child, field, parent)
    child.save()
    assert parent.pk > child.pk
    copy = copy_year(source=source, year=2030, name="n", name_en="n", shift=SHIFT, actor=system, now=NOW)
    assert getattr(model._default_manager.get(year=copy, code=child.code), field).code == parent.code
