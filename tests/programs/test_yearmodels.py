"""The copier on its own: order, circles, adapting (P1). What it does to the real years: tests/registries."""

import datetime as dt

import pytest
from django.apps import apps

from core.registry import Registry
from programs import yearmodels
from programs.models import Duty, PriorityProgram, ProgramYear, Theme
from programs.yearmodels import YEAR_MODELS, Copies, LiveModel, YearModel, copy_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(year_2022):
    return ProgramYear.objects.create(
        program=year_2022.program, year=2023, name="次年", copied_from=year_2022
    )


@pytest.fixture
def only(monkeypatch):
    """Let the copier know just these models."""

    def register(*entries: YearModel) -> None:
        registry: Registry[YearModel] = Registry("some year models")
        registry.add(*entries)
        monkeypatch.setattr(yearmodels, "YEAR_MODELS", registry)

    return register


def test_codes_of_registered_models_are_their_labels():
    assert YearModel(Theme).code == "programs.theme"
    assert YEAR_MODELS["programs.theme"].model is Theme
    assert LiveModel("a.b", "because").code == "a.b"


def test_dates_move_by_the_shift_and_empty_ones_stay_empty(year_2022, draft, only):
    only(YearModel(Duty, shifted=("due_at", "confirmed_at")))
    copy_rows(year_2022, draft, dt.timedelta(days=7))
    for old in Duty.objects.filter(year=year_2022):
        new = Duty.objects.get(year=draft, code=old.code)
        assert new.due_at - old.due_at == dt.timedelta(days=7)
        assert new.confirmed_at is None


def test_a_model_may_adapt_its_copies_before_they_are_saved(year_2022, draft, only):
    def rename(row: PriorityProgram, target: ProgramYear) -> None:
        row.name = f"{row.name} {target.year}"

    only(YearModel(PriorityProgram, adapt=rename))
    copy_rows(year_2022, draft, dt.timedelta(0))
    names = PriorityProgram.objects.filter(year=draft).values_list("name", flat=True)
    assert len(names) == 2
    assert all(name.endswith(" 2023") for name in names)


def test_the_source_stays_as_it_is(year_2022, draft):
    before = list(Theme.objects.filter(year=year_2022).values())
    copy_rows(year_2022, draft, dt.timedelta(days=365))
    assert list(Theme.objects.filter(year=year_2022).values()) == before


def test_rows_that_hang_under_each_other_in_a_circle_are_refused(year_2022, draft):
    model = apps.get_model("courses.outlinenode")
    one, other = model.objects.filter(year=year_2022)[:2]
    model.objects.filter(pk=one.pk).update(parent=other)
    model.objects.filter(pk=other.pk).update(parent=one)
    with pytest.raises(ValueError, match="circle"):
        copy_rows(year_2022, draft, dt.timedelta(0))


def test_keys_lead_to_the_copy_where_there_is_one(year_2022):
    old, new = Theme.objects.filter(year=year_2022)[:2]
    copies = Copies({Theme: {old.pk: new}})
    assert copies.moved(Theme, old.pk) == new.pk
    assert copies.moved(Duty, 5) == 5
    assert copies.moved(Theme, None) is None
