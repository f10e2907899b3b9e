"""Entering items and taking them from draft to bank: codes, groups, states, one decision per item (X1, X2)."""

from dataclasses import replace
from typing import Any

import pytest

from core.exceptions import IllegalTransition, NotAllowed, Refusal
from exams.bank import affected_by, entries_of
from exams.enums import ItemKind, ItemStatus
from exams.models import Item
from exams.rules.entries import Entry, Option, Stem
from exams.services import (
    Decision,
    decide_items,
    import_items,
    propose_items,
    retire_item,
    review_items,
    submit_items,
    take_in_items,
    write_entries,
)
from exams.services.supply import quota_findings
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, places, reworded
from tests.exams.test_services_items import approved_home, province_rows
from tests.factories import HEBEI, Persona

pytestmark = pytest.mark.django_db
OPTIONS = tuple(Option(label, text) for label, text in zip("ABCDE", "甲乙丙丁戊", strict=True))


def single(code: str = "", **changes: Any) -> Entry:
    return replace(
        Entry(ItemKind.A1, code, stem="早期胃癌的定义是", options=OPTIONS, key=("B",), source="指南"),
        **changes,
    )


def group(code: str = "", stems: int = 2) -> Entry:
    several = tuple(Stem(stem=f"下列第 {number} 种情况宜选", key=("A",)) for number in range(stems))
    return Entry(ItemKind.B1, code, options=OPTIONS, stems=several, source="指南")


def write(persona: Persona, year: ProgramYear, *entries: Entry) -> Any:
    return write_entries(entries=entries, year=year, unit=persona.unit, actor=persona.actor, now=EXAM_TIME)


@pytest.fixture
def act(hebei_coordinator: Persona, year_2022: ProgramYear) -> dict[str, Any]:
    return {"year": year_2022, "actor": hebei_coordinator.actor, "now": EXAM_TIME}


