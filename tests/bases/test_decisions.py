"""B5: formal check, expert review, publicity with objections, decision, filing; false data disqualifies."""

import datetime as dt

import pytest

from accounts.enums import UnitKind
from accounts.models import Institution, Notice, Unit
from bases import services
from bases.enums import ApplicationStatus, DecidingBody, ObjectionStatus
from bases.models import Application, BaseApproval, Call, Objection
from bases.queries import open_objections, selected, under_publicity
from bases.services.flows import APPLICATION_FLOW, OBJECTION_FLOW, REVIEW_FLOW
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event
from core.transitions import FLOWS
from core.values import CHINA
from programs.models import DutyExtension
from tests.bases import factories as make
from tests.bases.factories import AFTER_PUBLICITY, DEADLINE, NOW
from tests.factories import HENAN, lead_unit, persona

A = ApplicationStatus
LAST_DAY = dt.date(2024, 4, 27)


# The flow as a whole


def test_b5_every_state_is_reached_and_only_ends_are_final():
    reached = {edge.target for edge in APPLICATION_FLOW.edges} | {A.DRAFT}
    assert reached == set(A)
    final = {state for state in A if not APPLICATION_FLOW.verbs_from(state)}
    assert final == {A.REJECTED, A.DISQUALIFIED}
    assert {"bases.application", "bases.review", "bases.objection"} <= set(FLOWS.codes())


@pytest.mark.parametrize(
    "flow", [APPLICATION_FLOW, REVIEW_FLOW, OBJECTION_FLOW], ids=lambda flow: f"B5-{flow.code}"
)
def test_every_decision_against_somebody_wants_a_reason(flow):
    against = {
        "return_application", "reject_application", "disqualify_application", "approve_application", "decline_review",
        "dismiss_objection", "uphold_objection",
    }  # fmt: skip
    assert {edge.verb for edge in flow.edges if edge.needs_reason} == against & {
        edge.verb for edge in flow.edges
    }


def test_b5_the_whole_way_to_the_file(applicant, nuclear_officer, nuclear_expert):
    application = make.approved(applicant, nuclear_officer, nuclear_expert)
    services.file_application(application=application, actor=nuclear_officer.actor, now=AFTER_PUBLICITY)
    application = make.again(application)
    assert (application.status, application.submission.status, application.reason) == (
        A.FILED,
        "accepted",
        "同意",
    )
    base = application.approval.base
    assert (base.kind, base.name, base.region, base.owner) == (
        UnitKind.TRAINING_BASE, "测试申报医院", application.region, application.year.program.owner,
    )  # fmt: skip
    assert application.approval.filed_at == AFTER_PUBLICITY
    verbs = list(Event.objects.of(application).order_by("pk").values_list("verb", flat=True))
    assert [verb for verb in verbs if "save" not in verb and "file" not in verb] == [
        "start_application", "submit_application", "accept_application", "start_review", "open_publicity",
        "approve_application",
    ]  # fmt: skip


# Formal check


def test_a_return_tells_the_hospital_why(applicant, nuclear_officer):
    application = make.handed_in(applicant)
    with pytest.raises(Refusal):
        services.return_application(application=application, reason=" ", actor=nuclear_officer.actor, now=NOW)
    services.return_application(
        application=application, reason="扫描件缺页", actor=nuclear_officer.actor, now=NOW
    )
    application = make.again(application)
    assert (application.status, application.submission.reason) == (A.RETURNED, "扫描件缺页")


def test_the_hospital_is_told_of_every_decision(applicant, nuclear_officer, nuclear_expert):
    office = {"actor": nuclear_officer.actor, "now": NOW}
    returned = make.handed_in(applicant)
    services.return_application(application=returned, reason="缺页", **office)
    again = make.hand_in(make.again(returned), applicant, NOW)
    services.accept_application(application=again, **office)
    services.reject_application(application=make.again(again), reason="评分不足", **office)
    told = Notice.objects.order_by("pk")
    assert {row.membership for row in told} == {applicant.membership}
    assert [row.subject for row in told] == [
        "贵单位2024年度的申报已退回修改，请打开查看原因。",
        "贵单位2024年度的申报已通过形式审查，将进入专家评审。",
        "贵单位2024年度的申报已有结果，请打开查看。",
    ]
    assert applicant.client.get(told[0].url).status_code == 200


