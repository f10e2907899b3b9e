"""Sending a file of items, looking through it, taking it in (I2)."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from exams.enums import ItemStatus, UploadStatus
from exams.formats import gift
from exams.models import Item, ItemUpload
from exams.services import uploads
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME
from tests.exams.test_uploads import PASTED
from tests.exams.test_views_entry import at, text
from tests.exams.test_writing import group, single
from tests.factories import Persona

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def send(persona: Persona, data: bytes, name: str = "试题.gift") -> Any:
    return persona.client.post(at("upload-create"), {"file": SimpleUploadedFile(name, data)})


def test_i2_a_file_is_looked_through_before_it_is_taken_in(
    year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona
) -> None:
    entries = [single(key=()), group(), single(theme="无此主题")]
    refused = "\n::坏题::缺少答案的问题{}\n".encode()
    answer = send(hebei_coordinator, gift.write(entries).data + refused)
    url = answer["Location"]
    page = text(hebei_coordinator.client.get(url))
    assert page.count('class="question"') == 4
    assert page.count("upload-line") == 3
    assert "无此主题" in page
    assert "未采用" in page or "not taken" in page.lower()
    assert page.count("upload-line") - text(hebei_coordinator.client.get(url + "?show=unsound")).count(
        "upload-line"
    ) == 2  # fmt: skip
    assert henan_coordinator.client.get(url).status_code == 404
    assert not Item.objects.exists()
    pk = ItemUpload.objects.get().pk
    assert hebei_coordinator.client.post(at("upload-apply", pk=pk))["Location"] == at("item-list")
    assert Item.objects.filter(status=ItemStatus.DRAFT).count() == 4
    again = hebei_coordinator.client.post(at("upload-apply", pk=pk), follow=True)
    assert Item.objects.count() == 4
    assert again.status_code == 200
    twice = send(hebei_coordinator, gift.write(entries).data + refused)
    page = text(hebei_coordinator.client.get(twice["Location"]))
    assert "upload-apply" not in page
    assert "/apply/" not in page


def test_i2_pasted_text_is_read_too_and_may_be_discarded(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    client = hebei_coordinator.client
    answer = client.post(at("upload-create"), {"text": PASTED.decode()})
    assert "早期胃癌的定义是" in text(client.get(answer["Location"]))
    upload = ItemUpload.objects.get()
    assert upload.format == "docx"
    client.post(at("upload-discard", pk=upload.pk))
    assert "早期胃癌的定义是" not in text(client.get(answer["Location"]))
    assert client.post(at("upload-discard", pk=upload.pk), follow=True).status_code == 200


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param({}, "", id="I2-neither"),
        pytest.param({"text": "1. 题", "file": b"::a::b{T}"}, "", id="I2-both"),
        pytest.param({"file": b"\x89PNG\r\n\x1a\n\0\0\0"}, "", id="I2-a-picture"),
        pytest.param({"file": b"<!DOCTYPE x [<!ENTITY a 'b'>]><quiz/>"}, "", id="I2-a-document-type"),
        pytest.param({"file": b"PK\x03\x04broken"}, "", id="I2-a-broken-archive"),
        pytest.param({"text": "<quiz>", "form": "moodle"}, "<quiz>", id="I2-what-was-pasted-stays"),
    ],
)
def test_i2_what_cannot_be_read_is_said_and_nothing_is_kept(
    year_2022: ProgramYear, hebei_coordinator: Persona, data: dict[str, Any], told: str
) -> None:
    if "file" in data:
        data = {**data, "file": SimpleUploadedFile("x.txt", data["file"])}
    answer = hebei_coordinator.client.post(at("upload-create"), data)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "data-error-summary" in page
    assert not told or "&lt;quiz&gt;" in page
    assert not ItemUpload.objects.exists()


def test_i2_while_a_long_file_is_read_its_page_shows_the_work(
    year_2022: ProgramYear, hebei_coordinator: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    answer = send(hebei_coordinator, PASTED, "试题.txt")
    page = text(hebei_coordinator.client.get(answer["Location"]))
    upload = ItemUpload.objects.get()
    assert upload.status == UploadStatus.READING
    assert at("upload-job", pk=upload.pk) in page
    assert "HX-Refresh" not in hebei_coordinator.client.get(at("upload-job", pk=upload.pk))


def test_i2_the_template_has_the_years_own_lists(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    answer = hebei_coordinator.client.get(at("item-template"))
    book = load_workbook(io.BytesIO(answer.content))
    words = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    theme = year_2022.theme_rows.first()
    assert theme is not None
    assert theme.name in words
    page = text(hebei_coordinator.client.get(at("upload-create")))
    assert re.search(r"一、A1型题", page)
    assert "::" in page
