"""One policy for every upload: type by content, size, nothing active, random names, served as attachment (T28–T32)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _

from core.archives import check_archive
from core.exceptions import Refusal
from core.files import Accepted, UploadPolicy
from core.models import public_code
from core.pdfs import check_pdf
from core.pictures import redrawn
from core.scanner import scan
from core.spreadsheets import check_workbook

_HEAD = 16
_KINDS: dict[str, Callable[[bytes], bool]] = {
    "pdf": lambda head: head.startswith(b"%PDF-"),
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "mp4": lambda head: head[4:8] == b"ftyp",
    "xlsx": lambda head: head.startswith((b"PK", b"\xd0\xcf\x11\xe0")),
    "docx": lambda head: head.startswith(b"PK"),
    # what its reader tells apart by content
    "docx/xlsx": lambda head: head.startswith((b"PK", b"\xd0\xcf\x11\xe0")),
    "json": lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"),
    "xml/gift/txt": lambda head: b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")),
}
_ALSO = {"jpg": ("jpeg",), "xlsx": ("xls",), "json": ("txt",)}
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"

SCANS = UploadPolicy(("pdf", "png", "jpg"))
WORKBOOKS = UploadPolicy(("xlsx",), 10 * 1024 * 1024)
SMALL_JSON = UploadPolicy(("json",), 2**20)
READABLE = UploadPolicy(("docx/xlsx", "xml/gift/txt"), 10 * 1024 * 1024)


def accept(file: UploadedFile, policy: UploadPolicy) -> Accepted:
    """The upload as it may be kept: checked by content, pictures drawn anew, under a random name; raises Refusal.

    What passed the same policy before, in the form, is not looked at again.
    """
    if isinstance(file, Accepted) and file.policy == policy:
        return file
    if file.size is None or file.size > policy.limit:
        raise Refusal(
            _("The file “%(name)s” is larger than %(mb)s MB.")
            % {"name": file.name, "mb": policy.limit // 2**20},
            remedy=_("Reduce it (for a scan, 200 dpi are enough) and upload it again."),
        )
    file.seek(0)
    head = file.read(_HEAD)
    kind = next((kind for kind in policy.kinds if _KINDS[kind](head)), None)
    if kind is None:
        raise Refusal(
            _("The file “%(name)s” is none of: %(kinds)s.")
            % {"name": file.name, "kinds": ", ".join(policy.kinds)},
            remedy=_("Save it in one of these forms and upload it again."),
        )
    scan(file)
    content = _checked(file, kind)
    content.seek(0)
    return Accepted(content, name=file.name, kept_as=f"{public_code()}.{kind}", policy=policy)


def _checked(file: UploadedFile, kind: str) -> Any:
    """The content to keep. A video is only known by its head: it is too large to hold, and nothing opens it here."""
    file.seek(0)
    if kind == "mp4":
        return file
    data = file.read()
    if kind in {"png", "jpg"}:
        return redrawn(data, kind)
    if kind == "pdf":
        check_pdf(data)
    elif kind == "xlsx":
        check_workbook(data)
    elif kind == "docx":
        _check_document(data)
    elif data.startswith(b"PK"):
        check_archive(data)
    return file


def _check_document(data: bytes) -> None:
    if "word/document.xml" not in check_archive(data):
        raise Refusal(_("This is not a document."), remedy=_("Save it as .docx and upload it again."))


class FileUpload(forms.FileField):
    """The only file field of a form: the policy's refusal stands beside it, with everything else typed still there."""

    def __init__(self, *, policy: UploadPolicy = SCANS, **options: Any) -> None:
        self.policy = policy
        super().__init__(**options)
        endings = [ending for kind in policy.kinds for ending in (kind, *_ALSO.get(kind, ()))]
        self.widget.attrs.setdefault("accept", ",".join(f".{ending}" for ending in endings))

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        try:
            return accept(file, self.policy) if isinstance(file, UploadedFile) else file
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def served(file: FieldFile, name: str = "") -> HttpResponse:
    """A kept file, never shown in the page itself: attachment, no guessing of its type, a sandbox of its own (T32)."""
    if not file:
        raise Http404
    shown = name or str(file.name).rsplit("/", 1)[-1]
    response = FileResponse(file.open("rb"), as_attachment=True, filename=shown)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]