def test_p2_after_the_deadline_a_return_wants_an_extension(call, applicant, nuclear_officer):
    application = make.handed_in(applicant)
    given = {"application": application, "reason": "缺页", "actor": nuclear_officer.actor}
    with pytest.raises(Refusal):
        services.return_application(now=DEADLINE, **given)
    later = DEADLINE + dt.timedelta(days=3)
    DutyExtension.objects.create(
        year=call.year, duty=call.duty, unit=applicant.unit, due_at=later, reason="补正"
    )
    services.return_application(now=DEADLINE, **given)
    assert (
        make.hand_in(make.again(application), applicant, later - dt.timedelta(seconds=1)).status
        == A.SUBMITTED
    )


def test_a_rejection_after_the_formal_check_leaves_the_receipt_accepted(
    applicant, nuclear_officer, nuclear_expert
):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    services.reject_application(
        application=application, reason="评分不足", actor=nuclear_officer.actor, now=NOW
    )
    application = make.again(application)
    assert (application.status, application.submission.status, application.decided_at) == (
        A.REJECTED,
        "accepted",
        NOW,
    )


def test_a_rejection_at_the_formal_check_closes_the_receipt_too(applicant, nuclear_officer):
    application = make.handed_in(applicant)
    services.reject_application(
        application=application, reason="材料不全", actor=nuclear_officer.actor, now=DEADLINE
    )
    assert make.again(application).submission.status == "returned"


def test_a_submission_made_elsewhere_is_not_needed_to_decide(call, applicant, nuclear_officer):
    application = make.draft(applicant)
    Application.objects.update(status=A.SUBMITTED)
    services.accept_application(application=make.again(application), actor=nuclear_officer.actor, now=NOW)
    assert make.again(application).status == A.FORMAL_OK


def test_nothing_is_done_twice(applicant, nuclear_officer):
    application = make.handed_in(applicant)
    services.accept_application(application=application, actor=nuclear_officer.actor, now=NOW)
    with pytest.raises(IllegalTransition):
        services.accept_application(application=application, actor=nuclear_officer.actor, now=NOW)


# Publicity


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        pytest.param(dt.date(2024, 4, 19), LAST_DAY, id="B5-begins-yesterday"),
        pytest.param(dt.date(2024, 4, 22), dt.date(2024, 4, 21), id="B5-ends-before-it-begins"),
    ],
)
def test_the_days_of_publicity_make_sense(applicant, nuclear_officer, nuclear_expert, starts, ends):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    make.score(make.review_of(application, nuclear_expert), nuclear_expert)
    with pytest.raises(Refusal):
        services.open_publicity(
            application=application, starts_on=starts, ends_on=ends, actor=nuclear_officer.actor, now=NOW
        )
    assert make.again(application).publicity_starts_on is None


def test_b5_publicity_waits_for_every_review(applicant, nuclear_officer, nuclear_expert):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    with pytest.raises(Refusal):
        services.open_publicity(
            application=application,
            starts_on=NOW.date(),
            ends_on=LAST_DAY,
            actor=nuclear_officer.actor,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        pytest.param(dt.datetime(2024, 4, 20, 23, 59, tzinfo=CHINA), False, id="B5-the-evening-before"),
        pytest.param(dt.datetime(2024, 4, 21, 0, 0, tzinfo=CHINA), True, id="B5-the-first-minute"),
        pytest.param(dt.datetime(2024, 4, 27, 23, 59, tzinfo=CHINA), True, id="B5-the-last-minute"),
        pytest.param(dt.datetime(2024, 4, 28, 0, 0, tzinfo=CHINA), False, id="B5-the-day-after"),
    ],
)
def test_the_public_sees_a_hospital_on_its_days(applicant, nuclear_officer, nuclear_expert, day, shown):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    assert list(under_publicity(application.year, day)) == ([application] if shown else [])
    assert list(selected(application.year)) == []


