"""What the office keeps of a year's exam: windows, the parts of the paper, sample papers, counted use (X3, X5)."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from exams.models import Attempt, BlueprintRow, ExamWindow, ItemUse
from exams.permissions import check_manage_bank
from exams.queries import blueprint_of, worn_items
from exams.rules import Drawn, Shortfall, draw
from exams.stock import stock_of
from programs.enums import SettingCode
from programs.models import ProgramYear, Specialty
from programs.queries import setting
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


@dataclass(frozen=True, slots=True)
class Part:
    """How a part of the paper is to be: `count` items of `points` each."""

    row: BlueprintRow
    count: int
    points: int


@transaction.atomic
def edit_blueprint(
    *, year: ProgramYear, parts: Sequence[Part], reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Change the parts of the year's paper together, with a reason (X3).

    Raises Refusal when the points do not make up the exam's full points, and once anybody has sat: all sit the same exam.
    """
    check_manage_bank(actor, year)
    full, total = int(setting(year, SettingCode.EXAM_POINTS)), sum(part.count * part.points for part in parts)
    if total != full:
        raise Refusal(
            _("The parts make %(total)s points; the exam has %(full)s.") % {"total": total, "full": full},
            remedy=_("Change numbers or points until they add up."),
        )
    if Attempt.objects.filter(enrollment__year=year).counted().exists():
        raise Refusal(
            _("Somebody has sat the exam of this year already; all sit the same one."),
            remedy=_("Change the paper of the next year."),
        )
    for part in parts:
        if (part.count, part.points) != (part.row.count, part.row.points):
            values = {"count": part.count, "points": part.points}
            edit_row(row=part.row, values=values, reason=reason, actor=actor, now=now)


@transaction.atomic
def sample_paper(*, year: ProgramYear, specialty: Specialty, actor: Actor, now: dt.datetime) -> list[Drawn]:
    """A paper as the machine would draw it now; that it was looked at, and its seed, stand in the record (X3)."""
    check_manage_bank(actor, year)
    seed = secrets.token_hex(16)
    try:
        paper = draw(blueprint_of(year), stock_of(year, specialty.code), seed, worn=worn_items(year))
    except Shortfall as shortfall:
        raise Refusal(
            _("The bank cannot fill a paper of this specialty."),
            remedy=_("See below which part lacks how many items."),
            params={"shortages": shortfall.shortages},
        ) from shortfall
    record("draw_sample", year, actor=actor, now=now, data={"specialty": specialty.code, "seed": seed})
    return paper


def keep_uses(*, year: ProgramYear, papers: Mapping[int, int]) -> None:
    """On how many papers of the year each item stands, as just counted."""
    ItemUse.objects.bulk_create(
        [ItemUse(year=year, item_id=item, papers=count) for item, count in papers.items()],
        update_conflicts=True,
        unique_fields=["year", "item"],
        update_fields=["papers"],
        batch_size=500,
    )
