"""A stand-in for the start of the reader process, for tests that read thousands of workbooks.

One process loads core/cells.py once and forks for every workbook; the fork binds itself and reads exactly as the real
process does (core.cells.bound, core.cells.main). Saved is the start of an interpreter, nothing else.
"""

import io
import os
import runpy
import struct
import subprocess
import sys
from typing import Any

_HEAD = struct.Struct("!II")


class Server:
    """Reads one workbook after the other, each in a process of its own."""

    def __init__(self, path: str) -> None:
        command = [sys.executable, __file__, path]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def read(self, data: bytes, rows: str) -> tuple[int, bytes]:
        """What the process ended with and what it wrote."""
        source, target = self.process.stdin, self.process.stdout
        assert source is not None
        assert target is not None
        source.write(_HEAD.pack(len(data), int(rows)) + data)
        source.flush()
        code, size = _HEAD.unpack(target.read(_HEAD.size))
        return code, target.read(size)

    def close(self) -> None:
        self.process.communicate()


class Reader:
    """Takes the place of subprocess.Popen in core.spreadsheets.grids."""

    def __init__(self, server: Server, command: list[str], **_more: Any) -> None:
        self.server, self.rows = server, command[-2]
        self.stdin, self.stdout, self.code = io.BytesIO(), io.BytesIO(), 0
        self.stdin.close = self._read  # type: ignore[method-assign]

    def _read(self) -> None:
        self.code, written = self.server.read(self.stdin.getvalue(), self.rows)
        self.stdout.write(written)
        self.stdout.seek(0)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def wait(self) -> int:
        return self.code

    def kill(self) -> None:
        pass


def _serve(path: str) -> None:
    cells = runpy.run_path(path, run_name="cells")
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(_HEAD.size):
        size, rows = _HEAD.unpack(head)
        code, written = _forked(cells, source.read(size), rows)
        target.write(_HEAD.pack(code, len(written)) + written)
        target.flush()


def _forked(cells: dict[str, Any], data: bytes, rows: int) -> tuple[int, bytes]:
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        _child(cells, data, rows, into)
    os.close(into)
    with os.fdopen(out, "rb") as written:
        found = written.read()
    return 0 if os.waitpid(child, 0)[1] == 0 else 1, found


def _child(cells: dict[str, Any], data: bytes, rows: int, into: int) -> None:
    code = 1
    try:
        cells["bound"]()
        sys.stdin = io.TextIOWrapper(io.BytesIO(data))
        sys.stdout = os.fdopen(into, "w", encoding="utf-8")
        cells["main"](rows)
        sys.stdout.flush()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
