"""HTML to PDF, with the portal's own fonts and nothing fetched from outside (T36)."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

_FONTS = Path(__file__).resolve().parent / "fonts"
_FONT_SCHEME = "portalfont:"


class _NothingOutside(URLFetcher):
    """Only data: addresses and the portal's own fonts; a document is complete in itself."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        if url.startswith(_FONT_SCHEME):
            name = Path(url.removeprefix(_FONT_SCHEME)).name
            return URLFetcherResponse(url, (_FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})
        if not url.startswith("data:"):
            raise ValueError(f"a document may not fetch {url[:60]}")
        return super().fetch(url, headers)


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=4)
def _style(name: str) -> CSS:
    path = Path(settings.BASE_DIR) / "static" / "portal" / name
    return CSS(string=path.read_text(encoding="utf-8"), font_config=_fonts(), url_fetcher=_NothingOutside())


def _laid_out(html: str, style: str) -> bytes:
    document = HTML(string=html, url_fetcher=_NothingOutside())
    return bytes(document.write_pdf(stylesheets=[_style(style)], font_config=_fonts()))


def pdf(template: str, context: dict[str, Any], *, style: str = "document.css") -> bytes:
    """Render a template to PDF; the fonts are named in the style, the language on <html>."""
    return _laid_out(render_to_string(template, context), style)
