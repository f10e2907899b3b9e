"""The office edits a call, a condition, a line of the scoring sheet."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from bases.models import Call
from programs.models import YearRow
from programs.services import edit_row


@transaction.atomic
def edit_plan_row(
    *, row: YearRow, values: Mapping[str, Any], reason: str, actor: Actor, now: dt.datetime
) -> YearRow:
    """Change a row with a reason; a call's deadline moves the duty of the calendar with it (P1, P2)."""
    edited = edit_row(row=row, values=values, reason=reason, actor=actor, now=now)
    if isinstance(edited, Call) and edited.duty and edited.duty.due_at != edited.deadline:
        edit_row(row=edited.duty, values={"due_at": edited.deadline}, reason=reason, actor=actor, now=now)
    return edited
