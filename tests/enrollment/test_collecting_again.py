"""Hospitals' sheets: several at once, and what comes after a merge (E11)."""

import datetime as dt

import pytest

from core.exceptions import NotAllowed, Refusal
from core.models import Event
from enrollment.enums import RosterStatus, SheetStatus
from enrollment.imports.undoing import can_undo
from enrollment.models import Enrollment, Roster, Sheet
from enrollment.services.collecting import merge_sheet, move_end, remove_sheet, reopen_sheet
from enrollment.services.sheets import hand_in_sheet, save_line
from tests.enrollment.collecting import CLOSES, cells, sent
from tests.enrollment.factories import AUGUST
from tests.enrollment.test_collecting import handed_in
from tests.factories import InstitutionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_e11_one_last_day_for_several_sheets(act, year_2022, hebei):
    first, second, third = sent(act["actor"], *(InstitutionFactory() for _ in range(3)))
    merged = handed_in(act, 1)
    merge_sheet(sheet=merged, **act)
    chosen = [first.pk, second.pk, merged.pk]
    given = {"year": year_2022, "region": hebei, "closes_at": CLOSES + DAY}
    assert move_end(sheets=chosen, **given, **act) == 2
    ends = dict(Sheet.objects.values_list("pk", "closes_at"))
    assert [ends[one.pk] - CLOSES for one in (first, second, third, merged)] == [DAY, DAY, DAY * 0, DAY * 0]
    events = Event.objects.filter(verb="edit_sheet").values_list("object_id", flat=True)
    assert set(events) == {str(first.pk), str(second.pk)}


def test_nothing_moves_without_a_day_a_sheet_or_the_right(act, year_2022, hebei, henan_coordinator):
    (one,) = sent(act["actor"])
    given = {"year": year_2022, "region": hebei, "now": AUGUST}
    for sheets, day in (([one.pk], None), ([], CLOSES + DAY)):
        with pytest.raises(Refusal):
            move_end(sheets=sheets, closes_at=day, actor=act["actor"], **given)
    with pytest.raises(NotAllowed):
        move_end(sheets=[one.pk], closes_at=CLOSES + DAY, actor=henan_coordinator.actor, **given)
    one.refresh_from_db()
    assert one.closes_at == CLOSES


def test_e11_a_merged_sheet_is_opened_again_and_doubles_nobody(act):
    one = handed_in(act, 1, 2)
    merge_sheet(sheet=one, **act)
    first = Sheet.objects.get(pk=one.pk).roster_import
    with pytest.raises(Refusal):
        reopen_sheet(sheet=one, reason=" ", **act)
    again = reopen_sheet(sheet=one, reason="漏报一人", **act)
    assert (again.status, again.comprehensive_count, again.lines.count()) == (SheetStatus.FILLING, 0, 0)
    assert Enrollment.objects.waiting().count() == 2
    with pytest.raises(Refusal):
        remove_sheet(sheet=again, **act)
    save_line(sheet=again, number=None, cells=cells(2), **act)
    save_line(sheet=again, number=None, cells=cells(3), **act)
    hand_in_sheet(sheet=again, **act)
    again.refresh_from_db()
    assert merge_sheet(sheet=again, **act).taken == 1
    names = Enrollment.objects.waiting().values_list("person__name", flat=True)
    assert sorted(names) == ["钱1", "钱2", "钱3"]
    # what came from the hospital is not taken back as an upload, the first time no more than the second
    assert not can_undo(first)


def test_a_merged_sheet_stays_closed_while_the_office_has_the_roster(act, year_2022, hebei):
    one = handed_in(act, 1)
    merge_sheet(sheet=one, **act)
    Roster.objects.filter(year=year_2022, region=hebei).update(status=RosterStatus.SUBMITTED)
    with pytest.raises(Refusal):
        reopen_sheet(sheet=one, reason="漏报一人", **act)
    assert Sheet.objects.get(pk=one.pk).status == SheetStatus.MERGED
