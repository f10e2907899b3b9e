"""Roster workbooks gone wrong in every way a file can, each by a seed: the same number gives the same bytes (T29)."""

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

Parts = dict[str, bytes]
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_CELL = re.compile(rb"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_INLINE = re.compile(rb't="inlineStr"><is><t[^>]*>(.*?)</t></is>', re.DOTALL)
_RARE = ("𠮷㛃", "\u202e赵\u202c", "é́́", "😀", "&#0;", "&#xD83D;", "&#x1F600;", "&amp;amp;", "_x0000_", "\ufffe",
         "\x0b", "]]>", "<b/>", "&nbsp;", "赵" * 5000, "\u200b\u200b", "'=1+1", "０１２３")  # fmt: skip
_RANGES = ("A1:XFD1048576", "A2:T2", "A3:A9", "T9:A3", "A0:B0", "A1", "A3:A3", "ZZZZ1:A1", "", "A2:B1048577")
_PLACES = ("A1048576", "XFD3", "XFE3", "A99999999999", "A0", "3", "AAAAAAA3", "", "a3", "A-3", "$A$3", "Ａ３")
_NUMBERS = ("1e308", "-1", "NaN", "INF", "1e999", "44562", "-44562", "2958466", "0.5", "130102198504120011", "１２", "--", "1,5")  # fmt: skip
_FORMULAS = (
    "<f>1+1</f>",
    "<f>1/0</f><v>#DIV/0!</v>",
    "<f>HYPERLINK(&quot;http://x&quot;)</f><v>x</v>",
    '<f t="shared" si="99"/>',
    '<f t="array" ref="A1:XFD9">1</f><v>1</v>',
    "<f>",
)
_TYPES = ("", 't="str"', 't="n"')
_TARGETS = ("../../../../etc/passwd", "sheet1.xml", "/xl/workbook.xml", "worksheets/sheet99.xml", "http://example.org/x", "", "worksheets/../workbook.xml", "\\\\host\\share", "worksheets/sheet1.xml#x")  # fmt: skip
_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'  # fmt: skip
_TABLE = "<table><tr><td>姓名</td></tr></table>"
_OTHERS = (
    b"",
    "姓名,身份证号\n赵一,130102\n".encode("gb18030"),
    b"\xef\xbb\xbf" + "姓名\t手机号".encode(),
    _TABLE.encode(),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0r\0y\0p\0t" + bytes(600),
    b"PK\x05\x06" + bytes(18),
    b"PK\x03\x04",
    b"%PDF-1.7\n",
    b'{"name": 1}',
    b"\x1f\x8b\x08\x00" + bytes(30),
)


@dataclass(frozen=True)
class Mutant:
    """`how` names what was done to it; `seed` makes it again."""

    seed: int
    how: str
    data: bytes


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, extra: tuple[tuple[str, bytes], ...] = (), *, stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    # a name may stand twice: that is the point
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(buffer, "w", how) as archive:
        for name, part in [*parts.items(), *extra]:
            archive.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


def with_shared_strings(data: bytes) -> bytes:
    """As office programs save it: every text once in a table of its own."""
    parts, texts = unpacked(data), list[bytes]()

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found.group(1))
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    parts[SHEET] = _INLINE.sub(shared, parts[SHEET])
    items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    parts[STRINGS] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>' % items
    )
    return packed(parts)


# On the bytes of the file


def _flip(source: random.Random, data: bytes, most: int = 12) -> bytes:
    found = bytearray(data or b"<x/>")
    for _ in range(source.randint(1, most)):
        found[source.randrange(len(found))] ^= 1 << source.randrange(8)
    return bytes(found)


def _cut(source: random.Random, data: bytes) -> bytes:
    at = source.randrange(len(data))
    return source.choice((data[:at], data[at:], data[:at] + data[at + source.randint(1, 400) :]))


def _grow(source: random.Random, data: bytes) -> bytes:
    at, more = (
        source.choice((0, len(data), source.randrange(len(data)))),
        source.randbytes(source.randint(1, 300)),
    )
    return data[:at] + more + data[at:]


