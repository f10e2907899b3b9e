"""Small real files, and archives and PDFs that lie."""

import io
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.helpers import workbook

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(20)
XLSX = workbook(["姓名"], [["张三"]])


def upload(data: bytes, name: str = "扫描.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def picture(form: str, *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, form, **options)
    return buffer.getvalue()


def archive(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook in outline with these parts beside its content types."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def docx() -> bytes:
    return archive({"word/document.xml": b"<w:document/>"})


def pdf_with_packed(text: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF that keeps `text` inside a compressed object stream."""
    body = zlib.compress(text)
    return PDF + b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter %s >>\nstream\n%s\nendstream\nendobj\n" % (
        filters,
        body,
    )


SAMPLES = {
    "pdf": PDF,
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "mp4": MP4,
    "xlsx": XLSX,
    "docx": docx(),
}
