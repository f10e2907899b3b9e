"""X1: what repeats homework, the bank, another province or another item of the same list is found, once, by the job."""

from collections.abc import Callable
from typing import Any

import pytest

from core import jobs
from core.exceptions import IllegalTransition, Refusal
from core.models import Job
from exams.bank import look_alikes, to_compare
from exams.enums import ItemOrigin, ItemStatus, PairKind, PairStatus
from exams.models import Item, ItemPair
from exams.services import decide_pair, give_homework, import_items, take_in_items
from exams.services.items import Home
from exams.services.pairs import keep_pairs
from exams.services.supply import quota_findings
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, reworded
from tests.factories import HEBEI, HENAN, Persona, office_of

pytestmark = pytest.mark.django_db


def row(code: str, **changes: Any) -> dict[str, Any]:
    texts = (
        "黏膜层或黏膜下层，不论有无淋巴结转移",
        "黏膜层且无淋巴结转移",
        "固有肌层以内",
        "浆膜以内且无远处转移",
        "直径小于2 cm",
    )
    options = [{"label": label, "text": text} for label, text in zip("ABCDE", texts, strict=True)]
    return {
        "code": code,
        "type": "a1",
        "stem": "早期胃癌是指癌组织局限于",
        "options": options,
        "key": ["A"],
    } | changes


REORDERED = row("own", options=list(reversed(row("x")["options"])))
REWORDED = row("own", stem="所谓早期胃癌，是指癌组织局限于")
OTHER = row("own", stem="乳腺癌筛查首选的影像学检查是", options=[
    {"label": label, "text": text} for label, text in zip("ABCDE", ("乳腺X线", "CT", "PET", "骨显像", "胸片"), strict=True)
])  # fmt: skip


@pytest.fixture
def compare() -> Callable[[], list[ItemPair]]:
    """Have the job run once; the pairs there are then."""

    def run() -> list[ItemPair]:
        job = Job.objects.create(kind="exams.compare_items", created_at=EXAM_TIME)
        assert jobs.run(job.pk, lambda: EXAM_TIME).status == "done"  # type: ignore[union-attr]
        return list(ItemPair.objects.current())

    return run


@pytest.fixture
def homes(year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona) -> dict[str, Home]:
    def home(persona: Persona) -> Home:
        return Home(persona.unit, persona.unit.region, year_2022, status=ItemStatus.APPROVED)

    office = office_of("cancer")
    return {
        "own": home(hebei_coordinator),
        "other province": home(henan_coordinator),
        "homework": Home(office, origin=ItemOrigin.HOMEWORK, status=ItemStatus.IN_BANK),
        "bank": Home(office, status=ItemStatus.IN_BANK),
    }


def enter(home: Home, persona: Persona, *rows: dict[str, Any]) -> None:
    import_items(rows=rows, home=home, actor=persona.actor, now=EXAM_TIME)


@pytest.mark.parametrize("where", ["homework", "bank", "other province", "own"])
@pytest.mark.parametrize(
    ("mine", "kind"),
    [
        pytest.param(REORDERED, PairKind.EXACT, id="X1-options-in-another-order"),
        pytest.param(REWORDED, PairKind.NEAR, id="X1-reworded"),
        pytest.param(OTHER, None, id="X1-another-item"),
    ],
)
def test_x1_a_repeat_is_found_wherever_the_other_stands(
    homes: dict[str, Home],
    compare: Any,
    hebei_coordinator: Persona,
    where: str,
    mine: dict[str, Any],
    kind: Any,
) -> None:
    enter(homes[where], hebei_coordinator, row("first"))
    if where != "own":
        compare()
    enter(homes["own"], hebei_coordinator, mine)
    found = compare()
    assert [(pair.item.code, pair.other.code, pair.kind, pair.status) for pair in found] == (
        [("own", "first", kind, PairStatus.PENDING)] if kind else []
    )
    assert not to_compare(10)
    assert len(compare()) == len(found)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"status": ItemStatus.DRAFT, "region_id": HENAN}, id="X1-somebody-elses-draft"),
        pytest.param({"status": ItemStatus.RETIRED}, id="X1-withdrawn-before-anybody-had-it"),
        pytest.param({"is_sample": True}, id="X1-a-stand-in"),
        pytest.param({"owner": "nuclear"}, id="P1-another-owners-bank"),
    ],
)
def test_x1_what_is_not_compared(
    homes: dict[str, Home], compare: Any, hebei_coordinator: Persona, change: dict[str, Any]
) -> None:
    enter(homes["bank"], hebei_coordinator, row("first"))
    if "owner" in change:
        change = {"owner": office_of(change["owner"])}
    Item.objects.update(**change)
    enter(homes["own"], hebei_coordinator, REORDERED)
    assert compare() == []


