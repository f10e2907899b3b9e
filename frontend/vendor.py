"""Copy the pinned browser libraries from node_modules into the tree and write their manifest.

Run after `npm ci --ignore-scripts` in this folder; the files, their sums and licenses are checked by tests/core/test_vendor.py. Nothing is built, so a machine that only runs the portal needs no node.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MODULES = HERE / "node_modules"
VENDOR = ROOT / "static" / "vendor"
SPRITE = "static/portal/icons.svg"

# target path in the tree: (package, path in the package, license)
COPIES = {
    "static/vendor/tabler.min.css": ("@tabler/core", "dist/css/tabler.min.css", "MIT"),
    "static/vendor/htmx.min.js": ("htmx.org", "dist/htmx.min.js", "0BSD"),
    "static/vendor/echarts.common.min.js": ("echarts", "dist/echarts.common.min.js", "Apache-2.0"),
    "tests/vendor/axe.min.js": ("axe-core", "axe.min.js", "MPL-2.0"),
}
# Tabler's core package ships no license file; that of its icons is by the same authors
LICENSES = {
    "tabler-icons.txt": ("@tabler/icons", "LICENSE"),
    "htmx.txt": ("htmx.org", "LICENSE"),
    "echarts.txt": ("echarts", "LICENSE"),
    "echarts-notice.txt": ("echarts", "NOTICE"),
    "echarts-d3.txt": ("echarts", "licenses/LICENSE-d3"),
    "zrender.txt": ("zrender", "LICENSE"),
    "axe-core.txt": ("axe-core", "LICENSE"),
    "axe-core-third-party.txt": ("axe-core", "LICENSE-3RD-PARTY.txt"),
}
SOURCE_MAP = re.compile(r"\s*(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*")
ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
ICON_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


@dataclass(frozen=True, slots=True)
class Entry:
    file: str
    package: str
    version: str
    license: str
    sha256: str
    bytes: int


def installed_version(package: str) -> str:
    return json.loads((MODULES / package / "package.json").read_text("utf-8"))["version"]


def entry(target: str, package: str, license_name: str) -> Entry:
    data = (ROOT / target).read_bytes()
    return Entry(
        target, package, installed_version(package), license_name, hashlib.sha256(data).hexdigest(), len(data)
    )


def copy_library(target: str, package: str, source: str) -> None:
    """Source map references go: their files are not shipped and hashed static storage would look for them."""
    text = (MODULES / package / source).read_text("utf-8")
    path = ROOT / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE_MAP.sub("\n", text).rstrip("\n") + "\n", "utf-8")


def symbol(name: str) -> str:
    svg = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text("utf-8")
    body = ICON_BODY.search(svg)
    if body is None:
        raise ValueError(f"{name}: not an SVG icon")
    paths = "".join(line.strip() for line in body[1].replace(ICON_FRAME, "").splitlines())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>'


def write_sprite() -> None:
    names = (HERE / "icons.txt").read_text("utf-8").split()
    symbols = "\n".join(symbol(name) for name in sorted(names))
    (ROOT / SPRITE).write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n', "utf-8")


def main() -> None:
    for target, (package, source, _) in COPIES.items():
        copy_library(target, package, source)
    write_sprite()
    for name, (package, source) in LICENSES.items():
        (VENDOR / "licenses" / name).write_text((MODULES / package / source).read_text("utf-8"), "utf-8")
    entries = [entry(target, package, name) for target, (package, _, name) in COPIES.items()]
    entries.append(entry(SPRITE, "@tabler/icons", "MIT"))
    manifest = json.dumps([asdict(one) for one in sorted(entries, key=lambda one: one.file)], indent=2)
    (VENDOR / "MANIFEST.json").write_text(manifest + "\n", "utf-8")


if __name__ == "__main__":
    main()
