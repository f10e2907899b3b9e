"""X1: items name entries of the outline, which the room above keeps and registers."""

import pytest

from courses.models import OutlineNode
from exams.outlines import OUTLINES, outline_of
from tests.factories import cancer_2022

pytestmark = pytest.mark.django_db


def test_every_entry_of_a_years_outline_can_be_named_by_an_item():
    year = cancer_2022()
    nodes = {node.code: node for node in OutlineNode.objects.filter(year=year)}
    names = outline_of(year)
    assert nodes
    assert set(names) == set(nodes)
    for code, node in nodes.items():
        assert names[code].split(" / ")[-1] == node.name
        assert (" / " in names[code]) == (node.parent_id is not None)


def test_a_year_without_an_outline_has_no_names():
    year = cancer_2022()
    OutlineNode.objects.filter(year=year, parent__isnull=False).delete()
    OutlineNode.objects.filter(year=year).delete()
    assert OUTLINES.codes() == ["courses"]
    assert outline_of(year) == {}
