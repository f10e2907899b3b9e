"""To-do sources: each room says what waits for whom; the desk puts them in one list."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.exceptions import Text
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of the desk: what, how many, until when, and the button that leads there.

    `reminder` is a text ready to copy into a chat where people must be chased.
    """

    label: Text
    url: str
    action: Text
    count: int | None = None
    due_at: dt.datetime | None = None
    tone: str = ""
    reminder: str = ""


@dataclass(frozen=True, slots=True)
class TodoSource:
    """`find(actor, year, now)` answers for the roles it names; it reads only."""

    code: str
    roles: frozenset[str]
    find: Callable[[Any, Any, dt.datetime], Iterable[Todo]]


TODO_SOURCES: Registry[TodoSource] = Registry("to-do sources")
