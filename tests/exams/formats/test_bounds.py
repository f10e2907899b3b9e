"""T29, T30: files made to exhaust or to lead outside end within 2 s of processor time and 256 MB, held to it."""

import json
import subprocess
import sys
from zipfile import ZIP_STORED

import pytest

from exams.formats import gift, moodle
from exams.rules.entries import of_row
from tests.core.bounded import ENDS
from tests.core.files import archive
from tests.core.processes import environment
from tests.exams.formats.documents import document, paragraph, run, texts
from tests.exams.item_content import bank_rows

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of a process as Linux has them")
ACCEPTED, REFUSED = ENDS[0], ENDS[10]
FULL = 4 * 2**20


def laughs() -> bytes:
    rows = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10) for at in range(1, 10))
    return b'<!DOCTYPE quiz [<!ENTITY e0 "ha">' + rows + b"]><quiz>&e9;</quiz>"


def question(text: bytes) -> bytes:
    return b'<quiz><question type="multichoice"><questiontext format="html"><text>' + text + (
        b'</text></questiontext><answer fraction="100"><text>a</text></answer></question></quiz>'
    )  # fmt: skip


def full(piece: bytes) -> bytes:
    return piece * (FULL // len(piece))


REFUSALS = {
    "laughs.xml": laughs,
    "entity.xml": lambda: b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
    "outside.xml": lambda: b'<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/q.dtd"><quiz/>',
    "parameter.xml": lambda: b'<!DOCTYPE q [<!ENTITY % x SYSTEM "http://127.0.0.1:9/q.dtd"> %x;]><quiz/>',
    "utf16.xml": lambda: '<!DOCTYPE q [<!ENTITY x "y">]><quiz>&x;</quiz>'.encode("utf-16"),
    "deep.xml": lambda: b"<quiz>" + b"<a>" * 1_000_000,
    "many.xml": lambda: b"<quiz>" + full(b"<a/>")[:-6] + b"</quiz>",
    "questions.xml": lambda: b"<quiz>" + b'<question type="essay"/>' * 100_000 + b"</quiz>",
    "questions.gift": lambda: full(b"a\n\n"),
    "paragraphs.docx": lambda: document(texts("x") * 90_000, method=ZIP_STORED),
    "ratio.docx": lambda: archive({"word/document.xml": b" " * (60 * 2**20)}),
    "entity.docx": lambda: archive(
        {"word/document.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><w:document>&x;</w:document>'}
    ),
    "encrypted.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
}
# nothing in them is an item, or one that is refused by itself; what counts is that they end
ENDINGS = {
    "attributes.xml": lambda: b"<quiz " + b" ".join(b'a%d=""' % at for at in range(200_000)) + b"/>",
    "brackets.xml": lambda: question(b"<![CDATA[" + full(b"<")[:-400] + b"]]>"),
    "tags.xml": lambda: question(b"<![CDATA[" + full(b'<a href="')[:-400] + b"]]>"),
    "comments.xml": lambda: question(b"<![CDATA[" + full(b"<!--")[:-400] + b"]]>"),
    "raised.xml": lambda: question(b"<![CDATA[" + full(b"<sup>9")[:-400] + b"]]>"),
    "cells.xml": lambda: question(b"<![CDATA[<table>" + full(b"<td></td>")[:-400] + b"]]>"),
    "signs.xml": lambda: question(b"<![CDATA[" + full(b"&#x41;")[:-400] + b"]]>"),
    "open.gift": lambda: full(b"{"),
    "wrong.gift": lambda: b"a{" + full(b"~")[:-3] + b"}",
    "escapes.gift": lambda: full(b"\\"),
    "names.gift": lambda: full(b"::"),
    "marks.gift": lambda: b"//" + full(b"[tag:") + b"\nx",
    "remarks.gift": lambda: b"a{=b" + full(b"#")[:-6] + b"}",
    "blanks.txt": lambda: full(b" "),
    "options.txt": lambda: b"1. x\n" + full(b"A. B. "),
    "numbers.txt": lambda: full(b"1."),
    "keys.txt": lambda: "答案：".encode() + full(b"1.A ") + b"!",
    "spans.txt": lambda: "答案：".encode() + full(b"1-"),
    "brackets.txt": lambda: b"1. " + full(b"("),
    "headings.txt": lambda: full("一、".encode()),
    "stops.txt": lambda: "A2型题\n1. ".encode() + full("。".encode())[:-400] + "\nA. a\n答案：A".encode(),
    "lines.txt": lambda: b"1. x\n" + full(b"y\n"),
    "shared.txt": lambda: full(b"(1"),
    "markup.docx": lambda: document(paragraph(run("长" * 100)) * 25_000, method=ZIP_STORED),
    "runs.docx": lambda: document("<w:p>" + run("长") * 60_000 + "</w:p>", method=ZIP_STORED),
    "bank.xml": lambda: moodle.write([of_row(row) for row in bank_rows()] * 4).data,
    "bank.gift": lambda: gift.write([of_row(row) for row in bank_rows()] * 4).data,
}


@pytest.mark.slow
def test_t29_t30_what_exhausts_or_leads_outside_ends_within_its_limits(tmp_path):
    for name, make in {**REFUSALS, **ENDINGS}.items():
        (tmp_path / name).write_bytes(make())
    for control in ("control-memory", "control-time"):
        (tmp_path / control).touch()
    done = subprocess.run(
        [sys.executable, "-m", "tests.exams.formats.bounded", str(tmp_path)],
        env=dict(environment()),
        timeout=120,
        check=True,
        capture_output=True,
        text=True,
    )
    ends = json.loads(done.stdout)
    assert (ends.pop("control-memory"), ends.pop("control-time")) == (ENDS[11], "SIGKILL")
    assert {name: ends.pop(name) for name in REFUSALS} == dict.fromkeys(REFUSALS, REFUSED)
    assert {name: end for name, end in ends.items() if end not in {ACCEPTED, REFUSED}} == {}
    assert (ends["bank.xml"], ends["bank.gift"]) == (ACCEPTED, ACCEPTED)
