"""Hospitals' sheets: sent, filled in, handed in, merged; nobody doubled, nothing half taken (E11)."""

import datetime as dt

import pytest

from accounts.services.erasure import purge
from accounts.services.institutions import merge_institutions
from core.crypto import keyed_index
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event
from enrollment.collecting import missing, reminder_of
from enrollment.enums import EnrollmentStatus, RosterStatus, SheetStatus
from enrollment.models import Enrollment, Roster, RosterImport, Sheet, SheetLine
from enrollment.models.collecting import LINK
from enrollment.services.collecting import (
    Wanted,
    edit_sheet,
    merge_sheet,
    merge_sheets,
    remove_sheet,
    renew_sheet,
    reopen_sheet,
    send_sheets,
    void_sheet,
)
from enrollment.services.sheets import (
    MOST_LINES,
    begin_sheet,
    hand_in_sheet,
    remove_line,
    save_line,
    upload_lines,
)
from programs.enums import Track
from tests.enrollment.collecting import CLOSES, begun, cells, number_of, sent
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import line, sheet, upload
from tests.factories import HENAN, EnrollmentFactory, InstitutionFactory, PersonFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def handed_in(act, *numbers, **options):
    one = begun(act["actor"], *numbers, **options)
    hand_in_sheet(sheet=one, **act)
    return Sheet.objects.select_related("year__program", "region", "institution").get(pk=one.pk)


# Links


def test_e11_each_hospital_gets_a_secret_of_its_own(act):
    first, second = sent(act["actor"], InstitutionFactory(), InstitutionFactory())
    assert len(first.token) == 32
    assert first.token != second.token
    row = Sheet.objects.values("token", "token_index").get(pk=first.pk)
    assert row["token_index"] == keyed_index(first.token, LINK)
    assert list(Sheet.objects.opened_by(first.token, AUGUST)) == [first]
    assert not Sheet.objects.opened_by(first.token, CLOSES).exists(), "the end is exclusive"
    assert not Sheet.objects.opened_by("", AUGUST).exists()


def test_a_hospital_has_one_sheet_a_year(act, year_2022, hebei):
    (one,) = sent(act["actor"])
    given = {"year": year_2022, "region": hebei, "closes_at": CLOSES, "contact": "", **act}
    with pytest.raises(Refusal):
        send_sheets(wanted=[Wanted(one.institution, 1, 1)], **given)
    fresh = InstitutionFactory()
    made = send_sheets(wanted=[Wanted(one.institution, 1, 1), Wanted(fresh, 1, 1)], **given)
    assert [sheet.institution for sheet in made] == [fresh]
    with pytest.raises(Refusal):
        send_sheets(**{**given, "closes_at": AUGUST}, wanted=[Wanted(InstitutionFactory(), 1, 1)])


def test_a_void_link_opens_nothing_and_a_renewed_one_is_another(act):
    (one,) = sent(act["actor"])
    old = one.token
    void_sheet(sheet=one, **act)
    assert not Sheet.objects.opened_by(old, AUGUST).exists()
    with pytest.raises(Refusal):
        void_sheet(sheet=one, **act)
    fresh = renew_sheet(sheet=one, **act)
    assert not Sheet.objects.opened_by(old, AUGUST).exists()
    assert Sheet.objects.opened_by(fresh.token, AUGUST).exists()


def test_an_empty_sheet_is_removed_and_its_institution_may_be_merged(act, hebei_coordinator):
    kept, mistaken = begun(act["actor"], 1), begun(act["actor"])
    given = {"duplicate": mistaken.institution, "into": kept.institution, "reason": "同一医院"}
    with pytest.raises(Refusal):
        merge_institutions(**given, **act)
    with pytest.raises(Refusal):
        remove_sheet(sheet=kept, **act)
    remove_sheet(sheet=mistaken, **act)
    merge_institutions(**given, **act)
    assert Sheet.objects.get() == kept


def test_a_sheet_follows_its_hospital_through_a_merge(act):
    one = handed_in(act, 1)
    final = InstitutionFactory()
    merge_institutions(duplicate=one.institution, into=final, reason="更名", **act)
    assert merge_sheet(sheet=Sheet.objects.get(pk=one.pk), **act).taken == 1
    assert Enrollment.objects.get().institution == final


def test_a_later_end_opens_the_link_again(act):
    (one,) = sent(act["actor"])
    values = {"comprehensive_seats": 5, "online_seats": 2, "contact": "x", "closes_at": CLOSES + DAY}
    changed = edit_sheet(sheet=one, values=values, **act)
    assert Sheet.objects.opened_by(one.token, CLOSES).exists()
    assert Event.objects.of(changed).get(verb="edit_sheet").data["comprehensive_seats"] == [2, 5]


