"""Many items at once: before the reader, withdrawn, out in a file; and how they spread (X1, I2)."""

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from core.models import Event
from exams.enums import ItemStatus
from exams.formats import gift, moodle, xlsx
from exams.models import Item
from exams.vocabulary import coverage_of
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME
from tests.exams.test_views_entry import at, text
from tests.exams.test_writing import group, single, write
from tests.factories import HEBEI, Persona

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def keys(*codes: str) -> list[int]:
    return list(Item.objects.filter(code__in=codes).values_list("pk", flat=True))


def test_x1_what_is_sound_goes_to_the_reader_and_the_rest_is_named(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    write(hebei_coordinator, year_2022, single(), single(key=()), group(), single())
    ticked = keys("hebei-2022-a1-001", "hebei-2022-a1-002", "hebei-2022-b1-001-2")
    page = text(hebei_coordinator.client.post(at("item-propose"), {"chosen": ticked}, follow=True))
    assert sorted(Item.objects.filter(status=ItemStatus.REVIEW).values_list("code", flat=True)) == [
        "hebei-2022-a1-001", "hebei-2022-b1-001-1", "hebei-2022-b1-001-2",
    ]  # fmt: skip
    messages = page.partition('id="main"')[2].partition("page-head")[0]
    assert "hebei-2022-a1-002" in messages
    assert re.search(r"\b3\b", messages)
    everyone = hebei_coordinator.client.post(at("item-propose") + "?q=a1-003", {"everyone": "1"})
    assert everyone["Location"] == at("item-list") + "?q=a1-003"
    assert Item.objects.get(code="hebei-2022-a1-003").status == ItemStatus.REVIEW


def test_x1_nothing_ticked_and_what_is_too_late_are_said(
    year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona
) -> None:
    client = hebei_coordinator.client
    write(hebei_coordinator, year_2022, single())
    assert "没有勾选" in text(client.post(at("item-propose"), follow=True))
    assert "没有勾选" in text(client.post(at("item-withdraw"), {"reason": "写重了"}, follow=True))
    mine = {"chosen": keys("hebei-2022-a1-001"), "reason": "写重了"}
    henan_coordinator.client.post(at("item-withdraw"), mine)
    assert Item.objects.get().status == ItemStatus.DRAFT
    client.post(at("item-withdraw"), {**mine, "reason": ""})
    assert Item.objects.get().status == ItemStatus.DRAFT
    client.post(at("item-withdraw"), mine)
    assert Item.objects.get().status == ItemStatus.RETIRED
    assert text(client.post(at("item-propose"), mine, follow=True))
    Item.objects.update(status=ItemStatus.SUBMITTED)
    client.post(at("item-propose"), mine)
    assert Item.objects.get().status == ItemStatus.SUBMITTED


def test_x1_the_meter_says_what_is_still_being_written_and_gaps_are_named(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    themes = list(year_2022.theme_rows.order_by("order"))
    written = [single(theme=themes[0].code), single(theme=themes[0].code), single()]
    write(hebei_coordinator, year_2022, *written)
    theme, specialty, outline = coverage_of(year_2022, HEBEI)
    assert {code: number for code, _name, number in theme.counts}[themes[0].code] == 2
    assert (theme.everywhere, specialty.everywhere) == (1, 3)
    assert themes[1].name in theme.gaps
    assert themes[0].name not in theme.gaps
    assert len(outline.counts) == year_2022.outlinenode_rows.count() > 0
    page = text(hebei_coordinator.client.get(at("item-list")))
    assert "3 道编写中" in page
    assert f"?theme={themes[0].code}" in page
    assert themes[1].name in page.partition("owed")[2]


def read_back(form: str, data: bytes) -> Any:
    return {"xlsx": xlsx, "moodle": moodle, "gift": gift}[form].read(data)


@pytest.mark.parametrize("form", ["xlsx", "moodle", "gift"])
def test_i2_what_goes_out_is_marked_recorded_and_read_again(
    year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona, form: str
) -> None:
    write(hebei_coordinator, year_2022, single(), group())
    write(henan_coordinator, year_2022, single(stem="外省的一道试题"))
    answer = hebei_coordinator.client.post(at("item-export") + "?kind=b1", {"form": form})
    event = Event.objects.get(verb="export")
    assert (event.data["format"], event.data["rows"]) == (form, 2)
    assert len(event.data["sha256"]) == 64
    assert any("B1" in word for word in event.data["filters"])
    shown = answer.content.decode() if form != "xlsx" else _workbook(answer.content)
    for part in (
        str(event.pk),
        hebei_coordinator.unit.name,
        hebei_coordinator.actor.label,
        "2022-12-05 09:00",
    ):
        assert part in shown
    found = read_back(form, answer.content)
    assert [[stem.key for stem in entry.stems] for entry in found.entries] == [[("A",), ("A",)]]
    whole = hebei_coordinator.client.post(at("item-export"), {"form": form}).content
    assert len(read_back(form, whole).entries) == 2


def _workbook(data: bytes) -> str:
    """Where a reader of the file sees the mark: the heading, and the properties say the same."""
    book = load_workbook(io.BytesIO(data))
    heading = str(book.worksheets[0]["A1"].value)
    assert book.properties.description == heading
    return heading


def test_i2_losses_are_shown_before_and_written_into_the_file(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    write(hebei_coordinator, year_2022, single(key=()), single(stem="含 -> 与 [tag] 的题干"))
    page = text(hebei_coordinator.client.get(at("item-export")))
    assert "hebei-2022-a1-001" in page
    data = hebei_coordinator.client.post(at("item-export"), {"form": "gift"}).content.decode()
    assert re.search(r"^// .*hebei-2022-a1-001", data, re.MULTILINE)
    data = hebei_coordinator.client.post(at("item-export"), {"form": "moodle"}).content.decode()
    assert "hebei-2022-a1-001" in data.partition("-->")[0]


def test_i2_the_office_writes_out_the_bank_of_all(
    year_2022: ProgramYear, national_officer: Persona, hebei_coordinator: Persona, expert: Persona
) -> None:
    write(hebei_coordinator, year_2022, single())
    write(national_officer, year_2022, single(stem="国家办公室的一道题"))
    data = national_officer.client.post(at("item-export"), {"form": "gift"}).content
    assert len(gift.read(data).entries) == 2
    assert expert.client.post(at("item-export"), {"form": "gift"}).status_code == 403


def test_i2_an_empty_list_gives_no_file(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    answer = hebei_coordinator.client.post(at("item-export"), {"form": "gift"})
    assert answer.status_code == 200
    assert not Event.objects.filter(verb="export").exists()


def test_i2_the_list_itself_names_who_took_it(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    write(hebei_coordinator, year_2022, single())
    book = load_workbook(io.BytesIO(hebei_coordinator.client.post(at("item-list")).content))
    assert hebei_coordinator.unit.name in str(book.worksheets[0]["A1"].value)
