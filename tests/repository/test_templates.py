"""Templates hold no script, no style, no other host, and trust no text."""

import re

import pytest

from tests.repository import tree

# what a template may never hold, and why
FORBIDDEN = {
    "text marked safe by hand": r"\|\s*safe(?:seq)?\b|\{%\s*autoescape off",
    "an inline style": r"\sstyle\s*=",
    "a style sheet in the page": r"<style\b",
    "a script in the page": r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "an event attribute": r"<[a-z][^>]*\son[a-z]+\s*=",
    "a script address": r"(?:href|src|action)\s*=\s*[\"']\s*javascript:",
    "another host": r"<(?:script|link|img|iframe|video|audio|source|form)\b[^>]*(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    "code for htmx to evaluate": r"\bhx-on\b|\bhx-vals\s*=\s*[\"']js:",
}
# pages that are printed by the PDF maker, which has neither script nor browser
PRINTED = re.compile(r"(^|/)(print|pdf|documents)/|layouts/print\.html$")
ALLOWED_IN_PRINT = {"an inline style", "a style sheet in the page"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE)
    wrong = [
        f"{tree.name(path)}: {match[0].strip()[:80]}"
        for path in tree.templates()
        if not (what in ALLOWED_IN_PRINT and PRINTED.search(tree.name(path)))
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("text marked safe by hand", "{{ name|safe }}"),
        ("an inline style", '<p style="color:red">'),
        ("a script in the page", "<script>alert(1)</script>"),
        ("an event attribute", '<a href="#" onclick="x()">'),
        ("another host", '<link rel="x" href="https://example.org/a.css">'),
        ("code for htmx to evaluate", '<a hx-on:click="x()">'),
    ],
)
def test_the_patterns_find_what_they_look_for(what, text):
    assert re.search(FORBIDDEN[what], text, re.IGNORECASE)


def test_ordinary_markup_is_not_refused():
    fine = (
        '<script type="module" src="/static/a.js"></script><a href="https://example.org">x</a><p hx-get="/a">'
    )
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, fine, re.IGNORECASE)] == []


def test_words_are_in_the_catalog_not_in_the_template():
    """Chinese comes from the catalog, so that the other language has it too; comments and what is marked as Chinese
    for every reader (a language's own name) may stand in the page, and the gallery shows samples."""
    comment = r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->"
    marked = re.compile(comment + r"|<[^>]*\slang=\"zh-Hans\"[^>]*>(?:\{%[^%]*%\}|[^<])*", re.DOTALL)
    wrong = [
        tree.name(path)
        for path in tree.templates()
        if path.name != "gallery.html"
        # an official document in Chinese is Chinese for every reader
        and not ("documents" in path.parts and '<html lang="zh-Hans">' in path.read_text(encoding="utf-8"))
        and tree.CHINESE.search(marked.sub("", path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_included_components_see_only_what_they_are_given():
    """Without `only` a component could lean on the page's variables; its own parts and the request's messages may."""
    include = re.compile(r"\{% include \"components/(?!messages\.html)[^%]*%\}")
    wrong = [
        f"{tree.name(path)}: {tag}"
        for path in tree.templates()
        if "components" not in path.parts
        for tag in include.findall(path.read_text(encoding="utf-8"))
        if not re.search(r"\bonly %\}$", tag)
    ]
    assert wrong == []


ALONE = re.compile(r'{%\s*include\s+"([^"]+)"[^%]*\bonly\s*%}')


def test_a_form_in_a_part_that_stands_alone_carries_its_own_token():
    """`{% csrf_token %}` is empty where the page's context does not reach: the form would be refused in a browser."""
    parts = {part for path in tree.templates() for part in ALONE.findall(path.read_text(encoding="utf-8"))}
    folder = tree.ROOT / "templates"
    texts = {part: (folder / part).read_text(encoding="utf-8") for part in parts if (folder / part).exists()}
    assert len(texts) > 20
    assert [part for part, text in texts.items() if "{% csrf_token %}" in text] == []
