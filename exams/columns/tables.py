"""Tables without a search area: attempts, blueprint, windows, submissions, what the bank lacks."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.columns import Column, Listing
from core.enums import ActorKind
from core.submissions import SubmissionStatus
from core.templatetags.portal import deadline, name_of
from exams.enums import AttemptState
from exams.models import Attempt, BlueprintRow, ExamWindow
from exams.rules import Shortage
from programs.models import Specialty, Submission


def _attempt_url(row: Attempt) -> str:
    if row.state == AttemptState.OPEN:
        return ""
    return reverse("exams:attempt-result", kwargs={**row.enrollment.year.url_kwargs, "pk": row.pk})


def attempt_words(row: Attempt) -> str:
    if row.state != AttemptState.CLOSED:
        return str(row.get_state_display())
    return str(_("Passed") if row.passed else _("Not passed"))


def attempt_tone(row: Attempt) -> str:
    if row.state != AttemptState.CLOSED:
        return "info" if row.state == AttemptState.OPEN else "danger"
    return "success" if row.passed else "warning"


def closed_by_words(row: Attempt) -> str:
    """Whether the trainee handed in, or the portal when the time was over; a void attempt says neither."""
    if row.state != AttemptState.CLOSED:
        return ""
    return str(_("The portal, at the end") if row.closed_by == ActorKind.SYSTEM else _("The trainee"))


def attempts_of(total: int) -> Listing:
    """One trainee's attempts out of `total`, rows read with `with_chance`; a void one is none of them."""

    def chance(row: Any) -> str:
        return str(row.get_state_display()) if row.state == AttemptState.VOID else f"{row.chance} / {total}"

    return Listing(
        code="exams.attempts",
        title=_("My attempts"),
        columns=(
            Column("number", _("Attempt"), chance, url=_attempt_url),
            Column("started", _("Started at"), "started_at", kind="datetime"),
            Column("closed", _("Handed in at"), "closed_at", kind="datetime"),
            Column(
                "score",
                _("Score"),
                lambda row: "" if row.score is None else f"{row.score} / {row.full_points}",
            ),
            Column("result", _("Result"), attempt_words, kind="status", tone=attempt_tone),
            Column("closed_by", _("How it ended"), closed_by_words),
        ),
    )


def _provisional(row: BlueprintRow | ExamWindow) -> str:
    return row.assumed if row.is_provisional else ""


BLUEPRINT = Listing(
    code="exams.blueprint",
    title=_("Blueprint of the paper"),
    columns=(
        Column("name", _("Part of the paper"), name_of),
        Column("types", _("Types"), lambda row: " ".join(row.item_types).upper()),
        Column("count", _("Items"), "count", kind="int", total="count"),
        Column("points", _("Points each"), "points", kind="int"),
        Column("total", _("Points"), "total", kind="int"),
        Column("clause", _("Clause"), "clause"),
        Column("assumed", _("Source"), _provisional, kind="assumed"),
    ),
)


def windows_of(now: dt.datetime, may_edit: bool) -> Listing:
    """The year's windows as they stand at `now`."""

    def state(row: ExamWindow) -> str:
        words = (
            _("still ahead")
            if now < row.opens_at
            else _("open now")
            if row.is_open(now)
            else _("already over")
        )
        return str(words)

    def url(row: ExamWindow) -> str:
        return reverse("exams:window-edit", kwargs={**row.year.url_kwargs, "pk": row.pk}) if may_edit else ""

    return Listing(
        code="exams.windows",
        title=_("Exam windows"),
        columns=(
            Column("name", _("Exam window"), name_of, url=url),
            Column("opens", _("Opens"), "opens_at", kind="datetime"),
            Column("closes", _("Closes"), lambda row: deadline(row.closes_at)),
            Column(
                "state",
                _("Status"),
                state,
                kind="status",
                tone=lambda row: "success" if row.is_open(now) else "neutral",
            ),
            Column("assumed", _("Source"), _provisional, kind="assumed"),
        ),
        empty=_("This year has no exam window."),
    )


def _read_url(row: Submission) -> str:
    if row.status != SubmissionStatus.SUBMITTED:
        return ""
    return reverse("exams:submission-review", kwargs={**row.year.url_kwargs, "pk": row.pk})


SUBMISSIONS = Listing(
    code="exams.submissions",
    title=_("Item submissions"),
    columns=(
        Column("province", _("Province"), lambda row: name_of(row.region), url=_read_url),
        Column("number", _("Receipt number"), "number", kind="code"),
        Column("version", _("Version"), "version", kind="int"),
        Column("submitted", _("Handed up at"), "submitted_at", kind="datetime"),
        Column("items", _("Items"), lambda row: len(row.content), kind="int"),
        Column("waiting", _("To be read"), "waiting", kind="int"),
        Column("accepted", _("Accepted"), "accepted", kind="int"),
        Column("returned", _("Returned"), "returned", kind="int"),
        Column(
            "status", _("Status"), lambda row: row.get_status_display(), kind="status",
            tone=lambda row: "warning" if row.status == SubmissionStatus.SUBMITTED else "neutral",
        ),
    ),
    empty=_("No province has handed up items yet."),
)  # fmt: skip


Feasible = tuple[Specialty, list[Shortage]]


def feasible_of(parts: list[BlueprintRow]) -> Listing:
    """One row per specialty, one column per part of the paper, with what the bank lacks."""
    return Listing(
        code="exams.feasible",
        title=_("Can the bank fill it?"),
        columns=(
            Column("specialty", _("Specialty"), lambda row: name_of(row[0])),
            *(_lack(part) for part in parts),
        ),
    )


def _lack(part: BlueprintRow) -> Column:
    def shortage(row: Feasible) -> Shortage:
        return next(shortage for shortage in row[1] if shortage.line == part.code)

    def tone(row: Feasible) -> str:
        return "danger" if shortage(row).missing else "success"

    return Column(part.code, name_of(part), lambda row: _lacking(shortage(row)), kind="status", tone=tone)


def _lacking(shortage: Shortage) -> str:
    """How many of how many are lacking; where whole groups are in the way, what they make."""
    if not shortage.missing:
        return str(_("enough"))
    words = ngettext("lacks %(missing)s of %(count)s", "lacks %(missing)s of %(count)s", shortage.missing) % {
        "missing": shortage.missing,
        "count": shortage.count,
    }
    if shortage.held > shortage.made:
        words += _("; whole groups make %(made)s") % {"made": shortage.made}
    return words


PART_USE = Listing(
    code="exams.part_use",
    title=_("Use by part of the paper"),
    columns=(
        Column("part", _("Part of the paper"), lambda row: name_of(row.row)),
        Column("held", _("Items in the bank"), "held", kind="int"),
        Column("used", _("Have stood on papers"), "used", kind="int"),
        Column("unused", _("On none yet"), "unused", kind="int"),
        Column("most", _("Papers of the most used"), "most", kind="int"),
        Column("worn", _("At or above the cap"), "worn", kind="int"),
    ),
)
