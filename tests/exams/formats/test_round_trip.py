"""Each type through each format and back, without loss or with the loss said (I2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings

from exams.formats import gift, moodle, xlsx
from exams.formats.reports import Read, Written
from exams.rules.entries import Entry, of_row
from tests.exams.entry_samples import SOUND
from tests.exams.formats.strategies import files
from tests.exams.item_content import bank_rows, homework_rows

Writer = Callable[[Sequence[Entry]], Written]
Reader = Callable[[bytes], Read]
FORMATS: dict[str, tuple[Writer, Reader]] = {
    "moodle": (moodle.write, moodle.read),
    "gift": (gift.write, gift.read),
    "xlsx": (xlsx.write, xlsx.read),
}
every_format = pytest.mark.parametrize("name", FORMATS)


def through(name: str, entries: Sequence[Entry]) -> tuple[Written, Read]:
    write, read = FORMATS[name]
    written = write(entries)
    return written, read(written.data)


@every_format
@pytest.mark.parametrize("entry", SOUND, ids=lambda entry: entry.kind)
def test_each_type_comes_back_as_it_went(name: str, entry: Entry):
    written, read = through(name, [entry])
    assert read.entries == (entry,)
    assert (written.reports, read.reports) == ((), ())


@every_format
def test_the_genuine_bank_comes_back_as_it_went(name: str):
    entries = [of_row(row) for row in (*bank_rows(), *homework_rows())]
    written, read = through(name, entries)
    assert read.entries == tuple(entries)
    assert (written.reports, read.reports) == ((), ())
    assert len(read.places) == len(entries)


def comes_back(name: str, entries: list[Entry]) -> None:
    written, read = through(name, entries)
    arrows = {report.item for report in written.reports if report.code == "arrow"}
    expected = [
        replace(entry, stems=tuple(replace(one, stem=one.stem.replace("->", "→")) for one in entry.stems))
        if at in arrows
        else entry
        for at, entry in enumerate(entries)
    ]
    assert read.entries == tuple(expected)
    assert {report.code for report in written.reports} <= {"arrow"}
    assert read.reports == ()


def generated(examples: int) -> settings:
    """No shrinking: a failing file is small enough to read, and shrinking takes minutes."""
    return settings(
        max_examples=examples, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
    )


@pytest.mark.no_cover  # others measure the same lines, here and below
@pytest.mark.parametrize("name", ["moodle", "gift"])
@generated(100)
@given(entries=files())
def test_whatever_is_written_comes_back(name: str, entries: list[Entry]):
    comes_back(name, entries)


@pytest.mark.no_cover
@generated(30)
@given(entries=files())
def test_whatever_is_written_comes_back_from_a_workbook(entries: list[Entry]):
    """Fewer: each is read by a process of its own."""
    comes_back("xlsx", entries)
