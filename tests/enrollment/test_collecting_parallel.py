"""E11 on PostgreSQL: a sheet merged many times at once doubles nobody, nor do two sheets with one person."""

import pytest

from enrollment.models import Enrollment, RosterImport, Sheet
from enrollment.services.collecting import merge_sheet, merge_sheets
from enrollment.services.sheets import hand_in_sheet
from tests.enrollment.collecting import begun
from tests.enrollment.factories import AUGUST
from tests.enrollment.test_parallel import _real_postgresql, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
__all__ = ["_real_postgresql"]


def handed_in(actor, *numbers):
    one = begun(actor, *numbers)
    hand_in_sheet(sheet=one, actor=actor, now=AUGUST)
    return one.pk


def fetched(pk):
    return Sheet.objects.select_related("year__program", "region", "institution").get(pk=pk)


def test_a_sheet_merged_twice_at_once_doubles_nobody(year_2022, hebei, hebei_coordinator):
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    pk = handed_in(act["actor"], *range(1, 11))
    place = {"year": year_2022, "region": hebei, "sheets": [pk]}
    one_by_one = [lambda: merge_sheet(sheet=fetched(pk), **act)] * 4
    results = at_once([*one_by_one, *[lambda: merge_sheets(**place, **act)] * 4])
    assert sum(not isinstance(result, Exception) for result in results) == 1, results
    assert Enrollment.objects.count() == 10
    assert RosterImport.objects.count() == 1


def test_two_sheets_with_one_person_merged_at_once_take_them_once(year_2022, hebei, hebei_coordinator):
    act = {"actor": hebei_coordinator.actor, "now": AUGUST}
    pks = [handed_in(act["actor"], 1, number) for number in (2, 3)]
    results = at_once([lambda pk=pk: merge_sheet(sheet=fetched(pk), **act) for pk in pks])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Enrollment.objects.count() == 3
