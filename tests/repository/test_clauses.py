"""docs/requirements.yaml: every requirement leads to a screen that is there and to the fixture rows that state it."""

import re
from collections.abc import Iterator

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

from core.management.commands.generate_docs import _ids
from tests.repository import tree

REQUIREMENTS = yaml.safe_load((tree.ROOT / "docs" / "requirements.yaml").read_text(encoding="utf-8"))
FIXTURES = tree.ROOT / "fixtures"
# in a comment of the fixtures these are types of items
ITEM_TYPES = {"A1", "A2", "B1", "B2"}


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from _names(one, f"{space}{one.namespace}:" if one.namespace else space)


def _files(row: dict) -> set[str]:
    return {
        path.relative_to(FIXTURES).as_posix() for name in row.get("rows", ()) for path in FIXTURES.glob(name)
    }


def test_every_requirement_names_its_page_or_the_work_that_brings_it():
    assert [key for key, row in REQUIREMENTS.items() if ("page" in row) == ("later" in row)] == []


def test_every_page_named_is_there():
    names = set(_names(get_resolver()))
    pages = {key: row["page"] for key, row in REQUIREMENTS.items() if "page" in row}
    assert {key: page for key, page in pages.items() if page not in names} == {}


def test_every_file_of_rows_named_is_there():
    named = [(key, name) for key, row in REQUIREMENTS.items() for name in row.get("rows", ())]
    assert [(key, name) for key, name in named if not list(FIXTURES.glob(name))] == []


def test_every_file_of_rows_states_a_requirement():
    stated = set().union(*map(_files, REQUIREMENTS.values()))
    assert {path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.yaml")} - stated == set()


def test_a_requirement_named_in_a_fixture_names_the_fixture():
    missing = [
        (key, path.name)
        for path in FIXTURES.rglob("*.yaml")
        for comment in re.findall(r"#(.*)", path.read_text(encoding="utf-8"))
        for key in _ids(comment) - ITEM_TYPES
        if path.relative_to(FIXTURES).as_posix() not in _files(REQUIREMENTS[key])
    ]
    assert missing == []