def test_x2_stems_of_one_group_are_not_told_as_repeats(
    homes: dict[str, Home], compare: Any, hebei_coordinator: Persona
) -> None:
    stems = [{"code": f"g-{at}", "stem": "早期胃癌是指癌组织局限于", "key": ["A"]} for at in (1, 2)]
    group = {"code": "g", "type": "b1", "options": row("x")["options"], "stems": stems}
    enter(homes["own"], hebei_coordinator, group)
    assert compare() == []


def test_x1_a_decision_stands_for_the_words_it_was_made_about(
    homes: dict[str, Home],
    compare: Any,
    year_2022: ProgramYear,
    hebei_coordinator: Persona,
    national_officer: Persona,
) -> None:
    enter(homes["bank"], hebei_coordinator, row("first"))
    enter(homes["own"], hebei_coordinator, REWORDED)
    (pair,) = compare()
    act: dict[str, Any] = {"year": year_2022, "actor": national_officer.actor, "now": EXAM_TIME}
    decide_pair(pair=pair, duplicate=False, reason="不同", **act)
    Item.objects.update(compared_version=0)
    assert [one.status for one in compare()] == [PairStatus.DIFFERENT]
    reworded(pair.item, stem="早期胃癌的概念是指癌组织局限于")
    assert ItemPair.objects.current().count() == 0
    (again,) = compare()
    assert (again.status, again.item_version) == (PairStatus.PENDING, 2)


def test_x1_words_changed_while_they_were_compared_are_compared_again(
    homes: dict[str, Home], year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    enter(homes["own"], hebei_coordinator, REWORDED)
    compared = to_compare(10)
    pairs = look_alikes(compared)
    item = Item.objects.get()
    reworded(item, stem="换了")
    keep_pairs(compared=compared, pairs=pairs, now=EXAM_TIME)
    assert to_compare(10) == {item.pk: 2}


def test_x1_two_workers_at_once_keep_a_pair_once(homes: dict[str, Home], hebei_coordinator: Persona) -> None:
    enter(homes["own"], hebei_coordinator, row("first"), REWORDED)
    compared = to_compare(10)
    assert [keep_pairs(compared=compared, pairs=look_alikes(compared), now=EXAM_TIME) for _ in range(2)] == [
        1,
        0,
    ]
    assert ItemPair.objects.count() == 1


def test_x1_many_items_are_compared_in_steps(
    homes: dict[str, Home], compare: Any, hebei_coordinator: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exams.jobs.COMPARED_AT_ONCE", 1)
    enter(homes["own"], hebei_coordinator, row("first"), REWORDED, OTHER | {"code": "third"})
    assert len(compare()) == 1
    assert not to_compare(10)


def test_x1_homework_of_a_lesson_is_no_submission_and_waits_for_the_office(
    homes: dict[str, Home],
    compare: Any,
    year_2022: ProgramYear,
    hebei_coordinator: Persona,
    national_officer: Persona,
) -> None:
    enter(homes["own"], hebei_coordinator, OTHER, row("mine"))
    lesson_item, own = Item.objects.get(code="own"), Item.objects.get(code="mine")
    give_homework(items=[lesson_item], actor=hebei_coordinator.actor, now=EXAM_TIME)
    give_homework(items=[lesson_item], actor=hebei_coordinator.actor, now=EXAM_TIME)
    lesson_item.refresh_from_db()
    assert (lesson_item.origin, lesson_item.status) == (ItemOrigin.HOMEWORK, ItemStatus.DRAFT)
    total = next(one for one in quota_findings(year_2022, HEBEI) if one.code == "all")
    assert (total.value, total.params["begun"]) == (1, 0)
    compare()
    act: dict[str, Any] = {"year": year_2022, "actor": national_officer.actor, "now": EXAM_TIME}
    with pytest.raises(Refusal, match="mine"):
        take_in_items(items=[own], **act)
    assert take_in_items(items=[lesson_item], **act) == 1
    Item.objects.filter(pk=own.pk).update(status=ItemStatus.SUBMITTED)
    with pytest.raises(IllegalTransition):
        give_homework(items=[Item.objects.get(pk=own.pk)], actor=hebei_coordinator.actor, now=EXAM_TIME)
    assert Item.objects.get(pk=own.pk).origin == ItemOrigin.BANK


def test_x1_a_new_item_is_compared_with_homework_the_office_has_not_taken_in(
    homes: dict[str, Home], compare: Any, hebei_coordinator: Persona
) -> None:
    enter(homes["own"], hebei_coordinator, row("lesson"))
    give_homework(items=Item.objects.all(), actor=hebei_coordinator.actor, now=EXAM_TIME)
    compare()
    enter(homes["own"], hebei_coordinator, REORDERED)
    assert [(pair.item.code, pair.kind) for pair in compare()] == [("own", PairKind.EXACT)]
