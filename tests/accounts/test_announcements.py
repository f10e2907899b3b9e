"""Announcements: written, published to people fixed at that moment, read lists, withdrawn (T06)."""

import datetime as dt

import pytest
from django.core.files.storage import default_storage

from accounts.enums import AnnouncementStatus, Role
from accounts.models import Announcement, AnnouncementFile, Membership, Notice
from accounts.queries import (
    delivery_job,
    reach_of,
    read_reach,
    receivers,
    recipients,
    unread_units,
    with_counts,
)
from accounts.scope import NOBODY
from accounts.services import announcements as services
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event
from enrollment.models import Placement
from tests.accounts.notices import draft, notice, pdf, published, values
from tests.factories import (
    HENAN,
    NOW,
    EnrollmentFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    lead_unit,
    nuclear_2024,
    office_of,
    trainee_persona,
)

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)
DAY = dt.timedelta(days=1)


def told(announcement: Announcement, now: dt.datetime = NOW) -> set[Membership]:
    return set(recipients(announcement, now))


def given(someone, now=NOW):
    return {"actor": someone.actor, "now": now}


@pytest.fixture
def office(national_officer):
    return national_officer


@pytest.fixture
def provinces(hebei_coordinator, henan_coordinator):
    return hebei_coordinator, henan_coordinator


def test_the_office_reaches_a_role_in_the_whole_country(
    office, provinces, hebei_administrator, nuclear_expert
):
    expected = {one.membership for one in provinces}
    assert told(draft(office)) == expected
    both = draft(office, roles=[Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE, Role.EXPERT])
    assert told(both) == {*expected, hebei_administrator.membership}


def test_the_office_narrows_to_provinces_and_units(office, provinces, hebei):
    hebei_coordinator, henan_coordinator = provinces
    assert told(draft(office, regions=[hebei])) == {hebei_coordinator.membership}
    assert told(draft(office, units=[henan_coordinator.unit])) == {henan_coordinator.membership}
    assert told(draft(office, regions=[hebei], units=[henan_coordinator.unit])) == set()


def test_a_province_reaches_its_bases_and_trainees_alone(provinces, base_coordinator, trainee, henan):
    hebei, henan_lead = provinces
    trainee_persona("henan-trainee", HENAN)
    MembershipFactory(unit=UnitFactory(region=henan))
    roles = list(Role)
    assert told(draft(hebei, roles=roles)) == {base_coordinator.membership, trainee.membership}
    assert told(draft(hebei, roles=roles, regions=[henan])) == {
        base_coordinator.membership,
        trainee.membership,
    }
    assert base_coordinator.membership not in told(draft(henan_lead, roles=roles))


def test_trainees_are_found_by_where_they_are_enrolled_in_this_program(provinces, office, trainee, hebei):
    """A membership's unit does not say a trainee's province; an enrollment in another program says nothing here."""
    elsewhere = trainee_persona("elsewhere", HENAN)
    twice = trainee_persona("twice", HENAN)
    EnrollmentFactory(year=nuclear_2024(), person=twice.person, specialty=twice.enrollment.specialty)
    assert told(draft(provinces[0], roles=[Role.TRAINEE])) == {trainee.membership}
    assert told(draft(office, roles=[Role.TRAINEE], regions=[hebei])) == {trainee.membership}
    everyone = {trainee.membership, elsewhere.membership, twice.membership}
    assert everyone <= told(draft(office, roles=[Role.TRAINEE]))


def test_trainees_of_one_base(provinces, trainee, other_trainee, base_coordinator):
    Placement.objects.create(enrollment=trainee.enrollment, base=base_coordinator.unit, placed_at=NOW)
    found = told(draft(provinces[0], roles=[Role.TRAINEE], units=[base_coordinator.unit]))
    assert found == {trainee.membership}


@pytest.mark.parametrize("who", ["base_coordinator", "hebei_administrator", "expert", "auditor", "trainee"])
def test_only_the_office_and_lead_units_write(who, request):
    with pytest.raises(NotAllowed):
        draft(request.getfixturevalue(who))


def test_nobody_touches_another_unit_s_announcement(provinces, office):
    announcement = draft(provinces[0])
    for someone in (provinces[1], office):
        for act in (services.publish_announcement, services.discard_announcement):
            with pytest.raises(NotAllowed):
                act(announcement=announcement, **given(someone))
        assert not Announcement.objects.visible_to(someone.scope)
    assert not Announcement.objects.visible_to(NOBODY)
    assert not AnnouncementFile.objects.visible_to(NOBODY)


