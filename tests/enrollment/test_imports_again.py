"""E11: a list that comes again: new people wait, changed facts are corrected or asked for, nobody is withdrawn."""

import pytest
from django.urls import reverse

from accounts.models import Institution
from core.exceptions import Refusal
from core.models import Event
from enrollment.enums import ChangeStatus, EnrollmentStatus, Fault, RowEffect, RowKind
from enrollment.imports.again import missing_people
from enrollment.imports.columns import BY_CODE
from enrollment.imports.preview import counts_by_kind, lines_of, preview_health
from enrollment.imports.problems import worded_of_list
from enrollment.models import ChangeRequest, Enrollment, RosterImport
from enrollment.services.approval import approve
from enrollment.services.changes import approve_change, withdraw_change
from enrollment.services.places import settle_place
from enrollment.services.taking_in import apply_import
from programs.enums import Track
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import cell, faults, line
from tests.factories import EnrollmentFactory, InstitutionFactory, Persona, PersonFactory, id_number
from tests.helpers import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(read, act):
    """Upload, read and take in whatever has no errors."""

    def run(*lines, **more) -> RosterImport:
        staged = read(*lines, **more)
        apply_import(staged=staged, only_good=True, **act)
        return RosterImport.objects.get(pk=staged.pk)

    return run


@pytest.fixture
def approved(take, known_hospital, act, year_2022, hebei):
    """Three people came by a list; the first two are approved, the third waits."""
    take(line(1), line(2), line(3))
    rows = list(Enrollment.objects.order_by("pk"))
    approve(year=year_2022, region=hebei, people=[row.pk for row in rows[:2]], **act)
    return list(Enrollment.objects.order_by("pk"))


def effects(staged) -> list[str]:
    return list(staged.rows.values_list("effect", flat=True))


def test_the_preview_says_of_every_line_what_it_does(approved, read):
    staged = read(line(1), line(2, department="内科"), line(4), line(5, phone="1"))
    assert effects(staged)[:3] == [RowEffect.SAME, RowEffect.CHANGED, RowEffect.NEW]
    assert counts_by_kind(staged) == {
        RowKind.BAD: 1,
        RowKind.CHANGED: 1,
        RowKind.NEW: 1,
        RowKind.SAME: 1,
        RowKind.MISSING: 1,
    }
    assert list(missing_people(staged)) == [approved[2]]
    (changed,) = lines_of(staged.rows.filter(effect=RowEffect.CHANGED), staged)
    assert (changed.name, changed.person, changed.asks) == ("赵2", approved[1], True)
    assert [(one.label, one.held, one.said) for one in changed.differences] == [("科室", "–", "内科")]


def test_the_same_list_twice_makes_nothing_new(approved, take):
    before = Event.objects.exclude(object_type__in=("enrollment.rosterimport", "core.job")).count()
    again = take(line(1), line(2), line(3))
    assert (again.bad_count, again.taken_count, again.changed_count) == (0, 0, 0)
    assert not ChangeRequest.objects.exists()
    assert Event.objects.exclude(object_type__in=("enrollment.rosterimport", "core.job")).count() == before


def test_a_list_taken_in_twice_with_changes_asks_once(approved, take):
    changed = (line(1, name="赵改", department="内科"), line(3, title="主治医师"))
    assert take(*changed).changed_count == 2
    assert take(*changed).changed_count == 0
    assert ChangeRequest.objects.count() == 1


def test_nobody_is_withdrawn_by_being_left_out(approved, take):
    take(line(4))
    states = [row.status for row in Enrollment.objects.order_by("pk")]
    assert states == ["approved", "approved", "applied", "applied"]


def test_what_approval_froze_is_asked_for_and_decided_as_ever(approved, take, act, hebei):
    place = InstitutionFactory(name="另一医院", region=hebei, level="city")
    staged = take(
        line(
            1,
            name="赵改",
            phone="13912345678",
            institution="另一医院",
            institution_level="",
            profession="nurse",
            department="内科",
        )
    )
    row = Enrollment.objects.get(pk=approved[0].pk)
    assert (row.institution.name, row.profession, row.person.name) == ("测试县医院", "physician", "赵1")
    change = ChangeRequest.objects.get()
    assert (change.enrollment, change.roster_import, change.status) == (row, staged, ChangeStatus.WAITING)
    assert change.asked == {
        "name": "赵改",
        "phone": "13912345678",
        "institution": place.pk,
        "department": "内科",
        "profession": "nurse",
    }
    assert "第 2 行" in change.reason
    approve_change(change=change, reason="已核对", **act)
    row = Enrollment.objects.get(pk=row.pk)
    assert (row.institution, row.institution_level, row.profession) == (place, "city", "nurse")
    assert (row.department, row.person.name, row.person.phone) == ("内科", "赵改", "13912345678")
    facts = Event.objects.get(verb="correct_facts").data
    assert set(facts) == {"institution", "department", "profession"}


def test_the_facts_of_who_waits_are_corrected_at_once_name_and_phone_asked_for(approved, take, year_2022):
    take(line(3, name="赵改", licensed_physician="是", institution="新来的医院"))
    row = Enrollment.objects.get(pk=approved[2].pk)
    new = Institution.objects.get(name="新来的医院")
    assert (row.licensed_physician, row.institution, row.person.name) == (True, new, "赵3")
    assert ChangeRequest.objects.get().asked == {"name": "赵改"}
    assert Event.objects.get(verb="edit_facts").object_id == str(row.pk)


