from dataclasses import dataclass

import pytest

from core.registry import Registry


@dataclass(frozen=True)
class Entry:
    code: str
    value: int = 0


def test_entries_come_back_by_code_in_the_order_of_registration():
    registry: Registry[Entry] = Registry("things")
    second, first = Entry("b"), Entry("a")
    registry.add(second, first)
    assert registry.codes() == ["b", "a"]
    assert list(registry) == [second, first]
    assert registry["a"] is first
    assert registry.get("c") is None
    assert "a" in registry
    assert "c" not in registry
    assert len(registry) == 2


def test_another_entry_under_a_taken_code_is_refused_by_name():
    registry: Registry[Entry] = Registry("things")
    entry = Entry("a")
    registry.add(entry)
    registry.add(entry)  # a module imported twice
    with pytest.raises(ValueError, match="things: 'a' is registered twice"):
        registry.add(Entry("a", value=1))
    assert registry["a"].value == 0


def test_the_key_may_be_something_else_than_a_code():
    registry = Registry[type]("classes", key=lambda cls: cls.__name__)
    registry.add(int, str)
    assert registry.codes() == ["int", "str"]
