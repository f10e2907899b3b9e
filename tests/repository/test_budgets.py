"""The budgets of the house: small functions, small modules, small templates."""

import ast
import math

import pytest

from tests.repository import tree

P95_FUNCTION, LONGEST_FUNCTION, LONGEST_VIEW = 25, 50, 30
LONGEST_MODULE, LONGEST_TEMPLATE = 400, 150


def _functions(path) -> list[tuple[str, int]]:
    return [
        (f"{tree.name(path)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)
        for node in ast.walk(tree.module(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _lines(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def functions() -> list[tuple[str, int]]:
    return [function for path in tree.python_files() for function in _functions(path)]


def test_no_function_is_long(functions):
    assert [function for function in functions if function[1] > LONGEST_FUNCTION] == []


def test_nearly_all_functions_are_short(functions):
    lengths = sorted(length for _, length in functions)
    assert len(lengths) > 100, "the portal's functions were not found"
    assert lengths[math.ceil(0.95 * len(lengths)) - 1] <= P95_FUNCTION


def test_views_are_short():
    views = [function for path in tree.room_files("views") for function in _functions(path)]
    assert [view for view in views if view[1] > LONGEST_VIEW] == []


def test_modules_are_small():
    sizes = {tree.name(path): _lines(path) for path in tree.python_files(tests=True)}
    assert {path: size for path, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_templates_are_small():
    sizes = {tree.name(path): _lines(path) for path in tree.templates()}
    assert sizes, "no template was found"
    assert {path: size for path, size in sizes.items() if size > LONGEST_TEMPLATE} == {}
