"""B1, B4, B5: the hospital begins, saves, attaches and hands in; the deadline is a wall to the minute."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from accounts.models import Unit
from bases import services
from bases.enums import ApplicationStatus, FileKind, Section, Title
from bases.models import Application, Attachment, Director, Trainer
from bases.queries import closes_at, scan_is_older, takes_applications
from bases.services.drafts import MAX_FILES
from core.crypto import keyed_index
from core.exceptions import IllegalTransition, NotAllowed, Refusal, Stale
from core.models import Event
from core.submissions import digest
from programs.models import DutyExtension
from tests.bases import factories as make
from tests.bases.factories import DEADLINE, NOW

SECOND = dt.timedelta(seconds=1)


def begin(call, someone, now=NOW):
    return services.start_application(call=call, actor=someone.actor, now=now)


# Begin


def test_b4_a_draft_begins_with_what_the_portal_knows(call, applicant):
    application = begin(call, applicant)
    assert (application.status, application.hospital_name, application.city) == (
        "draft",
        "测试申报医院",
        "河北省",
    )
    assert application.region_id == "130000"
    assert Event.objects.of(application).get().verb == "start_application"


def test_a_hospital_has_one_application_under_a_call(call, applicant):
    assert begin(call, applicant) == begin(call, applicant)
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("now", "text"),
    [
        pytest.param(
            dt.datetime(2024, 4, 2, 23, 59, tzinfo=DEADLINE.tzinfo), "opened yet", id="B1-the-day-before"
        ),
        pytest.param(DEADLINE, "2024", id="B1-at-17:00"),
        pytest.param(DEADLINE + SECOND, "2024", id="B1-a-second-later"),
    ],
)
def test_nothing_begins_outside_the_call(call, applicant, now, text, settings):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(Refusal, match=text):
        begin(call, applicant, now)
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(dt.datetime(2024, 4, 3, 0, 0, tzinfo=DEADLINE.tzinfo), id="B1-on-the-first-day"),
        pytest.param(DEADLINE - SECOND, id="B1-at-16:59:59"),
    ],
)
def test_the_call_is_open_to_the_second(call, applicant, now):
    assert begin(call, applicant, now).pk


def test_p1_a_closed_year_takes_nothing(call, applicant):
    type(call.year).objects.filter(pk=call.year_id).update(status="closed")
    call.year.refresh_from_db()
    with pytest.raises(Refusal):
        begin(call, applicant)


def test_p2_only_an_extension_in_the_calendar_moves_the_wall(call, applicant):
    other = make.hospital("other")
    later = DEADLINE + dt.timedelta(days=2)
    DutyExtension.objects.create(
        year=call.year, duty=call.duty, unit=applicant.unit, due_at=later, reason="停电"
    )
    assert closes_at(call, applicant.unit) == later
    assert closes_at(call, other.unit) == closes_at(call, None) == DEADLINE
    assert takes_applications(call, applicant.unit, later - SECOND)
    assert not takes_applications(call, applicant.unit, later)
    assert not takes_applications(call, other.unit, DEADLINE)


def test_a_call_without_a_duty_has_no_extension(call, applicant):
    call.duty = None
    assert closes_at(call, applicant.unit) == DEADLINE


def test_a_hospital_without_a_province_is_asked_for_it(call, applicant):
    Unit.objects.filter(pk=applicant.unit.pk).update(region=None)
    with pytest.raises(Refusal):
        begin(call, applicant)


def test_only_a_hospital_of_this_office_applies(call, nuclear_officer, base_coordinator, national_officer):
    for someone in (nuclear_officer, base_coordinator, national_officer):
        with pytest.raises(NotAllowed):
            begin(call, someone)


# Save


def test_b4_a_save_takes_what_there_is(call, applicant):
    application = begin(call, applicant)
    half = dict.fromkeys(make.HOSPITAL, "") | {"level": "tertiary_a", "teaching_hospital": None}
    saved = services.save_section(
        application=application,
        section=Section.HOSPITAL,
        values=half,
        revision=0,
        actor=applicant.actor,
        now=NOW,
    )
    saved.refresh_from_db()
    assert (saved.level, saved.address, saved.revision, saved.conditions_met) == ("tertiary_a", "", 1, False)


def test_a_save_on_top_of_anothers_is_refused_and_changes_nothing(call, applicant):
    application = begin(call, applicant)
    make.save(application, applicant, Section.HOSPITAL)
    with pytest.raises(Stale):
        services.save_section(
            application=application, section=Section.HOSPITAL, values=make.HOSPITAL | {"address": "别处"}, revision=0,
            actor=applicant.actor, now=NOW,
        )  # fmt: skip
    assert make.again(application).address == "测试路 1 号"


def test_values_that_contradict_each_other_are_refused(call, applicant):
    application = begin(call, applicant)
    with pytest.raises(Refusal):
        make.save(application, applicant, Section.DEPARTMENT, senior_titles=1, full_senior_titles=2)
    assert make.again(application).revision == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.update(senior_titles=1, full_senior_titles=2)


def test_b2_each_save_keeps_what_the_conditions_say(applicant):
    application = make.complete(applicant)
    assert (application.conditions_met, application.has_priority) == (True, True)
    worse = make.save(application, applicant, Section.DEPARTMENT, rest_count=149, stress_count=150)
    assert worse.conditions_met is False
    worse = make.save(application, applicant, Section.RECORD, has_research_project=False)
    assert worse.has_priority is False


def test_b4_trainers_are_kept_in_their_order_and_replaced_as_a_whole(call, applicant):
    application = begin(call, applicant)
    for number, names in enumerate((["甲", "乙"], ["丙"])):
        services.save_trainers(
            application=application, rows=[make.trainer(name=name) for name in names], revision=number,
            actor=applicant.actor, now=NOW,
        )  # fmt: skip
    assert list(application.trainers.values_list("order", "name")) == [(1, "丙")]


def test_a_phone_and_address_rest_encrypted_and_the_event_names_fields_only(applicant):
    application = make.complete(applicant)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, address FROM bases_director")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"13912345678" not in stored
    assert application.director.phone == "13912345678"
    events = json.dumps(
        list(Event.objects.of(application).values_list("data", flat=True)), ensure_ascii=False
    )
    assert "phone" in events
    assert "13912345678" not in events
    assert "田主任" not in events


def test_nobody_else_writes_in_an_application(call, applicant, nuclear_officer):
    application = begin(call, applicant)
    for someone in (make.hospital("other"), nuclear_officer):
        with pytest.raises(NotAllowed):
            make.save(application, someone, Section.HOSPITAL)
        with pytest.raises(NotAllowed):
            make.attach(application, someone)
        with pytest.raises(NotAllowed):
            make.hand_in(application, someone)


def test_b1_after_the_deadline_nothing_is_saved(call, applicant):
    application = begin(call, applicant)
    with pytest.raises(Refusal):
        services.save_section(
            application=application, section=Section.HOSPITAL, values=make.HOSPITAL, revision=0, actor=applicant.actor,
            now=DEADLINE,
        )  # fmt: skip
    assert make.again(application).revision == 0


# Files


def test_b4_a_new_sealed_scan_replaces_the_one_before(call, applicant):
    application = begin(call, applicant)
    for kind in (FileKind.SEALED_FORM, FileKind.STAFF_PROOF, FileKind.STAFF_PROOF, FileKind.SEALED_FORM):
        make.attach(application, applicant, kind)
    kinds = sorted(application.attachments.values_list("kind", flat=True))
    assert kinds == ["sealed_form", "staff_proof", "staff_proof"]


def test_a_file_of_another_kind_is_refused(call, applicant):
    application = begin(call, applicant)
    file = SimpleUploadedFile("scan.pdf", b"MZ not a pdf", "application/pdf")
    with pytest.raises(Refusal):
        services.add_attachment(
            application=application, kind=FileKind.SEALED_FORM, file=file, actor=applicant.actor, now=NOW
        )
    assert not Attachment.objects.exists()


def test_there_is_a_limit_of_files(call, applicant):
    application = begin(call, applicant)
    Attachment.objects.bulk_create(
        Attachment(application=application, kind=FileKind.STAFF_PROOF, file="x.pdf", name="x", added_at=NOW)
        for _ in range(MAX_FILES)
    )
    with pytest.raises(Refusal):
        make.attach(application, applicant)


def test_a_file_is_removed_by_the_hospital(call, applicant):
    application = begin(call, applicant)
    attachment = make.attach(application, applicant)
    services.remove_attachment(attachment=attachment, actor=applicant.actor, now=NOW)
    assert not application.attachments.exists()


# Hand in


def test_b5_the_hand_in_freezes_content_findings_and_scan(applicant):
    application = make.handed_in(applicant)
    receipt = application.submission
    assert application.status == ApplicationStatus.SUBMITTED
    assert (receipt.kind, receipt.version, receipt.number) == ("base_application", 1, "NU2024-00001")
    assert receipt.sha256 == digest(receipt.content)
    assert receipt.content["application"]["rest_count"] == 200
    assert receipt.content["director"]["phone"] == keyed_index("13912345678", "phone")
    assert "13912345678" not in json.dumps(receipt.content)
    assert all(finding.passed for finding in receipt.frozen_findings if finding.severity == "hard")
    assert receipt.scan.name == application.attachments.get(kind=FileKind.SEALED_FORM).file.name
    assert {len(file["sha256"]) for file in receipt.content["files"]} == {64}


def test_p4_the_hand_in_does_the_duty_of_the_call(call, applicant, nuclear_officer):
    application = make.handed_in(applicant)
    record = call.duty.records.get()
    assert (record.unit, record.done_on, record.note) == (
        applicant.unit,
        NOW.date(),
        application.submission.number,
    )
    services.return_application(application=application, reason="x", actor=nuclear_officer.actor, now=NOW)
    make.hand_in(make.again(application), applicant, NOW + dt.timedelta(days=1))
    assert call.duty.records.get().done_on == NOW.date()


def test_b4_a_change_after_the_sealed_scan_is_seen(applicant):
    application = make.complete(applicant)
    assert not scan_is_older(application)
    for changes, older in (({}, False), ({"nurses": 7}, True)):
        services.save_section(
            application=make.again(application),
            section=Section.DEPARTMENT,
            values=make.DEPARTMENT | changes,
            revision=make.again(application).revision,
            actor=applicant.actor,
            now=NOW + dt.timedelta(hours=1),
        )
        assert scan_is_older(application) is older
    application.attachments.all().delete()
    assert not scan_is_older(application)


def test_b5_what_is_missing_stops_the_hand_in_and_is_named(applicant):
    application = make.complete(applicant)
    application = make.save(application, applicant, Section.HOSPITAL, postcode="", address=" ")
    application.attachments.filter(kind=FileKind.COUNT_PROOF).delete()
    with pytest.raises(Refusal) as refused:
        make.hand_in(application, applicant)
    gaps = [(gap.section, gap.field) for gap in refused.value.params["gaps"]]
    assert gaps == [("hospital", "address"), ("hospital", "postcode"), ("files", "count_proof")]
    assert make.again(application).status == ApplicationStatus.DRAFT


@pytest.mark.parametrize(
    ("section", "changes", "kind"),
    [
        pytest.param(
            Section.DEPARTMENT, {"rest_count": 149}, "base_perfusion_count", id="B2-299-examinations"
        ),
        pytest.param(Section.SUPPLEMENT, {"perfusion_years": 2}, "base_perfusion_years", id="B2-two-years"),
        pytest.param(Section.HOSPITAL, {"level": "secondary"}, "base_tertiary_hospital", id="B2-secondary"),
        pytest.param(
            Section.DIRECTOR, {"title": Title.ATTENDING_PHYSICIAN}, "base_director_title", id="B4-director"
        ),
    ],
)
def test_an_unmet_basic_condition_stops_the_hand_in(applicant, section, changes, kind):
    application = make.save(make.complete(applicant), applicant, section, **changes)
    with pytest.raises(Refusal) as refused:
        make.hand_in(application, applicant)
    assert [finding.kind for finding in refused.value.params["findings"]] == [kind]
    assert refused.value.params["findings"][0].remedies


def test_b3_without_priority_a_hospital_may_apply(applicant):
    application = make.save(make.complete(applicant), applicant, Section.RECORD, has_research_project=False)
    assert make.hand_in(application, applicant).status == ApplicationStatus.SUBMITTED


def test_b4_truth_is_pledged(applicant):
    application = make.complete(applicant)
    with pytest.raises(Refusal):
        make.hand_in(application, applicant, pledged=False)
    assert make.again(application).submission is None


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        pytest.param(DEADLINE - SECOND, True, id="B1-16:59:59"),
        pytest.param(DEADLINE, False, id="B1-17:00:00"),
    ],
)
def test_the_hand_in_ends_at_the_deadline(applicant, now, taken):
    application = make.complete(applicant)
    if taken:
        assert make.hand_in(application, applicant, now).status == ApplicationStatus.SUBMITTED
    else:
        with pytest.raises(Refusal):
            make.hand_in(application, applicant, now)


def test_a_stale_page_does_not_hand_in(applicant):
    application = make.complete(applicant)
    with pytest.raises(Stale):
        make.hand_in(application, applicant, revision=application.revision - 1)


def test_what_was_handed_in_is_not_changed_nor_handed_in_again(applicant):
    application = make.handed_in(applicant)
    with pytest.raises(IllegalTransition):
        make.save(application, applicant, Section.HOSPITAL)
    with pytest.raises(IllegalTransition):
        make.hand_in(application, applicant)


def test_b5_a_repair_is_the_next_version(applicant, nuclear_officer):
    application = make.handed_in(applicant)
    services.return_application(
        application=application, reason="缺第 2 页", actor=nuclear_officer.actor, now=NOW
    )
    application = make.again(application)
    assert (application.status, application.submission.status) == ("returned", "returned")
    application = make.save(application, applicant, Section.HOSPITAL, address="新址")
    again = make.hand_in(application, applicant)
    assert (again.submission.version, again.submission.previous.version) == (2, 1)


def test_the_parts_of_an_application_go_with_it(applicant):
    application = make.complete(applicant)
    Application.objects.filter(pk=application.pk).delete()
    assert not Director.objects.exists()
    assert not Trainer.objects.exists()
