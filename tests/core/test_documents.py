"""PDF with Chinese text: the portal's own font inside, nothing fetched (T36)."""

import io

import pytest
from pypdf import PdfReader

from core import documents
from core.documents import pdf

PAGE = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>结业证书</title><body>{}</body></html>'
)


@pytest.fixture
def render(monkeypatch):
    def rendered(body: str) -> PdfReader:
        monkeypatch.setattr(documents, "render_to_string", lambda template, context: PAGE.format(body))
        return PdfReader(io.BytesIO(pdf("any.html", {})))

    return rendered


def _fonts(reader: PdfReader) -> list[dict]:
    fonts = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            fonts.append(font.get_object()["/DescendantFonts"][0].get_object())
    return fonts


def test_chinese_text_comes_out_and_its_font_is_inside(render):
    reader = render("<h1>结业证书</h1><p>兹证明张三完成癌症筛查与早诊技术培训，成绩合格。</p>")
    text = "".join(page.extract_text() for page in reader.pages)
    assert "兹证明张三完成癌症筛查与早诊技术培训，成绩合格。" in text.replace("\n", "")
    fonts = _fonts(reader)
    assert fonts
    for font in fonts:
        descriptor = font["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
        assert "Portal" in font["/BaseFont"] or "NotoSansSC" in font["/BaseFont"].replace("-", ""), font[
            "/BaseFont"
        ]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://127.0.0.1:1/x.png">',
        '<img src="file:///etc/passwd">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<img src="portalfont:../../config/settings.py">',
    ],
    ids=["network", "file", "style", "out-of-the-folder"],
)
def test_a_document_fetches_nothing(render, caplog, body):
    text = render(f"<p>正文</p>{body}").pages[0].extract_text()
    assert "正文" in text
    assert "Failed to load" in caplog.text


def test_a_picture_that_the_document_carries_is_shown(render, caplog):
    point = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    page = render(f'<p>印</p><img src="{point}">').pages[0]
    assert len(page.images) == 1
    assert "Failed" not in caplog.text


def test_pages_are_numbered(render):
    reader = render("<p>一</p><p style='break-before: page'>二</p>")
    assert [page.extract_text().split("\n")[-1] for page in reader.pages] == ["1 / 2", "2 / 2"]
