"""Asking the portal: addresses of the table's URLs, requests whose writes are taken back, what an answer says."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.access.table import rows, urls
from tests.access.world import World

WRITES = ("INSERT", "UPDATE", "DELETE")
# the book-keeping of sessions and of long work is no act of its own
UNTOLD = ("django_session", "usersessions", "core_event", "core_job", "core_counter")


def address(world: World, name: str, arguments: Mapping[str, Any]) -> str:
    frame = rows()[name].get("frame", "cancer")
    year = world.year_2024 if frame in {"nuclear", "public_2024"} else world.year_2022
    kwargs = {**(year.url_kwargs if "program" in urls()[name].params else {}), **arguments}
    return reverse(name, kwargs=kwargs)


def ask(client: Client, method: str, url: str, data: Mapping[str, Any]) -> HttpResponse:
    """One request whose writes are taken back, with what it did to the browser."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response: Any = getattr(client, method)(url, data if method == "post" else None)
        if response.streaming:
            list(response.streaming_content)  # read to its end the file is closed
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def lasting(statements: Iterable[str]) -> list[str]:
    """The writes that no savepoint took back."""
    kept: list[str] = []
    marks: dict[str, int] = {}
    for text in statements:
        words = text.split()
        if words[0] == "SAVEPOINT":
            marks[words[1]] = len(kept)
        elif words[:3] == ["ROLLBACK", "TO", "SAVEPOINT"]:
            del kept[marks[words[3]] :]
        elif words[0].upper() in WRITES and not any(name in text for name in UNTOLD):
            kept.append(text)
    return kept


def said(response: HttpResponse) -> str:
    """What a page, workbook, PDF or archive tells its reader, as one text."""
    data = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if data[:5] == b"%PDF-":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if data[:2] != b"PK":
        return data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
    return "\n".join(str(cell) for cell in cells if cell is not None)
