"""The steps of an application, a review and an objection (B5); docs/states.md is generated from them."""

from bases.enums import ApplicationStatus as A
from bases.enums import ObjectionStatus, ReviewStatus
from core.transitions import FLOWS, Edge, Flow

APPLICATION_FLOW = Flow(
    "bases.application",
    A,
    (
        Edge("submit_application", (A.DRAFT, A.RETURNED), A.SUBMITTED),
        Edge("return_application", (A.SUBMITTED,), A.RETURNED, needs_reason=True),
        Edge("accept_application", (A.SUBMITTED,), A.FORMAL_OK),
        Edge("start_review", (A.FORMAL_OK,), A.IN_REVIEW),
        Edge("open_publicity", (A.IN_REVIEW,), A.PUBLICITY),
        Edge("approve_application", (A.PUBLICITY,), A.APPROVED, needs_reason=True),
        Edge(
            "reject_application",
            (A.SUBMITTED, A.FORMAL_OK, A.IN_REVIEW, A.PUBLICITY),
            A.REJECTED,
            needs_reason=True,
        ),
        Edge("file_application", (A.APPROVED,), A.FILED),
        Edge(
            "disqualify_application",
            (A.SUBMITTED, A.RETURNED, A.FORMAL_OK, A.IN_REVIEW, A.PUBLICITY, A.APPROVED, A.FILED),
            A.DISQUALIFIED,
            needs_reason=True,
        ),
    ),
)
REVIEW_FLOW = Flow(
    "bases.review",
    ReviewStatus,
    (
        Edge("submit_review", (ReviewStatus.ASSIGNED,), ReviewStatus.DONE),
        Edge("decline_review", (ReviewStatus.ASSIGNED,), ReviewStatus.DECLINED, needs_reason=True),
    ),
)
OBJECTION_FLOW = Flow(
    "bases.objection",
    ObjectionStatus,
    (
        Edge("dismiss_objection", (ObjectionStatus.OPEN,), ObjectionStatus.DISMISSED, needs_reason=True),
        Edge("uphold_objection", (ObjectionStatus.OPEN,), ObjectionStatus.UPHELD, needs_reason=True),
    ),
)
FLOWS.add(APPLICATION_FLOW, REVIEW_FLOW, OBJECTION_FLOW)
