"""A submission's content has one text and one hash, however it was put together."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.submissions import Difference, canonical, difference, digest

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), plain, max_size=6))
def test_the_order_of_building_does_not_matter(content):
    backwards = dict(reversed(content.items()))
    assert canonical(backwards) == canonical(content)
    assert digest(backwards) == digest(content)


@given(st.dictionaries(st.text(min_size=1), st.integers(), min_size=1), st.data())
def test_any_change_changes_the_hash(content, data):
    key = data.draw(st.sampled_from(sorted(content)))
    assert digest({**content, key: content[key] + 1}) != digest(content)
    assert digest({name: value for name, value in content.items() if name != key}) != digest(content)


def test_the_hash_is_the_published_one():
    content = {
        "名单": ["张三", 1],
        "at": dt.datetime(2022, 9, 1, 1, tzinfo=dt.UTC),
        "hours": Decimal("170.0"),
    }
    assert canonical(content) == '{"at":"2022-09-01T01:00:00Z","hours":"170.0","名单":["张三",1]}'
    assert digest(content) == "db9c4460ecf6e0045eb1803b8b2e953eaaf68c264f707f5289671585f061789f"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"a": 1}, Difference(["a"], [], {})),
        ({"a": 1}, {}, Difference([], ["a"], {})),
        ({"a": 1, "b": "d1"}, {"a": 1, "b": "d2"}, Difference([], [], {"b": []})),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 3, "y": 2}}, Difference([], [], {"a": ["x"]})),
        ({"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, Difference([], [], {"a": ["y"]})),
        ({"a": "d1"}, {"a": {"x": 1}}, Difference([], [], {"a": []})),
        ({"a": {"x": 1}}, {"a": {"x": 1}}, Difference([], [], {})),
    ],
    ids=["came", "went", "digest", "field", "new field", "digest before", "same"],
)
def test_what_differs_between_two_versions(old, new, expected):
    assert difference(old, new) == expected
