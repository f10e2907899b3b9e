"""The pile of late answers, as a person decides about it: by sitting, in the letters that the candidate saw, no keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.scope import Scope
from exams.enums import LateDecision, LateReason, VoidDecision
from exams.models import Answer, Attempt, AttemptItem, LateAnswer, VoidRequest
from exams.papers import letter
from exams.rules import chosen
from programs.models import ProgramYear


def with_pile(rows: "QuerySet[Attempt]") -> "QuerySet[Attempt]":
    """Sittings that have late answers, with how many, why, when the last came and from how many devices."""
    counted = {
        "late_waiting": Count("late_answers", filter=Q(late_answers__decision=LateDecision.PENDING)),
        "late_counting": Count("late_answers", filter=Q(late_answers__decision=LateDecision.ACCEPTED)),
        "late_devices": Count("late_answers__generation", distinct=True),
        "late_last": Max("late_answers__arrived_at"),
    }
    reasons = {
        f"late_{reason.value}": Count("late_answers", filter=Q(late_answers__reason=reason))
        for reason in LateReason
    }
    return rows.annotate(late_all=Count("late_answers"), **counted, **reasons).filter(late_all__gt=0)


def sittings_with_pile(year: ProgramYear, scope: Scope) -> "QuerySet[Attempt]":
    rows: QuerySet[Attempt] = Attempt.objects.visible_to(scope).filter(enrollment__year=year)
    return with_pile(rows)


@dataclass(frozen=True, slots=True)
class LateLine:
    """An answer of the pile beside what the server holds: `older` when it cannot count, because a newer one is held."""

    row: LateAnswer
    letters: str
    seconds: int
    older: bool

    @property
    def waits(self) -> bool:
        return bool(self.row.decision == LateDecision.PENDING)


@dataclass(frozen=True, slots=True)
class PileQuestion:
    ordinal: int
    held: Answer | None
    held_letters: str
    lines: list[LateLine] = field(default_factory=list)


def pile_of(attempt: Attempt) -> list[PileQuestion]:
    """Question by question: what the server holds and what arrived late; right answers are not even read."""
    options = dict(AttemptItem.objects.filter(attempt=attempt).values_list("ordinal", "options"))
    held = {answer.ordinal: answer for answer in Answer.objects.filter(attempt=attempt)}
    found: dict[int, PileQuestion] = {}
    for row in LateAnswer.objects.filter(attempt=attempt).order_by("ordinal", "generation", "sequence"):
        shown = options.get(row.ordinal, [])
        answer = held.get(row.ordinal)
        if row.ordinal not in found:
            found[row.ordinal] = PileQuestion(
                row.ordinal, answer, letters_of(shown, answer.value if answer else "")
            )
        late = max(0, int((row.arrived_at - attempt.accept_until).total_seconds()))
        found[row.ordinal].lines.append(
            LateLine(row, letters_of(shown, row.value), late, _is_older(row, answer))
        )
    return list(found.values())


def _is_older(row: LateAnswer, held: Answer | None) -> bool:
    if held is None or row.decision == LateDecision.ACCEPTED:
        return False
    return (row.generation, row.sequence) <= (held.generation, held.sequence)


def letters_of(options: Sequence[Mapping[str, Any]], value: str) -> str:
    """The letters before the options as this candidate's paper showed them; "?" for what is no option of the question."""
    order = {option["id"]: letter(index) for index, option in enumerate(options)}
    return "".join(sorted(order.get(one, "?") for one in chosen(value)))


def with_waiting(rows: "QuerySet[Attempt]") -> "QuerySet[Attempt]":
    """Attempts with the number of late answers to be decided and whether a request to void them waits."""
    late = LateAnswer.objects.filter(attempt=OuterRef("pk"), decision=LateDecision.PENDING).order_by()
    counted = late.values("attempt").annotate(n=Count("pk")).values("n")
    asked = VoidRequest.objects.filter(attempt=OuterRef("pk"), decision=VoidDecision.WAITING)
    return rows.annotate(late_waiting=Coalesce(Subquery(counted), 0), void_asked=Exists(asked))
