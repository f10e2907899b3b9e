"""Every upload is known by its content, carries nothing active, and stands under a name nobody can guess (T28, T32)."""

import io
import random
import re
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.http import Http404
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from weasyprint import HTML

from core.exceptions import Refusal
from core.files import StoredFileField, UploadPolicy
from core.models import Job
from core.pictures import MAX_PIXELS
from core.uploads import SCANS, WORKBOOKS, FileUpload, accept, served
from tests.core.files import MP4, PDF, SAMPLES, XLSX, docx, pdf_with_packed, picture, upload
from tests.factories import NOW
from tests.repository.tree import ROOMS

EVERYTHING = UploadPolicy(tuple(SAMPLES))


def refusal_of(data: bytes, policy: UploadPolicy = EVERYTHING) -> Refusal:
    with pytest.raises(Refusal) as refused:
        accept(upload(data), policy)
    assert refused.value.remedy
    return refused.value


@pytest.mark.parametrize("kind", SAMPLES)
def test_content_decides_whatever_the_name_says(kind):
    kept = accept(upload(SAMPLES[kind], "whatever.exe"), UploadPolicy((kind,)))
    assert re.fullmatch(rf"[\w-]{{22}}\.{kind}", kept.kept_as)
    assert kept.name == "whatever.exe"


def test_every_name_is_new():
    assert len({accept(upload(PDF), SCANS).kept_as for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00",
        b"<html><script>",
        b"<svg onload=x>",
        b"GIF89a",
        b"PK\x03\x04",
        MP4,
        b" %PDF-1.7",
        XLSX,
    ],
    ids=["empty", "program", "page", "svg", "gif", "zip", "video", "almost-pdf", "workbook"],
)
def test_anything_else_is_refused_with_what_may_be_sent(data):
    said = str(refusal_of(data, SCANS))
    assert "pdf, png, jpg" in said
    assert "扫描.pdf" in said


def test_size_is_looked_at_before_content():
    small = UploadPolicy(("pdf",), limit=2**20)
    accept(upload(PDF.ljust(2**20, b"\0")), small)
    assert "1 MB" in str(refusal_of(PDF.ljust(2**20 + 1, b"\0"), small))


@pytest.mark.parametrize("kind", ["pdf", "mp4", "xlsx", "docx"])
def test_the_file_can_be_read_afterwards_from_its_beginning(kind):
    assert accept(upload(SAMPLES[kind]), EVERYTHING).read() == SAMPLES[kind]


def test_a_video_is_never_read_whole():
    class Huge(SimpleUploadedFile):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 4096
            return super().read(size)

    accept(Huge("v.mp4", MP4), UploadPolicy(("mp4",)))


def test_what_passed_the_policy_in_the_form_is_not_looked_at_again():
    kept = accept(upload(PDF), SCANS)
    assert accept(kept, SCANS) is kept
    with pytest.raises(Refusal):
        accept(kept, WORKBOOKS)


# Pictures


def test_a_picture_loses_its_metadata_and_whatever_hangs_behind_it():
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    data = picture("JPEG", exif=exif) + b"PK\x03\x04 hidden"
    assert b"SECRETCAM" in data
    kept = accept(upload(data), SCANS).read()
    assert b"SECRETCAM" not in kept
    assert b"hidden" not in kept
    assert Image.open(io.BytesIO(kept)).size == (40, 30)


def test_a_picture_loses_every_kind_of_text_that_its_form_can_carry():
    told = PngInfo()
    told.add_text("Author", "SECRETCAM")
    told.add_itxt("XML:com.adobe.xmp", "SECRETCAM")
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    png = picture("PNG", pnginfo=told, exif=exif, icc_profile=b"SECRETCAM" * 20, dpi=(300, 300))
    jpg = picture("JPEG", exif=exif, icc_profile=b"SECRETCAM" * 20, comment=b"SECRETCAM", xmp=b"SECRETCAM")
    plain = {"png": picture("PNG"), "jpg": picture("JPEG", quality=88)}
    for kind, data in {"png": png, "jpg": jpg}.items():
        assert b"SECRETCAM" in data
        assert accept(upload(data), SCANS).read() == plain[kind], kind


