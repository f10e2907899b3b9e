"""Rosters of any length by a seed: rare characters, dots, texts that look like numbers and formulas (T34)."""

import io
import random
from collections.abc import Sequence

from openpyxl import load_workbook

from core.imports import HEAD
from core.marking import cell_text
from enrollment.imports.columns import BY_CODE, COLUMNS
from tests.enrollment.sheets import line
from tests.factories import id_number

_FAMILY = "王李张刘陈杨赵黄周吴仇解单区𠮷㛃𬭎𫖯䶮𪟝\uf9d1\ufa0c"
_GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀英华鑫淼犇𣲗𠅤㐂〇"
_NATION = ("买买提", "艾力", "扎西", "卓玛", "木拉提", "阿依古丽")
_LATIN = ("Anna Maria", "O'Neill", "Jean-Luc")
_TEXTS = ("=1+1", "+86", "-1", "@a", "001", "1E5", "#N/A", "TRUE", "2022-01-01", "_x0041_", "<a & b>", "“内”科", "內科（东区）", "ＩＣＵ", "é日", "😀科")  # fmt: skip


def generated(count: int, seed: int) -> list[dict[str, str]]:
    """Lines without fault, each text already as it is to be kept."""
    source = random.Random(seed)
    places = [f"生成{number}医院（{source.choice(_FAMILY)}区）" for number in range(60)]
    return [
        line(
            number,
            name=_name(source),
            id_number=id_number(number, region="130105"),
            institution=source.choice(places),
            department=source.choice(_TEXTS) + source.choice(("", "室", " A")),
            title=source.choice(_TEXTS),
        )
        for number in range(1, count + 1)
    ]


def _name(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.2:
        return "·".join(source.sample(_NATION, source.choice((2, 3))))
    if kind < 0.25:
        return source.choice(_LATIN)
    return source.choice(_FAMILY) + "".join(source.choices(_GIVEN, k=source.choice((1, 2))))


def filled(template: bytes, lines: Sequence[dict[str, str]]) -> bytes:
    """The template with these lines typed into it."""
    book = load_workbook(io.BytesIO(template))
    page = book.worksheets[0]
    offered = [column.code for column in COLUMNS if column.offered]
    for at, one in enumerate(lines, HEAD + 1):
        for index, code in enumerate(offered, 1):
            cell = page.cell(at, index, cell_text(one.get(code, "")))
            cell.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells_below(data: bytes) -> list[dict[str, str]]:
    """What stands in a template's rows, by column code, as a spreadsheet program reads it; some save empty rows as well."""
    page = load_workbook(io.BytesIO(data)).worksheets[0]
    codes = {str(column.label): code for code, column in BY_CODE.items()}
    head = [codes.get(str(cell.value).rstrip("*"), "") for cell in page[HEAD]]
    rows = page.iter_rows(min_row=HEAD + 1, values_only=True)
    return [
        {
            code: str(value or "").replace("_x005F_", "_")
            for code, value in zip(head, row, strict=False)
            if code
        }
        for row in rows
        if any(row)
    ]
