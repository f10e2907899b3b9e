"""The role of a module decides what it may do, in every room alike."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository import tree

ALL_ROLES = {
    "enums", "rules", "models", "queries", "figures", "services", "permissions", "forms", "columns", "views", "urls",
    "api", "imports", "documents", "jobs",
}  # fmt: skip
HTTP = {"forms", "columns", "views", "urls", "api"}
# what a module of the role may not import from any room; the design's table, read from the other side
FORBIDDEN = {
    "enums": ALL_ROLES - {"enums"},
    "rules": ALL_ROLES - {"enums", "rules"},
    # a row's `clean` asks the pure rules of its kind (ADR 5)
    "models": ALL_ROLES - {"enums", "models", "rules"},
    "queries": HTTP | {"services", "jobs", "imports", "documents"},
    "permissions": HTTP | {"services", "jobs", "imports", "documents"},
    "services": HTTP | {"documents"},
    "figures": HTTP | {"services", "jobs", "imports", "documents"},
    "imports": {"views", "urls", "api"},
    "documents": {"views", "urls", "api"},
    "jobs": {"views", "urls", "api", "forms"},
}
READERS = ("views", "api", "columns", "documents", "forms", "exports")
MANAGERS = {"objects", "sittings", "_default_manager", "_base_manager"}
PUBLIC_ROWS = {"Region"}  # the country's administrative divisions: nobody's data


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree.module(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _room_role(dotted: str) -> str | None:
    """The role of an imported module of a room: `exams.rules.draw` is of the role rules."""
    parts = dotted.split(".")
    if len(parts) < 2 or parts[0] not in tree.ROOMS:
        return None
    return next((role for role in ALL_ROLES if parts[1] == role or parts[1].startswith(f"{role}_")), None)


@pytest.mark.parametrize("role", sorted(FORBIDDEN))
def test_a_module_imports_only_what_its_role_may(role):
    # the frame's own modules serve every role
    wrong = [
        f"{tree.name(path)}:{line} {imported}"
        for path in tree.room_files(role)
        for line, imported in _imports(path)
        if not imported.startswith("core.") and _room_role(imported) in FORBIDDEN[role]
    ]
    assert wrong == []


def test_rules_are_pure():
    impure = re.compile(
        r"^(django\.(?!utils\.translation)|rest_framework|celery|os|time|secrets|uuid|requests)\b"
    )
    clock = re.compile(
        r"\b(?:datetime|date|dt\.datetime|dt\.date|timezone|time)\.(?:now|today|utcnow|time)\("
    )
    for path in tree.room_files("rules"):
        assert [imported for _, imported in _imports(path) if impure.match(f"{imported}.")] == [], path
        assert clock.findall(ast.unparse(tree.module(path))) == [], path
        # chance comes only from a seed that is an argument
        assert (
            re.findall(r"\brandom\.(?!Random\(\w|Random\b(?!\())\w+", ast.unparse(tree.module(path))) == []
        ), path


def test_services_and_rules_take_the_time_as_an_argument():
    clock = re.compile(r"\b(?:timezone|datetime|dt\.datetime|date|dt\.date)\.(?:now|today|localdate)\(")
    wrong = [
        f"{tree.name(path)}: {call}"
        for path in tree.room_files("rules", "services", "queries", "models", "permissions", "figures")
        for call in clock.findall(ast.unparse(tree.module(path)))
    ]
    assert wrong == []


def _unscoped(path: Path) -> Iterator[int]:
    """Lines that reach a manager without `visible_to` as the next step."""
    module = tree.module(path)
    scoped = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"visible_to", "none"}
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.Attribute) or node.attr not in MANAGERS or id(node) in scoped:
            continue
        if ast.unparse(node.value) not in PUBLIC_ROWS:
            yield node.lineno


def test_pages_api_and_exports_start_from_what_is_visible():
    wrong = [f"{tree.name(path)}:{line}" for path in tree.room_files(*READERS) for line in _unscoped(path)]
    assert wrong == []


def test_the_search_for_unscoped_reads_sees_one(tmp_path):
    page = tmp_path / "views.py"
    page.write_text(
        "a = X.objects.visible_to(s).filter()\nb = X.objects.filter()\nc = X.objects\n", encoding="utf-8"
    )
    assert sorted(_unscoped(page)) == [2, 3]


def test_no_signals():
    wrong = [
        f"{tree.name(path)}:{line} {imported}"
        for path in tree.python_files()
        for line, imported in _imports(path)
        if re.match(r"django\.(?:\w+\.)*signals|django\.dispatch|blinker|celery\.signals", imported)
    ]
    assert wrong == []


def test_no_imports_inside_functions():
    wrong = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.python_files()
        for function in ast.walk(tree.module(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


def test_nothing_is_written_or_read_around_the_orm():
    """Raw SQL is for the hot writer and the bench alone; nothing is evaluated or unpickled."""
    pattern = re.compile(r"\.raw\(|\.extra\(|RawSQL|\beval\(|\bexec\(|\bpickle\b")
    wrong = [
        f"{tree.name(path)}: {found}"
        for path in tree.python_files()
        for found in pattern.findall(ast.unparse(tree.module(path)))
    ]
    assert wrong == []


def _facts_of_programs() -> set[str]:
    """The names of the provinces, as the fixtures carry them, long and without their kind (河北省, 河北)."""
    kinds = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in tree.files()
        if path.suffix == ".yaml" and "fixtures" in path.parts
    )
    long_names = set(re.findall(r"[\u4e00-\u9fff]{2,8}(?:省|自治区)|(?:北京|天津|上海|重庆)市", text))
    return long_names | {kinds.sub("", name) for name in long_names}


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree.module(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_province_stands_in_python():
    names = _facts_of_programs()
    assert len(names) >= 31, "the provinces of the fixtures were not found"
    wrong = [
        f"{tree.name(path)}:{line} {text}"
        for path in tree.python_files()
        for line, text in _strings(path)
        if any(name in text for name in names)
    ]
    assert wrong == []


def _program_dates(path: Path) -> Iterator[tuple[int, str]]:
    """Years of programs and dates in them: numbers 2015-2035, and strings that hold a date."""
    for node in ast.walk(tree.module(path)):
        if not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, int) and 2015 <= node.value <= 2035:
            yield node.lineno, str(node.value)
        elif isinstance(node.value, str) and re.search(
            r"\b20[1-3]\d-[01]\d-[0-3]\d\b|20[1-3]\d\s*年", node.value
        ):
            yield node.lineno, node.value


def test_no_year_or_date_of_a_program_stands_in_python():
    # the repository's tools speak of the real year to the person at the terminal
    rooms = [path for path in tree.python_files() if path.relative_to(tree.ROOT).parts[0] in tree.ROOMS]
    assert [f"{tree.name(path)}:{line} {fact}" for path in rooms for line, fact in _program_dates(path)] == []


def test_no_figure_of_a_program_stands_in_python():
    """Totals and quotas that must fall out of the rows."""
    figures = {5850, 1550, 7400, 2170, 325, 385}
    wrong = [
        f"{tree.name(path)}:{node.lineno} {node.value}"
        for path in tree.python_files()
        if path.relative_to(tree.ROOT).parts[0] in tree.ROOMS
        for node in ast.walk(tree.module(path))
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in figures
    ]
    assert wrong == []
