"""The flows of this room (E11); docs/states.md is generated from them."""

from core.transitions import FLOWS, Edge, Flow
from enrollment.enums import (
    ApplicantStatus,
    ChangeStatus,
    EnrollmentStatus,
    ImportStatus,
    RosterStatus,
    SheetStatus,
)
from programs.enums import TransferStatus

ENROLLMENT_FLOW = Flow(
    "enrollment.enrollment",
    EnrollmentStatus,
    (
        Edge("approve", (EnrollmentStatus.APPLIED,), EnrollmentStatus.APPROVED),
        Edge("refuse", (EnrollmentStatus.APPLIED,), EnrollmentStatus.REFUSED, needs_reason=True),
        Edge(
            "withdraw",
            (EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED),
            EnrollmentStatus.WITHDRAWN,
            needs_reason=True,
        ),
        Edge("replace", (EnrollmentStatus.APPROVED,), EnrollmentStatus.REPLACED, needs_reason=True),
    ),
)
ROSTER_FLOW = Flow(
    "enrollment.roster",
    RosterStatus,
    (
        Edge("submit_roster", (RosterStatus.OPEN, RosterStatus.RETURNED), RosterStatus.SUBMITTED),
        Edge("accept_roster", (RosterStatus.SUBMITTED,), RosterStatus.ACCEPTED),
        Edge("return_roster", (RosterStatus.SUBMITTED,), RosterStatus.RETURNED, needs_reason=True),
        Edge("lock_roster", (RosterStatus.ACCEPTED,), RosterStatus.LOCKED),
        Edge("unlock_roster", (RosterStatus.LOCKED,), RosterStatus.ACCEPTED, needs_reason=True),
    ),
)
IMPORT_FLOW = Flow(
    "enrollment.rosterimport",
    ImportStatus,
    (
        Edge("read_import", (ImportStatus.READING,), ImportStatus.PREVIEW),
        Edge("apply_import", (ImportStatus.PREVIEW,), ImportStatus.APPLIED),
        Edge("discard_import", (ImportStatus.READING, ImportStatus.PREVIEW), ImportStatus.DISCARDED),
        Edge("undo_import", (ImportStatus.APPLIED,), ImportStatus.UNDONE, needs_reason=True),
    ),
)
CHANGE_FLOW = Flow(
    "enrollment.changerequest",
    ChangeStatus,
    (
        Edge("approve_change", (ChangeStatus.WAITING,), ChangeStatus.APPROVED, needs_reason=True),
        Edge("refuse_change", (ChangeStatus.WAITING,), ChangeStatus.REFUSED, needs_reason=True),
        Edge("withdraw_change", (ChangeStatus.WAITING,), ChangeStatus.WITHDRAWN),
    ),
)
TRANSFER_FLOW = Flow(
    "programs.quotatransfer",
    TransferStatus,
    (
        Edge("approve_transfer", (TransferStatus.ASKED,), TransferStatus.APPROVED),
        Edge("refuse_transfer", (TransferStatus.ASKED,), TransferStatus.REFUSED, needs_reason=True),
        Edge("withdraw_transfer", (TransferStatus.ASKED,), TransferStatus.WITHDRAWN),
    ),
)
SHEET_FLOW = Flow(
    "enrollment.sheet",
    SheetStatus,
    (
        Edge("begin_sheet", (SheetStatus.SENT,), SheetStatus.FILLING),
        Edge("hand_in_sheet", (SheetStatus.FILLING,), SheetStatus.HANDED_IN),
        Edge(
            "reopen_sheet",
            (SheetStatus.HANDED_IN, SheetStatus.MERGED),
            SheetStatus.FILLING,
            needs_reason=True,
        ),
        Edge("merge_sheet", (SheetStatus.HANDED_IN,), SheetStatus.MERGED),
    ),
)
APPLICANT_FLOW = Flow(
    "enrollment.applicant",
    ApplicantStatus,
    (
        Edge("take_applicant", (ApplicantStatus.WAITING,), ApplicantStatus.TAKEN),
        Edge("refuse_applicant", (ApplicantStatus.WAITING,), ApplicantStatus.REFUSED, needs_reason=True),
    ),
)
FLOWS.add(ENROLLMENT_FLOW, ROSTER_FLOW, IMPORT_FLOW, CHANGE_FLOW, TRANSFER_FLOW, SHEET_FLOW, APPLICANT_FLOW)
