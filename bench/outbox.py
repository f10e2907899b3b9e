"""The device's side of a sitting, as static/exam/exam.js keeps it: an answer waits until the server has acknowledged it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SAVE_LIMIT = 100
# seconds between attempts, the last one repeated
TRY_AGAIN = (1.0, 2.0, 4.0, 8.0, 15.0)

Row = tuple[int, str, int]


@dataclass
class Outbox:
    """Place → (value, sequence); `sequence` is the highest ever given away."""

    sequence: int = 0
    waiting: dict[int, tuple[str, int]] = field(default_factory=dict)

    def put(self, place: int, value: str) -> int:
        """The sequence of the new answer."""
        self.sequence += 1
        self.waiting[place] = (value, self.sequence)
        return self.sequence

    def batch(self) -> list[Row]:
        """What the next request carries; asked again after a lost one it carries the same sequences."""
        return [(place, *held) for place, held in list(self.waiting.items())[:SAVE_LIMIT]]

    def settle(self, results: Iterable[tuple[int, int, str, int | None]]) -> list[Row]:
        """Forget what is acknowledged; the answers that go again under a new sequence, because another window wrote."""
        again = []
        for place, sequence, word, held in results:
            if word == "stale":
                continue
            value, latest = self.waiting.get(place, ("", -1))
            if word == "newer" and latest == sequence:
                self.sequence = max(self.sequence, held or 0)
                again.append((place, value, self.put(place, value)))
            elif latest <= sequence:
                self.waiting.pop(place, None)
        return again


def pause(failures: int, told: float = 0.0) -> float:
    """Seconds to wait after so many failures in a row; a server that says Retry-After is believed."""
    return max(told, TRY_AGAIN[min(failures, len(TRY_AGAIN)) - 1])