def test_x1_new_items_get_codes_of_province_year_and_type(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    done = write(hebei_coordinator, year_2022, single(), single(), group())
    assert done.created == [
        "hebei-2022-a1-001", "hebei-2022-a1-002", "hebei-2022-b1-001-1", "hebei-2022-b1-001-2",
    ]  # fmt: skip
    assert write(national_officer, year_2022, single()).created == ["national-2022-a1-001"]
    item = Item.objects.get(code="hebei-2022-a1-001")
    assert (item.region_id, item.status, item.entered_by_number) == (
        HEBEI, ItemStatus.DRAFT, hebei_coordinator.user.pk,
    )  # fmt: skip


def test_x2_what_was_written_is_what_is_read(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    entry = single(
        specialties=("endoscopy",), theme="upper-gi", outline="protocols", difficulty=4, case="男，60岁"
    )
    write(hebei_coordinator, year_2022, entry, group(stems=3))
    read = entries_of(Item.objects.all())
    assert read[0] == replace(entry, code="hebei-2022-a1-001")
    assert [stem.stem for stem in read[1].stems] == [stem.stem for stem in group(stems=3).stems]


def test_x2_a_draft_is_written_again_as_a_new_version(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    write(hebei_coordinator, year_2022, single())
    again = single("hebei-2022-a1-001", stem="进展期胃癌的定义是", theme="lung")
    assert write(hebei_coordinator, year_2022, again).revised == ["hebei-2022-a1-001"]
    item = Item.objects.get()
    assert (item.versions.get(is_current=True).number, item.theme) == (2, "lung")
    assert write(hebei_coordinator, year_2022, again).unchanged
    assert write(hebei_coordinator, year_2022, replace(again, theme="liver")).revised
    assert item.versions.count() == 2


def test_x2_stems_come_and_go_and_the_others_keep_their_codes(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    write(hebei_coordinator, year_2022, group(stems=3))
    (entry,) = entries_of(Item.objects.all())
    kept = (entry.stems[0], entry.stems[2], Stem(stem="新的一问宜选", key=("C",)))
    write(hebei_coordinator, year_2022, replace(entry, stems=kept))
    assert Item.objects.get(code="hebei-2022-b1-001-2").status == ItemStatus.RETIRED
    (entry,) = entries_of(Item.objects.exclude(status=ItemStatus.RETIRED))
    assert [stem.code[-1] for stem in entry.stems] == ["1", "3", "4"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param({"region_id": "410000"}, id="X1-of-another-province"),
        pytest.param({"status": ItemStatus.SUBMITTED}, id="X1-with-the-office-already"),
        pytest.param({"kind": ItemKind.A2}, id="X2-another-type"),
        pytest.param({"status": ItemStatus.RETIRED}, id="X2-retired"),
    ],
)
def test_x1_a_code_reaches_only_drafts_of_ones_own(
    year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona, spoil: dict[str, Any]
) -> None:
    write(hebei_coordinator, year_2022, single())
    if "region_id" in spoil:
        spoil = spoil | {"unit": henan_coordinator.unit}
    Item.objects.update(**spoil)
    with pytest.raises(Refusal, match="hebei-2022-a1-001"):
        write(hebei_coordinator, year_2022, single("hebei-2022-a1-001", stem="改写"))
    assert Item.objects.get().versions.count() == 1


def test_x1_a_code_twice_in_one_file_is_refused(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    with pytest.raises(Refusal, match="重复出现"):
        write(hebei_coordinator, year_2022, single("own"), single("own"))
    assert not Item.objects.exists()


def test_x1_nobody_else_writes_for_the_province(
    year_2022: ProgramYear, hebei_coordinator: Persona, trainee: Persona, national_officer: Persona
) -> None:
    for someone in (trainee, national_officer):
        with pytest.raises(NotAllowed):
            write_entries(
                entries=[single()], year=year_2022, unit=hebei_coordinator.unit,
                actor=someone.actor, now=EXAM_TIME,
            )  # fmt: skip


def test_x2_an_unsound_draft_is_kept_but_not_proposed(
    year_2022: ProgramYear, hebei_coordinator: Persona, act: dict[str, Any]
) -> None:
    write(hebei_coordinator, year_2022, single(key=()), single())
    with pytest.raises(Refusal, match="hebei-2022-a1-001"):
        propose_items(items=Item.objects.all(), **act)
    assert propose_items(items=Item.objects.filter(code="hebei-2022-a1-002"), **act) == 1


def test_x1_the_province_reads_before_it_hands_up(
    year_2022: ProgramYear, hebei_coordinator: Persona, act: dict[str, Any]
) -> None:
    write(hebei_coordinator, year_2022, single(), group())
    propose_items(items=Item.objects.filter(code__in=("hebei-2022-a1-001", "hebei-2022-b1-001-1")), **act)
    assert {item.status for item in Item.objects.all()} == {ItemStatus.REVIEW}
    item, first, second = Item.objects.all()
    with pytest.raises(Refusal):
        review_items(decisions=[Decision(item, accept=False)], **act)
    decisions = [
        Decision(item, accept=False, reason="选项不齐"),
        Decision(first, accept=True),
        Decision(second, accept=True),
    ]
    assert review_items(decisions=decisions, **act) == 3
    assert [one.status for one in Item.objects.all()] == [ItemStatus.DRAFT, *[ItemStatus.APPROVED] * 2]
    assert {one.reviewed_by_number for one in Item.objects.filter(status=ItemStatus.APPROVED)} == {
        hebei_coordinator.user.pk
    }
    total = next(one for one in quota_findings(year_2022, HEBEI) if one.code == "all")
    assert (total.value, total.params["begun"]) == (2, 1)


def handed_up(persona: Persona, year: ProgramYear) -> Any:
    import_items(rows=province_rows(), home=approved_home(persona, year), actor=persona.actor, now=EXAM_TIME)
    return submit(persona, year)


def submit(persona: Persona, year: ProgramYear) -> Any:
    return submit_items(
        year=year, region=persona.unit.region, unit=persona.unit, actor=persona.actor, now=EXAM_TIME
    )


def decide(submission: Any, persona: Persona, *decisions: Decision) -> None:
    decide_items(submission=submission, decisions=decisions, actor=persona.actor, now=EXAM_TIME)


def test_x1_items_are_decided_one_by_one_and_the_last_decides_the_list(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    submission = handed_up(hebei_coordinator, year_2022)
    first, others = Item.objects.get(code="t-a1-1"), Item.objects.exclude(code="t-a1-1")
    decide(submission, national_officer, Decision(first, accept=False, reason="题干有误"))
    with pytest.raises(Refusal, match="t-a1-1"):
        decide(submission, national_officer, Decision(first, accept=True))
    submission.refresh_from_db()
    assert submission.status == "submitted"
    with pytest.raises(Refusal, match="正在审阅"):
        submit(hebei_coordinator, year_2022)
    decide(submission, national_officer, *(Decision(one, accept=True) for one in others))
    submission.refresh_from_db()
    assert (submission.status, submission.reason[:4]) == ("returned", "退回 1")
    assert Item.objects.in_bank().count() == 149
    with pytest.raises(Refusal, match="已审定"):
        decide(submission, national_officer, Decision(first, accept=True))
    # what came back is written anew and handed up beside what the office has
    Item.objects.filter(pk=first.pk).update(status=ItemStatus.APPROVED)
    again = submit(hebei_coordinator, year_2022)
    assert (again.version, len(again.content)) == (2, 150)
    first.refresh_from_db()
    decide(again, national_officer, Decision(first, accept=True))
    again.refresh_from_db()
    assert (again.status, Item.objects.in_bank().count()) == ("accepted", 150)


# Withdrawing, retiring, correcting


def test_x1_a_writer_withdraws_what_the_office_has_not_got(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona, act: dict[str, Any]
) -> None:
    write(hebei_coordinator, year_2022, group())
    stem = Item.objects.first()
    assert stem is not None
    with pytest.raises(NotAllowed):
        retire_item(item=stem, reason="r", year=year_2022, actor=national_officer.actor, now=EXAM_TIME)
    retire_item(item=stem, reason="写错了", **act)
    assert {item.status for item in Item.objects.all()} == {ItemStatus.RETIRED}
    Item.objects.update(status=ItemStatus.SUBMITTED)
    with pytest.raises(IllegalTransition):
        retire_item(item=stem, reason="r", **act)


def test_x2_a_corrected_key_says_who_is_affected(attempt: Any) -> None:
    version = places(attempt)[0].version
    reworded(version.item, explanation="说明")
    assert not affected_by(version.item).exists()
    other = next(label for label in version.labels if label not in version.key)
    reworded(version.item, key=[other])
    assert list(affected_by(version.item)) == [attempt]


def test_x1_the_offices_own_items_belong_to_no_province_that_could_be_closed(
    year_2022: ProgramYear, national_officer: Persona
) -> None:
    write(national_officer, year_2022, single())
    act: dict[str, Any] = {"year": year_2022, "actor": national_officer.actor, "now": EXAM_TIME}
    assert propose_items(items=Item.objects.all(), **act) == 1
    assert review_items(decisions=[Decision(item, accept=True) for item in Item.objects.all()], **act) == 1
    Item.objects.update(compared_version=1)
    assert take_in_items(items=Item.objects.filter(status=ItemStatus.APPROVED), **act) == 1


def test_x1_the_office_takes_in_its_own_group_as_a_whole(
    year_2022: ProgramYear, national_officer: Persona
) -> None:
    write(national_officer, year_2022, group())
    Item.objects.update(compared_version=1)
    items = Item.objects.filter(code__endswith="-1")
    assert take_in_items(items=items, year=year_2022, actor=national_officer.actor, now=EXAM_TIME) == 2
