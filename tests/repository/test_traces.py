"""What is committed belongs to everyone: no machine's paths, no private index, no secrets, no dead marks."""

import re
import tomllib

from tests.repository import tree

# a home or work folder of somebody's machine, wherever it is written
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:root|home|Users|work|mnt|media/\w+)/\w")
PRIVATE_INDEX = re.compile(r"(?:extra-index-url|find-links|--index-url|index-url\s*=|trusted-host)\b.*\S")
PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
MARKS = re.compile(r"\b(?:TODO|FIXME|XXX)\b|^(?:<{7}|>{7}) ", re.MULTILINE)
THIS = "tests/repository/test_traces.py"
PUBLIC = ("https://pypi.org/simple", "https://files.pythonhosted.org/")


def _hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}: {match[0]}"
        for name, text in tree.text_files()
        if name != THIS
        for match in pattern.finditer(text)
    ]


def test_the_patterns_find_what_they_look_for():
    assert MACHINE_PATH.search("open('/" + "home/somebody/portal')")
    assert not MACHINE_PATH.search("https://example.org/" + "home/page")
    assert PRIVATE_INDEX.search("extra-index-url = file:///somewhere")
    assert MARKS.search("# TODO later")


def test_no_machine_paths():
    assert _hits(MACHINE_PATH) == []


def test_no_private_index():
    assert _hits(PRIVATE_INDEX) == []


def test_no_private_keys():
    assert _hits(PRIVATE_KEY) == []


def test_no_unfinished_marks():
    assert _hits(MARKS) == []


def test_lock_names_only_the_public_index():
    lock = tomllib.loads((tree.ROOT / "uv.lock").read_text(encoding="utf-8"))
    addresses = [
        package["source"].get("registry") or package["source"]["virtual"] for package in lock["package"]
    ] + [wheel["url"] for package in lock["package"] for wheel in package.get("wheels", [])]
    assert len(addresses) > 200
    assert [address for address in addresses if address != "." and not address.startswith(PUBLIC)] == []


def test_no_local_data_is_committed():
    kept_out = re.compile(r"(^|/)(var|\.venv|node_modules|__pycache__)/|\.sqlite3|(^|/)\.env$|\.pyc$")
    assert [tree.name(path) for path in tree.files() if kept_out.search(tree.name(path))] == []
