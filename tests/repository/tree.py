"""The portal's own files as the repository's tests read them."""

import ast
import functools
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "accounts", "programs", "enrollment", "exams", "bases", "courses", "supervision", "reports")
CHINESE = re.compile(r"[\u3400-\u9fff]")


@functools.cache
def files() -> tuple[Path, ...]:
    """What is or will be committed; an exported tree without git has only that, but for what tools make."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        made = {".venv", "var", "node_modules", "__pycache__"}
        paths = [path for path in ROOT.rglob("*") if not made & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_files() -> Iterator[tuple[str, str]]:
    """Name and text of every file of ours: what is vendored or locked was written by others."""
    for path in files():
        if "vendor" in path.parts or path.name in {"uv.lock", "package-lock.json"}:
            continue
        try:
            yield name(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@functools.cache
def python_files(*, tests: bool = False) -> tuple[Path, ...]:
    """Modules of the portal without migrations, and without tests unless asked for."""
    return tuple(
        path
        for path in files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (tests or path.relative_to(ROOT).parts[0] != "tests")
    )


@functools.cache
def module(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def room_files(*roles: str) -> Iterator[Path]:
    """Modules of the rooms that play one of the roles: `views.py`, `views_x.py`, or a package `views/`."""
    for path in python_files():
        parts = path.relative_to(ROOT).with_suffix("").parts
        # the module or package right under the room: views/imports.py is of the role views
        if parts[0] in ROOMS and any(
            part == role or part.startswith(f"{role}_") for part in parts[1:2] for role in roles
        ):
            yield path


def templates() -> list[Path]:
    return [path for path in files() if path.suffix == ".html" and "templates" in path.parts]


def settings_names() -> set[str]:
    """The environment names that config/settings.py reads: `env("NAME")`, `env.bool("NAME")`."""
    calls = (node for node in ast.walk(module(ROOT / "config" / "settings.py")) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if ast.unparse(call.func).split(".")[0] == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
