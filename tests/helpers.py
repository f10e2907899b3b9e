"""What tests of several rooms ask of pages and files."""

import io
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

FEW, MANY = 1, 30


def _queries(client: Client, url: str) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return asked


def assert_constant_queries(client: Client, url: str, make_rows: Callable[[int], Any]) -> None:
    """The page asks the database as often with 30 rows as with 1; `make_rows(n)` adds n of them."""
    make_rows(FEW)
    client.get(url)  # caches of the first request are nobody's rows
    few = _queries(client, url)
    make_rows(MANY - FEW)
    many = _queries(client, url)
    new = [query["sql"][:200] for query in many.captured_queries[len(few) :]]
    assert len(many) == len(few), f"{len(few)} queries with 1 row, {len(many)} with 30; the last: {new[:5]}"


def undone(act: Callable[[], Any]) -> Any:
    """What an act gave before its transaction was rolled back."""
    with transaction.atomic():
        given = act()
        transaction.set_rollback(True)
    return given


def workbook(headings: list[str], rows: list[list[Any]], *, title: str = "Sheet", above: int = 0) -> bytes:
    """An .xlsx as people send it: `above` lines of title, the headings, the rows."""
    book = Workbook()
    page = book.active
    page.title = title
    for number in range(above):
        page.append([f"title {number}"])
    page.append(headings)
    for row in rows:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells_of(data: bytes) -> list[list[Any]]:
    """The cells of the first sheet as a spreadsheet program reads them."""
    book = load_workbook(io.BytesIO(data))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