def test_an_empty_cell_changes_nothing_and_nothing_is_required(approved, take, read):
    take(line(3, department="内科", in_shortage="是"))
    emptied = dict.fromkeys(line(3), "") | {"id_number": id_number(3), "department": "\u200b "}
    staged = read(emptied)
    assert (faults(staged), effects(staged)) == ([], [RowEffect.SAME])
    (shown,) = lines_of(staged.rows.all(), staged)
    assert (shown.name, shown.track) == ("赵3", "")


def test_a_workplace_left_empty_stays(approved, take):
    take(line(1, institution="", department="内科"))
    assert ChangeRequest.objects.get().asked == {"department": "内科"}


def test_what_somebody_else_asked_stands_in_the_way(approved, read, act):
    ChangeRequest.objects.create(
        enrollment=approved[0], values='{"name": "赵甲"}', reason="更名", requested_at=AUGUST
    )
    staged = read(line(1, phone="13912345678"), line(2))
    assert faults(staged) == [(2, cell("phone", 2), "phone", str(Fault.REQUEST_WAITS))]
    # what is held, or asked for already, is no change
    assert faults(read(line(1), line(2))) == faults(read(line(1, name="赵甲"))) == []


def test_who_asked_since_the_preview_is_left_out(approved, read, act):
    staged = read(line(1, phone="13912345678"), line(3, title="医师", phone="13912345679"))
    for row in (approved[0], approved[2]):
        ChangeRequest.objects.create(enrollment=row, values="{}", reason="更名", requested_at=AUGUST)
    apply_import(staged=staged, only_good=True, **act)
    assert ChangeRequest.objects.filter(roster_import=staged).count() == 0
    assert RosterImport.objects.get(pk=staged.pk).changed_count == 1, "the facts of who waits alone"


@pytest.mark.parametrize("since", ["withdrawn", "elsewhere", "the same by now"])
def test_who_moved_on_since_the_preview_is_left_out(approved, read, act, henan, since):
    staged = read(line(1, phone="13912345678"))
    if since == "elsewhere":
        Enrollment.objects.filter(pk=approved[0].pk).update(region=henan)
    elif since == "withdrawn":
        Enrollment.objects.filter(pk=approved[0].pk).update(status=EnrollmentStatus.WITHDRAWN)
    else:
        approved[0].person.phone = "13912345678"
        approved[0].person.save()
    assert apply_import(staged=staged, only_good=True, **act) == 0
    assert not ChangeRequest.objects.exists()


def test_another_province_and_another_track_stay_errors(read, known_hospital, henan):
    for number, more in {1: {"region": henan}, 2: {"track": Track.ONLINE_ONLY}}.items():
        EnrollmentFactory(person=PersonFactory(name=f"赵{number}", id_number=id_number(number)), **more)
    staged = read(line(1), line(2))
    assert [code for *_rest, code in faults(staged)] == [Fault.OTHER_PROVINCE, Fault.OTHER_TRACK]


def test_settling_a_workplace_may_settle_the_line(approved, read, act, known_hospital):
    staged = read(line(1, institution="县第一医院"), line(4, institution="县第一医院"))
    assert effects(staged) == [RowEffect.CHANGED, RowEffect.NEW]
    settle_place(staged=staged, name="县第一医院", institution=known_hospital, keep=False, **act)
    assert effects(staged) == [RowEffect.SAME, RowEffect.NEW]


def test_only_who_is_new_counts_for_the_rules(approved, read):
    alone = preview_health(read(line(1, department="内科"), line(3)))
    assert alone.counts.people == 3
    assert preview_health(read(line(1), line(4))).counts.people == 4


def test_a_trainee_reads_of_the_correction_but_does_not_take_it_back(approved, take, year_2022):
    take(line(1, name="赵改"))
    user = approved[0].person.user
    who = Persona(user, user.memberships.get())
    page = who.client.get(reverse("enrollment:own-show", kwargs=year_2022.url_kwargs))
    (shown,) = page.context["changes"]
    assert (shown["what"], shown["waiting"]) == ("姓名", False)
    with pytest.raises(Refusal):
        withdraw_change(change=ChangeRequest.objects.get(), actor=who.actor, now=AUGUST)


# E17, T35: a column that is wanting


def lacking(without: set[str], *lines: dict[str, str]) -> bytes:
    codes = [code for code in line(1) if code not in without]
    return workbook(
        [str(BY_CODE[code].label) for code in codes], [[one[code] for code in codes] for one in lines]
    )


def test_a_missing_column_is_told_once_at_the_headings(read, known_hospital):
    without = {"phone", "fine_specialty"}
    staged = read(
        data=lacking(without, line(1), line(2), line(3, name="", track="online_only", specialty=""))
    )
    assert (staged.row_count, staged.bad_count) == (3, 3)
    assert [(fault.cell, fault.code, fault.column) for fault in worded_of_list(staged)] == [
        ("I1", "IMP-003", str(BY_CODE["phone"].label)),
        ("J1", "IMP-003", str(BY_CODE["fine_specialty"].label)),
    ]
    assert [code for *_rest, code in faults(staged)] == [Fault.REQUIRED], (
        "the empty name of the third row alone"
    )


def test_a_column_that_nobody_wants_is_not_missed(read, known_hospital):
    staged = read(data=lacking({"specialty", "fine_specialty"}, line(1, track="online_only")))
    assert (staged.problems, staged.bad_count) == ([], 0)
