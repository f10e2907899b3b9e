"""The list inside an uploaded workbook: where its headings stand, however people wrote them, and the rows below."""

import contextlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.exceptions import Refusal
from core.spreadsheets import MAX_ROWS, check_workbook, grids
from core.values import visible

LISTS = "lists"
# how far down the headings may begin, and over how many rows they may stretch
FAR, DEEP = 30, 3
_IN_BRACKETS = re.compile(r"\(.*?\)|【.*?】|\[.*?\]")
Grid = Sequence[Sequence[str]]
Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of an uploaded sheet: `number` as the spreadsheet program shows it, cells as text by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """`letters` maps a column to its letter, so that a finding can name the cell; `stamp` is what a template carries.

    `sheet` has the list, `head` is the lowest row of its headings as the spreadsheet program counts, `width` how many
    columns are in use there.
    """

    letters: dict[str, str]
    rows: list[ReadRow]
    stamp: str = ""
    sheet: str = ""
    head: int = 0
    width: int = 0

    @property
    def layout(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "head": self.head, "width": self.width, "letters": self.letters}


@dataclass(frozen=True, slots=True)
class _Table:
    """A list found on a sheet: first row of headings, first row of data, place of each column; counted from 0."""

    sheet: str
    top: int
    body: int
    places: dict[str, int]
    width: int = 0
    rows: list[ReadRow] = field(default_factory=list)


def heading_key(text: str) -> str:
    """One heading however it is written: width, case, spaces, stars, colons and remarks in brackets do not count."""
    folded = "".join(unicodedata.normalize("NFKC", visible(text)).split()).casefold()
    return _IN_BRACKETS.sub("", folded).strip("*:") or folded


def read_sheet(data: bytes, names: Names, needed: Collection[str] = ()) -> ReadSheet:
    """The list of the workbook, its cells as text; columns may stand anywhere, under any of their `names`.

    Title rows, two- and three-row headings with merged cells, further columns, blank rows and headings printed again are
    no matter. Raises Refusal where fewer than half of the `needed` columns are found, where a second sheet has a list
    too or a heading stands twice (one of the two would be lost unseen), and beyond the limits.
    """
    check_workbook(data)
    needed = needed or names.keys()
    found: list[_Table] = []
    stamp = ""
    with contextlib.closing(grids(data, MAX_ROWS + FAR + DEEP)) as sheets:
        for name, grid in sheets:
            if name == LISTS:
                stamp = grid[0][0] if grid and grid[0] else ""
            table = _table(name, grid, names)
            if len(needed & table.places.keys()) * 2 >= len(needed):
                found.append(table)
    table = _the_one(found, [names[key][0] for key in needed])
    letters = {key: get_column_letter(index + 1) for key, index in table.places.items()}
    return ReadSheet(letters, table.rows, stamp, table.sheet, table.body, table.width)


def _the_one(found: Sequence[_Table], headings: Sequence[str]) -> _Table:
    if not found:
        raise Refusal(
            _("No row with the expected headings was found: %(headings)s")
            % {"headings": "、".join(headings)},
            remedy=_("Download the template and copy your rows into it."),
        )
    filled = [table for table in found if table.rows]
    if len(filled) > 1:
        raise Refusal(
            _("More than one sheet holds a list: %(sheets)s")
            % {"sheets": "、".join(table.sheet for table in filled)},
            remedy=_("Put all rows on one sheet, or delete the sheets that do not count."),
        )
    table = filled[0] if filled else found[0]
    if len(table.rows) > MAX_ROWS:
        raise Refusal(
            _("The sheet has more than %(rows)s rows.") % {"rows": MAX_ROWS}, remedy=_("Split the list.")
        )
    return table


def _table(sheet: str, grid: Grid, names: Names) -> _Table:
    """The most columns that any one to three neighboring rows name; the topmost and fewest rows among equals."""
    known = _known(names)
    best = _Table(sheet, 0, 0, {})
    for top in range(min(FAR, len(grid))):
        for depth in range(1, DEEP + 1):
            places = _places(grid[top : top + depth], known)
            if len(places) > len(best.places):
                best = _Table(sheet, top, top + depth, places)
    if best.places:
        best = replace(best, width=_width(grid))
        _check_once(grid, best, known)
        best.rows.extend(_rows(grid, best, known))
    return best


def _width(grid: Grid) -> int:
    return max((number for line in grid for number, text in enumerate(line, 1) if text), default=0)


def _known(names: Names) -> dict[str, tuple[str, int]]:
    """Heading as written → column and rank; where two columns know a heading, the better rank has it."""
    known: dict[str, tuple[str, int]] = {}
    for key, texts in names.items():
        for rank, text in enumerate(texts):
            before = known.get(heading_key(text))
            if before is None or rank < before[1]:
                known[heading_key(text)] = (key, rank)
    return known


def _places(window: Grid, known: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    """Column → index; under several of its names the best one counts, then the first."""
    found: dict[str, tuple[int, int]] = {}
    for index in range(max(map(len, window), default=0)):
        named = _named(window, index, known)
        if named is not None and (named[0] not in found or named[1] < found[named[0]][0]):
            found[named[0]] = (named[1], index)
    return {key: index for key, (_rank, index) in found.items()}


def _named(window: Grid, index: int, known: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    return next((known[text] for text in _texts(window, index) if text in known), None)


def _texts(window: Grid, index: int) -> Iterator[str]:
    """What the heading of a column may be: its lowest cell, that below the group it stands under, the cells above."""
    cells = [row[index] if index < len(row) else "" for row in window]
    filled = [number for number, cell in enumerate(cells) if cell]
    if not filled:
        return
    lowest = filled[-1]
    yield heading_key(cells[lowest])
    for row in reversed(window[:lowest]):
        # a merged cell has its text in its first column
        group = next((cell for cell in reversed(row[: index + 1]) if cell), "")
        yield heading_key(group + cells[lowest])
    for number in reversed(filled[:-1]):
        yield heading_key(cells[number])


def _check_once(grid: Grid, table: _Table, known: Mapping[str, tuple[str, int]]) -> None:
    """Two columns under one heading, the second filled too: lists printed side by side."""
    window = grid[table.top : table.body]
    for index in range(max(map(len, window))):
        key, rank = _named(window, index, known) or ("", 0)
        first = table.places.get(key, index)
        if first == index or _named(window, first, known) != (key, rank):
            continue
        if any(len(row) > index and row[index] for row in grid[table.body :]):
            letters = {"one": get_column_letter(first + 1), "other": get_column_letter(index + 1)}
            raise Refusal(
                _("The heading “%(heading)s” stands twice, in columns %(one)s and %(other)s.")
                % {"heading": next(_texts(window, index)), **letters},
                remedy=_("Put every person in a row of their own, under one row of headings."),
            )


def _rows(grid: Grid, table: _Table, known: Mapping[str, tuple[str, int]]) -> Iterator[ReadRow]:
    for number, line in enumerate(grid[table.body :], table.body + 1):
        cells = {key: line[index] if index < len(line) else "" for key, index in table.places.items()}
        filled = {key: text for key, text in cells.items() if text}
        if filled and not all(known.get(heading_key(text), ("",))[0] == key for key, text in filled.items()):
            yield ReadRow(number, cells)
