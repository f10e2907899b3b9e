"""The scorecard as the plan prints it, with what was reached, for seal and signature."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import get_language

from core.documents import pdf
from supervision.columns import value_words
from supervision.enums import LineDecision, SheetKind
from supervision.models import Scorecard, ScorecardLine
from supervision.queries import applicable_points, criteria_of, totals_of


def sheet_pdf(card: Scorecard, lines: Sequence[ScorecardLine], now: dt.datetime) -> bytes:
    """One sheet, landscape, with the printed columns and the points measured, claimed and reviewed."""
    context = {
        "card": card,
        "rows": list(_rows(lines)),
        "totals": totals_of(card, lines),
        "kinds": [kind.label for kind in SheetKind],
        "full_marks": [applicable_points(criteria_of(card.year))[kind] for kind in SheetKind],
        "printed_at": now,
        "language": get_language() or "zh-hans",
    }
    return pdf("supervision/print/scorecard.html", context)


def _rows(lines: Iterable[ScorecardLine]) -> Iterable[dict[str, Any]]:
    """Each line with the cells that it opens: 考核对象 and 内容 are printed once over their lines."""
    for _subject, of_subject in groupby(lines, key=lambda line: line.criterion.subject):
        members = list(of_subject)
        for _area, of_area in groupby(members, key=lambda line: line.criterion.area):
            group = list(of_area)
            for line in group:
                yield {
                    "line": line,
                    "criterion": line.criterion,
                    "subject_rows": len(members) if line is members[0] else 0,
                    "area_rows": len(group) if line is group[0] else 0,
                    "area_points": sum((one.maximum for one in group), Decimal(0)),
                    "ticks": [_tick(line, kind) for kind in SheetKind],
                    "value": value_words(line),
                    "settled": line.decision in {LineDecision.CONFIRMED, LineDecision.OVERRIDDEN},
                }


def _tick(line: ScorecardLine, kind: str) -> str:
    """√ as printed; (√) where it is read to apply (S2)."""
    if line.criterion.ticked_for(kind):
        return "√"
    return "(√)" if line.criterion.applies_to(kind) else ""
