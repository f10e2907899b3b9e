"""The cut of the data that a figure is asked for."""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """One program year; the rest narrows it. `region` is a province's GB/T 2260 code, `base_id` a unit."""

    year_id: int
    region: str = ""
    base_id: int | None = None
    track: str = ""
    enrollment_id: int | None = None

    def at(self, **narrower: Any) -> "Where":
        return replace(self, **narrower)
