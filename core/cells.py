"""The cells of a workbook from outside, as a process of its own whose memory and time the system bounds (T29).

A few bytes can name a cell at the far end of a sheet, for which the reading library makes room for everything before
it; what it asks for beyond the bounds ends this process and no worker. Run as a file, so that nothing of the portal is
loaded: the workbook on standard input, a line of JSON per sheet (name, rows of texts) on standard output.
"""

import contextlib
import datetime as dt
import io
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

MAX_COLUMNS = 200
# a full sheet of 20,000 rows takes about a second
SECONDS, BYTES = 5, 256 * 2**20


def as_text(value: Any) -> str:
    """A cell as the person sees it; whole floats lose their point, beyond 15 digits a number is not what was typed."""
    if value is None:
        return ""
    if isinstance(value, int | float) and value == value // 1 and not isinstance(value, bool):
        return f"{value:.0f}" if abs(value) < 1e15 else f"{value:.2E}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ", "minutes")
    return str(value).strip()


def bound(seconds: int = SECONDS, size: int = BYTES) -> None:
    """Seconds of processor time, and memory beyond what is held now; where the system has no such limits, none."""
    with contextlib.suppress(OSError, ValueError):
        held = int(re.findall(r"VmSize:\s+(\d+)", Path("/proc/self/status").read_text())[0]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (held + size, held + size))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(rows: int, only: str = "") -> None:
    """The first `rows` rows of every sheet, or of the one called `only`."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        if only and name != only:
            continue
        grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows)
        texts = [[as_text(cell) for cell in row[:MAX_COLUMNS]] for row in grid]
        sys.stdout.write(json.dumps([name, texts]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    bound()
    main(int(sys.argv[1]), sys.argv[2])