def test_only_the_coordinator_of_the_province_keeps_sheets(act, henan_coordinator, year_2022, hebei):
    one = handed_in(act, 1)
    other = {"actor": henan_coordinator.actor, "now": AUGUST}
    place = {"year": year_2022, "region": hebei}
    for refused in (
        lambda: send_sheets(**place, wanted=[], closes_at=CLOSES, contact="", **other),
        lambda: edit_sheet(sheet=one, values={}, **other),
        lambda: void_sheet(sheet=one, **other),
        lambda: renew_sheet(sheet=one, **other),
        lambda: reopen_sheet(sheet=one, reason="x", **other),
        lambda: remove_sheet(sheet=one, **other),
        lambda: merge_sheet(sheet=one, **other),
        lambda: merge_sheets(**place, sheets=[one.pk], **other),
    ):
        with pytest.raises(NotAllowed):
            refused()


# Filling in


def test_e11_lines_are_kept_encrypted_and_counted(act):
    one = begun(act["actor"], 1, 2)
    save_line(sheet=one, number=None, cells=cells(3, track=Track.ONLINE_ONLY.value, specialty=""), **act)
    one.refresh_from_db()
    assert (one.comprehensive_count, one.online_count, one.faulty_count) == (2, 1, 0)
    stored = SheetLine.objects.filter(sheet=one).values_list("id_number_index", flat=True)
    assert keyed_index(number_of(1), "id_number") in stored
    save_line(sheet=one, number=1, cells=cells(1, name="钱改名"), **act)
    assert one.lines.get(number=1).typed["name"] == "钱改名"
    assert one.lines.count() == 3


def test_e11_over_the_seats_is_told_and_not_refused(act):
    one = begun(act["actor"], 1, 2, 3)
    assert one.is_over
    assert not begun(act["actor"], 4, 5).is_over


def test_nobody_stands_on_a_sheet_twice(act):
    one = begun(act["actor"], 1)
    with pytest.raises(Refusal, match="钱1"):
        save_line(sheet=one, number=None, cells=cells(1, name="别人"), **act)
    assert one.lines.count() == 1


def test_lines_without_a_number_do_not_clash(act):
    one = begun(act["actor"])
    for _ in range(2):
        save_line(sheet=one, number=None, cells=cells(1, id_number=""), **act)
    one.refresh_from_db()
    assert one.faulty_count == 2


def test_a_line_that_is_gone_is_told(act):
    one = begun(act["actor"], 1)
    remove_line(sheet=one, number=1, **act)
    with pytest.raises(Refusal):
        remove_line(sheet=one, number=1, **act)
    with pytest.raises(Refusal):
        save_line(sheet=one, number=1, cells=cells(1), **act)


def test_a_sheet_holds_only_so_many(act):
    one = begun(act["actor"])
    SheetLine.objects.bulk_create([SheetLine(sheet=one, number=n) for n in range(1, MOST_LINES + 1)])
    with pytest.raises(Refusal):
        save_line(sheet=one, number=None, cells=cells(1), **act)


def test_nothing_is_entered_before_the_beginning_nor_after_the_end(act):
    (one,) = sent(act["actor"])
    with pytest.raises(Refusal):
        save_line(sheet=one, number=None, cells=cells(1), **act)
    begin_sheet(sheet=one, **act)
    with pytest.raises(Refusal):
        save_line(sheet=one, number=None, cells=cells(1), actor=act["actor"], now=CLOSES)
    void_sheet(sheet=one, **act)
    with pytest.raises(Refusal):
        save_line(sheet=one, number=None, cells=cells(1), **act)


def test_e11_a_workbook_adds_people_and_replaces_those_it_knows(act):
    one = begun(act["actor"], 1)
    name = one.institution.name
    data = sheet(
        line(1, institution=name, name="赵一", id_number=number_of(1)),
        line(2, institution="", phone="1"),
        line(2, institution=""),
    )
    upload_lines(sheet=one, file=upload(data), **act)
    one.refresh_from_db()
    assert [entry.typed["name"] for entry in one.lines.all()] == ["赵一", "赵2"]
    assert (one.comprehensive_count, one.faulty_count) == (2, 0)


def test_a_faulty_line_of_a_workbook_stands_there_to_be_corrected(act):
    one = begun(act["actor"])
    upload_lines(sheet=one, file=upload(sheet(line(1, institution="", id_number="123"))), **act)
    one.refresh_from_db()
    assert one.faulty_count == 1
    with pytest.raises(Refusal):
        hand_in_sheet(sheet=one, **act)


def test_rows_of_another_workplace_or_none_at_all_are_refused_whole(act):
    one = begun(act["actor"])
    with pytest.raises(Refusal, match=one.institution.name):
        upload_lines(
            sheet=one, file=upload(sheet(line(1, institution=""), line(2, institution="别的医院"))), **act
        )
    with pytest.raises(Refusal):
        upload_lines(sheet=one, file=upload(sheet()), **act)
    assert not one.lines.exists()


