"""A bank, an open window and people in every state of the exam."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from accounts.actors import system_actor
from core.enums import Measure
from core.figures import FIGURES, Figure
from core.values import CHINA
from enrollment.models import Enrollment
from exams.answers import SaveRow
from exams.enums import ItemStatus
from exams.models import Attempt, AttemptItem, ExamWindow, Item, ItemVersion, SignUp
from exams.rules import CONDITIONS, as_value
from exams.services import import_items, start_attempt
from exams.services.items import Home, correct
from programs.models import ProgramYear
from tests.factories import cancer_2022, office_of

# inside the window of the 2022 exam
EXAM_TIME = dt.datetime(2022, 12, 5, 9, tzinfo=CHINA)
LABELS = "ABCDE"


def _options(code: str) -> list[dict[str, str]]:
    return [{"label": label, "text": f"{code} 选项{label}"} for label in LABELS]


def item_row(kind: str, number: int, **values: Any) -> dict[str, Any]:
    """A row as the fixture files write it."""
    code = f"t-{kind}-{number}"
    row: dict[str, Any] = {"code": code, "type": kind, "stem": f"题干 {code}", "explanation": f"⟦WHY {code}⟧"}
    if kind == "tf":
        row |= {"key": ["T" if number % 2 else "F"]}
    else:
        row |= {"options": _options(code), "key": ["A", "C"] if kind == "x" else [LABELS[number % 5]]}
    return row | values


def group_row(number: int, size: int = 3, kind: str = "b1") -> dict[str, Any]:
    code = f"g-{kind}-{number}"
    stems = [
        {"code": f"{code}-{n}", "stem": f"题干 {code}-{n}", "key": [LABELS[n % 5]]}
        for n in range(1, size + 1)
    ]
    return {"code": code, "type": kind, "options": _options(code), "stems": stems}


def bank_rows(
    singles: int = 64, groups: int = 6, multiple: int = 24, true_false: int = 24
) -> Iterator[dict[str, Any]]:
    yield from (item_row("a1", number) for number in range(singles))
    yield from (group_row(number) for number in range(groups))
    yield from (item_row("x", number) for number in range(multiple))
    yield from (item_row("tf", number) for number in range(true_false))


def make_bank(**sizes: int) -> None:
    home = Home(unit=office_of("cancer"), status=ItemStatus.IN_BANK)
    import_items(rows=bank_rows(**sizes), home=home, actor=system_actor(), now=EXAM_TIME)


def reworded(item: Item, **words: Any) -> ItemVersion:
    """The item with other words, as a new version."""
    current = item.versions.get(is_current=True)
    kept = {
        name: getattr(current, name) for name in ("case", "stem", "options", "key", "explanation", "source")
    }
    correct(item, {**kept, **words}, {}, "修订", system_actor(), EXAM_TIME)
    return item.versions.get(is_current=True)


def signed_up(enrollment: Enrollment, at: dt.datetime = EXAM_TIME) -> SignUp:
    return SignUp.objects.create(enrollment=enrollment, signed_up_at=at, rules_read_at=at)


def started(enrollment: Enrollment, at: dt.datetime = EXAM_TIME, device: str = "device") -> Attempt:
    if not SignUp.objects.filter(enrollment=enrollment).exists():
        signed_up(enrollment, at)
    return start_attempt(enrollment=enrollment, device=device, actor=system_actor(), now=at)


def handed_in(enrollment: Enrollment, number: int = 1, score: int = 60, *, passed: bool = False) -> Attempt:
    """A closed attempt with its result, without a paper."""
    attempt: Attempt = Attempt.objects.create(
        enrollment=enrollment,
        window=ExamWindow.objects.get(year=enrollment.year_id),
        number=number,
        seed="0",
        started_at=EXAM_TIME,
        deadline=EXAM_TIME,
        accept_until=EXAM_TIME,
        item_count=0,
        full_points=120,
        pass_points=72,
        state="closed",
        score=score,
        passed=passed,
        closed_at=EXAM_TIME,
        receipt=f"T{enrollment.pk}-{number}",
    )
    return attempt


def right_value(place: AttemptItem) -> str:
    return as_value(option["id"] for option in place.options if option["label"] in place.version.key)


def wrong_value(place: AttemptItem) -> str:
    return as_value(option["id"] for option in place.options if option["label"] not in place.version.key)


def places(attempt: Attempt) -> list[AttemptItem]:
    return list(
        AttemptItem.objects.filter(attempt=attempt).select_related("version__item", "row").order_by("ordinal")
    )


def row_of(
    attempt: Attempt, ordinal: int = 1, value: str = "abcd", sequence: int = 1, **changes: Any
) -> SaveRow:
    values: dict[str, Any] = {
        "attempt_id": attempt.pk,
        "generation": attempt.generation,
        "ordinal": ordinal,
        "value": value,
        "sequence": sequence,
        "arrived_at": attempt.started_at + dt.timedelta(minutes=1),
    }
    return SaveRow(**{**values, **changes})


def right_rows(attempt: Attempt, count: int = 100) -> list[SaveRow]:
    return [row_of(attempt, place.ordinal, right_value(place)) for place in places(attempt)[:count]]


def answer_figures(amounts: dict[str, Any]) -> dict[str, Figure]:
    """Stand-ins for the figures of the room above, answering `amounts` by condition for whoever is asked."""

    class Fixed(Figure):
        def value(self, scope: Any, where: Any) -> Any:
            return type("Value", (), {"amount": amounts[self.code]})()

    return {
        spec.figure: Fixed(code=spec.figure, label="", definition="", rows=_no_rows, unit=Measure.COUNT)
        for spec in CONDITIONS.values()
        if spec.figure in amounts
    }


def _no_rows(scope: Any, where: Any) -> Any:
    raise AssertionError("the stand-in has no rows")


FULL = {
    "courses.online_hours": 170,
    "courses.homework_lessons_open": 0,
    "courses.offline_hours": 70,
    "courses.offline_passed": 1,
}


def with_figures(monkeypatch: Any, amounts: dict[str, Any]) -> None:
    kept = {code: figure for code, figure in FIGURES._entries.items() if not code.startswith("courses.")}
    monkeypatch.setattr(FIGURES, "_entries", kept | answer_figures(amounts))


def year() -> ProgramYear:
    return cancer_2022()
