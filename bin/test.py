"""Lint, then the whole suite on SQLite, then what differs on PostgreSQL and Redis, then the journeys in a browser.

Every step runs, whatever failed before. The code is 0 only if every step that could run passed and ran a test; what
could not run on this machine is named. The last line adds all pytest runs up. The environment may name what is found
otherwise: TEST_DATABASE_URL, TEST_REDIS_URL (empty: none), TEST_BROWSER, TEST_WORKERS.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bin import services

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "test"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OVERALL_PERCENT = 90
DECISIVE = "*/rules*.py,*/rules/*.py,*/services*.py,*/services/*.py,*/permissions.py"


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did; `reason` is why it did not run."""

    name: str
    ok: bool = True
    reason: str = ""
    seconds: float = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def line(self) -> str:
        state = "not run" if self.reason else "ok" if self.ok else "FAILED"
        counted = self.passed + self.failed + self.skipped
        counts = (
            f"{self.passed:5} passed {self.failed:3} failed {self.skipped:3} skipped"
            if counted
            else self.reason
        )
        return f"  {state:8}{self.name:36}{self.seconds:5.0f} s  {counts}".rstrip()


def _environment(**changes: str) -> dict[str, str]:
    """A run's environment: nothing of the developer's own database, broker or `.env` gets in."""
    base = {
        "DATABASE_URL": f"sqlite:///{REPORTS / 'portal.sqlite3'}",
        "REDIS_URL": "",
        "S3_BUCKET": "",
        "EMAIL_URL": "consolemail://",
    }
    return {**os.environ, **base, "DJANGO_SETTINGS_MODULE": "config.settings_test", **changes}


def _command(name: str, *arguments: str) -> Step:
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", *arguments], check=False, cwd=ROOT, env=_environment()
    ).returncode
    return Step(name, ok=code == 0, seconds=time.monotonic() - started)


def _counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped of one JUnit report; a run that wrote none counts as one failure."""
    if not report.exists():
        return 0, 1, 0
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - pytest wrote it
    total, failures, errors, skipped = (
        sum(int(suite.get(key, "0")) for suite in suites)
        for key in ("tests", "failures", "errors", "skipped")
    )
    failed = min(total, failures + errors)
    return total - failed - skipped, failed, skipped


def _pytest(
    name: str, marker: str, env: Mapping[str, str], *, measured: bool = True, folder: str = "tests"
) -> Step:
    """Run a selection in parallel; nothing collected (code 5) fails like any other code but 0.

    `measured` counts the lines it runs, which makes Python half as slow again; each worker reads all of `folder`.
    """
    print(f"\n== {name}", flush=True)
    report = REPORTS / f"{name.split()[0].lower()}.xml"
    report.unlink(missing_ok=True)
    workers = os.environ.get("TEST_WORKERS") or str(max(2, len(os.sched_getaffinity(0))))
    options = ["-m", marker, "-n", workers, "--dist", "worksteal", f"--junitxml={report}", "-q"]
    coverage = ["--cov", "--cov-branch", "--cov-append", "--cov-report="] if measured else []
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", folder, *options, *coverage]
    code = subprocess.run(command, check=False, cwd=ROOT, env=env).returncode
    passed, failed, skipped = _counts(report)
    return Step(
        name, code == 0, "", time.monotonic() - started, passed, failed or int(code not in (0, 1)), skipped
    )


def _suite() -> Step:
    return _pytest("SQLite: whole suite", "not journey and not postgres and not redis", _environment())


def _production_services() -> list[Step]:
    """What differs, on the database and the broker of production; each that is absent is named."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(services.postgres())
        broker = stack.enter_context(services.redis_server())
        needs = {"postgres": database, "redis": broker}
        found = {marker: service for marker, service in needs.items() if service.url}
        absent = {marker: service for marker, service in needs.items() if not service.url}
        steps = []
        if found:  # in one run: for each the workers read all tests and make a database
            names = " and ".join(service.name for service in found.values())
            marker = f"({' or '.join(found)}) and not journey" + "".join(f" and not {one}" for one in absent)
            url = {"DATABASE_URL": database.url} if database.url else {}
            steps.append(_pytest(f"{names}: what differs", marker, _environment(REDIS_URL=broker.url, **url)))
        return steps + [Step(f"{one.name}: what differs", reason=one.reason) for one in absent.values()]


def _journeys() -> Step:
    browser = os.environ.get("TEST_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not browser:
        return Step("Chromium: journeys", reason="no browser found (Debian package chromium)")
    env = _environment(TEST_BROWSER=browser)
    return _pytest(
        "Chromium: journeys", "journey and not postgres", env, measured=False, folder="tests/journeys"
    )


def _coverage() -> list[Step]:
    report = ("coverage", "report", "--skip-covered", "--skip-empty")
    return [
        _command(f"coverage: all {OVERALL_PERCENT} %", *report, f"--fail-under={OVERALL_PERCENT}"),
        _command("coverage: decisions 100 %", *report, f"--include={DECISIVE}", "--fail-under=100"),
    ]


def _summary(steps: Sequence[Step]) -> int:
    print("\n== Summary")
    for step in steps:
        print(step.line())
    passed, failed, skipped = (
        sum(getattr(step, key) for step in steps) for key in ("passed", "failed", "skipped")
    )
    broken = [step.name for step in steps if not step.ok]
    print(f"\nFailed: {', '.join(broken)}." if broken else "\nEverything that could run here passed.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if broken else 0


def main() -> int:
    """Exit 0 when every step that could run passed; private servers are ended also on SIGTERM."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))
    REPORTS.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "coverage", "erase"], cwd=ROOT, check=True)
    steps = [_command("lint", "bin.lint"), _suite(), *_production_services(), _journeys(), *_coverage()]
    return _summary(steps)


if __name__ == "__main__":
    sys.exit(main())
