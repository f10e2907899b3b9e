"""Every act and every object of the record of events has words, so that the auditor reads no code."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from core.transitions import FLOWS
from core.words import EVENT_WORDS, word
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS
from tests.repository.tree import ROOMS

WRITERS = {"record", "record_many", "Edge"}


def texts(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def verbs_in(path: Path) -> set[str]:
    """The first argument of what writes events, and what a `verb` is set to before."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found |= texts(node.args[0]) if name in WRITERS else set()
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "verb":
            found |= texts(node.value) if isinstance(node.value, ast.IfExp | ast.Constant) else set()
    return found


VERBS = sorted(
    {
        verb
        for room in ROOMS
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
        for verb in verbs_in(path)
    }
)
OBJECTS = sorted({*FLOWS.codes(), *YEAR_MODELS.codes(), *LIVE_MODELS.codes()})


def is_chinese(text: str) -> bool:
    return any(ord(letter) > 0x2E80 for letter in text)


@pytest.mark.parametrize("code", [*VERBS, *OBJECTS])
def test_an_act_or_object_reads_in_chinese(code):
    with override("zh-hans"):
        assert is_chinese(word(code)), code


def test_no_word_is_left_of_an_act_that_is_gone():
    registered = {code for code in EVENT_WORDS.codes() if "." not in code}
    assert registered == set(VERBS)
