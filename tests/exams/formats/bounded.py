"""Read files as a worker does, each in a child that the system stops: `python -m tests.exams.formats.bounded FOLDER`.

Prints one JSON object: file name → "accepted", "refused", or what stopped it (T29, T30).
"""

import json
import os
import signal
import sys
from pathlib import Path

from core.exceptions import Refusal
from exams.formats import docx, gift, moodle, pasted
from tests.core.bounded import BYTES, ENDS, limit

READERS = {
    ".xml": moodle.read,
    ".gift": gift.read,
    ".docx": docx.read,
    ".txt": lambda data: pasted.read_text(data.decode("utf-8", "replace")),
}


def judge(path: Path) -> int:
    limit()
    try:
        if path.name == "control-memory":
            bytearray(2 * BYTES)
        elif path.name == "control-time":
            while True:
                pass
        else:
            READERS[path.suffix](path.read_bytes())
    except Refusal:
        return 10
    except MemoryError:
        return 11
    except BaseException:
        return 12
    return 0


def judged(path: Path) -> str:
    child = os.fork()
    if not child:
        os._exit(judge(path))
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return ENDS[os.WEXITSTATUS(status)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({path.name: judged(path) for path in sorted(Path(sys.argv[1]).iterdir())}))
