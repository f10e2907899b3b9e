import datetime as dt

from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.exceptions import Refusal
from exams.models import ExamWindow
from programs.services import edit_row


def edit_window(
    *,
    window: ExamWindow,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> ExamWindow:
    """Move a window with a reason; attempts under way keep their full time (P2, X5)."""
    if closes_at <= opens_at:
        raise Refusal(_("The window must close after it opens."), remedy=_("Choose a later end."))
    values = {"opens_at": opens_at, "closes_at": closes_at}
    edit_row(row=window, values=values, reason=reason, actor=actor, now=now)
    window.refresh_from_db()
    return window
