"""Typed registries: a lower room owns one, the apps above fill it in `AppConfig.ready()`."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


def _code(entry: object) -> str:
    return str(entry.code)  # type: ignore[attr-defined]


class Registry(Generic[T]):
    """Entries by code, in the order of registration."""

    def __init__(self, name: str, key: Callable[[T], str] = _code) -> None:
        self.name = name
        self._key = key
        self._entries: dict[str, T] = {}

    def add(self, *entries: T) -> None:
        """Take entries in; the same code with another entry is a programming error."""
        for entry in entries:
            code = self._key(entry)
            if self._entries.setdefault(code, entry) is not entry:
                raise ValueError(f"{self.name}: {code!r} is registered twice")

    def __getitem__(self, code: str) -> T:
        return self._entries[code]

    def get(self, code: str) -> T | None:
        return self._entries.get(code)

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def codes(self) -> list[str]:
        return list(self._entries)