def object_to(application, office, day=dt.date(2024, 4, 22), now=AFTER_PUBLICITY):
    return services.record_objection(
        application=application, received_on=day, sender="实名甲", contact="13811112222", text="检查例数不实",
        actor=office.actor, now=now,
    )  # fmt: skip


def test_b5_an_open_or_upheld_objection_stops_the_approval(applicant, nuclear_officer, nuclear_expert):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    first, second = object_to(application, nuclear_officer), object_to(application, nuclear_officer)
    given = {
        "application": application,
        "reason": "同意",
        "actor": nuclear_officer.actor,
        "now": AFTER_PUBLICITY,
    }
    with pytest.raises(Refusal):
        services.approve_application(**given)
    answer = {"actor": nuclear_officer.actor, "now": AFTER_PUBLICITY}
    services.answer_objection(
        objection=first, status=ObjectionStatus.DISMISSED, answer="经核查属实", **answer
    )
    assert open_objections(application) == 1
    services.answer_objection(objection=second, status=ObjectionStatus.UPHELD, answer="例数不足", **answer)
    assert open_objections(application) == 0
    with pytest.raises(Refusal):
        services.approve_application(**given)
    services.disqualify_application(**(given | {"reason": "虚报例数"}))
    assert make.again(application).status == A.DISQUALIFIED


def test_an_objection_is_answered_once_and_with_a_finding(applicant, nuclear_officer, nuclear_expert):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    objection = object_to(application, nuclear_officer)
    given = {
        "objection": objection,
        "status": ObjectionStatus.DISMISSED,
        "actor": nuclear_officer.actor,
        "now": NOW,
    }
    with pytest.raises(Refusal):
        services.answer_objection(answer=" ", **given)
    services.answer_objection(answer="不成立", **given)
    with pytest.raises(IllegalTransition):
        services.answer_objection(answer="再来", **given)
    objection.refresh_from_db()
    assert (objection.status, objection.answer, objection.sender) == ("dismissed", "不成立", "实名甲")


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(dt.date(2024, 4, 20), id="B5-before-the-publicity"),
        pytest.param(dt.date(2024, 5, 21), id="B5-a-day-to-come"),
    ],
)
def test_an_objection_arrives_while_it_can(applicant, nuclear_officer, nuclear_expert, day):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    with pytest.raises(Refusal):
        object_to(application, nuclear_officer, day)


def test_objections_end_with_the_publicity(applicant, nuclear_officer, nuclear_expert):
    application = make.approved(applicant, nuclear_officer, nuclear_expert)
    with pytest.raises(IllegalTransition):
        object_to(application, nuclear_officer)
    assert not Objection.objects.exists()


# Decision


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        pytest.param(dt.datetime(2024, 4, 27, 23, 59, 59, tzinfo=CHINA), False, id="B5-the-last-second"),
        pytest.param(dt.datetime(2024, 4, 28, 0, 0, 0, tzinfo=CHINA), True, id="B5-at-24:00"),
    ],
)
def test_the_decision_waits_for_the_end_of_the_publicity(
    applicant, nuclear_officer, nuclear_expert, now, taken
):
    application = make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    given = {"application": application, "reason": "同意", "actor": nuclear_officer.actor, "now": now}
    if taken:
        services.approve_application(**given)
        assert BaseApproval.objects.get().application == application
    else:
        with pytest.raises(Refusal):
            services.approve_application(**given)
        assert not BaseApproval.objects.exists()


