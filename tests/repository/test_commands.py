"""The commands a person types: listed, equal for people and CI, and honest about what they cannot do."""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bin import children, serve
from bin import test as suite
from tests.repository import tree

MAKEFILE = (tree.ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE)


def test_help_is_the_default_and_lists_every_target():
    done = subprocess.run(["make"], cwd=tree.ROOT, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make (\w+)", done.stdout, flags=re.MULTILINE) == TARGETS


def test_every_target_is_phony():
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.MULTILINE)
    assert phony
    assert phony[1].split() == TARGETS


def test_ci_does_what_make_test_does():
    ci = (tree.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    recipe = re.search(r"^test:.*\n((?:\t.+\n)+)", MAKEFILE, flags=re.MULTILINE)
    assert recipe
    steps = [line.strip().replace("$(PYTHON)", ".venv/bin/python") for line in recipe[1].splitlines()]
    assert ci.splitlines()[-len(steps) :] == steps


@pytest.mark.parametrize("script", ["bin/bootstrap", ".ci/run"])
def test_shell_scripts_are_executable_and_parse(script):
    assert os.access(tree.ROOT / script, os.X_OK)
    subprocess.run(["sh", "-n", script], cwd=tree.ROOT, check=True)


def test_every_package_has_a_group_a_probe_and_a_purpose():
    lines = (tree.ROOT / "bin" / "packages.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(maxsplit=3) for line in lines if line and not line.startswith("#")]
    assert {len(row) for row in rows} == {4}
    assert {row[0] for row in rows} == {"run", "demo", "test"}
    assert len({row[1] for row in rows}) == len(rows)


def _bootstrap(place: Path) -> str:
    """What bootstrap says to an ordinary user, who cannot install packages."""
    env = {**os.environ, "PATH": f"{_not_root(place)}:{os.environ['PATH']}", "UV": "uv"}
    command, quiet = ["bin/bootstrap", "run"], subprocess.DEVNULL
    done = subprocess.run(
        command, cwd=place, env=env, stdin=quiet, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_bootstrap_starts_no_installer_when_all_is_there(tmp_path):
    _lay_out_installed_tree(tmp_path)
    (tmp_path / "bin" / "packages.txt").write_text("run no-such-package sh a shell\n", encoding="utf-8")
    assert _bootstrap(tmp_path) == ""
    assert not (tmp_path / "started").exists()


def test_bootstrap_without_root_names_what_is_missing_and_goes_on(tmp_path):
    _lay_out_installed_tree(tmp_path)
    with (tmp_path / "bin" / "packages.txt").open("a", encoding="utf-8") as packages:
        packages.write("run no-such-package - proving the point\n")
    said = _bootstrap(tmp_path)
    assert "no-such-package: proving the point" in said
    assert "skipped" in said


def _lay_out_installed_tree(place: Path) -> None:
    """The parts that bootstrap reads, with an environment that carries the stamp of the lock."""
    shutil.copytree(tree.ROOT / "bin", place / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(tree.ROOT / "uv.lock", place)
    (place / ".venv" / "bin").mkdir(parents=True)
    (place / ".venv" / "bin" / "python").symlink_to(sys.executable)
    locked = b"".join((tree.ROOT / part).read_bytes() for part in ("uv.lock", "bin/uv.txt"))
    stamp = hashlib.sha256(locked).hexdigest()
    (place / ".venv" / ".installed-run").write_text(stamp, encoding="utf-8")


def _not_root(place: Path) -> Path:
    """A folder of programs that make a shell script believe it is an ordinary user; installers leave a mark and fail."""
    folder = place / "ordinary"
    folder.mkdir()
    told = f'echo "$0" >>{place}/started; exit 1'
    installers = dict.fromkeys(("sudo", "apt-get", "apt-cache", "pip", "uv"), told)
    for name, script in {"id": "echo 1000", **installers}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def test_serving_on_a_busy_port_says_so(capsys, monkeypatch, tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["serve", "--port", str(port)])
        monkeypatch.setenv("VAR_DIR", str(tmp_path))
        monkeypatch.chdir(tree.ROOT)
        with _signals_kept():
            assert serve.main() == 1
    assert f"Port {port} of 127.0.0.1 is not free" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_serving_twice_from_one_folder_is_refused(tmp_path):
    refused = pytest.raises(serve.CannotServe, match="already runs")
    with serve._only_one(tmp_path), refused, serve._only_one(tmp_path):
        pytest.fail("two servers at once")


def test_broken_preparation_leaves_no_database(monkeypatch, tmp_path):
    def fails(*arguments, env):
        (tmp_path / "portal.draft").touch()
        raise serve.CannotServe(arguments[0])

    monkeypatch.setattr(serve, "_manage", fails)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(serve.CannotServe):
        serve._prepare(tmp_path)
    assert not (tmp_path / "portal.sqlite3").exists()


def test_a_file_that_a_check_left_without_tables_is_no_portal_yet(tmp_path):
    """`make lint` before the first `make run` must not cost the demo."""
    path = tmp_path / "portal.sqlite3"
    assert not serve.is_made(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        assert path.stat().st_size
        assert not serve.is_made(path)
        connection.execute("CREATE TABLE django_migrations (id)")
    assert serve.is_made(path)


@contextlib.contextmanager
def _signals_kept():
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    return False


def _wait_for(path: Path) -> int:
    limit = time.monotonic() + 10
    while not (path.exists() and path.read_text(encoding="utf-8").strip()):
        assert time.monotonic() < limit, f"{path.name} never came"
        time.sleep(0.02)
    return int(path.read_text(encoding="utf-8"))


def test_children_end_with_all_that_they_started(tmp_path):
    # a child that starts a grandchild which does not listen to SIGTERM
    script = f"(trap '' TERM; echo $$ >{tmp_path}/g; exec sleep 300) & echo $! >{tmp_path}/pid; sleep 300"
    child = children.start("family", ["sh", "-c", script], log=tmp_path / "log")
    grandchild = _wait_for(tmp_path / "pid")
    children.end_all([child])
    time.sleep(0.1)
    assert child.process.returncode is not None
    assert not _alive(grandchild)


def test_children_end_when_the_parent_is_killed(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from bin import children\n"
        f"child = children.start('lonely', ['sleep', '300'], log=Path({str(tmp_path)!r}) / 'log')\n"
        f"Path({str(tmp_path)!r}, 'pid').write_text(str(child.process.pid)); time.sleep(300)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=tree.ROOT) as parent:
        pid = _wait_for(tmp_path / "pid")
        parent.kill()
    limit = time.monotonic() + 5
    while _alive(pid):
        assert time.monotonic() < limit, "an orphan was left"
        time.sleep(0.05)


def test_a_child_that_ended_is_noticed(tmp_path):
    quick = children.start("quick", ["sh", "-c", "echo last words; exit 3"], log=tmp_path / "log")
    quick.process.wait()
    with pytest.raises(serve.CannotServe, match=r"last words\nThe quick process ended by itself \(code 3\)"):
        serve._check_alive([quick])


def _report(place: Path, attributes: str) -> Path:
    path = place / "report.xml"
    path.write_text(f"<testsuites><testsuite {attributes}/></testsuites>", encoding="utf-8")
    return path


def test_counts_of_a_run(tmp_path):
    report = _report(tmp_path, 'tests="10" failures="2" errors="1" skipped="3"')
    assert suite._counts(report) == (4, 3, 3)


def test_a_run_without_a_report_counts_as_a_failure(tmp_path):
    assert suite._counts(tmp_path / "none.xml") == (0, 1, 0)


def test_a_run_that_collected_nothing_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(suite, "REPORTS", tmp_path)
    _report(tmp_path, 'tests="0"')
    monkeypatch.setattr(suite.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 5))
    step = suite._pytest("Empty: nothing", "no_such_marker", {})
    assert (step.ok, step.failed) == (False, 1)


def test_summary_adds_up_and_names_what_did_not_run(capsys):
    steps = [
        suite.Step("one", passed=3, skipped=1),
        suite.Step("two", ok=False, passed=2, failed=1),
        suite.Step("three", reason="no such server"),
    ]
    assert suite._summary(steps) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 1 failed, 1 skipped"
    assert "Failed: two." in lines
    assert any("not run" in line and "three" in line and "no such server" in line for line in lines)
