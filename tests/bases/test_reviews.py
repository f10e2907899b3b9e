"""B5: experts are asked, score and decline; who has a conflict of interest is never asked."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import UnitKind
from accounts.models import Institution, Membership, Unit
from bases import services
from bases.enums import Advice, ApplicationStatus, ReviewStatus
from bases.models import Application, Review
from bases.queries import candidates, review_summary
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from tests.bases import factories as make
from tests.bases.factories import NOW

A = ApplicationStatus
LAST_DAY = dt.date(2024, 4, 27)


def test_b5_experts_of_the_same_province_or_hospital_are_not_offered(
    applicant, nuclear_officer, nuclear_expert, expert_of_hebei, expert_of_henan, expert
):
    application = make.handed_in(applicant)
    found = {one.membership: one for one in candidates(application, NOW)}
    assert expert.membership not in found
    assert [found[one.membership].conflict for one in (nuclear_expert, expert_of_hebei, expert_of_henan)] == [
        False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "where", [pytest.param("unit", id="B5-own-hospital"), pytest.param("institution", id="B5-institution")]
)
def test_an_experts_other_posts_count_too(applicant, nuclear_expert, where):
    application = make.handed_in(applicant)
    unit = applicant.unit
    if where == "institution":
        unit.institution = Institution.objects.create(
            name="测试医院", level="province", kind="general_hospital", region=unit.region
        )
        unit.save()
        unit = Unit.objects.create(
            code="branch", kind=UnitKind.HOSPITAL, name="分院", owner=unit.owner, institution=unit.institution
        )
    Membership.objects.create(
        user=nuclear_expert.user, unit=unit, role="applicant", starts_at=NOW, ends_at=None
    )
    (mine,) = [
        one for one in candidates(make.again(application), NOW) if one.membership == nuclear_expert.membership
    ]
    assert mine.conflict


def test_b5_who_has_a_conflict_or_is_no_expert_is_refused(
    applicant, nuclear_officer, expert_of_hebei, expert
):
    application = make.handed_in(applicant)
    services.accept_application(application=application, actor=nuclear_officer.actor, now=NOW)
    for someone in (expert_of_hebei, expert, nuclear_officer):
        with pytest.raises(Refusal):
            services.assign_reviewers(
                application=application, experts=[someone.membership], actor=nuclear_officer.actor, now=NOW
            )
    assert make.again(application).status == A.FORMAL_OK
    assert not Review.objects.exists()


def test_experts_are_asked_once_and_others_later(applicant, nuclear_officer, nuclear_expert, expert_of_henan):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    given = {"application": application, "actor": nuclear_officer.actor, "now": NOW}
    with pytest.raises(Refusal):
        services.assign_reviewers(experts=[nuclear_expert.membership], **given)
    services.assign_reviewers(experts=[nuclear_expert.membership, expert_of_henan.membership], **given)
    assert application.reviews.count() == 2


def test_experts_are_not_asked_before_the_formal_check(applicant, nuclear_officer, nuclear_expert):
    application = make.handed_in(applicant)
    with pytest.raises(IllegalTransition):
        services.assign_reviewers(
            application=application, experts=[nuclear_expert.membership], actor=nuclear_officer.actor, now=NOW
        )


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(lambda rows: {row.pk: row.points + 1 for row in rows}, id="B5-above-the-full-points"),
        pytest.param(lambda rows: {row.pk: -1 for row in rows}, id="B5-below-zero"),
        pytest.param(lambda rows: {rows[0].pk: 1}, id="B5-a-line-missing"),
        pytest.param(lambda rows: {row.pk: 1 for row in rows} | {0: 1}, id="B5-a-line-too-many"),
    ],
)
def test_points_fit_the_scoring_sheet(applicant, nuclear_officer, nuclear_expert, points):
    review = make.review_of(make.in_review(applicant, nuclear_officer, nuclear_expert), nuclear_expert)
    rows = list(review.application.call.scoring.all())
    with pytest.raises(Refusal):
        services.submit_review(
            review=review,
            points=points(rows),
            advice=Advice.SELECT,
            opinion="好",
            actor=nuclear_expert.actor,
            now=NOW,
        )
    assert not review.scores.exists()


def test_a_review_says_why_and_is_final(applicant, nuclear_officer, nuclear_expert):
    review = make.review_of(make.in_review(applicant, nuclear_officer, nuclear_expert), nuclear_expert)
    points = {row.pk: 0 for row in review.application.call.scoring.all()}
    given = {
        "review": review,
        "points": points,
        "advice": Advice.DECLINE,
        "actor": nuclear_expert.actor,
        "now": NOW,
    }
    with pytest.raises(Refusal):
        services.submit_review(opinion="  ", **given)
    services.submit_review(opinion="师资不足", **given)
    assert (review.status, review.advice, review.scores.count()) == (ReviewStatus.DONE, Advice.DECLINE, 3)
    with pytest.raises(IllegalTransition):
        services.submit_review(opinion="改主意", **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(opinion="")


def test_the_mean_leaves_out_who_declined(applicant, nuclear_officer, nuclear_expert, expert_of_henan):
    third = make.expert("third")
    application = make.in_review(applicant, nuclear_officer, nuclear_expert, expert_of_henan, third)
    make.score(make.review_of(application, nuclear_expert), nuclear_expert, 1.0)
    services.decline_review(
        review=make.review_of(application, third), conflict="师生", actor=third.actor, now=NOW
    )
    summary = review_summary(application)
    assert (summary.asked, summary.done, summary.total, summary.points) == (2, 1, Decimal("100.0"), 100)
    assert not summary.is_complete
    make.score(make.review_of(application, expert_of_henan), expert_of_henan, 0.5)
    assert (review_summary(application).total, review_summary(application).is_complete) == (
        Decimal("75.0"),
        True,
    )


def test_b5_who_declares_a_conflict_no_longer_sees_the_application(
    applicant, nuclear_officer, nuclear_expert
):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    review = make.review_of(application, nuclear_expert)
    seen = Application.objects.visible_to(nuclear_expert.scope)
    assert list(seen) == [application]
    with pytest.raises(Refusal):
        services.decline_review(review=review, conflict=" ", actor=nuclear_expert.actor, now=NOW)
    services.decline_review(review=review, conflict="近亲属任职", actor=nuclear_expert.actor, now=NOW)
    assert list(seen.all()) == []
    review.refresh_from_db()
    assert (review.status, review.conflict) == (ReviewStatus.DECLINED, "近亲属任职")


def test_an_expert_answers_for_themselves_only(applicant, nuclear_officer, nuclear_expert, expert_of_henan):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    review = make.review_of(application, nuclear_expert)
    for someone in (expert_of_henan, nuclear_officer):
        with pytest.raises(NotAllowed):
            make.score(review, someone)
        with pytest.raises(NotAllowed):
            services.decline_review(review=review, conflict="x", actor=someone.actor, now=NOW)


def test_a_review_after_the_decision_is_too_late(applicant, nuclear_officer, nuclear_expert):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    services.reject_application(application=application, reason="退出", actor=nuclear_officer.actor, now=NOW)
    with pytest.raises(IllegalTransition):
        make.score(make.review_of(application, nuclear_expert), nuclear_expert)
