"""Who sees what of an application: the office all, a hospital its own, an expert those they review (B5)."""

import pytest

from accounts.models import Region
from bases.models import (
    Application,
    Attachment,
    BaseApproval,
    Call,
    Director,
    Objection,
    Review,
    ReviewScore,
    Trainer,
)
from bases.permissions import can_name_base, can_print
from tests.bases import factories as make
from tests.factories import HENAN, UnitFactory, office_of, persona


@pytest.fixture
def other(db):
    """A hospital of another province under the same office, with an application of its own."""
    return make.hospital("other", HENAN, name="他省医院")


def seen(model, someone):
    return set(model.objects.visible_to(someone.scope))


def test_b5_applications_by_role(
    applicant,
    other,
    nuclear_officer,
    nuclear_expert,
    expert_of_henan,
    national_officer,
    hebei_coordinator,
    trainee,
):
    mine, theirs = make.in_review(applicant, nuclear_officer, nuclear_expert), make.draft(other)
    assert seen(Application, nuclear_officer) == {mine, theirs}
    assert seen(Application, applicant) == {mine}
    assert seen(Application, other) == {theirs}
    assert seen(Application, nuclear_expert) == {mine}
    for someone in (expert_of_henan, national_officer, hebei_coordinator, trainee):
        assert seen(Application, someone) == set()


@pytest.mark.parametrize("model", [Director, Trainer, Attachment], ids=lambda model: f"B5-{model.__name__}")
def test_the_parts_are_seen_with_the_application(applicant, other, nuclear_officer, national_officer, model):
    make.complete(applicant)
    rows = set(model.objects.all())
    assert rows
    assert seen(model, applicant) == seen(model, nuclear_officer) == rows
    assert seen(model, other) == seen(model, national_officer) == set()


def test_b5_the_hospital_sees_no_review_and_an_expert_only_their_own(
    applicant, nuclear_officer, nuclear_expert, expert_of_henan
):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert, expert_of_henan)
    make.score(make.review_of(application, nuclear_expert), nuclear_expert)
    assert seen(Review, applicant) == set()
    assert {review.expert for review in seen(Review, nuclear_expert)} == {nuclear_expert.membership}
    assert len(seen(Review, nuclear_officer)) == 2
    assert len(seen(ReviewScore, nuclear_officer)) == len(seen(ReviewScore, nuclear_expert)) == 3
    assert seen(ReviewScore, applicant) == seen(ReviewScore, expert_of_henan) == set()


def test_approvals_by_role(applicant, other, nuclear_officer, nuclear_expert, national_officer, trainee):
    application = make.approved(applicant, nuclear_officer, nuclear_expert)
    approval = BaseApproval.objects.get()
    base = persona("at-the-base", "base_coordinator", approval.base)
    for someone in (nuclear_officer, nuclear_expert, applicant, base):
        assert seen(BaseApproval, someone) == {approval}
    for someone in (other, national_officer, trainee):
        assert seen(BaseApproval, someone) == set()
    assert seen(Application, base) == {application}
    assert str(approval) == "测试申报医院"


def test_a_province_sees_its_own(applicant, other, nuclear_officer, nuclear_expert):
    unit = UnitFactory(
        kind="technical_lead",
        owner=office_of("nuclear"),
        region=Region.objects.get(pk=HENAN),
        code="tl-of-niha",
    )
    year = make.call_2024().year
    year.participation_rows.create(code="henan", clause="002", region=unit.region)
    lead = persona("lead", "technical_lead", unit)
    make.approved(applicant, nuclear_officer, nuclear_expert)
    theirs = make.draft(other)
    assert seen(Application, lead) == {theirs}
    assert seen(BaseApproval, lead) == set()
    assert can_name_base(lead.actor, year)
    assert not can_name_base(nuclear_officer.actor, year)


def test_the_call_is_for_everyone_under_its_office(call, applicant, nuclear_expert, national_officer):
    assert seen(Call, applicant) == seen(Call, nuclear_expert) == {call}
    assert seen(Call, national_officer) == set()


def test_b4_forms_with_phones_are_printed_by_the_hospital_and_who_decides(
    applicant, other, nuclear_officer, nuclear_expert
):
    application = make.complete(applicant)
    assert can_print(applicant.actor, application)
    assert not can_print(nuclear_officer.actor, application)
    application = make.hand_in(application, applicant)
    assert can_print(nuclear_officer.actor, application)
    for someone in (other, nuclear_expert):
        assert not can_print(someone.actor, application)


def test_objections_are_seen_with_the_application(applicant, nuclear_officer, nuclear_expert):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    row = Objection.objects.create(
        application=application, received_on=application.publicity_starts_on, sender="甲", text="x"
    )
    assert seen(Objection, nuclear_officer) == {row}
    assert str(row).startswith("测试申报医院")
