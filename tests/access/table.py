"""matrix.yaml, read: what each persona gets from each URL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

LOGIN = "login"
ANONYMOUS = "anonymous"
METHODS = ("get", "post")


@dataclass(frozen=True, slots=True)
class Url:
    """A named URL of the portal; `params` are the arguments of its address."""

    name: str
    route: str
    params: tuple[str, ...]

    @property
    def objects(self) -> tuple[str, ...]:
        """Arguments that name an object: all but program and year."""
        return tuple(param for param in self.params if param not in {"program", "year"})


def _walk(resolver: URLResolver, spaces: tuple[str, ...], route: str) -> list[Url]:
    found = []
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = ":".join([*spaces, pattern.name or f"unnamed {here}"])
            # <int:pk> of a path, (?P<pk>…) of a regular expression
            found.append(Url(name, here, tuple(re.findall(r"<(?:\w+:)?(\w+)>", here))))
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            found += _walk(pattern, inner, here)
    return found


@cache
def urls() -> dict[str, Url]:
    """Every URL of the whole resolver by its name."""
    return {url.name: url for url in _walk(get_resolver(), (), "")}


@cache
def table() -> dict[str, Any]:
    text = (Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def rows() -> dict[str, dict[str, Any]]:
    return dict(table()["rows"])


def people_of(names: str) -> set[str]:
    """The personas that "office province trainee" stands for."""
    groups: Mapping[str, list[str]] = table()["groups"]
    return {persona for name in names.split() for persona in groups.get(name, [name])}


def everyone() -> list[str]:
    return list(table()["groups"]["everyone"])


def expected(row: Mapping[str, Any], persona: str) -> tuple[str, str]:
    """(GET, POST) as words: a status, or `login` for the way to the sign-in page."""
    said = _said(row, persona)
    if len(said) == 2:
        return said[0], said[1]
    only = row.get("only")
    if only is None or said[0] == LOGIN:
        return said[0], said[0]
    return (said[0], "405") if only == "get" else ("405", said[0])


def _said(row: Mapping[str, Any], persona: str) -> list[str]:
    frame = table()["frames"][row.get("frame", "cancer")]
    for source in (row, frame):
        # the last that names the persona wins: a row may say "everyone" first and then except some
        for names, answer in reversed(source.items()):
            if names not in {"frame", "only", "year"} and persona in people_of(names):
                return str(answer).split("/")
    raise KeyError(f"neither row nor frame says what {persona} gets")
