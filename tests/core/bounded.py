"""Judge uploads as a worker does, each in a child that the system stops: `python -m tests.core.bounded FOLDER`.

T29: two seconds of processor time and 256 MB beyond what the worker holds anyway; whoever needs more is killed by the
kernel, or gets no memory. Prints one JSON object: file name → "refused", "accepted", or what stopped it.
"""

import json
import os
import re
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

# models can be imported only now
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from core.exceptions import Refusal  # noqa: E402
from core.files import UploadPolicy  # noqa: E402
from core.tables import read_sheet  # noqa: E402
from core.uploads import accept  # noqa: E402

SECONDS, BYTES = 2, 256 * 2**20
POLICY = UploadPolicy(("pdf", "png", "jpg", "xlsx", "docx"))
# the numbers the parent reads from the child's exit
ENDS = {0: "accepted", 10: "refused", 11: "out of memory", 12: "a crash"}


def limit() -> None:
    held = int(re.findall(r"VmSize:\s+(\d+)", Path("/proc/self/status").read_text())[0]) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (held + BYTES, held + BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def judge(path: Path, read: Callable[[Path], object]) -> int:
    """The controls prove that the limits bite: they take more than any upload may."""
    limit()
    try:
        if path.name == "control-memory":
            bytearray(2 * BYTES)
        elif path.name == "control-time":
            while True:
                pass
        else:
            read(path)
    except Refusal:
        return 10
    except MemoryError:
        return 11
    except BaseException:
        return 12
    return 0


def judged(path: Path, read: Callable[[Path], object]) -> str:
    child = os.fork()
    if not child:
        os._exit(judge(path, read))
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return ENDS[os.WEXITSTATUS(status)]


def main(read: Callable[[Path], object]) -> None:
    """Every file of the folder that the command line names."""
    paths = sorted(Path(sys.argv[1]).iterdir())
    sys.stdout.write(json.dumps({path.name: judged(path, read) for path in paths}))


def _upload(path: Path) -> None:
    data = path.read_bytes()
    accept(SimpleUploadedFile(path.name, data), POLICY)
    if data.startswith(b"PK"):
        read_sheet(data, {"name": ("姓名",)})


if __name__ == "__main__":
    main(_upload)
