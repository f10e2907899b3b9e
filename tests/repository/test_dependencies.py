"""Each dependency says why it is there, and each is used."""

import re
import tomllib

import pytest

from tests.repository import tree

TEXT = (tree.ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(TEXT)
# packages whose module has another name
MODULES = {
    "djangorestframework": "rest_framework",
    "psycopg2-binary": "psycopg2",
    "argon2-cffi": "argon2",
    "django-allauth": "allauth",
    "django-csp": "csp",
    "django-environ": "environ",
    "django-filter": "django_filters",
    "django-htmx": "django_htmx",
    "drf-spectacular": "drf_spectacular",
    "pillow": "PIL",
    "python-calamine": "python_calamine",
    "python-docx": "docx",
    "pyyaml": "yaml",
}
# used through a setting or a command, not by an import of ours
INDIRECT = {
    "psycopg2-binary": "postgres://",
    "argon2-cffi": "Argon2PasswordHasher",
    "granian": "granian --interface rsgi",
    "tzdata": "Asia/Shanghai",
    "whitenoise": "whitenoise.middleware",
}


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ]", requirement, maxsplit=1)[0]


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"], ids=_name)
def test_runtime_dependency_gives_its_reason_and_a_lower_bound(requirement):
    line = next(line for line in TEXT.splitlines() if f'"{requirement}"' in line)
    assert re.search(r"#\s*\w.{5,}", line), line
    assert ">=" in requirement


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"], ids=_name)
def test_runtime_dependency_is_used(requirement):
    name = _name(requirement)
    module = MODULES.get(name, name.replace("-", "_"))
    wanted = INDIRECT.get(name) or rf"^\s*(?:from|import) {re.escape(module)}\b|\"{re.escape(module)}[\".]"
    found = (
        re.search(wanted, path.read_text(encoding="utf-8"), re.MULTILINE) for path in tree.python_files()
    )
    assert any(found), f"{name} is installed and not used"


def test_older_django_than_the_long_term_release_is_refused():
    assert "django>=5.2,<5.3" in PROJECT["project"]["dependencies"]
