"""The item bank and the exam windows, as the services promise them (X1, X2)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from accounts.actors import system_actor
from accounts.models import Region
from core.exceptions import NotAllowed, Refusal
from exams.answers import batch
from exams.enums import ItemStatus
from exams.models import (
    Attempt,
    AttemptItem,
    ExamWindow,
    Item,
    ItemGroup,
    ItemVersion,
)
from exams.models.items import UsedVersionChanged
from exams.services import (
    Decision,
    decide_items,
    edit_window,
    import_items,
    retire_item,
    submit_items,
    take_in_items,
)
from exams.services.items import Home
from exams.services.supply import QUOTAS
from programs.models import ProgramYear, Setting
from tests.exams.factories import (
    EXAM_TIME,
    bank_rows,
    group_row,
    item_row,
    places,
    reworded,
)
from tests.factories import HEBEI, Persona, office_of

DAY = dt.timedelta(days=1)


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


def test_x2_the_same_rows_again_change_nothing(bank: None) -> None:
    again = import_items(
        rows=bank_rows(), home=Home(unit=office_of("cancer")), actor=system_actor(), now=EXAM_TIME
    )
    assert (again.created, again.revised, len(again.unchanged)) == ([], [], 64 + 18 + 24 + 24)
    assert ItemGroup.objects.count() == 6


def test_x2_other_words_become_a_new_version_and_papers_keep_theirs(attempt: Attempt) -> None:
    place = places(attempt)[0]
    item = place.version.item
    home = Home(unit=office_of("cancer"))
    version = reworded(item, stem="改正后的题干")
    assert (version.number, version.is_current) == (2, True)
    assert AttemptItem.objects.get(pk=place.pk).version.number == 1
    assert ItemVersion.objects.filter(item=item, is_current=True).count() == 1
    row = item_row("a1", 5, stem="又一个题干")
    assert import_items(rows=[row], home=home, actor=system_actor(), now=EXAM_TIME).revised == ["t-a1-5"]


def test_x2_a_version_is_never_changed(bank: None) -> None:
    version = ItemVersion.objects.first()
    assert version is not None
    version.stem = "偷改"
    with pytest.raises(UsedVersionChanged):
        version.save()


def test_x2_retiring_wants_the_office_and_a_reason(
    bank: None, year_2022: ProgramYear, national_officer: Persona, trainee: Persona
) -> None:
    item = Item.objects.get(code="t-a1-1")
    for words, actor, error in (("", national_officer.actor, Refusal), ("r", trainee.actor, NotAllowed)):
        with pytest.raises(error):
            retire_item(item=item, reason=words, year=year_2022, actor=actor, now=EXAM_TIME)
    retire_item(item=item, reason="过时", year=year_2022, actor=national_officer.actor, now=EXAM_TIME)
    assert not Item.objects.in_bank().filter(pk=item.pk).exists()


def province_rows() -> list[dict[str, Any]]:
    """Exactly what X1 asks of a province."""
    rows = [item_row("a1", n) for n in range(50)] + [item_row("a2", n, case="病例") for n in range(40)]
    rows += [group_row(n, 4, "b1") for n in range(5)] + [group_row(n, 5, "b2") for n in range(4)]
    return rows + [item_row("x", n) for n in range(20)]


def approved_home(persona: Persona, year: ProgramYear) -> Home:
    """Where a province's items stand once it has read them; stand-ins, so that nobody has to compare them."""
    region = Region.objects.get(pk=HEBEI)
    return Home(persona.unit, region, year, status=ItemStatus.APPROVED, is_sample=True)


def hand_up(persona: Persona, year: ProgramYear, rows: list[dict[str, Any]]) -> Any:
    region = Region.objects.get(pk=HEBEI)
    import_items(rows=rows, home=approved_home(persona, year), actor=persona.actor, now=EXAM_TIME)
    return submit_items(year=year, region=region, unit=persona.unit, actor=persona.actor, now=EXAM_TIME)


