"""A file of items from upload to drafts: recognized, reported, taken in once (I2)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Notice
from core import jobs
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event, Job
from exams.bank import entries_of
from exams.enums import Fate, ItemFormat, ItemKind, ItemStatus, UploadStatus
from exams.formats import gift, moodle, samples, xlsx
from exams.formats.files import frozen, read_as, recognized, thawed, without
from exams.formats.reading import Vocabulary
from exams.models import Item, ItemUpload
from exams.rules.entries import Entry, Stem
from exams.services import uploads
from exams.services.arriving import arrivals_of
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME
from tests.exams.formats.documents import document, texts
from tests.exams.test_writing import group, single, write
from tests.factories import Persona

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parent / "formats" / "samples"
WORDS = Vocabulary({"lung": "肺癌"}, {"endoscopy": "内镜"}, {"protocols": "筛查方案"})
PASTED = "一、A1型题\n1. 早期胃癌的定义是\nA. 甲\nB. 乙\nC. 丙\nD. 丁\nE. 戊\n答案：B\n".encode()
JUDGED = Entry(ItemKind.TRUE_FALSE, stem="早期胃癌可内镜治疗", key=("T",))


@pytest.mark.parametrize(
    ("data", "form"),
    [
        pytest.param(xlsx.template(), ItemFormat.XLSX, id="I2-workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0", ItemFormat.XLSX, id="I2-old-workbook"),
        pytest.param(moodle.write([single()]).data, ItemFormat.MOODLE, id="I2-moodle"),
        pytest.param((SAMPLES / "moodle-export.xml").read_bytes(), ItemFormat.MOODLE, id="I2-moodle-export"),
        pytest.param(gift.write([single()]).data, ItemFormat.GIFT, id="I2-gift"),
        pytest.param((SAMPLES / "constructs.gift").read_bytes(), ItemFormat.GIFT, id="I2-gift-constructs"),
        pytest.param((SAMPLES / "writer.txt").read_bytes(), ItemFormat.DOCX, id="I2-pasted"),
        pytest.param(PASTED.decode().encode("gb18030"), ItemFormat.DOCX, id="I2-pasted-in-gbk"),
    ],
)
def test_i2_a_file_is_known_by_what_it_holds(data: bytes, form: str) -> None:
    assert recognized(data) == form


def test_i2_a_document_is_told_from_a_workbook() -> None:
    assert recognized(document(texts("1. 题干"))) == ItemFormat.DOCX


@pytest.mark.parametrize(("text", "count"), [(samples.PASTED, 2), (samples.GIFT, 1)])
def test_i2_what_the_page_shows_as_a_sample_is_read_whole(text: str, count: int) -> None:
    read = read_as(recognized(text.encode()), text.encode(), WORDS)
    assert (len(read.entries), read.reports) == (count, ())
    assert all(part.key for entry in read.entries for part in entry.parts)


def test_i2_a_document_is_read_as_one() -> None:
    lines = ("1. 早期胃癌的定义是", "A. 甲", "B. 乙", "C. 丙", "D. 丁", "E. 戊", "答案：B")
    data = document(texts(*lines))
    (entry,) = read_as(recognized(data), data, WORDS).entries
    assert (entry.stem, entry.key) == ("早期胃癌的定义是", ("B",))


def test_i2_names_of_the_year_become_codes_and_others_are_reported() -> None:
    entry = single(theme="肺癌", outline="没有的条目", specialties=("内镜", "无此专业"))
    read = read_as(ItemFormat.XLSX, xlsx.write([entry]).data, WORDS)
    (found,) = read.entries
    assert (found.theme, found.outline, found.specialties) == ("lung", "", ("endoscopy",))
    told = [(one.code, one.params["field"], one.params["text"], one.item) for one in read.reports]
    assert told == [
        ("place_unknown", "outline", "没有的条目", 0), ("place_unknown", "specialties", "无此专业", 0),
    ]  # fmt: skip
    assert "没有的条目" in read.reports[0].cause
    moved = read_as(ItemFormat.GIFT, gift.write([replace(entry, theme="无此主题")]).data, WORDS)
    assert moved.entries[0].theme == ""


def test_i2_an_item_left_out_keeps_the_reports_of_the_others_at_theirs() -> None:
    data = xlsx.write([JUDGED, replace(single(), theme="无此主题")]).data
    read = without(read_as(ItemFormat.XLSX, data, WORDS), {ItemKind.TRUE_FALSE}, "kind_of_office")
    assert [entry.kind for entry in read.entries] == [ItemKind.A1]
    assert [(one.code, one.item) for one in read.reports] == [("place_unknown", 0), ("kind_of_office", None)]
    assert thawed(frozen(read.reports[0])) == read.reports[0]


def stage(persona: Persona, year: ProgramYear, data: bytes, **more: Any) -> ItemUpload:
    return uploads.stage_upload(
        data=data, name="试题.txt", year=year, unit=persona.unit, actor=persona.actor, now=EXAM_TIME, **more
    )


def apply(persona: Persona, upload: ItemUpload) -> Any:
    return uploads.apply_upload(upload=upload, actor=persona.actor, now=EXAM_TIME)


def test_i2_nothing_is_an_item_before_it_is_taken_in(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    upload = stage(hebei_coordinator, year_2022, PASTED)
    assert (upload.status, upload.format, upload.source) == (UploadStatus.PREVIEW, "docx", None)
    assert not Item.objects.exists()
    assert apply(hebei_coordinator, upload).created == ["hebei-2022-a1-001"]
    assert Item.objects.get().status == ItemStatus.DRAFT
    assert {"stage_upload", "read_upload", "apply_upload"} <= set(
        Event.objects.values_list("verb", flat=True)
    )
    with pytest.raises(IllegalTransition):
        apply(hebei_coordinator, upload)


def test_i2_the_same_file_twice_makes_no_doubles(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    apply(hebei_coordinator, stage(hebei_coordinator, year_2022, PASTED))
    again = stage(hebei_coordinator, year_2022, PASTED)
    assert uploads.taken_before(again)
    with pytest.raises(Refusal, match="没有新的"):
        apply(hebei_coordinator, again)
    assert Item.objects.count() == 1
    again.refresh_from_db()
    assert again.status == UploadStatus.PREVIEW


def test_i2_a_province_gets_true_false_refused_the_office_takes_it(
    year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    data = xlsx.write([JUDGED, single()]).data
    upload = stage(hebei_coordinator, year_2022, data)
    assert [one["code"] for one in upload.reports] == ["kind_of_office"]
    assert len(upload.entries) == 1
    assert len(stage(national_officer, year_2022, data).entries) == 2


def test_i2_what_cannot_be_read_is_refused_and_nothing_is_kept(
    year_2022: ProgramYear, hebei_coordinator: Persona, trainee: Persona
) -> None:
    with pytest.raises(Refusal):
        stage(hebei_coordinator, year_2022, b"<quiz", form=ItemFormat.MOODLE)
    with pytest.raises(Refusal):
        stage(hebei_coordinator, year_2022, "会议通知".encode())
    with pytest.raises(Refusal):
        stage(hebei_coordinator, year_2022, b" " * (10 * 2**20 + 1))
    assert not ItemUpload.objects.exists()
    with pytest.raises(NotAllowed):
        uploads.stage_upload(
            data=PASTED, name="x", year=year_2022, unit=hebei_coordinator.unit, actor=trainee.actor,
            now=EXAM_TIME,
        )  # fmt: skip


def test_i2_a_discarded_file_leaves_nothing(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    upload = stage(hebei_coordinator, year_2022, PASTED)
    uploads.discard_upload(upload=upload, actor=hebei_coordinator.actor, now=EXAM_TIME)
    upload.refresh_from_db()
    assert (upload.status, upload.entries, upload.reports) == (UploadStatus.DISCARDED, [], [])


def test_i2_a_long_file_is_read_by_a_job_which_tells_who_sent_it(
    year_2022: ProgramYear, hebei_coordinator: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = stage(hebei_coordinator, year_2022, PASTED)
    assert (upload.status, upload.entries) == (UploadStatus.READING, [])
    assert jobs.run(upload.job_number or 0, lambda: EXAM_TIME).status == "done"  # type: ignore[union-attr]
    upload.refresh_from_db()
    assert (upload.status, len(upload.entries), upload.source) == (UploadStatus.PREVIEW, 1, None)
    assert [notice.url for notice in Notice.objects.filter(membership__user=hebei_coordinator.user)] == [
        f"/cancer/2022/exams/items/uploads/{upload.pk}/"
    ]


def test_i2_a_file_discarded_while_it_is_read_stays_discarded(
    year_2022: ProgramYear, hebei_coordinator: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = stage(hebei_coordinator, year_2022, PASTED)
    read = uploads.read_upload(upload)
    uploads.discard_upload(upload=upload, actor=hebei_coordinator.actor, now=EXAM_TIME)
    uploads.keep_read(upload=upload, read=read, actor=hebei_coordinator.actor, now=EXAM_TIME)
    upload.refresh_from_db()
    assert (upload.status, upload.entries) == (UploadStatus.DISCARDED, [])


def test_i2_a_job_that_cannot_read_the_file_says_why(
    year_2022: ProgramYear, hebei_coordinator: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    upload = stage(hebei_coordinator, year_2022, b"<quiz>", form=ItemFormat.MOODLE)
    jobs.run(upload.job_number or 0, lambda: EXAM_TIME)
    job = Job.objects.get(pk=upload.job_number or 0)
    assert job.status == "failed"
    assert job.error


def fates(persona: Persona, *entries: Entry) -> list[str]:
    return [str(one.fate) for one in arrivals_of(entries, persona.unit)]


def test_i2_codes_and_words_decide(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    write(hebei_coordinator, year_2022, single(), group())
    first, second = entries_of(Item.objects.all())
    new = single(stem="另一道试题的题干")
    assert fates(
        hebei_coordinator, first, second, replace(first, code="", stem="改"), replace(first, stem="改过"), new, new
    ) == [Fate.KNOWN, Fate.KNOWN, Fate.NEW, Fate.VERSION, Fate.NEW, Fate.TWICE]  # fmt: skip
    assert fates(hebei_coordinator, replace(first, theme="lung")) == [Fate.VERSION]


def test_i2_what_is_no_draft_any_more_is_left_out(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    write(hebei_coordinator, year_2022, single())
    (entry,) = entries_of(Item.objects.all())
    Item.objects.update(status=ItemStatus.REVIEW)
    assert fates(hebei_coordinator, replace(entry, stem="改过")) == [Fate.CLOSED]


@pytest.mark.parametrize("spoil", ["henan", "retired", "kind"])
def test_i2_a_code_of_another_item_is_not_taken_over(
    year_2022: ProgramYear, hebei_coordinator: Persona, henan_coordinator: Persona, spoil: str
) -> None:
    write(henan_coordinator if spoil == "henan" else hebei_coordinator, year_2022, single())
    (entry,) = entries_of(Item.objects.all())
    if spoil == "retired":
        Item.objects.update(status=ItemStatus.RETIRED)
    changed = replace(entry, stem="改过", kind=ItemKind.X if spoil == "kind" else entry.kind)
    (arrival,) = arrivals_of([changed], hebei_coordinator.unit)
    assert (arrival.fate, arrival.entry.code, arrival.code_taken) == (Fate.NEW, "", entry.code)


def test_i2_a_group_is_known_by_all_its_stems(year_2022: ProgramYear, hebei_coordinator: Persona) -> None:
    write(hebei_coordinator, year_2022, group())
    (entry,) = entries_of(Item.objects.all())
    more = replace(entry, code="", stems=(*entry.stems, Stem(stem="新的一问宜选", key=("C",))))
    assert fates(hebei_coordinator, more) == [Fate.NEW]