def test_a_turned_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = accept(upload(picture("JPEG", exif=exif)), SCANS)
    assert Image.open(kept.file).size == (30, 40)


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("PNG", "L"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
    ],
)
def test_pictures_of_every_mode_are_drawn(form, mode):
    kept = accept(upload(picture(form, mode=mode)), SCANS)
    assert Image.open(kept.file).size == (40, 30)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    assert "25" in str(refusal_of(picture("PNG", size=(MAX_PIXELS // 1000 + 1, 1000), mode="1")))
    refusal_of(picture("PNG", size=(20_000, 20_000), mode="1"))


def test_half_a_picture_is_refused():
    refusal_of(SAMPLES["png"][:40])


# PDFs


@pytest.mark.parametrize(
    "active",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /J#61vaScript >>",
        b"<< /S /Launch /F (calc.exe) >>",
        b"<< /EmbeddedFiles 3 0 R >>",
        b"<</Type/EmbeddedFile>>",
        b"<< /Subtype /RichMedia >>",
    ],
)
def test_a_pdf_that_does_something_is_refused_wherever_it_hides_it(active):
    for data in (PDF + active, pdf_with_packed(active), pdf_with_packed(active, b"[ /FlateDecode ]")):
        assert "PDF" in str(refusal_of(data, SCANS))


def test_a_protected_pdf_is_refused():
    refusal_of(PDF + b"trailer << /Encrypt 5 0 R >>", SCANS)


@pytest.mark.parametrize(
    "data",
    [
        pdf_with_packed(b"1 0 << >>", b"[/ASCIIHexDecode /FlateDecode]"),
        pdf_with_packed(b"1 0 << >>", b"/LZWDecode"),
        PDF + b"2 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\nbroken",
    ],
    ids=["chained", "other", "broken"],
)
def test_a_pdf_that_cannot_be_looked_into_is_refused(data):
    refusal_of(data, SCANS)


@pytest.mark.parametrize(
    "data",
    [
        pdf_with_packed(b"1 0 << /Type /Page /OpenAction [1 0 R /Fit] >>"),
        PDF + b"<< /Names << /JavaScripture 1 >> /LaunchDate (x) >>",
        PDF + b"2 0 obj << /Type /ObjStm >> stream\n1 0 << >>\nendstream",
        PDF + b"/ObjStm",
    ],
    ids=["packed", "alike", "plain-stream", "no-stream"],
)
def test_a_harmless_pdf_is_kept(data):
    assert accept(upload(data), SCANS).read() == data


def test_a_pdf_that_unpacks_beyond_measure_is_refused(monkeypatch):
    monkeypatch.setattr("core.pdfs.MAX_UNPACKED", 1000)
    refusal_of(pdf_with_packed(b" " * 2000), SCANS)


def test_what_the_portal_prints_itself_is_harmless():
    data = HTML(string="<h1>名单</h1><a href='https://example.org'>x</a>").write_pdf()
    assert accept(upload(data), SCANS).read() == data


# Documents


def test_a_document_is_known_by_its_main_part():
    accept(upload(docx()), UploadPolicy(("docx",)))
    with pytest.raises(Refusal):
        accept(upload(XLSX), UploadPolicy(("docx",)))


# Forms and models: nobody goes round the policy


class ScanForm(forms.Form):
    file = FileUpload(required=False)


def test_a_form_says_beside_the_field_what_is_wrong_and_hands_on_what_passed():
    wrong = ScanForm({}, {"file": upload(b"MZ program")})
    assert "pdf, png, jpg" in wrong.errors["file"][0]
    right = ScanForm({}, {"file": upload(PDF)})
    assert right.is_valid()
    assert accept(right.cleaned_data["file"], SCANS) is right.cleaned_data["file"]
    assert ScanForm({}, {}).is_valid()
    assert 'accept=".pdf,.png,.jpg,.jpeg"' in str(ScanForm()["file"])


def stored_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.django_db
def test_an_upload_reaches_storage_by_the_policy_alone():
    job = Job(kind="any", created_at=NOW)
    before = stored_files()
    with pytest.raises(TypeError):
        job.file.save("x.pdf", upload(PDF))
    job.file = upload(PDF)
    with pytest.raises(TypeError), transaction.atomic():
        job.save()
    assert stored_files() == before
    kept = accept(upload(PDF, "../../etc/扫描.pdf"), SCANS)
    job.file.save("../../etc/passwd", kept)
    assert job.file.name == f"jobs/{kept.kept_as}"
    default_storage.delete(job.file.name)


FILE_FIELDS = [
    field
    for model in apps.get_models()
    if model._meta.app_label in ROOMS
    for field in model._meta.concrete_fields
    if isinstance(field, models.FileField)
]


@pytest.mark.parametrize("field", FILE_FIELDS, ids=str)
def test_every_file_of_every_model_goes_through_the_policy(field):
    assert isinstance(field, StoredFileField)


def test_every_file_of_every_form_and_every_download_goes_through_the_policy():
    allowed = {"core/uploads.py", "core/files.py", "core/gallery.py", "courses/video.py"}
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {word}"
        for room in ROOMS
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
        for word in (
            "forms.FileField(",
            "forms.ImageField(",
            "models.FileField(",
            "models.ImageField(",
            "FileResponse(",
        )
        if word in path.read_text(encoding="utf-8")
        and str(path.relative_to(settings.BASE_DIR)) not in allowed
        and "migrations" not in path.parts
    ]
    assert found == []


# Served


@pytest.fixture
def kept_file(db):
    job = Job(kind="any", created_at=NOW)
    job.file.save("a.pdf", ContentFile(PDF))
    yield job.file
    job.file.delete(save=False)


@pytest.mark.parametrize(
    "name", ["盖章 名单.pdf", 'a"b.pdf', "a\r\nX-Evil: 1.pdf", "\u202efdp.exe", "../../etc/passwd", "x" * 300]
)
def test_a_file_is_served_as_an_attachment_under_any_name(name, kept_file):
    response = served(kept_file, name)
    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Disposition"].isascii()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content) == PDF


def test_what_was_never_uploaded_is_not_there():
    with pytest.raises(Http404):
        served(Job().file)


def test_media_has_no_address(client):
    for path in (f"/{folder}/a.pdf" for folder in ("media", "media/jobs", "static/../media", "jobs")):
        assert client.get(path).status_code in {302, 404}
    assert not settings.MEDIA_URL or settings.MEDIA_URL == "/"


# 2,000 mutated files (T28)


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Cut, flip, insert, repeat, swap heads and lie about lengths."""
    way = chance.randrange(6)
    spot = chance.randrange(len(data))
    if way == 0:
        return data[:spot]
    if way == 1:
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 12)):
            changed[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(changed)
    if way == 2:
        return data[:spot] + chance.randbytes(chance.randrange(1, 64)) + data[spot:]
    if way == 3:
        return data[:spot] + chance.choice([b"\xff", b"\0"]) * 8 + data[spot + 8 :]
    if way == 4:
        return data[:spot] + chance.choice(list(SAMPLES.values()))[spot:]
    return data[: chance.randrange(1, 64)] + chance.choice(list(SAMPLES.values()))


def test_two_thousand_damaged_files_are_kept_whole_or_refused_with_a_sentence(db):
    chance = random.Random(2022)
    names = ["扫描.pdf", "..\\..\\x.exe", "a\0b.png", "", "CON", "x" * 400 + ".pdf"]
    before, kept, refusals = stored_files(), set(), []
    for _ in range(2000):
        data = mutated(chance, chance.choice(list(SAMPLES.values())))
        job = Job(kind="any", created_at=NOW)
        try:
            file = accept(SimpleUploadedFile(chance.choice(names) or "x", data), EVERYTHING)
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        job.file.save(str(file.name), file, save=False)
        kept.add(Path(job.file.path))
    assert stored_files() - before == kept
    assert all(refusal.remedy for refusal in refusals)
    assert len(refusals) > 500
    assert len(kept) > 300
    for path in kept:
        path.unlink()