def test_e11_handing_in_gives_a_receipt_and_closes_the_sheet(act):
    one = begun(act["actor"])
    with pytest.raises(Refusal):
        hand_in_sheet(sheet=one, **act)
    one = handed_in(act, 1)
    assert one.receipt_number == f"H2213-{one.pk:05d}-1"
    with pytest.raises(Refusal):
        save_line(sheet=one, number=None, cells=cells(2), **act)


def test_e11_reopened_with_a_reason_it_is_handed_in_again(act):
    one = handed_in(act, 1)
    with pytest.raises(Refusal):
        reopen_sheet(sheet=one, reason=" ", **act)
    reopened = reopen_sheet(sheet=one, reason="专业填错", **act)
    assert (reopened.status, reopened.reason) == (SheetStatus.FILLING, "专业填错")
    again = hand_in_sheet(sheet=reopened, **act)
    assert (again.version, again.reason) == (2, "")
    with pytest.raises(Refusal):
        reopen_sheet(sheet=again, reason="晚了", actor=act["actor"], now=CLOSES)


# Merging


def test_e11_a_merge_makes_applications_and_forgets_the_sheet(act):
    one = handed_in(act, 1, 2)
    done = merge_sheet(sheet=one, **act)
    assert done.taken == 2
    rows = Enrollment.objects.filter(status=EnrollmentStatus.APPLIED)
    assert {(row.person.name, row.institution) for row in rows} == {
        ("钱1", one.institution),
        ("钱2", one.institution),
    }
    one.refresh_from_db()
    assert (one.status, one.lines.count(), one.roster_import.taken_count) == (SheetStatus.MERGED, 0, 2)
    with pytest.raises(IllegalTransition):
        merge_sheet(sheet=one, **act)


def test_a_line_of_somebody_enrolled_elsewhere_stays_out(act):
    EnrollmentFactory(region_id=HENAN, person=PersonFactory(name="钱1", id_number=number_of(1)))
    one = handed_in(act, 1, 2)
    assert merge_sheet(sheet=one, **act).taken == 1
    assert one.lines.count() == 0


def test_a_sheet_without_one_good_line_is_not_merged(act):
    EnrollmentFactory(person=PersonFactory(name="钱1", id_number=number_of(1)))
    one = handed_in(act, 1)
    with pytest.raises(Refusal):
        merge_sheet(sheet=one, **act)
    one.refresh_from_db()
    assert one.status == SheetStatus.HANDED_IN
    assert not RosterImport.objects.exists(), "nothing half saved"


def test_e11_all_at_once_leaves_what_a_person_must_look_at(act, year_2022, hebei):
    EnrollmentFactory(region_id=HENAN, person=PersonFactory(name="钱5", id_number=number_of(5)))
    clean, foreign, twin, other_twin = (
        handed_in(act, 1, 2),
        handed_in(act, 5),
        handed_in(act, 7),
        handed_in(act, 7, 8),
    )
    filling = begun(act["actor"], 9)
    everyone = [clean.pk, foreign.pk, twin.pk, other_twin.pk, filling.pk]
    done = merge_sheets(year=year_2022, region=hebei, sheets=everyone, **act)
    assert done.sheets == [clean]
    assert done.left == [foreign, twin, other_twin]
    assert done.taken == Enrollment.objects.waiting().count() == 2
    assert merge_sheet(sheet=twin, **act).taken == 1
    assert merge_sheet(sheet=other_twin, **act).taken == 1, "who is on the roster by now stays out"
    assert Enrollment.objects.waiting().count() == 4
    with pytest.raises(Refusal):
        merge_sheets(year=year_2022, region=hebei, sheets=[filling.pk], **act)


def test_a_roster_that_is_handed_up_takes_no_sheet(act, year_2022, hebei):
    one = handed_in(act, 1)
    Roster.objects.filter(year=year_2022, region=hebei).update(status=RosterStatus.SUBMITTED)
    with pytest.raises(Refusal):
        merge_sheet(sheet=one, **act)
    assert not Enrollment.objects.exists()


# Chasing and forgetting


def test_e11_the_reminder_names_who_has_not_returned(act):
    late, done, void = begun(act["actor"], 1), handed_in(act, 2), begun(act["actor"])
    void_sheet(sheet=void, **act)
    rows = list(Sheet.objects.select_related("institution").order_by("pk"))
    found = missing(rows)
    assert found == [late]
    text = reminder_of(found, len(rows))
    assert late.institution.name in text
    assert done.institution.name not in text
    assert reminder_of([], 3) == ""


def test_t48_lines_go_after_their_term_and_the_figures_follow(act, system):
    one = handed_in(act, 1)
    purge(actor=system, now=AUGUST + 29 * DAY)
    assert one.lines.count() == 1
    purge(actor=system, now=AUGUST + 31 * DAY)
    one.refresh_from_db()
    assert (one.lines.count(), one.comprehensive_count) == (0, 0)
