"""The sheet as rows and groups for its template: numbers in words, the way to the records, what may be done."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.enums import FindingStatus, Measure
from core.figures import FIGURES
from core.templatetags.portal import display
from supervision.columns import in_unit, value_words
from supervision.enums import LineDecision, SheetKind
from supervision.forms import SelfAssessmentForm
from supervision.models import Scorecard, ScorecardLine
from supervision.queries import Beside, reaching
from supervision.rules import MEASURED_ANEW

STATE_TONES = {
    FindingStatus.PASSED: "success",
    FindingStatus.FAILED: "warning",
    FindingStatus.NO_DATA: "neutral",
}
STATES = {
    FindingStatus.PASSED: _("Met"),
    FindingStatus.FAILED: _("Not met"),
    FindingStatus.NO_DATA: _("No data"),
}
DECISION_TONES = {
    LineDecision.PENDING: "neutral",
    LineDecision.CONFIRMED: "success",
    LineDecision.OVERRIDDEN: "info",
    LineDecision.RETURNED: "warning",
}


def figure_url(card: Scorecard, code: str) -> str:
    """The records behind a figure of this sheet."""
    page = reverse("supervision:figure-show", kwargs={**card.year.url_kwargs, "code": code})
    cut = {"base": card.unit_id} if card.kind == SheetKind.BASE else {"region": card.region_id}
    return f"{page}?{urlencode(cut)}"


def _row(
    card: Scorecard, line: ScorecardLine, form: SelfAssessmentForm, *, review: bool, opens: bool
) -> dict[str, Any]:
    criterion = line.criterion
    measured = criterion.is_measured and criterion.figure in FIGURES
    fields = form.of(line) if line in form.lines else None
    return {
        "line": line,
        "line_url": reverse("supervision:line-detail", kwargs={**card.year.url_kwargs, "pk": line.pk}),
        "criterion": criterion,
        "compared": f"{criterion.get_operator_display()} {in_unit(line.threshold, criterion.unit)}"
        if line.threshold
        else "",
        "own_threshold": line.threshold != (criterion.threshold or ""),
        "value": value_words(line),
        "reached": _reached(card, line),
        "url": figure_url(card, criterion.figure) if measured and opens else "",
        "measured": criterion.is_measured,
        "state": STATES[FindingStatus(line.state)],
        "state_tone": STATE_TONES[FindingStatus(line.state)],
        "fields": fields,
        "folded": fields is not None and line.measured_points is not None and not _entered(line, fields),
        "papers": list(line.evidence.all()),
        "decision": line.get_decision_display(),
        "decision_tone": DECISION_TONES[LineDecision(line.decision)],
        "reviewed": line.decision != LineDecision.PENDING,
        "review": review,
        "pending": review and line.decision == LineDecision.PENDING,
    }


def _reached(card: Scorecard, line: ScorecardLine) -> str:
    """Beside a mean how many reach it, while the sheet is measured anew; a confirmed one keeps only its number."""
    count = reaching(card, line) if card.status in MEASURED_ANEW else None
    if count is None:
        return ""
    words = {"count": display(count), "base": display(line.base and int(line.base))}
    return gettext("Reached by %(count)s of %(base)s trainees") % words


def _entered(line: ScorecardLine, fields: dict[str, Any]) -> bool:
    """Whether something stands or was typed here, so that it must not be folded away."""
    typed = any(fields[name].errors for name in ("points", "note", "file"))
    return typed or line.self_points is not None or bool(line.note) or bool(fields["papers"])


def sheet_groups(
    card: Scorecard, lines: Iterable[ScorecardLine], form: SelfAssessmentForm, *, review: bool, opens: bool
) -> list[dict[str, Any]]:
    """The lines under 考核对象 and 内容, as the scorecard prints them."""
    groups = []
    for (subject, area), members in groupby(
        lines, key=lambda line: (line.criterion.subject, line.criterion.area)
    ):
        rows = [_row(card, line, form, review=review, opens=opens) for line in members]
        full = sum((row["line"].maximum for row in rows), Decimal(0))
        counted = sum((row["line"].points for row in rows), Decimal(0))
        groups.append({"subject": subject, "area": area, "rows": rows, "maximum": full, "points": counted})
    return groups


def _tile_words(one: Beside) -> str:
    if one.figure.unit != Measure.SHARE:
        return display(one.value.amount)
    return display(one.value.percent, "percent")


def beside_stats(card: Scorecard, figures: Sequence[Beside], *, opens: bool) -> list[dict[str, Any]]:
    """What is judged beside the sheet, as tiles (R4, C13)."""
    return [
        {
            "label": one.figure.label,
            "value": _tile_words(one),
            "hint": gettext("%(part)s of %(whole)s")
            % {"part": display(one.value.amount), "whole": display(one.value.base)}
            if one.figure.unit == Measure.SHARE
            else "",
            "url": figure_url(card, one.figure.code) if opens else "",
        }
        for one in figures
    ]
