"""The device's side of a sitting, as static/exam keeps it: an answer waits until the server has acknowledged it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

# of a request's body
MAX_BYTES = 4800
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

    def batch(self, token: str = "") -> list[Row]:
        """As many of the oldest as one small request carries; after a lost one the same sequences go again."""
        rows, size = [], len(token) + 30
        for place, (value, sequence) in sorted(self.waiting.items(), key=lambda entry: entry[1][1]):
            row = (place, value, sequence)
            size += len(json.dumps(row, separators=(",", ":"))) + 1
            if size > MAX_BYTES:
                break
            rows.append(row)
        return rows

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
