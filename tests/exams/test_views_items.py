"""The page of an item: everything known about it, and what may be done (X1, X2)."""

import re
from typing import Any

import pytest

from accounts.actors import system_actor
from core.models import Event
from exams.enums import ItemOrigin, ItemStatus
from exams.models import Attempt, Item, ItemUse
from exams.services import import_items
from exams.services.items import Home
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, group_row, item_row, places, reworded
from tests.exams.test_reading import at, pair, put_forward, text
from tests.exams.test_services_items import hand_up, province_rows
from tests.factories import Persona, office_of

pytestmark = pytest.mark.django_db
# which button leads where: the dialog's id, and the link of the form
ACTS = re.compile(r'id="(approve|take-in|return|retire)"|items/\d+/(edit)/')


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def acts(persona: Persona, item: Item) -> set[str]:
    page = text(persona.client.get(at("item-show", pk=item.pk)))
    return {one or other for one, other in ACTS.findall(page)}


@pytest.mark.parametrize(
    ("status", "province", "office"),
    [
        pytest.param("draft", {"edit", "retire"}, set(), id="X1-draft"),
        pytest.param("review", {"approve", "return", "retire"}, set(), id="X1-review"),
        pytest.param("approved", {"return", "retire"}, set(), id="X1-approved"),
        pytest.param("submitted", set(), {"take-in", "return"}, id="X1-submitted"),
        pytest.param("in_bank", set(), {"edit", "retire"}, id="X1-in-bank"),
        pytest.param("retired", set(), set(), id="X1-retired"),
    ],
)
def test_x1_each_sees_the_acts_that_are_theirs(
    year_2022: ProgramYear,
    hebei_coordinator: Persona,
    national_officer: Persona,
    expert: Persona,
    status: str,
    province: set[str],
    office: set[str],
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", 1)], ItemStatus(status))
    item = Item.objects.get()
    assert acts(hebei_coordinator, item) == province
    assert acts(national_officer, item) == office
    assert acts(expert, item) == set()


def test_x1_an_expert_reads_the_item_and_not_who_wrote_it(
    year_2022: ProgramYear, hebei_coordinator: Persona, expert: Persona, national_officer: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", 1)])
    hebei_coordinator.client.post(at("item-decide", pk=Item.objects.get().pk), {"accept": "yes"})
    url, name = at("item-show", pk=Item.objects.get().pk), str(hebei_coordinator.user)
    assert name in text(national_officer.client.get(url))
    assert name not in text(expert.client.get(url))


def test_x1_homework_is_drawn_only_once_the_office_takes_it_in(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    home = Home(unit=office_of("cancer"), origin=ItemOrigin.HOMEWORK)
    import_items(rows=[item_row("a1", 1)], home=home, actor=system_actor(), now=EXAM_TIME)
    item = Item.objects.get()
    assert acts(national_officer, item) == {"edit", "take-in", "retire"}
    assert "origin=homework" in text(national_officer.client.get(at("item-list")))
    page = text(national_officer.client.get(at("item-show", pk=item.pk)))
    assert "note-info" in page
    waits = national_officer.client.post(at("item-decide", pk=item.pk), {"accept": "yes"}, follow=True)
    assert "t-a1-1" in text(waits), "it is still being compared"
    assert Item.objects.get().status == "draft"
    Item.objects.update(compared_version=1)
    national_officer.client.post(at("item-decide", pk=item.pk), {"accept": "yes"})
    assert Item.objects.get().status == "in_bank"
    page = text(national_officer.client.get(at("item-show", pk=item.pk)))
    assert "note-info" not in page
    assert "origin=homework" not in text(national_officer.client.get(at("item-list")))


def test_x1_the_province_accepts_and_returns_a_single_item(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [group_row(1)])
    item = Item.objects.get(code="g-b1-1-2")
    url = at("item-decide", pk=item.pk)
    assert national_officer.client.post(url, {"accept": "yes"}).status_code == 302
    assert set(Item.objects.values_list("status", flat=True)) == {"review"}
    hebei_coordinator.client.post(url, {"accept": "yes"})
    assert set(Item.objects.values_list("status", flat=True)) == {"approved"}
    hebei_coordinator.client.post(url, {"accept": "no", "reason": ""})
    assert set(Item.objects.values_list("status", flat=True)) == {"approved"}
    hebei_coordinator.client.post(url, {"accept": "no", "reason": "再改"})
    assert set(Item.objects.values_list("status", flat=True)) == {"draft"}


def test_x1_the_office_decides_a_single_item_of_a_submission(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    hand_up(hebei_coordinator, year_2022, province_rows())
    for code, data, status in (
        ("t-a1-1", {"accept": "yes"}, "in_bank"),
        ("t-a1-2", {"accept": "no", "reason": "超纲"}, "draft"),
    ):
        item = Item.objects.get(code=code)
        national_officer.client.post(at("item-decide", pk=item.pk), data)
        assert Item.objects.get(code=code).status == status


def test_x2_retiring_wants_a_reason_and_its_right_hand(
    bank: None, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    item = Item.objects.get(code="g-b1-1-1")
    url = at("item-retire", pk=item.pk)
    assert hebei_coordinator.client.post(url, {"reason": "过时"}).status_code == 404
    page = text(national_officer.client.post(url, {"reason": ""}, follow=True))
    assert (Item.objects.get(pk=item.pk).status, 'id="retire"' in page) == ("in_bank", True)
    national_officer.client.post(url, {"reason": "指南更新"})
    group = Item.objects.filter(group=item.group_id)
    assert set(group.values_list("status", flat=True)) == {"retired"}
    assert Event.objects.filter(verb="retire_item", reason="指南更新").count() == 3
    page = text(national_officer.client.get(at("item-show", pk=item.pk)))
    assert "指南更新" in page


def test_x2_the_page_tells_versions_use_and_who_a_new_key_touches(
    attempt: Attempt, year_2022: ProgramYear, national_officer: Persona, expert: Persona
) -> None:
    place = next(one for one in places(attempt) if one.version.item.kind == "a1")
    item = place.version.item
    ItemUse.objects.create(year=year_2022, item=item, papers=7)
    url, affected = at("item-show", pk=item.pk), at("item-affected", pk=item.pk)
    assert affected not in text(national_officer.client.get(url))
    key = ["A"] if place.version.key != ["A"] else ["B"]
    reworded(item, stem=f"{place.version.stem}吗", key=key, explanation="新的解析")
    page = text(national_officer.client.get(url))
    assert affected in page
    # two versions, the newer with its stem, two verdicts on options, and its explanation
    changes = re.findall(r'<ul class="changes">.*?</ul>', page, re.DOTALL)
    assert [change.count("<li>") for change in changes] == [4]
    assert "<ins>吗</ins>" in changes[0]
    assert "7" in re.search(r'id="use".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "修订" in page
    told = text(expert.client.get(url))
    assert (affected in told, attempt.enrollment.person.name in told) == (False, False)


def test_x2_a_group_is_shown_whole_without_the_stems_it_lost(bank: None, national_officer: Persona) -> None:
    lost = Item.objects.get(code="g-b1-1-3")
    Item.objects.filter(pk=lost.pk).update(status="retired")
    page = text(national_officer.client.get(at("item-show", pk=Item.objects.get(code="g-b1-1-1").pk)))
    assert ("题干 g-b1-1-2" in page, "题干 g-b1-1-3" in page) == (True, False)
    assert "题干 g-b1-1-3" in text(national_officer.client.get(at("item-show", pk=lost.pk)))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        pytest.param("specialty=clinical", {"t-a1-1"}, id="X1-specialty"),
        pytest.param("specialty=all", {"t-a1-2", "t-a1-3"}, id="X1-all-specialties"),
        pytest.param("used=true", {"t-a1-2"}, id="X3-used"),
        pytest.param("used=false", {"t-a1-1", "t-a1-3"}, id="X3-not-used"),
        pytest.param("undecided=true", {"t-a1-1", "t-a1-3"}, id="X1-undecided"),
        pytest.param("undecided=false", {"t-a1-2"}, id="X1-decided"),
        pytest.param("province=130000", {"t-a1-1", "t-a1-2", "t-a1-3"}, id="X1-province"),
        pytest.param("origin=homework", set(), id="X1-origin"),
        pytest.param("sort=-papers", {"t-a1-1", "t-a1-2", "t-a1-3"}, id="X3-sorted"),
    ],
)
def test_x1_the_bank_is_searched(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona, query: str, codes: set[str]
) -> None:
    rows = [item_row("a1", 1, specialties=["clinical"]), item_row("a1", 2), item_row("a1", 3)]
    put_forward(hebei_coordinator, year_2022, rows)
    pair("t-a1-3", "t-a1-1")
    ItemUse.objects.create(year=year_2022, item=Item.objects.get(code="t-a1-2"), papers=3)
    page = text(national_officer.client.get(f"{at('item-list')}?{query}"))
    assert set(re.findall(r"/items/\d+/\">(t-[\w-]+)<", page)) == codes
