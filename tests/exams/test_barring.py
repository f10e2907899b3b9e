"""Look-alikes bar the way to the bank until a person has decided about them (X1)."""

from typing import Any

import pytest

from core.exceptions import NotAllowed, Refusal
from exams.enums import ItemStatus, PairKind, PairStatus
from exams.models import Item, ItemPair
from exams.services import Decision, decide_pair, import_items
from exams.services.items import Home
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, item_row, reworded
from tests.exams.test_services_items import approved_home, province_rows
from tests.exams.test_writing import decide, submit
from tests.factories import HEBEI, Persona

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona) -> ItemPair:
    """A province's approved item that says the same as one of the bank."""
    home = Home(unit=national_officer.unit, status=ItemStatus.IN_BANK)
    import_items(rows=[item_row("a1", 5000)], home=home, actor=national_officer.actor, now=EXAM_TIME)
    import_items(
        rows=[*province_rows()[1:], item_row("a1", 900)], home=approved_home(hebei_coordinator, year_2022),
        actor=hebei_coordinator.actor, now=EXAM_TIME,
    )  # fmt: skip
    Item.objects.filter(code="t-a1-900").update(is_sample=False, compared_version=1)
    item, other = Item.objects.get(code="t-a1-900"), Item.objects.get(code="t-a1-5000")
    return ItemPair.objects.create(
        item=item,
        other=other,
        item_version=1,
        other_version=1,
        kind=PairKind.EXACT,
        score=100,
        found_at=EXAM_TIME,
    )


def test_x1_a_repeat_is_not_handed_up_until_somebody_calls_it_different(
    pair: ItemPair, year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    with pytest.raises(Refusal, match="t-a1-900"):
        submit(hebei_coordinator, year_2022)
    act = {"pair": pair, "year": year_2022, "now": EXAM_TIME}
    with pytest.raises(NotAllowed):
        decide_pair(**act, duplicate=False, reason="r", actor=hebei_coordinator.actor)
    with pytest.raises(Refusal):
        decide_pair(**act, duplicate=False, reason=" ", actor=national_officer.actor)
    decide_pair(**act, duplicate=False, reason="考点不同", actor=national_officer.actor)
    assert submit(hebei_coordinator, year_2022)


def test_x1_nothing_enters_the_bank_undecided(
    pair: ItemPair, year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    ItemPair.objects.update(kind=PairKind.NEAR)
    submission = submit(hebei_coordinator, year_2022)
    accept = Decision(Item.objects.get(pk=pair.item_id), accept=True)
    with pytest.raises(Refusal, match="尚未判定"):
        decide(submission, national_officer, accept)
    pair.refresh_from_db()
    decide_pair(
        pair=pair,
        year=year_2022,
        duplicate=True,
        reason="同一题",
        actor=national_officer.actor,
        now=EXAM_TIME,
    )
    assert Item.objects.get(pk=pair.item_id).status == ItemStatus.DRAFT
    rest = Item.objects.filter(submission=submission, status=ItemStatus.SUBMITTED)
    decide(submission, national_officer, *(Decision(item, accept=True) for item in rest))
    submission.refresh_from_db()
    assert submission.status == "returned"


def test_x1_calling_the_last_open_item_a_duplicate_decides_the_list(
    pair: ItemPair, year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    ItemPair.objects.update(kind=PairKind.NEAR)
    submission = submit(hebei_coordinator, year_2022)
    rest = Item.objects.filter(submission=submission).exclude(pk=pair.item_id)
    decide(submission, national_officer, *(Decision(item, accept=True) for item in rest))
    pair = ItemPair.objects.get()
    decide_pair(
        pair=pair,
        year=year_2022,
        duplicate=True,
        reason="同一题",
        actor=national_officer.actor,
        now=EXAM_TIME,
    )
    submission.refresh_from_db()
    assert submission.status == "returned"
    # a changed mind is recorded; the item stays where it is
    decide_pair(
        pair=pair,
        year=year_2022,
        duplicate=False,
        reason="细看不同",
        actor=national_officer.actor,
        now=EXAM_TIME,
    )
    assert ItemPair.objects.get().status == PairStatus.DIFFERENT


def test_x1_other_words_have_to_be_compared_anew(
    pair: ItemPair, year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    reworded(pair.item, stem="另一题")
    with pytest.raises(Refusal, match="正在查重"):
        submit(hebei_coordinator, year_2022)
    Item.objects.filter(pk=pair.item_id).update(compared_version=2)
    assert submit(hebei_coordinator, year_2022)


def test_x1_a_province_decides_about_two_of_its_own(
    pair: ItemPair, year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona
) -> None:
    Item.objects.filter(pk=pair.other_id).update(region=HEBEI)
    act = {"pair": pair, "year": year_2022, "duplicate": False, "reason": "不同", "now": EXAM_TIME}
    with pytest.raises(NotAllowed):
        decide_pair(**act, actor=henan_coordinator.actor)
    assert decide_pair(**act, actor=hebei_coordinator.actor).status == PairStatus.DIFFERENT


def test_x1_what_is_in_the_bank_stays_there_when_it_is_called_a_duplicate(
    pair: ItemPair, year_2022: ProgramYear, national_officer: Persona
) -> None:
    """Papers may have it: the office retires it, with a reason of its own."""
    Item.objects.filter(pk=pair.item_id).update(status=ItemStatus.IN_BANK)
    act: dict[str, Any] = {"year": year_2022, "actor": national_officer.actor, "now": EXAM_TIME}
    assert decide_pair(pair=pair, duplicate=True, reason="同一题", **act).status == PairStatus.DUPLICATE
    assert Item.objects.get(pk=pair.item_id).status == ItemStatus.IN_BANK
