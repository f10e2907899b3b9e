"""The people at the door, and the objects they ask for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accounts.models import Region
from programs.models import ProgramYear
from tests.factories import Persona


@dataclass
class World:
    people: dict[str, Persona]
    year_2022: ProgramYear
    year_2024: ProgramYear
    hebei: Region
    henan: Region

    def __getitem__(self, name: str) -> Persona:
        return self.people[name]

    def client(self, name: str) -> Client:
        return self.people[name].client if name in self.people else Client()


@dataclass(frozen=True)
class Target:
    """What a URL is asked for.

    `own` are the arguments for an object of Hebei (or of the persona's year), `foreign` those for the same of Henan:
    whoever is bound to Hebei gets 404 for it. `nobodys` says that even the national office gets 404 for `foreign`,
    a row of another year. Where there is no foreign object, `same_for_all` says why. `data` is what POST sends.
    """

    own: dict[str, Any] = field(default_factory=dict)
    foreign: dict[str, Any] | None = None
    nobodys: bool = False
    same_for_all: str = ""
    data: dict[str, Any] = field(default_factory=dict)


TARGETS: dict[str, Callable[[World], Target]] = {}


def target(*names: str) -> Callable[[Callable[[World], Target]], Callable[[World], Target]]:
    """Register what these URLs are asked for."""

    def keep(build: Callable[[World], Target]) -> Callable[[World], Target]:
        for name in names:
            if TARGETS.setdefault(name, build) is not build:
                raise ValueError(f"{name} has two targets")
        return build

    return keep
