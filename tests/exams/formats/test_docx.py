"""Items from a document: its paragraphs, its automatic numbers, and what a paragraph cannot hold (I2)."""

import io
from pathlib import Path

import pytest
from docx import Document

from core.exceptions import Refusal
from exams.formats import docx, pasted
from exams.formats.reports import Read
from tests.exams.formats.documents import document, levels, paragraph, run, texts

WRITER = (Path(__file__).with_name("samples") / "writer.txt").read_text(encoding="utf-8")
OPTIONS = ("A. 胃镜 B. 肠镜 C. 胸片 D. 超声 E. 化验", "答案：A")


def report(read: Read) -> list[tuple[int, str, int | None]]:
    return [(one.place.number, one.code, one.item) for one in read.reports]


def test_a_document_of_a_word_processor_reads_as_its_text():
    made = Document()
    for line in WRITER.splitlines():
        made.add_paragraph(line)
    buffer = io.BytesIO()
    made.save(buffer)
    read, text = docx.read(buffer.getvalue()), pasted.read_text(WRITER)
    assert read.entries == text.entries
    assert [one.code for one in read.reports] == [one.code for one in text.reports]
    assert str(read.places[0]) != str(text.places[0])


def test_automatic_numbers_and_letters_count():
    options = [paragraph(run(text), numbered=("1", 1)) for text in ("胃镜", "肠镜", "胸片", "超声", "化验")]
    item = [paragraph(run("首选的检查是"), numbered=("1", 0)), *options, paragraph(run("答案：B"))]
    body = texts("A1型题") + "".join([*item, *item])
    read = docx.read(document(body, levels(("decimal", "%1."), ("upperLetter", "%2."))))
    assert [(entry.stem, entry.key, len(entry.options)) for entry in read.entries] == [
        ("首选的检查是", ("B",), 5)
    ] * 2
    assert [place.name for place in read.places] == ["1", "2"]
    assert read.entries[1].options[4].label == "E"


@pytest.mark.parametrize(
    ("form", "pattern", "shown"),
    [
        ("bullet", "•", "文字"),
        ("none", "", "文字"),
        ("chineseCounting", "%1、", "一、 文字"),
        ("lowerLetter", "%1)", "a) 文字"),
        ("decimal", "第%1题", "第1题 文字"),
    ],
)
def test_forms_of_automatic_numbers(form: str, pattern: str, shown: str):
    body = paragraph(run("文字"), numbered=("1", 0)) + paragraph(run("另"), numbered=("9", 0))
    read = docx.read(document(body, levels((form, pattern))))
    assert [one.params["text"] for one in read.reports] == [shown, "另"]


def test_what_a_paragraph_cannot_hold_is_said_at_its_item():
    body = (
        texts("A1型题", "1. 甲的检查是", *OPTIONS)
        + paragraph(run("2. 计数10"), run("9", shift="superscript"), run("/L的H"), run("2", shift="subscript"), run("O"))
        + paragraph(run("x"), run("ab", shift="superscript"), "<w:r><w:drawing/></w:r>", "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>")
        + paragraph("<w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:r><w:footnoteReference/></w:r>")
        + texts(*OPTIONS)
        + "<w:tbl><w:tr><w:tc>" + texts("3. 表中的题是") + "</w:tc><w:tc>" + texts(*OPTIONS) + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    read = docx.read(document(body))
    assert [entry.stem for entry in read.entries] == ["甲的检查是", "计数10⁹/L的H₂O\nx^(ab)a+b", "表中的题是"]
    assert report(read) == [
        (6, "formula", 1),
        (6, "image", 1),
        (7, "deleted", 1),
        (7, "footnote", 1),
        (10, "table", 2),
    ]


def test_a_loss_before_the_first_item_belongs_to_none():
    body = paragraph("<w:r><w:drawing/></w:r>") + texts("A1型题", "1. 甲的检查是", *OPTIONS)
    assert report(docx.read(document(body))) == [(1, "image", None)]


def test_text_in_a_box_is_read_once_and_breaks_are_lines():
    inner = (
        "<mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>"
    )
    body = (
        texts("A1型题")
        + paragraph(run("1. 甲的"), "<w:r><w:br/></w:r>", inner.format(run("检查是")))
        + texts(*OPTIONS)
    )
    assert docx.read(document(body)).entries[0].stem == "甲的\n检查是"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        document("")[:200],
        document("</w:body>"),
        document("", **{"word/vbaProject.bin": b"x"}),
        b"x" * (10 * 2**20 + 1),
    ],
    ids=["empty", "head", "encrypted", "cut", "broken", "macro", "large"],
)
def test_what_is_refused_as_a_whole(data: bytes):
    with pytest.raises(Refusal) as refusal:
        docx.read(data)
    assert refusal.value.remedy