def test_a_draft_is_changed_and_the_event_names_the_fields(office, hebei):
    announcement = draft(office)
    changed = values(title="新标题", regions=[hebei])
    services.edit_announcement(announcement=announcement, values=changed, **given(office, LATER))
    announcement.refresh_from_db()
    assert (str(announcement), announcement.written_at) == ("新标题", LATER)
    assert announcement.audience().regions == (hebei.pk,)
    assert announcement.role_labels() == ["省级项目管理员"]
    assert Event.objects.get(verb="edit_announcement").data == {"fields": ["title"]}


def test_recipients_are_fixed_at_publication(office, provinces):
    announcement = published(office)
    MembershipFactory(unit=provinces[0].unit, role=Role.TECHNICAL_LEAD)
    assert {row.membership for row in Notice.objects.all()} == {one.membership for one in provinces}
    assert announcement.status == AnnouncementStatus.PUBLISHED
    event = Event.objects.get(verb="publish_announcement")
    assert event.data == {"recipients": 2}
    assert delivery_job(announcement) is None


def test_an_announcement_to_nobody_is_refused(office):
    with pytest.raises(Refusal, match="没有"):
        published(office)
    assert Announcement.objects.get().is_draft


def test_what_was_published_is_not_changed_discarded_or_published_again(office, provinces):
    announcement = published(office)
    for act in (services.publish_announcement, services.discard_announcement):
        with pytest.raises(Refusal, match="已发布"):
            act(announcement=announcement, **given(office))
    with pytest.raises(Refusal):
        services.edit_announcement(announcement=announcement, values=values(title="改"), **given(office))
    with pytest.raises(Refusal):
        services.attach_file(announcement=announcement, file=pdf(), **given(office))


def test_a_withdrawal_wants_a_reason(office, provinces):
    announcement = published(office)
    with pytest.raises(Refusal):
        services.withdraw_announcement(announcement=announcement, reason=" ", **given(office))
    services.withdraw_announcement(announcement=announcement, reason=" 附件有误 ", **given(office, LATER))
    announcement.refresh_from_db()
    assert (announcement.withdrawn_at, announcement.withdrawn_reason) == (LATER, "附件有误")
    assert all(row.is_withdrawn for row in Notice.objects.all())
    with pytest.raises(IllegalTransition):
        services.withdraw_announcement(announcement=announcement, reason="再次", **given(office))


# Files


def test_a_draft_carries_files_and_loses_them_again(office, django_capture_on_commit_callbacks):
    announcement = draft(office)
    kept = services.attach_file(announcement=announcement, file=pdf("报送要求.pdf"), **given(office))
    assert str(kept) == "报送要求.pdf"
    assert "报送要求" not in kept.file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.detach_file(file=kept, **given(office))
    assert not default_storage.exists(kept.file.name)
    assert not AnnouncementFile.objects.exists()


def test_a_discarded_draft_takes_its_files_along(office, django_capture_on_commit_callbacks):
    announcement = draft(office)
    kept = services.attach_file(announcement=announcement, file=pdf(), **given(office))
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_announcement(announcement=announcement, **given(office))
    assert not Announcement.objects.exists()
    assert not default_storage.exists(kept.file.name)


def test_a_page_of_html_is_no_attachment(office):
    with pytest.raises(Refusal):
        services.attach_file(
            announcement=draft(office), file=pdf("x.pdf", b"<html><script>alert(1)</script>"), **given(office)
        )


def test_no_more_than_so_many_files(office, monkeypatch):
    monkeypatch.setattr(services, "MAX_FILES", 1)
    announcement = draft(office)
    services.attach_file(announcement=announcement, file=pdf(), **given(office))
    with pytest.raises(Refusal, match="1"):
        services.attach_file(announcement=announcement, file=pdf(), **given(office))


def test_files_are_the_sender_s_and_the_readers_until_withdrawn(office, provinces, hebei):
    hebei_coordinator, henan_coordinator = provinces
    announcement = draft(office, regions=[hebei])
    services.attach_file(announcement=announcement, file=pdf(), **given(office))

    def seen(someone):
        return AnnouncementFile.objects.visible_to(someone.scope).count()

    assert [seen(office), seen(hebei_coordinator)] == [1, 0]
    services.publish_announcement(announcement=announcement, **given(office))
    assert [seen(office), seen(hebei_coordinator), seen(henan_coordinator)] == [1, 1, 0]
    announcement.refresh_from_db()
    services.withdraw_announcement(announcement=announcement, reason="错", **given(office))
    assert [seen(office), seen(hebei_coordinator)] == [1, 0]


