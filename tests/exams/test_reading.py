"""Reading items in batches, in the province and in the office (X1)."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from accounts.models import Region
from core.models import Event
from exams.enums import ItemStatus
from exams.models import Item, ItemPair
from exams.reading import BATCH, batch_of, pairs_for_office, pairs_for_province
from exams.services import import_items
from exams.services.items import Home
from exams.todos import SOURCE
from programs.models import ProgramYear, Submission
from tests.exams.factories import EXAM_TIME, group_row, item_row
from tests.exams.test_services_items import hand_up, province_rows
from tests.factories import HEBEI, HENAN, Persona
from tests.helpers import assert_constant_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def text(response: Any) -> str:
    return str(response.content.decode())


def put_forward(
    persona: Persona,
    year: ProgramYear,
    rows: Iterable[dict[str, Any]],
    status: ItemStatus = ItemStatus.REVIEW,
) -> None:
    """Items of the persona's province, compared already."""
    region = Region.objects.get(pk=persona.unit.region_id)
    home = Home(persona.unit, region, year, status=status)
    import_items(rows=rows, home=home, actor=persona.actor, now=EXAM_TIME)
    Item.objects.update(compared_version=1)


def pair(item: str, other: str, **values: Any) -> ItemPair:
    """Two items that were found alike, the first one the later."""
    given = {
        "item_version": 1,
        "other_version": 1,
        "kind": "near",
        "score": 80,
        "found_at": EXAM_TIME,
        **values,
    }
    found = {name: Item.objects.get(code=code) for name, code in (("item", item), ("other", other))}
    return ItemPair.objects.create(**found, **given)


def sent(**decisions: tuple[str, str]) -> dict[str, Any]:
    """What the page posts, by code with `_` for `-`: what was chosen, and the reason."""
    data: dict[str, Any] = {"shown": []}
    for name, (choice, reason) in decisions.items():
        code = name.replace("_", "-")
        items = Item.objects.filter(code=code) | Item.objects.filter(group__code=code)
        anchor = f"q{items.order_by('group_order').values_list('pk', flat=True)[0]}"
        data["shown"].append(code)
        data |= {f"{anchor}-accept": choice, f"{anchor}-reason": reason}
    return data


def statuses() -> dict[str, str]:
    return dict(Item.objects.order_by("code").values_list("code", "status"))


