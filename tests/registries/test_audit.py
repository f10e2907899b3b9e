"""T44: every verb of every room's services writes its event, itself or through what it calls."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from tests.repository.tree import ROOMS

WRITERS = {"record", "record_many", "advance"}
# verbs without an event of their own → why
SILENT = {
    "accounts.notify": "a notice tells of an act that wrote its event",
    "exams.tell_trainee": "a notice tells of an act that wrote its event",
    "accounts.open_notice": "the reader's own mark on a notice, which stands on the notice",
    "accounts.tell_owners": "a notice tells of an act that wrote its event",
    "accounts.read_all_notices": "the reader's own marks on notices",
    "courses.start_stream": "the stream is the record of watching itself",
    "enrollment.confirm_import": "queues the work, which writes apply_import in the name of who confirmed",
    "supervision.refresh_scorecards": "has figures counted again; the job's row says who asked",
}


def called_in(node: ast.AST) -> set[str]:
    return {
        getattr(call.func, "id", getattr(call.func, "attr", ""))
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }


def services() -> dict[str, tuple[ast.FunctionDef, bool]]:
    """Every function of the services by room.name, and whether it is a verb: public, with an actor and a time."""
    found = {}
    for room in ROOMS:
        for path in [
            *Path(settings.BASE_DIR, room).glob("services.py"),
            *Path(settings.BASE_DIR, room).glob("services/*.py"),
        ]:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef):
                    wanted = {argument.arg for argument in node.args.kwonlyargs}
                    is_verb = not node.name.startswith("_") and {"actor", "now"} <= wanted
                    found[f"{room}.{node.name}"] = (node, is_verb)
    return found


def recording(calls: dict[str, set[str]]) -> set[str]:
    """Names that reach a writer, through however many others."""
    known, size = set(WRITERS), 0
    while len(known) != size:
        size = len(known)
        known |= {name.split(".")[1] for name, called in calls.items() if called & known}
    return known


FUNCTIONS = services()
RECORDING = recording({name: called_in(node) for name, (node, _verb) in FUNCTIONS.items()})
VERBS = sorted(name for name, (_node, is_verb) in FUNCTIONS.items() if is_verb)


@pytest.mark.parametrize("name", VERBS)
def test_t44_a_verb_writes_its_event(name):
    told = name.split(".")[1] in RECORDING
    assert told != (name in SILENT), "writes no event" if not told else "take it off the list"


def test_the_walk_finds_a_verb_without_an_event():
    tree = ast.parse(
        "def a(*, actor, now): b()\ndef b(): c.save()\ndef d(*, actor, now): e()\ndef e(): record('x')"
    )
    calls = {f"room.{node.name}": called_in(node) for node in tree.body}
    assert recording(calls) - WRITERS == {"d", "e"}
    assert len(VERBS) > 80
