"""The hook for a virus scanner: off by default, asked about every kind of file, and unchecked is not kept."""

import socket
import struct
import threading

import pytest

from core.exceptions import Refusal
from core.uploads import SCANS, accept
from tests.core.files import PDF, upload

SEEN: list[bytes] = []


def finds_something(file) -> str:
    SEEN.append(file.read())
    return "Eicar-Test" if b"EICAR" in SEEN[-1] else ""


def is_away(file) -> str:
    raise OSError


def test_a_function_is_asked_with_the_whole_file(settings):
    settings.UPLOAD_SCANNER = "tests.core.test_scanner.finds_something"
    assert accept(upload(PDF), SCANS).read() == PDF
    assert SEEN[-1] == PDF
    with pytest.raises(Refusal, match="Eicar-Test"):
        accept(upload(PDF + b"EICAR"), SCANS)


def test_a_scanner_that_is_away_lets_nothing_in(settings):
    settings.UPLOAD_SCANNER = "tests.core.test_scanner.is_away"
    with pytest.raises(Refusal):
        accept(upload(PDF), SCANS)


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings, tmp_path):
    """A daemon that speaks INSTREAM and answers what the test says."""
    verdict = {"answer": b"stream: OK\0", "data": b""}
    family = socket.AF_INET if request.param == "tcp" else socket.AF_UNIX
    server = socket.socket(family)
    server.bind(("127.0.0.1", 0) if request.param == "tcp" else str(tmp_path / "clamd"))
    server.listen()

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!L", stream.read(4))[0]:
                verdict["data"] += stream.read(size)
            connection.sendall(verdict["answer"])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    place = server.getsockname()
    settings.UPLOAD_SCANNER = (
        f"clamd://127.0.0.1:{place[1]}" if request.param == "tcp" else f"clamd://{place}"
    )
    yield verdict
    thread.join(5)
    server.close()


def test_clamd_is_sent_the_whole_file(clamd):
    accept(upload(PDF), SCANS)
    assert clamd["data"] == PDF


@pytest.mark.parametrize(
    "answer", [b"stream: Eicar-Test FOUND\0", b"INSTREAM size limit exceeded. ERROR\0", b""]
)
def test_what_clamd_finds_or_cannot_judge_is_refused(answer, clamd):
    clamd["answer"] = answer
    with pytest.raises(Refusal) as refused:
        accept(upload(PDF), SCANS)
    assert ("Eicar-Test" in str(refused.value)) == (b"FOUND" in answer)
