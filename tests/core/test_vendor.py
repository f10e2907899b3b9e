"""What is shipped to browsers is what the manifest says, from the pinned packages, and nothing else."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = ROOT / "templates"
FRONTEND = ROOT / "frontend"
MANIFEST: list[dict[str, Any]] = json.loads((VENDOR / "MANIFEST.json").read_text("utf-8"))
LICENSE_FILES = {
    "@tabler/core": "tabler.txt",
    "@tabler/icons": "tabler-icons.txt",
    "axe-core": "axe-core.txt",
    "echarts": "echarts.txt",
    "htmx.org": "htmx.txt",
}
# name spaces and names in texts are not requests; what a browser would fetch is
FETCHES = re.compile(r"""(?:\b(?:src|href|action|from|import)\s*[=(]?\s*|url\()["']?(?:https?:)?//[\w.-]+""")


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_in_the_manifest(entry: dict[str, Any]) -> None:
    data = (ROOT / entry["file"]).read_bytes()
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["bytes"])
    assert b"sourceMappingURL" not in data


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_has_its_pinned_version_and_its_license(entry: dict[str, Any]) -> None:
    package = json.loads((FRONTEND / "package.json").read_text("utf-8"))
    pinned = {**package["dependencies"], **package["devDependencies"]}
    assert pinned[entry["package"]] == entry["version"]
    assert (VENDOR / "licenses" / LICENSE_FILES[entry["package"]]).stat().st_size > 400
    assert entry["license"]


def test_nothing_is_vendored_that_the_manifest_does_not_list() -> None:
    folders = (VENDOR, ROOT / "tests" / "vendor")
    shipped = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    allowed = {path for path in shipped if path.parent == VENDOR / "licenses" or path.name == "MANIFEST.json"}
    assert {path.relative_to(ROOT).as_posix() for path in shipped - allowed} == {
        entry["file"] for entry in MANIFEST if "/vendor/" in entry["file"]
    }


def test_the_lock_pins_every_package_by_its_hash_and_names_no_other_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert entry.get("resolved", "https://registry.npmjs.org/").startswith(
            "https://registry.npmjs.org/"
        ), name


def test_the_sprite_holds_the_listed_icons() -> None:
    sprite = (STATIC / "portal" / "icons.svg").read_text("utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == (FRONTEND / "icons.txt").read_text("utf-8").split()


def own_files() -> list[Path]:
    portal = [path for path in (STATIC / "portal").rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    return [*portal, *TEMPLATES.rglob("*.html")]


@pytest.mark.parametrize("path", own_files(), ids=lambda path: path.name)
def test_no_page_asks_another_host(path: Path) -> None:
    assert FETCHES.findall(path.read_text("utf-8")) == []


def pages() -> list[Path]:
    """What a browser gets; a printed document is rendered to PDF and brings its own style."""
    return [path for path in TEMPLATES.rglob("*.html") if not {"documents", "print"} & set(path.parts)]


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))", text) == []


def test_the_exam_needs_little() -> None:
    assert (STATIC / "portal" / "exam.css").stat().st_size <= 30 * 1024
    assert "@import" not in (STATIC / "portal" / "exam.css").read_text("utf-8")


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def token(name: str) -> str:
    """The value of a token, #abc written out."""
    sheet = (STATIC / "portal" / "portal.css").read_text("utf-8")
    found = re.search(rf"--{name}: (#[0-9a-f]+);", sheet)
    assert found, name
    digits = found[1][1:]
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "ground"), ("muted", "ground"), ("muted", "gray-tint"), ("blue", "ground"), ("blue-deep", "blue-tint"),
        ("surface", "blue"), ("surface", "blue-deep"), ("surface", "red"), ("green", "green-tint"),
        ("amber", "amber-tint"), ("red", "red-tint"), ("red", "ground"),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(token(ink), token(ground)) >= 4.5


def test_the_edge_of_a_field_stands_out() -> None:
    assert contrast(token("line-strong"), token("surface")) >= 3
