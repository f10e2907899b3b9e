"""What each persona is told of others, field by field of the register of personal data, against fields.yaml (T47).

Pages, exports, documents and the interface for programs, asked by GET and by POST. The state of a field is the most
that any of them tells: shown, masked or absent. Where a value that lists mask stands in full, fields.yaml says who
gets it there, and by POST alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml

from bases.enums import PrintedForm, Section
from tests.access.marks import CARRIERS, SHOWN, Mark, codes, fill, found_in, mark, owner
from tests.access.requests import address, ask, said
from tests.access.table import METHODS, everyone, expected, people_of, rows, urls
from tests.access.world import Target, World
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.no_cover]
ANSWERED = {"200", "302", "409"}
FULL = 50  # the round that holds most targets is asked for the URLs without an object too
EVERYWHERE = ""
Found = dict[tuple[str, str], set[str]]
# the forms and sections of one application stand at one URL
VARIANTS = {
    "bases:application-print": [{"form": form} for form in PrintedForm.values],
    "bases:application-edit": [{"section": section} for section in Section.values],
}
# a page that shows more of an object later on, asked for the object of an act
LATER = {
    "bases:application-accept": "bases:application-detail",
    "bases:objection-answer": "bases:application-detail",
    "bases:review-edit": "bases:application-detail",
}


@cache
def golden() -> dict[str, Any]:
    return dict(yaml.safe_load((Path(__file__).parent / "fields.yaml").read_text(encoding="utf-8")))


def spread(line: Mapping[str, str]) -> dict[str, str]:
    """{"office trainee": state} as a state for each persona that is told anything."""
    return {persona: state for names, state in line.items() for persona in people_of(names)}


@pytest.fixture(scope="module")
def marked(filled: dict[str, Target]) -> tuple[dict[str, Target], dict[str, Mark]]:
    with time_machine.travel(NOW, tick=False):
        fill()
        return filled, mark()


def asked(persona: str, built: Mapping[str, Target]) -> Iterator[tuple[str, str, dict[str, Any], Target]]:
    """URL, method and arguments of what the matrix answers this persona in this round."""
    for name in filter(urls().__contains__, rows()):
        if name not in built and (urls()[name].objects or len(built) < FULL):
            continue
        target = built.get(name, Target())
        for method, answer in zip(METHODS, expected(rows()[name], persona), strict=True):
            if answer in ANSWERED:
                yield from ((name, method, {**target.own, **one}, target) for one in VARIANTS.get(name, [{}]))
        if name in LATER:
            yield LATER[name], "get", target.own, target


def told(world: World, persona: str, built: Mapping[str, Target], known: Mapping[str, Mark]) -> Found:
    """By field and state, where something of it is told that is not the persona's own."""
    own = world[persona].person.pk if persona in world.people else 0
    found: Found = defaultdict(set)
    for name, method, arguments, target in asked(persona, built):
        url = address(world, name, arguments)
        answer = ask(world.client(persona), method, url, target.data)
        assert answer.status_code < 500, url
        for one in found_in(said(answer), known):
            if owner(one) != own:
                found[one.code, one.state].add(f"{method} {name}")
    return found


def allowed(persona: str, code: str, state: str) -> set[str]:
    """Where the golden table lets this be told: everywhere (""), or at the URLs that reveal it."""
    declared = spread(golden()["told"][code]).get(persona)
    if declared in {SHOWN, state}:
        return {EVERYWHERE}
    lines = golden()["revealed"].items()
    return {f"post {url}" for url, line in lines if persona in people_of(line.get(code, ""))}


def too_much(persona: str, found: Found) -> list[str]:
    return [
        f"{code} {state}: {', '.join(sorted(where))}"
        for (code, state), where in sorted(found.items())
        if EVERYWHERE not in allowed(persona, code, state) and where - allowed(persona, code, state)
    ]


def too_little(persona: str, found: Found) -> list[str]:
    """What the table declares of people's own fields and no URL tells."""
    missing = [
        f"{code} {state}: nowhere"
        for code, line in golden()["told"].items()
        for state in [spread(line).get(persona)]
        if code.startswith("accounts.person.") and state and (code, state) not in found
    ]
    return missing + [
        f"{code} {SHOWN}: not by {url}"
        for url, line in golden()["revealed"].items()
        for code, names in line.items()
        if persona in people_of(names) and f"post {url}" not in found[code, SHOWN]
    ]


@pytest.mark.parametrize("persona", everyone())
def test_t47_each_is_told_of_others_what_is_declared(world, marked, persona):
    built, known = marked
    found = told(world, persona, built, known)
    wrong = too_much(persona, found) + (too_little(persona, found) if len(built) > FULL else [])
    assert not wrong, "\n".join([f"{persona}, against fields.yaml:", *wrong])


def test_the_table_says_something_of_every_declared_field():
    assert set(golden()["told"]) == set(codes()) - CARRIERS
    assert set(codes()) >= CARRIERS