def _other_file(source: random.Random, data: bytes) -> bytes:
    return source.choice(_OTHERS) + source.choice((b"", source.randbytes(20), data[:50]))


# On its parts


def _drop(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    for name in source.sample(sorted(parts), source.choice((1, 1, 1, 2, 4))):
        del parts[name]
    return packed(parts)


def _swap(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    one, other = source.sample(sorted(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return packed(parts)


def _double(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = source.choice(sorted(parts))
    again = source.choice(
        (name, name.upper(), f"/{name}", f"../{name}", name.replace("/", "\\"), f"{name}/x")
    )
    return packed(parts, ((again, source.choice((parts[name], b"", b"PK\x03\x04", b"<x/>"))),))


def _empty(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    parts[source.choice(sorted(parts))] = source.choice((b"", b"<x/>", b"\0" * 50, b"<?xml?>", b"{}"))
    return packed(parts, stored=source.random() < 0.5)


def _flip_inside(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = source.choice((SHEET, SHEET, BOOK, *sorted(parts)))
    parts[name] = _flip(source, parts[name], 4)
    return packed(parts)


def _encode(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = source.choice([one for one in (SHEET, STRINGS, BOOK) if one in parts])
    text = parts[name].decode()
    code = source.choice(("utf-16", "utf-16-le", "gb18030", "utf-8-sig", "utf-32", "utf-7"))
    declared = source.choice((code, "gb2312", "latin-1", "x-none", ""))
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    parts[name] = (head + text.partition("?>")[2] if "?>" in text else head + text).encode(code)
    return packed(parts)


def _entities(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = source.choice([one for one in (SHEET, STRINGS, BOOK) if one in parts])
    body = parts[name].partition(b"?>")[2] or parts[name]
    parts[name] = _BOMB + body.replace(b"</t>", b"&c;</t>", source.randint(0, 3))
    return packed(parts)


def _relate(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = source.choice([one for one in sorted(parts) if one.endswith(".rels")])
    target = source.choice(_TARGETS).encode()
    found = re.findall(rb'Target="[^"]*"', parts[name])
    parts[name] = parts[name].replace(source.choice(found), b'Target="%s"' % target, 1)
    if source.random() < 0.3:
        parts[name] = parts[name].replace(b"<Relationship ", b'<Relationship TargetMode="External" ', 1)
    return packed(parts)


# On the cells


def _on_cells(change: Callable[[random.Random, bytes], bytes], most: int = 6) -> Callable:
    """`change` some cells of the list, each as it stands in the sheet's XML."""

    def run(source: random.Random, data: bytes) -> bytes:
        parts = unpacked(data)
        cells = list(_CELL.finditer(parts[SHEET]))
        chosen = sorted(
            source.sample(cells, min(len(cells), source.randint(1, most))), key=lambda one: -one.start()
        )
        sheet = parts[SHEET]
        for cell in chosen:
            sheet = sheet[: cell.start()] + change(source, cell.group()) + sheet[cell.end() :]
        return packed({**parts, SHEET: sheet})

    return run


def _retype(source: random.Random, cell: bytes) -> bytes:
    kind = source.choice((b"n", b"b", b"e", b"d", b"str", b"s", b"inlineStr", b"x", b""))
    return re.sub(rb't="\w*"', b't="%s"' % kind, cell, count=1)


def _number(source: random.Random, cell: bytes) -> bytes:
    place = re.search(rb'r="[A-Z]+\d+"', cell)
    style = source.choice(("", ' s="1"', ' s="99999"', ' s="-1"'))
    at = place.group().decode() if place else ""
    return f"<c {at}{style}><v>{source.choice(_NUMBERS)}</v></c>".encode()


def _point_elsewhere(source: random.Random, cell: bytes) -> bytes:
    index = source.choice(("999999", "-1", "4294967296", "1.5", "x", "", "0"))
    return re.sub(rb"t=\"\w+\">.*?</c>", f't="s"><v>{index}</v></c>'.encode(), cell, count=1, flags=re.DOTALL)


def _formula(source: random.Random, cell: bytes) -> bytes:
    body = f"{source.choice(_TYPES)}>{source.choice(_FORMULAS)}</c>".encode()
    return re.sub(rb"t=\"\w+\">.*?</c>", body, cell, count=1, flags=re.DOTALL)


def _rare(source: random.Random, cell: bytes) -> bytes:
    return re.sub(
        rb"</t>", lambda _found: source.choice(_RARE).encode("utf-8", "surrogatepass") + b"</t>", cell
    )


def _move(source: random.Random, cell: bytes) -> bytes:
    return re.sub(rb'r="[A-Z]+\d+"', lambda _found: f'r="{source.choice(_PLACES)}"'.encode(), cell, count=1)


def _garble(source: random.Random, cell: bytes) -> bytes:
    return source.choice((b"", cell + cell, cell[:-4], cell.replace(b"<c ", b"<x "), b"<!--" + cell + b"-->"))


def _retext(source: random.Random, cell: bytes) -> bytes:
    """What people do: empty, cut, doubled, spaced, somebody else's."""
    text = source.choice(
        ("", "1", "不详", "２０２２", "是", "女", "1.30102E+17", " ", "护士", "单纯线上", "县级", "某院")
    )
    return re.sub(
        rb"(<t[^>]*>).*?</t>", lambda found: found.group(1) + text.encode() + b"</t>", cell, flags=re.DOTALL
    )


# On the sheet


def _in_sheet(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    areas = "".join(f'<mergeCell ref="{source.choice(_RANGES)}"/>' for _ in range(source.randint(1, 4)))
    more = source.choice(
        (
            (b"</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>".encode()),
            (b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'),
            (b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'),
            (b"</sheetData>", b'<row r="9999999999"><c r="B9"><v>1</v></c></row></sheetData>'),
            (b"<row ", b'<row r="0"/><row r="-1"/><row '),
            (b"</row>", b"</row></row>"),
            (b"<sheetData>", b"<sheetData><sheetData>"),
            (b"</worksheet>", b""),
            (b"<row ", b"<row><row "),
        )
    )
    parts[SHEET] = parts[SHEET].replace(more[0], more[1], source.choice((1, 1, 3)))
    return packed(parts)


def _in_book(source: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    old, new = source.choice(
        (
            (rb"<sheet [^>]*?/>", b""),
            (rb"(<sheet [^>]*?/>)", rb"\1\1"),
            (rb'name="[^"]*"', b'name="lists"'),
            (rb'name="[^"]*"', b'name="&#0;"'),
            (rb'r:id="[^"]*"', b'r:id="rId99"'),
            (rb'state="\w+"', b'state="veryHidden"'),
            (rb'sheetId="\d+"', b'sheetId="-7"'),
            (rb"<sheets>", rb'<workbookPr date1904="1"/><sheets>'),
        )
    )
    parts[BOOK] = re.sub(old, new, parts[BOOK], count=source.choice((1, 0)))
    return packed(parts)


MUTATIONS: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "bytes flipped": _flip,
    "cut": _cut,
    "grown": _grow,
    "another kind of file": _other_file,
    "part removed": _drop,
    "parts swapped": _swap,
    "part doubled": _double,
    "part emptied": _empty,
    "bytes of a part flipped": _flip_inside,
    "encoding": _encode,
    "entities": _entities,
    "relationships": _relate,
    "types": _on_cells(_retype),
    "numbers and dates": _on_cells(_number),
    "shared texts out of range": _on_cells(_point_elsewhere),
    "formulas": _on_cells(_formula),
    "rare characters": _on_cells(_rare),
    "places": _on_cells(_move, 2),
    "broken cells": _on_cells(_garble),
    "other texts": _on_cells(_retext, 12),
    "sheet": _in_sheet,
    "book": _in_book,
}


def mutant(seed: int, bases: list[bytes]) -> Mutant:
    """The mutations take turns, the workbooks too; every third has two mutations."""
    source = random.Random(seed)
    names = list(MUTATIONS)
    chosen = [names[seed % len(names)], *([source.choice(names[12:])] if seed % 3 == 0 else [])]
    data = bases[source.randrange(len(bases))]
    for name in reversed(chosen):
        data = MUTATIONS[name](source, data)
    return Mutant(seed, " + ".join(chosen), data)