# Read lists


def test_the_numbers_are_those_of_the_rows(office, provinces, hebei_administrator):
    colleague = MembershipFactory(unit=provinces[0].unit, role=Role.TECHNICAL_LEAD)
    announcement = published(office, roles=[Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE])
    Notice.objects.filter(membership=colleague).update(read_at=NOW)
    reach, rows = read_reach(announcement, NOW), receivers(announcement, NOW)
    assert (reach.people, reach.people_unread) == (rows.count(), rows.filter(read_at=None).count()) == (4, 3)
    # one of its people is enough for a unit
    assert (reach.units, reach.units_unread) == (3, 2)
    assert set(unread_units(announcement, NOW)) == {provinces[1].unit, hebei_administrator.unit}
    listed = with_counts(Announcement.objects.visible_to(office.scope), NOW).get()
    assert (listed.told, listed.unread) == (4, 3)
    assert with_counts(Announcement.objects.filter(pk=draft(office).pk), NOW).get().told == 0


def test_trainees_are_people_and_stand_for_no_unit(provinces, trainee, base_coordinator):
    announcement = draft(provinces[0], roles=[Role.TRAINEE, Role.BASE_COORDINATOR])
    reach = reach_of(recipients(announcement, NOW))
    assert (reach.units, reach.people) == (1, 2)
    services.publish_announcement(announcement=announcement, **given(provinces[0]))
    reach = read_reach(announcement, NOW)
    assert (reach.units, reach.people) == (1, 2)


def test_t06_whose_role_ended_leaves_the_read_list(office, provinces):
    announcement = published(office)
    Membership.objects.filter(pk=provinces[0].membership.pk).update(ends_at=NOW + DAY)
    provinces[1].user.is_active = False
    provinces[1].user.save()
    assert read_reach(announcement, NOW).people == 1
    assert read_reach(announcement, NOW + DAY).people == 0
    assert unread_units(announcement, NOW + DAY) == []


# Large audiences


@pytest.fixture
def crowd(office, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 3)
    monkeypatch.setattr("accounts.jobs.BATCH", 3)
    unit = lead_unit(HENAN)
    users = UserFactory.create_batch(7)
    return [MembershipFactory(user=user, unit=unit, role=Role.TECHNICAL_LEAD) for user in users]


def test_beyond_a_batch_a_worker_goes_on(office, crowd, work_jobs, autumn_2022):
    announcement = published(office)
    assert Notice.objects.count() == 3
    job = delivery_job(announcement)
    assert job is not None
    # one leaves while the worker is on its way, one comes: neither is told
    Membership.objects.filter(pk=crowd[-1].pk).update(ends_at=NOW + dt.timedelta(minutes=1))
    autumn_2022.shift(dt.timedelta(minutes=5))
    MembershipFactory(unit=office_of("cancer"), role=Role.TECHNICAL_LEAD, starts_at=NOW + DAY)
    (done,) = work_jobs()
    assert (done.status, done.done, done.total) == ("done", 7, 7)
    assert {row.membership for row in Notice.objects.all()} == set(crowd[:-1])
    assert delivery_job(announcement) is None


def test_telling_twice_tells_once(office, crowd):
    announcement = published(office)
    services.deliver(announcement=announcement, members=crowd, now=NOW)
    services.deliver(announcement=announcement, members=crowd, now=NOW)
    assert Notice.objects.count() == 7


def test_a_worker_stops_when_the_announcement_is_withdrawn(office, crowd, work_jobs):
    announcement = published(office)
    services.withdraw_announcement(announcement=announcement, reason="错", **given(office))
    work_jobs()
    assert Notice.objects.count() == 3


def test_a_crowd_that_ends_with_a_batch_is_told_to_the_end(
    office, crowd, work_jobs, monkeypatch, autumn_2022
):
    Membership.objects.filter(pk=crowd[-1].pk).update(ends_at=NOW)
    published(office)
    work_jobs()
    assert Notice.objects.count() == 6


def test_a_notice_without_an_announcement_has_words(hebei_coordinator):
    assert not notice(hebei_coordinator.membership).is_withdrawn
