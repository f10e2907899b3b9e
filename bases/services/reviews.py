"""Expert review: assign, score, decline."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Membership
from bases.enums import Advice, ApplicationStatus, ReviewStatus
from bases.models import Application, Review, ReviewScore
from bases.permissions import check_decide, check_review
from bases.queries import Candidate, candidates
from bases.services.flows import APPLICATION_FLOW, REVIEW_FLOW
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.transitions import advance

ASSIGNABLE = (ApplicationStatus.FORMAL_OK, ApplicationStatus.IN_REVIEW)


@transaction.atomic
def assign_reviewers(
    *, application: Application, experts: Iterable[Membership], actor: Actor, now: dt.datetime
) -> list[Review]:
    """Give the application to experts; the first of them starts the review.

    Raises Refusal for whom the hospital or province is their own, and for who is no expert of the program (B5).
    """
    check_decide(actor, application)
    rows = Application.objects.select_for_update(of=("self",)).select_related("year__program", "unit")
    locked = rows.get(pk=application.pk)
    if locked.status not in ASSIGNABLE:
        raise IllegalTransition(_("Experts are asked after the formal check and before publicity."))
    known = {candidate.membership.pk: candidate for candidate in candidates(locked, now)}
    new = [expert for expert in experts if _may_be_asked(expert, known.get(expert.pk))]
    if not new:
        raise Refusal(
            _("Nobody new was chosen."), remedy=_("Tick at least one expert who was not asked yet.")
        )
    reviews = [Review.objects.create(application=locked, expert=expert, assigned_at=now) for expert in new]
    for review in reviews:
        record("assign_review", review, actor=actor, now=now, to_state=review.status)
    if locked.status == ApplicationStatus.FORMAL_OK:
        advance(locked, APPLICATION_FLOW, "start_review", actor=actor, now=now, reviewers=len(reviews))
    return reviews


def _may_be_asked(expert: Membership, candidate: Candidate | None) -> bool:
    """False for who was asked already; raises Refusal for who may never be."""
    if candidate is None:
        raise Refusal(_("%(name)s is not an expert of this program.") % {"name": expert.user})
    if candidate.conflict:
        raise Refusal(
            _("%(name)s belongs to the same hospital or province.") % {"name": expert.user},
            remedy=_("Choose an expert from elsewhere."),
        )
    return candidate.review is None


@transaction.atomic
def submit_review(
    *, review: Review, points: Mapping[int, int], advice: Advice, opinion: str, actor: Actor, now: dt.datetime
) -> Review:
    """Points for every line of the scoring sheet, an advice and its grounds; final."""
    check_review(actor, review)
    _check_in_review(review.application)
    rows = list(review.application.call.scoring.all())
    if {row.pk for row in rows} != set(points) or any(not 0 <= points[row.pk] <= row.points for row in rows):
        raise Refusal(
            _("The points do not fit the scoring sheet."), remedy=_("Give every line 0 to its full points.")
        )
    if not opinion.strip():
        raise Refusal(_("The grounds are missing."), remedy=_("Write in a few sentences why you advise so."))
    review.advice, review.opinion, review.done_at = advice, opinion.strip(), now
    review.save(update_fields=["advice", "opinion", "done_at"])
    advance(review, REVIEW_FLOW, "submit_review", actor=actor, now=now)
    ReviewScore.objects.bulk_create(
        ReviewScore(review=review, row=row, points=points[row.pk]) for row in rows
    )
    return review


@transaction.atomic
def decline_review(*, review: Review, conflict: str, actor: Actor, now: dt.datetime) -> Review:
    """A conflict of interest the portal did not know of; the expert no longer sees the application."""
    check_review(actor, review)
    if review.status == ReviewStatus.ASSIGNED and conflict.strip():
        review.conflict = conflict.strip()
        review.save(update_fields=["conflict"])
    return advance(review, REVIEW_FLOW, "decline_review", actor=actor, now=now, reason=conflict)


def _check_in_review(application: Application) -> None:
    if application.status != ApplicationStatus.IN_REVIEW:
        raise IllegalTransition(_("The review of this application is over."))
