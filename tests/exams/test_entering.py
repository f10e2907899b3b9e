"""Keeping what is on the screen, withdrawing many, correcting what is in the bank (X1, X2)."""

from dataclasses import replace
from typing import Any

import pytest

from core.exceptions import IllegalTransition, NotAllowed, Refusal, Stale
from core.models import Event
from exams.bank import affected_by, entries_of
from exams.enums import ItemKind, ItemStatus
from exams.models import Item
from exams.rules.entries import Entry
from exams.services.entering import fingerprint, revise_entry, save_entry, withdraw_items
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, places
from tests.exams.test_writing import group, single, write
from tests.factories import Persona

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(hebei_coordinator: Persona, year_2022: ProgramYear) -> dict[str, Any]:
    return {"year": year_2022, "actor": hebei_coordinator.actor, "now": EXAM_TIME}


@pytest.fixture
def office(national_officer: Persona, year_2022: ProgramYear) -> dict[str, Any]:
    return {"year": year_2022, "actor": national_officer.actor, "now": EXAM_TIME}


def opened(items: list[Item]) -> dict[str, Any]:
    (entry,) = entries_of(items)
    return {"items": items, "seen": fingerprint(entry)}


def test_x2_an_unfinished_item_is_kept_and_gets_its_code(
    hebei_coordinator: Persona, act: dict[str, Any]
) -> None:
    item = save_entry(entry=single(key=(), source=""), unit=hebei_coordinator.unit, **act)
    assert (item.code, item.status) == ("hebei-2022-a1-001", ItemStatus.DRAFT)
    stem = save_entry(entry=group(), unit=hebei_coordinator.unit, **act)
    assert stem.code == "hebei-2022-b1-001-1"
    with pytest.raises(Refusal, match="还没有写"):
        save_entry(entry=replace(single(), stem="", options=()), unit=hebei_coordinator.unit, **act)


def test_x2_true_false_items_are_the_offices_own(
    hebei_coordinator: Persona, national_officer: Persona, act: dict[str, Any], office: dict[str, Any]
) -> None:
    judged = Entry(ItemKind.TRUE_FALSE, stem="早期胃癌可内镜治疗", key=("T",))
    with pytest.raises(Refusal, match="是非题"):
        save_entry(entry=judged, unit=hebei_coordinator.unit, **act)
    assert save_entry(entry=judged, unit=national_officer.unit, **office).kind == ItemKind.TRUE_FALSE


def test_x2_who_saves_second_does_not_undo_what_the_first_wrote(
    hebei_coordinator: Persona, act: dict[str, Any]
) -> None:
    item = save_entry(entry=single(), unit=hebei_coordinator.unit, **act)
    seen = opened([item])
    first = single(item.code, stem="第一个人改过的题干")
    save_entry(entry=first, unit=hebei_coordinator.unit, **seen, **act)
    with pytest.raises(Stale):
        save_entry(entry=single(item.code, stem="第二个人的题干"), unit=hebei_coordinator.unit, **seen, **act)
    assert item.versions.get(is_current=True).stem == "第一个人改过的题干"


def test_x1_many_items_are_withdrawn_with_their_groups_and_a_reason(
    hebei_coordinator: Persona, year_2022: ProgramYear, act: dict[str, Any]
) -> None:
    write(hebei_coordinator, year_2022, single(), single(), group())
    chosen = Item.objects.filter(code__in=["hebei-2022-a1-001", "hebei-2022-b1-001-2"])
    with pytest.raises(Refusal):
        withdraw_items(items=chosen, reason=" ", **act)
    assert withdraw_items(items=chosen, reason="写重了", **act) == 3
    assert list(Item.objects.exclude(status=ItemStatus.RETIRED).values_list("code", flat=True)) == [
        "hebei-2022-a1-002"
    ]


def test_x1_what_is_in_the_bank_or_of_others_is_not_withdrawn(
    hebei_coordinator: Persona,
    henan_coordinator: Persona,
    national_officer: Persona,
    year_2022: ProgramYear,
    act: dict[str, Any],
) -> None:
    write(hebei_coordinator, year_2022, single())
    with pytest.raises(NotAllowed):
        withdraw_items(items=Item.objects.all(), reason="不要", **act | {"actor": henan_coordinator.actor})
    Item.objects.update(status=ItemStatus.IN_BANK)
    with pytest.raises(IllegalTransition, match="入库"):
        withdraw_items(items=Item.objects.all(), reason="不要", **act)


@pytest.fixture
def kept(national_officer: Persona, year_2022: ProgramYear) -> list[Item]:
    """A group in the bank."""
    write(national_officer, year_2022, group())
    Item.objects.update(status=ItemStatus.IN_BANK)
    return list(Item.objects.order_by("code"))


def test_x2_the_office_corrects_a_group_at_once_and_only_what_changed_gets_a_version(
    kept: list[Item], office: dict[str, Any]
) -> None:
    (entry,) = entries_of(kept)
    stems = (entry.stems[0], replace(entry.stems[1], key=("C",)))
    new = replace(entry, stems=stems)
    assert revise_entry(entry=new, reason="答案有误", **opened(kept), **office) == [kept[1]]
    assert [item.versions.count() for item in kept] == [1, 2]
    event = Event.objects.get(verb="revise_item")
    assert (event.reason, event.data) == ("答案有误", {"version": 2, "fields": ["key"]})
    again = {**opened(kept), **office}
    assert revise_entry(entry=new, reason="答案有误", **again) == []
    moved = replace(new, theme="lung", options=entry.options[:4])
    assert revise_entry(entry=moved, reason="选项不合", **again) == kept
    assert {item.theme for item in Item.objects.all()} == {"lung"}
    assert [item.versions.count() for item in kept] == [2, 3]


def test_x2_another_place_alone_makes_no_version(kept: list[Item], office: dict[str, Any]) -> None:
    (entry,) = entries_of(kept)
    revise_entry(entry=replace(entry, difficulty=5), reason="偏难", **opened(kept), **office)
    assert {(item.difficulty, item.versions.count()) for item in Item.objects.all()} == {(5, 1)}


def test_x2_a_correction_in_the_bank_wants_reason_soundness_and_all_stems(
    kept: list[Item], office: dict[str, Any], act: dict[str, Any]
) -> None:
    (entry,) = entries_of(kept)
    wanted = {**opened(kept), **office, "reason": "有误"}
    with pytest.raises(Refusal, match=r"理由|原因|说明"):
        revise_entry(entry=entry, **wanted | {"reason": " "})
    with pytest.raises(Refusal, match="不符合要求"):
        revise_entry(entry=replace(entry, options=()), **wanted)
    with pytest.raises(Refusal, match="题组"):
        revise_entry(entry=replace(entry, stems=(*entry.stems[:1], *group().stems[1:])), **wanted)
    with pytest.raises(Stale):
        revise_entry(entry=entry, **wanted | {"seen": "older"})
    with pytest.raises(NotAllowed):
        revise_entry(entry=entry, **wanted | {"actor": act["actor"]})
    assert {item.versions.count() for item in kept} == {1}


def test_x2_who_would_be_affected_is_known_before_the_key_changes(attempt: Any) -> None:
    place = places(attempt)[0]
    item = place.version.item
    assert not affected_by(item, place.version.key).exists()
    assert list(affected_by(item, ["T", "F"])) == [attempt]
