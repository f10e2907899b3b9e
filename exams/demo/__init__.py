"""The exam's part of the demo. `build_sittings` waits for the room above, which registers it after its own builder."""

from exams.demo.bank import build
from exams.demo.sittings import build_sittings

__all__ = ["build", "build_sittings"]
