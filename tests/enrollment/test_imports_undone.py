"""E11: a list that was taken in is taken back as a whole, as long as nobody has gone on with anything of it."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.actors import system_actor
from accounts.models import Institution, InstitutionAlias, Person
from accounts.personal import Secret
from accounts.services.erasure import purge
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event
from enrollment.enums import ChangeStatus, EnrollmentStatus, ImportStatus, RosterStatus
from enrollment.imports.undoing import can_undo
from enrollment.models import Applicant, ChangeRequest, Enrollment, Placement, Roster, RosterImport
from enrollment.personal import UPLOAD_DAYS
from enrollment.services.access import reveal_of
from enrollment.services.approval import approve
from enrollment.services.changes import approve_change, refuse_change
from enrollment.services.people import edit_facts, refuse, withdraw
from enrollment.services.taking_in import apply_import
from enrollment.services.undoing import NAMED, undo_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import line
from tests.factories import PersonFactory, UnitFactory, UserFactory, id_number

pytestmark = pytest.mark.django_db
WHY = "传错了文件"


@pytest.fixture
def take(read, act):
    def run(*lines) -> RosterImport:
        staged = read(*lines)
        apply_import(staged=staged, only_good=True, **act)
        return RosterImport.objects.get(pk=staged.pk)

    return run


@pytest.fixture
def undo(act):
    def run(staged, reason=WHY) -> RosterImport:
        undo_import(staged=staged, reason=reason, **act)
        return RosterImport.objects.get(pk=staged.pk)

    return run


def person(number: int) -> Enrollment:
    return Enrollment.objects.get(person__name=f"赵{number}")


def test_everything_the_list_made_goes_and_what_was_there_stays(take, undo, known_hospital):
    PersonFactory(name="赵1", id_number=id_number(1))
    people, places = set(Person.objects.all()), set(Institution.objects.all())
    staged = undo(take(line(1), line(2), line(3, institution="新来的医院")))
    assert (staged.status, staged.data, staged.made, staged.rows.count()) == (ImportStatus.UNDONE, b"", "", 0)
    assert not Enrollment.objects.exists()
    assert (set(Person.objects.all()), set(Institution.objects.all())) == (people, places)
    event = Event.objects.get(verb="undo_import")
    assert (event.reason, event.data, event.from_state, event.to_state) == (
        WHY,
        {"taken": 3},
        "applied",
        "undone",
    )
    assert Event.objects.filter(verb="remove_unused").count() == 3


def test_the_same_file_can_be_taken_in_again_afterwards(take, undo, known_hospital):
    undo(take(line(1), line(2)))
    assert take(line(1), line(2)).taken_count == 2


def test_who_and_what_others_refer_to_by_now_stays(take, undo, known_hospital, hebei):
    staged = take(line(1, institution="新来的医院"), line(2, institution="又一家医院"))
    InstitutionAlias.objects.create(institution=Institution.objects.get(name="新来的医院"), name="新院")
    UserFactory(person=person(1).person)
    undo(staged)
    assert Person.objects.filter(name__startswith="赵").get().name == "赵1"
    assert Institution.objects.filter(name__in=("新来的医院", "又一家医院")).get().name == "新来的医院"


def _approved(act, year, region):
    approve(year=year, region=region, people=[person(2).pk], **act)


def _turned_down(act, year, region):
    refuse(year=year, region=region, people=[person(2).pk], reason="名额已满", **act)


def _withdrawn(act, year, region):
    withdraw(enrollment=person(2), reason="本人申请", **act)


def _corrected(act, year, region):
    edit_facts(enrollment=person(2), values={"department": "内科"}, **act)


def _asked(act, year, region):
    ChangeRequest.objects.create(enrollment=person(2), values="{}", reason="更名", requested_at=AUGUST)


def _placed(act, year, region):
    Placement.objects.create(enrollment=person(2), base=UnitFactory(), placed_at=AUGUST)


@pytest.mark.parametrize(
    "gone_on",
    [_approved, _turned_down, _withdrawn, _corrected, _asked, _placed],
    ids=lambda one: one.__name__,
)
def test_whoever_was_worked_on_keeps_the_whole_list(
    take, undo, known_hospital, act, year_2022, hebei, gone_on
):
    staged = take(line(1), line(2), line(3))
    gone_on(act, year_2022, hebei)
    with pytest.raises(Refusal, match="赵2") as refusal:
        undo(staged)
    assert "赵1" not in str(refusal.value)
    assert Enrollment.objects.count() == 3
    assert RosterImport.objects.get().status == ImportStatus.APPLIED


def test_to_look_at_a_number_is_no_act(take, undo, known_hospital, act):
    staged = take(line(1))
    reveal_of(enrollment=person(1), secret=Secret.ID_NUMBER, reason="核对", **act)
    assert undo(staged).status == ImportStatus.UNDONE


def test_many_names_are_cut(take, undo, known_hospital, year_2022, hebei, act):
    staged = take(*map(line, range(1, NAMED + 3)))
    approve(year=year_2022, region=hebei, people=list(Enrollment.objects.values_list("pk", flat=True)), **act)
    with pytest.raises(Refusal, match="赵10") as refusal:
        undo(staged)
    assert "赵11" not in str(refusal.value)
    assert "2" in str(refusal.value)


# What it changed of others


@pytest.fixture
def again(take, known_hospital, act, year_2022, hebei):
    """赵1 approved, 赵2 waiting; a second list changes both."""
    take(line(1), line(2, title="护士长"))
    approve(year=year_2022, region=hebei, people=[person(1).pk], **act)
    return take(line(1, department="内科"), line(2, title="主任", institution="新来的医院"), line(3))


def test_facts_are_as_before_and_corrections_taken_back(again, undo, known_hospital):
    assert (person(2).title, person(2).institution.name) == ("主任", "新来的医院")
    undo(again)
    assert (person(2).title, person(2).institution) == ("护士长", known_hospital)
    assert ChangeRequest.objects.get().status == ChangeStatus.WITHDRAWN
    assert Event.objects.get(verb="restore_facts").data["title"] == ["主任", "护士长"]
    assert not Institution.objects.filter(name="新来的医院").exists()
    assert not Enrollment.objects.filter(person__name="赵3").exists()


def test_a_correction_carried_out_keeps_the_list_a_refused_one_does_not(again, undo, act):
    change = ChangeRequest.objects.get()
    refuse_change(change=change, reason="不符", **act)
    ChangeRequest.objects.filter(pk=change.pk).update(status=ChangeStatus.WAITING)
    approve_change(change=ChangeRequest.objects.get(), reason="已核对", **act)
    with pytest.raises(Refusal, match="赵1"):
        undo(again)


def test_a_refused_correction_is_no_obstacle(again, undo, act):
    refuse_change(change=ChangeRequest.objects.get(), reason="不符", **act)
    assert undo(again).status == ImportStatus.UNDONE


@pytest.mark.parametrize("since", ["corrected again", "approved", "gone"])
def test_whose_facts_moved_on_since(again, undo, act, year_2022, hebei, since):
    if since == "corrected again":
        edit_facts(enrollment=person(2), values={"title": "院长"}, **act)
    elif since == "approved":
        approve(year=year_2022, region=hebei, people=[person(2).pk], **act)
    else:
        person(2).delete()
        assert undo(again).status == ImportStatus.UNDONE
        return
    with pytest.raises(Refusal, match="赵2"):
        undo(again)


# When it is possible


def test_a_reason_is_needed_and_only_once(take, undo, known_hospital):
    staged = take(line(1))
    with pytest.raises(Refusal):
        undo(staged, reason=" ")
    assert Enrollment.objects.count() == 1
    undo(staged)
    with pytest.raises(IllegalTransition):
        undo(staged)


def test_what_was_never_taken_in_is_not_taken_back(read, undo, known_hospital):
    with pytest.raises(IllegalTransition):
        undo(read(line(1)))


def test_only_the_coordinator_of_an_open_roster(
    take, undo, known_hospital, henan_coordinator, year_2022, hebei
):
    staged = take(line(1))
    with pytest.raises(NotAllowed):
        undo_import(staged=staged, reason=WHY, actor=henan_coordinator.actor, now=AUGUST)
    Roster.objects.filter(year=year_2022, region=hebei).update(status=RosterStatus.SUBMITTED)
    with pytest.raises(Refusal):
        undo(staged)
    assert Enrollment.objects.get().status == EnrollmentStatus.APPLIED


def test_after_its_term_what_it_made_is_not_known(take, undo, known_hospital):
    staged = take(line(1))
    assert can_undo(staged)
    purge(actor=system_actor(), now=AUGUST + dt.timedelta(days=UPLOAD_DAYS + 1))
    staged.refresh_from_db()
    assert (can_undo(staged), staged.made) == (False, "")
    with pytest.raises(Refusal):
        undo(staged)


def test_what_came_by_invitation_is_turned_down_one_by_one(take, undo, known_hospital, year_2022, hebei):
    staged = take(line(1))
    Applicant.objects.create(
        year=year_2022, region=hebei, roster_import=staged, cells="{}", consent="1", applied_at=AUGUST
    )
    assert not can_undo(staged)
    with pytest.raises(Refusal):
        undo(staged)


def test_a_list_taken_back_is_left_alone_by_the_daily_duty(take, undo, known_hospital):
    undo(take(line(1)))
    assert purge(actor=system_actor(), now=AUGUST + dt.timedelta(days=UPLOAD_DAYS + 1)) == {}
    assert RosterImport.objects.get().status == ImportStatus.UNDONE


def test_on_the_page(take, known_hospital, hebei_coordinator, year_2022):
    staged = take(line(1))
    url = {**year_2022.url_kwargs, "pk": staged.pk}
    page = reverse("enrollment:import-show", kwargs=url)
    client = hebei_coordinator.client
    assert reverse("enrollment:import-undo", kwargs=url) in client.get(page).content.decode()
    refused = client.post(reverse("enrollment:import-undo", kwargs=url), {"reason": ""}, follow=True)
    assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    client.post(reverse("enrollment:import-undo", kwargs=url), {"reason": WHY})
    done = client.get(page)
    assert not done.context["may_undo"]
    assert WHY in done.content.decode()
    assert not Enrollment.objects.exists()
