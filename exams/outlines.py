"""The training outline of a year as items name it. The room that keeps the outline registers where its names come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.registry import Registry
from programs.models import ProgramYear


@dataclass(frozen=True, slots=True)
class OutlineSource:
    """`names(year)` are the entries of the year by code, in the order of the outline."""

    code: str
    names: Callable[[ProgramYear], Mapping[str, str]]


OUTLINES: Registry[OutlineSource] = Registry("outlines")


def outline_of(year: ProgramYear) -> dict[str, str]:
    """The names of the outline's entries by the code that items carry."""
    return {code: name for source in OUTLINES for code, name in source.names(year).items()}
