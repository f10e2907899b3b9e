"""Look-alikes side by side, decided by a person; a province reads only what it may (X1)."""

import re
from typing import Any

import pytest

from accounts.actors import system_actor
from core.models import Event
from exams.enums import ItemStatus
from exams.models import Item, ItemPair, ItemVersion
from exams.services import import_items
from exams.services.items import Home
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, group_row, item_row, reworded
from tests.exams.test_reading import at, pair, put_forward, text
from tests.factories import Persona, office_of
from tests.helpers import assert_constant_queries, cells_of

pytestmark = pytest.mark.django_db
SECRET = "仅题库可见的题干"


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


@pytest.fixture
def pairs(year_2022: ProgramYear, hebei_coordinator: Persona) -> dict[str, ItemPair]:
    """Two items of Hebei that look alike, and one that looks like an item of the bank."""
    home = Home(unit=office_of("cancer"), status=ItemStatus.IN_BANK)
    row = item_row("a1", 9, stem=SECRET, code="bank-9")
    import_items(rows=[row], home=home, actor=system_actor(), now=EXAM_TIME)
    rows = [
        item_row("a1", 1, stem="筛查的首选方法应为哪种"),
        item_row("a1", 2, stem="筛查的首选检查应为哪种"),
        item_row("a1", 3),
    ]
    put_forward(hebei_coordinator, year_2022, rows)
    return {"own": pair("t-a1-2", "t-a1-1"), "bank": pair("t-a1-3", "bank-9", kind="exact", score=100)}


def test_x1_two_own_items_stand_side_by_side_with_what_differs_marked(
    pairs: dict[str, ItemPair], hebei_coordinator: Persona
) -> None:
    page = text(hebei_coordinator.client.get(at("pair-show", pk=pairs["own"].pk)))
    assert "筛查的首选<del>方法</del>应为哪种" in page
    assert "筛查的首选<ins>检查</ins>应为哪种" in page
    # the options share no word but their letter, the explanations stand below
    assert page.count('class="compare-row"') == 7
    assert 'value="duplicate"' in page


def test_x1_a_province_is_told_of_the_banks_item_without_a_word_of_it(
    pairs: dict[str, ItemPair], hebei_coordinator: Persona, national_officer: Persona
) -> None:
    url = at("pair-show", pk=pairs["bank"].pk)
    page = text(hebei_coordinator.client.get(url))
    assert (SECRET in page, "bank-9" in page, "data-reading" in page) == (False, False, False)
    listed = text(hebei_coordinator.client.get(at("pair-list")))
    assert (SECRET in listed, "bank-9" in listed, "t-a1-3" in listed) == (False, False, True)
    assert "t-a1-3" not in text(hebei_coordinator.client.get(at("pair-list") + "?q=bank-9"))
    batch = text(hebei_coordinator.client.get(at("item-review")))
    assert (SECRET in batch, "bank-9" in batch) == (False, False)
    exported = str(cells_of(hebei_coordinator.client.post(at("pair-list")).content))
    assert ("bank-9" in exported, "t-a1-3" in exported) == (False, True)
    refused = hebei_coordinator.client.post(url, {"decision": "different", "reason": "不同"})
    assert refused.status_code == 403
    assert ItemPair.objects.get(pk=pairs["bank"].pk).status == "pending"
    page = text(national_officer.client.get(url))
    assert (SECRET in page, "data-reading" in page) == (True, True)
    assert "bank-9" in text(national_officer.client.get(at("pair-list") + "?q=bank-9"))