def test_an_approved_base_is_linked_to_the_registry(applicant, nuclear_officer, nuclear_expert):
    known = Institution.objects.create(
        name="测试申报医院", level="province", kind="general_hospital", region=applicant.unit.region
    )
    application = make.approved(applicant, nuclear_officer, nuclear_expert)
    assert application.approval.base.institution == known


def test_b5_false_data_revokes_an_approval(applicant, nuclear_officer, nuclear_expert):
    application = make.approved(applicant, nuclear_officer, nuclear_expert)
    services.disqualify_application(
        application=application, reason="证书造假", actor=nuclear_officer.actor, now=AFTER_PUBLICITY
    )
    assert BaseApproval.objects.get().revoked_at == AFTER_PUBLICITY
    assert list(BaseApproval.objects.in_force()) == []
    assert list(selected(application.year)) == []


def test_a_draft_is_nobodys_to_decide(applicant, nuclear_officer):
    application = make.complete(applicant)
    given = {"application": application, "actor": nuclear_officer.actor, "now": NOW}
    for act in (services.reject_application, services.disqualify_application):
        with pytest.raises(IllegalTransition):
            act(reason="x", **given)
    with pytest.raises(IllegalTransition):
        services.accept_application(**given)


# Who decides


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda given: services.accept_application(**given), id="B1-accept"),
        pytest.param(lambda given: services.return_application(reason="x", **given), id="B1-return"),
        pytest.param(lambda given: services.reject_application(reason="x", **given), id="B1-reject"),
        pytest.param(lambda given: services.approve_application(reason="x", **given), id="B1-approve"),
        pytest.param(lambda given: services.disqualify_application(reason="x", **given), id="B5-disqualify"),
        pytest.param(lambda given: services.file_application(**given), id="B1-file"),
        pytest.param(lambda given: services.assign_reviewers(experts=[], **given), id="B5-assign"),
        pytest.param(
            lambda given: services.open_publicity(starts_on=LAST_DAY, ends_on=LAST_DAY, **given),
            id="B5-publicity",
        ),
        pytest.param(
            lambda given: services.record_objection(
                received_on=LAST_DAY, sender="x", contact="x", text="x", **given
            ),
            id="B5-objection",
        ),
    ],
)
def test_a_national_call_is_decided_by_its_office_alone(
    applicant, nuclear_expert, national_officer, hebei_coordinator, act
):
    application = make.handed_in(applicant)
    for someone in (applicant, nuclear_expert, national_officer, hebei_coordinator):
        with pytest.raises(NotAllowed):
            act({"application": application, "actor": someone.actor, "now": NOW})
    assert make.again(application).status == A.SUBMITTED


def test_b1_a_provincial_call_is_decided_by_the_province_and_filed_by_the_office(applicant, nuclear_officer):
    Call.objects.update(deciding=DecidingBody.PROVINCE)
    application = make.handed_in(applicant)
    office = nuclear_officer.unit
    coordinators = []
    for code, region in (("own", "130000"), ("foreign", HENAN)):
        unit = Unit.objects.create(
            code=f"tl-{code}",
            kind=UnitKind.TECHNICAL_LEAD,
            name=code,
            owner=office,
            region=lead_unit(region).region,
        )
        coordinators.append(persona(f"tl-{code}", "technical_lead", unit))
    own, foreign = coordinators
    given = {"application": application, "now": NOW}
    for someone in (foreign, nuclear_officer):
        with pytest.raises(NotAllowed):
            services.accept_application(actor=someone.actor, **given)
    services.accept_application(actor=own.actor, **given)
    Application.objects.update(status=A.APPROVED)
    with pytest.raises(NotAllowed):
        services.file_application(application=make.again(application), actor=own.actor, now=NOW)
    services.file_application(application=make.again(application), actor=nuclear_officer.actor, now=NOW)
    assert make.again(application).status == A.FILED


def test_the_portal_itself_may_decide(applicant, system):
    application = make.handed_in(applicant)
    services.accept_application(application=application, actor=system, now=NOW)
    assert make.again(application).status == A.FORMAL_OK
