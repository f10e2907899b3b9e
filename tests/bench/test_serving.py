"""The bench serves what production serves."""

import json
import re
import socket
import subprocess
import sys
from contextlib import ExitStack

from bench import serving
from bin import children, services
from core.hot import MAX_PAGES, allow_files
from tests.repository import tree


def test_the_web_server_is_the_one_of_the_image():
    dockerfile = (tree.ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    command = re.search(r'^CMD (\[.*?"config.wsgi:application"\])', dockerfile, flags=re.MULTILINE)
    assert command
    wanted = json.loads(command[1])
    ours = serving.web_command(8000)[2:]
    place = ours.index(serving.HOST)
    ours[place] = "0.0.0.0"  # noqa: S104 - inside its container
    assert sorted(word for word in ours if word not in {"--log-level", "error"}) == sorted(wanted)


def test_x8_threads_are_left_for_saves_however_many_ask_for_pages():
    assert serving.DOOR_THREADS > MAX_PAGES


# more than a worker has threads, and than many a machine lets a process open files
KEPT = 1100


def test_x8_t21_connections_that_browsers_keep_shut_nobody_out(tmp_path):
    """The backpressure counts connections: with as many as there are threads, the next candidate waited for half a minute."""
    allow_files(4 * KEPT)
    port = services.free_port()
    command = serving.web_command(port, "tests.bench.app:application", workers=1)
    server = children.start("web", command, log=tmp_path / "web.log")
    with ExitStack() as kept:
        kept.callback(children.end_all, [server])
        serving.wait(port, server)
        for _ in range(KEPT):
            browser = kept.enter_context(socket.create_connection((serving.HOST, port), timeout=5))
            browser.sendall(b"GET / HTTP/1.1\r\nHost: portal\r\n\r\n")
            assert browser.recv(1000).startswith(b"HTTP/1.1 200")


def test_x8_a_process_may_open_as_many_files_as_it_keeps_connections():
    few = "import resource as r; h = r.getrlimit(r.RLIMIT_NOFILE)[1]; r.setrlimit(r.RLIMIT_NOFILE, (256, {hard}))"
    told = "from core.hot import allow_files as a; print(a(1024), r.getrlimit(r.RLIMIT_NOFILE)[0], a(64))"
    for hard, limit in (("h", 1024), ("512", 512)):
        code = f"{few.format(hard=hard)}; {told}"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tree.ROOT)
        assert done.stdout.split() == [str(limit)] * 3