def test_x1_a_decision_wants_a_reason_and_leads_to_the_next_pair(
    pairs: dict[str, ItemPair], national_officer: Persona, expert: Persona
) -> None:
    """The office is not shown what the province may still decide itself."""
    Item.objects.filter(code__startswith="t-").update(status="approved")
    other = pair("t-a1-3", "t-a1-1")
    Item.objects.filter(code="t-a1-3").update(status="submitted")
    url = at("pair-show", pk=pairs["bank"].pk)
    page = text(national_officer.client.post(url, {"decision": "different", "reason": ""}))
    assert "error-summary" in page
    done = national_officer.client.post(url, {"decision": "different", "reason": "考查点不同"})
    assert done["Location"] == at("pair-show", pk=other.pk)
    kept = ItemPair.objects.get(pk=pairs["bank"].pk)
    assert (kept.status, kept.reason, kept.decided_at) == ("different", "考查点不同", EXAM_TIME)
    last = national_officer.client.post(done["Location"], {"decision": "duplicate", "reason": "同一题"})
    assert last["Location"] == at("pair-list")
    assert Item.objects.get(code="t-a1-3").status == "draft"
    assert [event.verb for event in Event.objects.filter(object_type="exams.itempair").order_by("pk")] == [
        "call_different",
        "call_duplicate",
    ]
    again = text(national_officer.client.post(url, {"decision": "different", "reason": "再次"}))
    assert "error-summary" in again
    # who decided is told to those who may decide
    for reader, told in ((national_officer, True), (expert, False)):
        page = text(reader.client.get(url)).split('id="main"')[1]
        assert ("考查点不同" in page, str(national_officer.user) in page) == (True, told)
    assert expert.client.post(url, {"decision": "duplicate", "reason": "改判"}).status_code == 403


def test_x1_words_changed_since_are_told_as_such(
    pairs: dict[str, ItemPair], year_2022: ProgramYear, national_officer: Persona
) -> None:
    bank = Item.objects.get(code="bank-9")
    reworded(bank, stem="另一题干")
    page = text(national_officer.client.get(at("pair-show", pk=pairs["bank"].pk)))
    assert ("note-warning" in page, SECRET in page) == (True, True)
    assert "t-a1-3" not in text(national_officer.client.get(at("pair-list")))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        pytest.param("status=pending", {"t-a1-2", "t-a1-3"}, id="X1-pending"),
        pytest.param("status=different", set(), id="X1-decided"),
        pytest.param("kind=exact", {"t-a1-3"}, id="X1-exact"),
        pytest.param("type=x", set(), id="X1-type"),
        pytest.param("place=own", {"t-a1-2"}, id="X1-own"),
        pytest.param("place=bank", {"t-a1-3"}, id="X1-bank"),
        pytest.param("place=homework", set(), id="X1-homework"),
        pytest.param("place=elsewhere", set(), id="X1-elsewhere"),
    ],
)
def test_x1_look_alikes_filter(
    pairs: dict[str, ItemPair], national_officer: Persona, query: str, codes: set[str]
) -> None:
    page = text(national_officer.client.get(f"{at('pair-list')}?{query}"))
    assert set(re.findall(r"/pairs/\d+/\">(t-[\w-]+)<", page)) == codes


def test_x1_homework_and_other_provinces_are_places_of_their_own(
    pairs: dict[str, ItemPair], year_2022: ProgramYear, henan_coordinator: Persona, national_officer: Persona
) -> None:
    put_forward(henan_coordinator, year_2022, [item_row("x", 1)])
    pair("t-x-1", "t-a1-1")
    Item.objects.filter(code="bank-9").update(origin="homework")
    for query, code in (("place=elsewhere", "t-x-1"), ("place=homework", "t-a1-3")):
        page = text(national_officer.client.get(f"{at('pair-list')}?{query}"))
        assert re.findall(r"/pairs/\d+/\">(t-[\w-]+)<", page) == [code]
    assert "t-a1-1" not in text(henan_coordinator.client.get(at("pair-list")))


def test_the_list_of_pairs_has_constant_queries(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    def make(count: int) -> None:
        first = Item.objects.count()
        rows = [item_row("a1", 1000 + first + number) for number in range(count + 1)]
        put_forward(hebei_coordinator, year_2022, rows)
        for row in rows[1:]:
            pair(row["code"], rows[0]["code"])

    assert_constant_queries(national_officer.client, at("pair-list"), make)


def test_x2_a_stem_of_a_group_is_compared_with_the_shared_options(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [group_row(1), group_row(2)])
    found = pair("g-b1-2-1", "g-b1-1-1")
    page = text(hebei_coordinator.client.get(at("pair-show", pk=found.pk)))
    assert page.count('class="compare-row"') == 6
    assert ItemVersion.objects.count() == 6
