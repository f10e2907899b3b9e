"""Every model with provincial or personal data says itself who sees which of its rows."""

import pytest

from accounts.models import Institution, Person, Region, Unit, User
from accounts.scope import NOBODY
from core.figures import FIGURES
from enrollment.models import Enrollment
from programs.models import ProgramYear
from programs.where import Where
from tests.factories import EnrollmentFactory
from tests.registries.rooms import all_models, ids, keys_to, label

# reached only through a row that is in scope: model → through which
THROUGH = {
    "accounts.person": "their enrollment or membership",
    "accounts.user": "their membership",
    "accounts.accesscode": "the membership it is issued for",
    "accounts.institutionalias": "its institution",
    "accounts.pastpassword": "the account, by its own hasher",
    "accounts.signinname": "the account that it opens",
    "enrollment.registration": "the enrollments that carry it",
    "enrollment.importrow": "its import",
    "programs.program": "its years",
}
OWNED = [
    model
    for model in all_models()
    if model in {Region, Institution, Unit, ProgramYear}
    or keys_to(model, Region, Institution, Unit, Person, User, Enrollment, ProgramYear)
    or label(model) in THROUGH
]
SCOPED = [model for model in OWNED if label(model) not in THROUGH]


@pytest.mark.parametrize("model", SCOPED, ids=ids(SCOPED))
def test_rows_of_provinces_and_people_are_asked_for_in_scope(model):
    assert hasattr(model._default_manager, "visible_to"), f"{label(model)} needs visible_to(scope)"


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED, ids=ids(SCOPED))
def test_a_scope_of_nobody_sees_nothing(model):
    assert not model._default_manager.visible_to(NOBODY).exists()


def test_what_is_reached_through_another_row_exists():
    assert set(THROUGH) <= {label(model) for model in all_models()}


@pytest.mark.django_db
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_r2_a_figure_opens_exactly_the_rows_it_counts(figure, year_2022, national_officer, nuclear_officer):
    EnrollmentFactory()
    where = Where(year_2022.pk)
    scope = national_officer.scope
    opened = figure.rows(scope, where)
    assert figure.value(scope, where).amount == opened.aggregate(amount=figure.aggregate)["amount"]
    for dimension, path in figure.by.items():
        for member, value in figure.values(scope, where, dimension).items():
            rows = (
                opened.filter(**{path: member})
                if member is not None
                else opened.filter(**{f"{path}__isnull": True})
            )
            assert value.amount == (rows.aggregate(amount=figure.aggregate)["amount"] or 0), (
                dimension,
                member,
            )
    assert not figure.rows(nuclear_officer.scope, where).exists(), "the other owner sees rows"