def test_x1_the_province_reads_a_batch_with_one_button(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(
        hebei_coordinator, year_2022, [item_row("a1", 1), item_row("a1", 2), item_row("a1", 3), group_row(1)]
    )
    url = at("item-review")
    page = text(hebei_coordinator.client.get(url))
    assert page.count("data-question") == 4
    assert "题干 g-b1-1-3" in page
    assert "⟦WHY t-a1-1⟧" in page
    data = sent(t_a1_1=("yes", ""), t_a1_2=("no", "题干有误"), t_a1_3=("", ""), g_b1_1=("yes", ""))
    assert hebei_coordinator.client.post(url, data)["Location"] == url
    assert statuses() == {
        "g-b1-1-1": "approved", "g-b1-1-2": "approved", "g-b1-1-3": "approved",
        "t-a1-1": "approved", "t-a1-2": "draft", "t-a1-3": "review",
    }  # fmt: skip
    assert Event.objects.get(verb="return_item").reason == "题干有误"
    page = text(hebei_coordinator.client.get(url))
    assert page.count("data-question") == 1
    hebei_coordinator.client.post(url, sent(t_a1_3=("yes", "")))
    done = text(hebei_coordinator.client.get(url))
    assert "data-question" not in done
    assert re.search(r"5\D+1\D", re.sub(r"<[^>]+>", "", done.split('class="empty-state"')[1])), (
        "5 accepted, 1 returned"
    )


def test_x1_what_cannot_be_saved_keeps_every_word_and_is_named(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", number) for number in (1, 2, 3)])
    data = sent(t_a1_1=("yes", ""), t_a1_2=("no", ""), t_a1_3=("no", "选项有误"))
    response = hebei_coordinator.client.post(at("item-review"), data)
    assert set(statuses().values()) == {"review"}
    page = text(response)
    problem = re.search(r"data-error-summary>.*?</ul>", page, re.DOTALL)
    assert problem
    assert ("t-a1-2" in problem[0], "t-a1-1" in problem[0], "t-a1-3" in problem[0]) == (True, False, False)
    assert 'value="选项有误"' in page
    assert page.count('value="yes" data-key="a" checked') == 1


def test_x1_reader_and_writer_being_one_is_a_notice(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", 1), item_row("a1", 2)])
    Item.objects.filter(code="t-a1-2").update(entered_by_number=None)
    page = text(hebei_coordinator.client.get(at("item-review")))
    assert page.count("note-warning") == 1
    assert hebei_coordinator.client.post(at("item-review"), sent(t_a1_1=("yes", ""))).status_code == 302
    assert Item.objects.get(code="t-a1-1").reviewed_by_number == hebei_coordinator.user.pk


def test_x1_what_somebody_decided_meanwhile_is_said(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", 1), item_row("a1", 2)])
    data = sent(t_a1_1=("no", "再议"), t_a1_2=("yes", ""))
    Item.objects.filter(code="t-a1-1").update(status="approved")
    page = text(hebei_coordinator.client.post(at("item-review"), data, follow=True))
    assert statuses() == {"t-a1-1": "approved", "t-a1-2": "approved"}
    assert "t-a1-1" in page


def test_x1_a_long_list_comes_in_batches_and_the_rest_stays(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(
        hebei_coordinator, year_2022, [item_row("a1", number) for number in range(100, 100 + BATCH + 2)]
    )
    url = at("item-review")
    page = text(hebei_coordinator.client.get(url))
    assert page.count("data-question") == BATCH
    codes = re.findall(r'name="shown" value="([^"]+)"', page)
    onward = hebei_coordinator.client.post(url, {"shown": codes})["Location"]
    assert urlsplit(onward).query == f"after={codes[-1]}"
    rest = text(hebei_coordinator.client.get(onward))
    assert rest.count("data-question") == 2
    last = re.findall(r'name="shown" value="([^"]+)"', rest)
    assert hebei_coordinator.client.post(onward, {"shown": last})["Location"] == url
    past = text(hebei_coordinator.client.get(f"{url}?after=zzz"))
    assert "data-question" not in past
    assert url in past.split('class="empty-state"')[1]


def test_the_batch_asks_the_database_as_often_for_one_as_for_twenty(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    def make(count: int) -> None:
        first = Item.objects.count()
        rows = [item_row("a1", 1000 + first + number) for number in range(count)]
        put_forward(hebei_coordinator, year_2022, rows)
        for row in rows[1:]:
            pair(row["code"], rows[0]["code"])

    assert_constant_queries(hebei_coordinator.client, at("item-review"), make)


@pytest.fixture
def submission(year_2022: ProgramYear, hebei_coordinator: Persona) -> Submission:
    found: Submission = hand_up(hebei_coordinator, year_2022, province_rows())
    return found


def test_x1_an_undecided_look_alike_bars_only_its_own_acceptance(
    submission: Submission, national_officer: Persona
) -> None:
    found = pair("t-a1-1", "t-a1-2")
    url = at("submission-review", pk=submission.pk)
    page = text(national_officer.client.get(url))
    assert page.count(f'href="{at("pair-show", pk=found.pk)}"') >= 2
    assert national_officer.client.post(url, sent(t_a1_1=("yes", ""))).status_code == 200
    assert Item.objects.in_bank().count() == 0
    assert (
        national_officer.client.post(url, sent(t_a1_1=("no", "与另一题相同"), t_a1_3=("yes", ""))).status_code
        == 302
    )
    assert {code: statuses()[code] for code in ("t-a1-1", "t-a1-2", "t-a1-3")} == {
        "t-a1-1": "draft", "t-a1-2": "submitted", "t-a1-3": "in_bank",
    }  # fmt: skip
    # the other of the two is barred by the same pair, and free again once they are called different
    assert national_officer.client.post(url, sent(t_a1_2=("yes", ""))).status_code == 200
    ItemPair.objects.update(status="duplicate")
    ItemPair.objects.update(item=Item.objects.get(code="t-a1-2"), other=Item.objects.get(code="t-a1-1"))
    assert "已判定为重复" in text(national_officer.client.get(f"{url}?after=t-a1-19"))
    assert national_officer.client.post(url, sent(t_a1_2=("yes", ""))).status_code == 200
    ItemPair.objects.update(status="different")
    assert national_officer.client.post(url, sent(t_a1_2=("yes", ""))).status_code == 302
    assert statuses()["t-a1-2"] == "in_bank"


def test_x1_what_is_still_being_compared_cannot_be_accepted(
    submission: Submission, national_officer: Persona
) -> None:
    Item.objects.filter(code="t-a1-1").update(is_sample=False)
    url = at("submission-review", pk=submission.pk)
    assert national_officer.client.post(url, sent(t_a1_1=("yes", ""))).status_code == 200
    assert statuses()["t-a1-1"] == "submitted"


def test_x1_the_list_of_submissions_counts_what_was_read(
    submission: Submission, national_officer: Persona
) -> None:
    url = at("submission-review", pk=submission.pk)
    national_officer.client.post(url, sent(t_a1_1=("yes", ""), t_a1_2=("no", "超纲"), g_b1_1=("yes", "")))
    page = text(national_officer.client.get(at("submission-list")))
    numbers = re.findall(r'class="num[^"]*">\s*(\d+)\s*<', page)
    assert numbers == ["1", "150", "144", "5", "1"]
    assert url in page


def test_x1_a_refusal_of_the_service_is_shown_and_nothing_lost(
    submission: Submission, national_officer: Persona
) -> None:
    url = at("submission-review", pk=submission.pk)
    data = sent(t_a1_1=("no", "超纲"))
    Submission.objects.update(status="accepted")
    page = text(national_officer.client.post(url, data))
    assert "note-danger" in page
    assert 'value="超纲"' in page


def test_x1_a_batch_keeps_the_order_and_tells_what_is_gone(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", 1), group_row(1), item_row("x", 1)])
    waiting = Item.objects.filter(status="review")
    batch = batch_of(waiting, hebei_coordinator.scope)
    assert [sheet.entry.code for sheet in batch.sheets] == ["g-b1-1", "t-a1-1", "t-x-1"]
    assert (batch.left, batch.units, batch.first_place, batch.last_place, batch.has_more) == (
        5,
        3,
        1,
        3,
        False,
    )
    assert [len(sheet.items) for sheet in batch.sheets] == [3, 1, 1]
    behind = batch_of(waiting, hebei_coordinator.scope, "g-b1-1")
    assert (behind.first_place, behind.last_place) == (2, 3)
    some = batch_of(waiting, hebei_coordinator.scope, only=["t-x-1", "gone"])
    assert ([sheet.entry.code for sheet in some.sheets], some.gone) == (["t-x-1"], ["gone"])
    assert batch_of(waiting, hebei_coordinator.scope, only=["gone"]).last == ""


def test_p4_the_desk_counts_what_waits_to_be_read_and_decided(
    year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona, national_officer: Persona
) -> None:
    put_forward(hebei_coordinator, year_2022, [item_row("a1", number) for number in (1, 2, 3, 4)])
    put_forward(henan_coordinator, year_2022, [item_row("a2", 1)], ItemStatus.APPROVED)
    # two of its own; a draft nobody has seen; one of another province
    pair("t-a1-1", "t-a1-2")
    pair("t-a1-3", "t-a1-4")
    Item.objects.filter(code="t-a1-3").update(status="draft")
    pair("t-a1-4", "t-a2-1")

    def counts(someone: Persona) -> dict[str, int | None]:
        found = SOURCE.find(someone.actor, year_2022, EXAM_TIME)
        return {todo.url: todo.count for todo in found if todo.url != at("item-list")}

    pairs = f"{at('pair-list')}?status=pending"
    assert counts(hebei_coordinator) == {at("item-review"): 3, pairs: 2}
    assert counts(henan_coordinator) == {}
    assert counts(national_officer) == {pairs: 1}
    Item.objects.filter(code="t-a1-1").update(status="submitted")
    assert pairs_for_office(national_officer.scope).count() == 2
    Item.objects.update(status="retired")
    assert pairs_for_province(hebei_coordinator.scope, year_2022).count() == 0
    assert {HEBEI, HENAN} == set(Item.objects.values_list("region", flat=True))
