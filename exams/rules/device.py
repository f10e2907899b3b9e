"""What a device is tried for before the exam, and what its measurements mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams.enums import Probe

# without these no exam can be sat on the device; the others are worth knowing
BINDING = frozenset({Probe.SCRIPT, Probe.DIALOG, Probe.SAVE})
# milliseconds after which a save feels slow on a full paper, of clock difference worth a word, bytes, CSS pixels
SLOW = 3000
CLOCK_OFF = 60_000
STORE = 100_000
NARROW = 320


@dataclass(frozen=True, slots=True)
class Probed:
    """One probe: `value` in milliseconds (speed, clock), bytes (storage), pixels (width), else None."""

    probe: Probe
    ok: bool
    value: int | None = None

    @property
    def binds(self) -> bool:
        return self.probe in BINDING

    @property
    def seconds(self) -> int:
        """The difference of a clock, without its sign."""
        return abs(self.value or 0) // 1000

    @property
    def tone(self) -> str:
        return "success" if self.ok else "danger" if self.binds else "warning"


@dataclass(frozen=True, slots=True)
class Measured:
    """What the browser says of itself; `save` is the milliseconds of the trial save, None when it was not acknowledged,
    `clock` the device's clock against the server's in milliseconds, None when the server did not answer.
    """

    script: bool
    dialog: bool
    crypto: bool
    storage: int
    width: int
    save: int | None
    clock: int | None


def judge(measured: Measured) -> list[Probed]:
    """Every probe once, in the order they are shown."""
    speed, clock = measured.save, measured.clock
    return [
        Probed(Probe.SCRIPT, measured.script),
        Probed(Probe.DIALOG, measured.dialog),
        Probed(Probe.SAVE, speed is not None),
        Probed(Probe.SPEED, speed is not None and speed <= SLOW, speed),
        Probed(Probe.STORAGE, measured.storage >= STORE, measured.storage),
        Probed(Probe.CRYPTO, measured.crypto),
        Probed(Probe.CLOCK, clock is not None and abs(clock) <= CLOCK_OFF, clock),
        Probed(Probe.WIDTH, measured.width >= NARROW, measured.width),
    ]


def passes(tested: list[Probed]) -> bool:
    """Whether the exam can be sat on the device."""
    return all(one.ok for one in tested if one.binds)


def kept(tested: list[Probed]) -> dict[str, dict[str, Any]]:
    """As a SystemCheck keeps it."""
    return {one.probe.value: {"ok": one.ok, "value": one.value} for one in tested}


def read_back(results: Mapping[str, Mapping[str, Any]]) -> list[Probed]:
    """A kept check; a probe that it did not know is left out."""
    return [
        Probed(probe, bool(results[probe]["ok"]), results[probe]["value"])
        for probe in Probe
        if probe in results
    ]
