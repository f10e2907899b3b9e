"""Writing items on the screen, as a writer and as the office see it (X2)."""

import re
from typing import Any

import pytest
from django.urls import reverse

from core.models import Event
from exams.bank import entries_of
from exams.enums import ItemKind, ItemStatus
from exams.models import Item, ItemVersion
from exams.rules.entries import Option
from exams.services import propose_items
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, places
from tests.exams.test_writing import group, single, write
from tests.factories import Persona

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def text(response: Any) -> str:
    return str(response.content.decode())


def typed(kind: str = "a1", **more: str) -> dict[str, Any]:
    """What a browser sends of a full form."""
    options = {f"option-{number}": word for number, word in enumerate("甲乙丙丁戊")}
    counts = {"kind": kind, "options": "5", "stems": "0", "difficulty": "3"}
    return {**counts, "stem-0": "早期胃癌的定义是", "key-0": "B", "source": "指南", **options, **more}


def test_x2_the_type_comes_first_and_a_province_has_no_true_false(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    page = text(hebei_coordinator.client.get(at("item-new")))
    assert page.count("?kind=") == 5
    assert "?kind=tf" in text(national_officer.client.get(at("item-new")))
    assert "?kind=" in text(hebei_coordinator.client.get(at("item-new") + "?kind=tf"))


@pytest.mark.parametrize("kind", ItemKind)
def test_x2_each_type_has_the_rows_of_its_form(
    kind: str, year_2022: ProgramYear, national_officer: Persona
) -> None:
    page = text(national_officer.client.get(at("item-new") + f"?kind={kind}"))
    wanted = {"a1": (5, 1), "a2": (5, 1), "b1": (5, 2), "b2": (8, 2), "x": (5, 1), "tf": (0, 1)}
    assert (len(re.findall('name="option-', page)), len(re.findall('name="stem-', page))) == wanted[kind]
    assert ('name="case"' in page) == (kind == "a2")
    marks = re.findall(r'<input type="(\w+)" name="key-0"', page)
    assert set(marks) == {"checkbox" if kind == "x" else "radio"}


def test_x2_what_is_typed_is_kept_as_a_draft_and_found_again(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    client = hebei_coordinator.client
    theme = year_2022.theme_rows.first()
    assert theme is not None
    sent = typed(theme=theme.code, difficulty="4", **{"explanation-0": "因为"})
    answer = client.post(at("item-new") + "?kind=a1", sent)
    item = Item.objects.get()
    assert answer["Location"] == at("item-edit", pk=item.pk)
    (entry,) = entries_of([item])
    assert (entry.key, entry.theme, entry.difficulty, entry.options[4]) == (
        ("B",), theme.code, 4, Option("E", "戊"),
    )  # fmt: skip
    page = text(client.get(at("item-edit", pk=item.pk)))
    assert re.search(r'value="B"[^>]*checked', page)
    assert 'value="戊"' in page
    assert page.count('class="option"') == 5
    client.post(at("item-edit", pk=item.pk), {**typed(), "seen": _seen(page), "stem-0": "改过的题干是"})
    assert ItemVersion.objects.current().get().stem == "改过的题干是"


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def test_x2_a_group_is_written_with_several_stems(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    client = hebei_coordinator.client
    sent = typed("b1", stems="2", **{"stem-1": "进展期胃癌的定义是", "key-1": "C"})
    more = text(client.post(at("item-new") + "?kind=b1", {**sent, "act": "add-stem"}))
    assert more.count('name="stem-') == 3
    assert "进展期胃癌的定义是" in more
    assert not Item.objects.exists()
    client.post(at("item-new") + "?kind=b1", {**sent, "act": "next"})
    (entry,) = entries_of(Item.objects.all())
    assert [(stem.stem, stem.key) for stem in entry.stems] == [
        ("早期胃癌的定义是", ("B",)), ("进展期胃癌的定义是", ("C",)),
    ]  # fmt: skip
    page = text(client.get(at("item-edit", pk=Item.objects.order_by("pk")[1].pk)))
    kept = {**sent, "stems": "2", "seen": _seen(page)}
    kept |= {f"code-{number}": stem.code for number, stem in enumerate(entry.stems)}
    item = Item.objects.order_by("pk")[0]
    client.post(at("item-edit", pk=item.pk), {**kept, "key-0": "D"})
    assert item.versions.get(is_current=True).key == ["D"]
    assert Item.objects.count() == 2


def test_x2_an_x_item_takes_several_ticks(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    hebei_coordinator.client.post(at("item-new"), {**typed("x"), "key-0": ["A", "C"]})
    assert ItemVersion.objects.get().key == ["A", "C"]


def test_x2_an_option_is_taken_out_without_losing_what_is_typed(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    sent = typed(act="drop-option:0", theme="nowhere")
    page = text(hebei_coordinator.client.post(at("item-new"), sent))
    assert page.count('name="option-') == 4
    assert re.search(r'value="A"[^>]*checked', page)
    assert "早期胃癌的定义是" in page


def test_x2_save_and_next_carries_theme_and_source_on(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    answer = hebei_coordinator.client.post(at("item-new"), typed(act="next"))
    page = text(hebei_coordinator.client.get(answer["Location"]))
    assert re.search(r'name="source"[^>]*value="指南"', page) or re.search(
        r'value="指南"[^>]*name="source"', page
    )
    assert "早期胃癌的定义是" not in page


def test_x2_a_sound_item_goes_to_the_reader_an_unsound_one_is_kept(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    client = hebei_coordinator.client
    assert client.post(at("item-new"), typed(act="propose"))["Location"] == at("item-list")
    assert Item.objects.get().status == ItemStatus.REVIEW
    sent = typed(act="propose") | {"key-0": ""}
    page = text(client.post(at("item-new"), sent, follow=True))
    assert Item.objects.filter(status=ItemStatus.DRAFT).count() == 1
    assert "还没有达到要求" in page or "hebei-2022-a1-002" in page
    assert "#id_key-0" in page


def test_x2_a_text_too_long_to_be_kept_is_said_at_its_place_and_stays(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    answer = hebei_coordinator.client.post(at("item-new"), typed(source="长" * 301))
    assert answer.status_code == 200
    assert "#id_source" in text(answer)
    assert "早期胃癌的定义是" in text(answer)
    assert not Item.objects.exists()


def test_x2_the_preview_is_the_candidates_and_writes_nothing(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    answer = hebei_coordinator.client.post(at("item-preview"), {**typed(), "key-0": ""})
    page = text(answer)
    assert page.count('class="option"') == 5
    assert "id_key-0" in page
    assert "<form" not in page
    assert not Item.objects.exists()
    assert not Event.objects.filter(verb="import_items").exists()
    assert hebei_coordinator.client.post(at("item-preview"), {"kind": "zz"}).status_code == 200


def test_x1_only_drafts_of_the_own_unit_are_opened(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    write(hebei_coordinator, year_2022, single())
    item = Item.objects.get()
    assert national_officer.client.get(at("item-edit", pk=item.pk)).status_code == 403
    propose_items(items=[item], year=year_2022, actor=hebei_coordinator.actor, now=EXAM_TIME)
    assert hebei_coordinator.client.get(at("item-edit", pk=item.pk)).status_code == 409
    Item.objects.update(status=ItemStatus.IN_BANK)
    assert hebei_coordinator.client.get(at("item-edit", pk=item.pk)).status_code == 403
    assert national_officer.client.get(at("item-edit", pk=item.pk)).status_code == 200


def test_x2_the_office_corrects_a_group_in_the_bank(
    year_2022: ProgramYear, national_officer: Persona
) -> None:
    write(national_officer, year_2022, group())
    Item.objects.update(status=ItemStatus.IN_BANK)
    first = Item.objects.order_by("code")[0]
    client = national_officer.client
    page = text(client.get(at("item-edit", pk=first.pk)))
    assert "drop-stem" not in page
    sent = {
        **typed("b1", stems="2", **{"stem-1": "进展期胃癌的定义是", "key-1": "C"}),
        "seen": _seen(page),
        **{f"code-{n}": f"{first.group}-{n + 1}" for n in range(2)},
    }
    assert "reason" in text(client.post(at("item-edit", pk=first.pk), sent))
    assert first.versions.count() == 1
    answer = client.post(at("item-edit", pk=first.pk), {**sent, "reason": "题干有误"})
    assert answer["Location"] == at("item-show", pk=first.pk)
    assert first.versions.count() == 2


def test_x2_who_is_affected_is_said_before_a_key_changes(
    year_2022: ProgramYear, attempt: Any, national_officer: Persona
) -> None:
    place = next(one for one in places(attempt) if one.version.item.kind == ItemKind.A1)
    item, client = place.version.item, national_officer.client
    page = text(client.get(at("item-edit", pk=item.pk)))
    new = next(label for label in place.version.labels if label not in place.version.key)
    options = {f"option-{n}": one["text"] for n, one in enumerate(place.version.options)}
    sent = typed(**options) | {
        "stem-0": place.version.stem,
        "key-0": new,
        "seen": _seen(page),
        "reason": "有误",
    }
    warned = client.post(at("item-edit", pk=item.pk), sent)
    assert item.versions.count() == 1
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', text(warned))
    link = re.search(r'href="([^"]+affected/\?key=\w)"', text(warned))
    assert confirmed
    assert link
    assert attempt.enrollment.person.name in text(client.get(link[1]))
    assert attempt.enrollment.person.name not in text(client.get(at("item-affected", pk=item.pk)))
    client.post(at("item-edit", pk=item.pk), {**sent, "confirmed": confirmed[1]})
    assert item.versions.count() == 2
    assert attempt.enrollment.person.name in text(client.get(at("item-affected", pk=item.pk)))
