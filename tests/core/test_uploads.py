"""Every upload is known by its content, kept small, and stored under a name nobody can guess."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.exceptions import Refusal
from core.uploads import SCANS, WORKBOOKS, UploadPolicy, accept
from tests.helpers import workbook

PDF, PNG, JPG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n" + bytes(20), b"\xff\xd8\xff\xe0" + bytes(20)
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(20)


def upload(data: bytes, name: str = "扫描.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("data", "kind", "policy"),
    [
        (PDF, "pdf", SCANS),
        (PNG, "png", SCANS),
        (JPG, "jpg", SCANS),
        (MP4, "mp4", UploadPolicy(("mp4",))),
        (workbook(["姓名"], []), "xlsx", WORKBOOKS),
    ],
    ids=["pdf", "png", "jpg", "mp4", "xlsx"],
)
def test_content_decides_whatever_the_name_says(data, kind, policy):
    name = accept(upload(data, "whatever.exe"), policy)
    assert re.fullmatch(rf"[\w-]{{22}}\.{kind}", name)


def test_every_name_is_new():
    assert len({accept(upload(PDF), SCANS) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00",
        b"<html><script>",
        b"GIF89a",
        b"PK\x03\x04",
        MP4,
        b" %PDF-1.7",
        workbook(["姓名"], []),
    ],
    ids=["empty", "program", "page", "gif", "zip", "video", "almost-pdf", "workbook"],
)
def test_anything_else_is_refused_with_what_may_be_sent(data):
    with pytest.raises(Refusal) as refused:
        accept(upload(data), SCANS)
    assert "pdf, png, jpg" in str(refused.value)
    assert "扫描.pdf" in str(refused.value)
    assert refused.value.remedy


def test_a_zip_that_is_no_workbook_is_refused():
    with pytest.raises(Refusal):
        accept(upload(b"PK\x03\x04" + bytes(100), "名单.xlsx"), WORKBOOKS)


def test_size_is_looked_at_before_content():
    small = UploadPolicy(("pdf",), limit=2**20)
    accept(upload(PDF.ljust(2**20, b"\0")), small)
    with pytest.raises(Refusal) as refused:
        accept(upload(PDF.ljust(2**20 + 1, b"\0")), small)
    assert "1 MB" in str(refused.value)


def test_the_file_can_be_read_afterwards_from_its_beginning():
    file = upload(PDF)
    accept(file, SCANS)
    assert file.read() == PDF
    assert isinstance(file.file, io.BytesIO)
