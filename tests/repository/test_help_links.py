"""The question mark beside a heading leads to a passage that the help of the role holds (P6)."""

import re

import pytest

from tests.repository.tree import ROOT

LINK = re.compile(r'components/help_link\.html" with section="([a-z-]+)"')
TEMPLATES = ROOT / "templates"


def linked() -> dict[str, set[str]]:
    """Sections by the pages that lead to them."""
    found: dict[str, set[str]] = {}
    for page in TEMPLATES.rglob("*.html"):
        for section in LINK.findall(page.read_text()):
            found.setdefault(section, set()).add(page.relative_to(TEMPLATES).as_posix())
    return found


def test_the_tasks_people_do_have_a_way_to_their_help():
    assert {"roster", "import", "collecting", "quotas", "calendar"} <= linked().keys()


@pytest.mark.parametrize("section", sorted(linked()))
def test_every_section_stands_once_in_the_coordinators_help(section):
    assert (TEMPLATES / "help/technical_lead.html").read_text().count(f'id="{section}"') == 1


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        ("national_office", {"quotas", "calendar"}),
        ("administrative", {"calendar"}),
        ("base_coordinator", {"calendar"}),
    ],
)
def test_whoever_else_opens_these_pages_finds_the_passage(role, sections):
    text = (TEMPLATES / f"help/{role}.html").read_text()
    assert all(text.count(f'id="{section}"') == 1 for section in sections)
