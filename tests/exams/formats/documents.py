"""Documents as word processors write them, from the markup that matters."""

import io
import zipfile
from xml.sax.saxutils import escape

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def run(text: str, *, shift: str = "") -> str:
    look = f'<w:rPr><w:vertAlign w:val="{shift}"/></w:rPr>' if shift else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, numbered: tuple[str, int] | None = None) -> str:
    """`numbered` is the list and its depth, as automatic numbers have them."""
    listed = (
        f'<w:pPr><w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr></w:pPr>'
        if numbered
        else ""
    )
    return f"<w:p>{listed}{''.join(runs)}</w:p>"


def texts(*lines: str) -> str:
    return "".join(paragraph(run(line)) for line in lines)


def levels(*forms: tuple[str, str]) -> str:
    """A numbering part with one list "1" of these levels (form, pattern)."""
    inner = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for at, (form, pattern) in enumerate(forms)
    )
    return (
        f'{HEAD}<w:numbering {NAMES}><w:abstractNum w:abstractNumId="7">{inner}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )


def document(body: str, numbering: str = "", method: int = zipfile.ZIP_DEFLATED, **others: bytes) -> bytes:
    parts = {"[Content_Types].xml": TYPES.encode(), **others}
    parts["word/document.xml"] = f"{HEAD}<w:document {NAMES}><w:body>{body}</w:body></w:document>".encode()
    if numbering:
        parts["word/numbering.xml"] = numbering.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()