def decide_all(submission: Any, persona: Persona, accept: bool = True, reason: str = "") -> None:
    decisions = [Decision(item, accept, reason) for item in Item.objects.filter(submission=submission)]
    decide_items(submission=submission, decisions=decisions, actor=persona.actor, now=EXAM_TIME)


def test_x1_a_complete_set_is_handed_up_and_frozen(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    submission = hand_up(hebei_coordinator, year_2022, province_rows())
    assert (len(submission.content), submission.kind) == (150, "items")
    assert Item.objects.filter(submission=submission, status="submitted").count() == 150
    assert {finding.value for finding in submission.frozen_findings} == {50, 40, 20, 150}
    assert all(str(finding.value) == str(finding.threshold) for finding in submission.frozen_findings)
    with pytest.raises(NotAllowed):
        decide_all(submission, hebei_coordinator)
    decide_all(submission, national_officer)
    assert Item.objects.in_bank().count() == 150


def test_x1_returned_items_are_drafts_again_with_the_reason(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    submission = hand_up(hebei_coordinator, year_2022, province_rows())
    decide_all(submission, national_officer, accept=False, reason="重复")
    assert Item.objects.filter(status="draft").count() == 150


@pytest.mark.parametrize(
    "missing", [pytest.param(0, id="X1-one-short"), pytest.param(slice(None), id="X1-none")]
)
def test_x1_a_short_set_is_refused_with_the_meter(
    year_2022: ProgramYear, hebei_coordinator: Persona, missing: Any
) -> None:
    rows = province_rows()
    del rows[missing]
    with pytest.raises(Refusal) as caught:
        hand_up(hebei_coordinator, year_2022, rows)
    assert caught.value.params["findings"]


def test_x1_only_the_provinces_own_unit_hands_up(
    year_2022: ProgramYear, hebei: Region, henan_coordinator: Persona, national_officer: Persona
) -> None:
    for stranger in (henan_coordinator, national_officer):
        with pytest.raises(NotAllowed):
            submit_items(
                year=year_2022, region=hebei, unit=stranger.unit, actor=stranger.actor, now=EXAM_TIME
            )


def test_x1_the_types_owed_add_up_to_the_whole(year_2022: ProgramYear) -> None:
    values = dict(Setting.objects.filter(year=year_2022).values_list("code", "value"))
    assert sum(values[code] for code in QUOTAS.values()) == values["items-per-province"]


def test_x1_the_office_takes_single_items_in(
    year_2022: ProgramYear, national_officer: Persona, hebei_coordinator: Persona
) -> None:
    import_items(
        rows=[item_row("a1", 1)], home=Home(unit=office_of("cancer")), actor=system_actor(), now=EXAM_TIME
    )
    items = Item.objects.filter(status="draft")
    with pytest.raises(NotAllowed):
        take_in_items(items=items, year=year_2022, actor=hebei_coordinator.actor, now=EXAM_TIME)
    with pytest.raises(Refusal, match="正在查重"):
        take_in_items(items=items, year=year_2022, actor=national_officer.actor, now=EXAM_TIME)
    Item.objects.update(compared_version=1)
    assert take_in_items(items=items, year=year_2022, actor=national_officer.actor, now=EXAM_TIME) == 1
    assert Item.objects.in_bank().count() == 1


def test_p2_a_window_moves_with_a_reason_and_the_right_way_round(
    year_2022: ProgramYear, national_officer: Persona, hebei_coordinator: Persona
) -> None:
    window = ExamWindow.objects.get(year=year_2022)
    later = {"opens_at": window.opens_at + DAY, "closes_at": window.closes_at + DAY}
    with pytest.raises(Refusal):
        edit_window(
            window=window,
            opens_at=EXAM_TIME,
            closes_at=EXAM_TIME,
            reason="r",
            actor=national_officer.actor,
            now=EXAM_TIME,
        )
    with pytest.raises(NotAllowed):
        edit_window(window=window, **later, reason="r", actor=hebei_coordinator.actor, now=EXAM_TIME)
    moved = edit_window(window=window, **later, reason="延期", actor=national_officer.actor, now=EXAM_TIME)
    assert (moved.opens_at, moved.is_provisional) == (later["opens_at"], False)
