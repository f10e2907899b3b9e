"""Demo builders: each room adds its part of the demo, in the order of the rooms."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.registry import Registry


@dataclass
class DemoContext:
    """One seeded generator for all builders; `scale` 1 is the full country (7,400 trainees).

    `exam_year`, `recruiting_year` and `printed_year` are the program years; `full_regions` go through the services
    the screens use, the rest through bulk forms of the same services. `shared` passes what one builder made on.
    """

    now: dt.datetime
    scale: float
    random: random.Random
    actor: Any = None
    printed_year: Any = None
    exam_year: Any = None
    recruiting_year: Any = None
    full_regions: tuple[str, ...] = ()
    password_hash: str = ""
    say: Callable[[str], None] = print
    shared: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoBuilder:
    code: str
    build: Callable[[DemoContext], None]


DEMO_BUILDERS: Registry[DemoBuilder] = Registry("demo builders")
