"""All static checks, two at a time; every failure is shown, and named again at the end."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Check:
    """`needs` names a program that the check cannot do without; where it is missing, the check is named as not run."""

    name: str
    command: tuple[str, ...]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    check: Check
    code: int
    output: str
    seconds: float


def _module(name: str, module: str, *arguments: str) -> Check:
    return Check(name, (sys.executable, "-m", module, *arguments))


def _manage(name: str, *arguments: str, needs: str = "") -> Check:
    return Check(name, (sys.executable, "manage.py", *arguments), needs)


# the slowest first, so that the others run beside it
CHECKS = (
    _module("types", "mypy"),
    _module("style", "ruff", "check", "--output-format", "concise", "."),
    _module("format", "ruff", "format", "--check", "."),
    Check("room order", (str(TOOLS / "lint-imports"), "--no-logo")),
    _module("templates", "djlint", "--lint", "--quiet", "templates"),
    _manage("system check", "check", "--fail-level", "WARNING"),
    _manage("migrations", "makemigrations", "--check", "--dry-run"),
    _manage("translations", "messages", "--check", needs="xgettext"),
    _manage("generated docs", "generate_docs", "--check"),
    _manage("API schema", "spectacular", "--validate", "--fail-on-warn", "--file", "var/openapi.yaml"),
)


def _run(check: Check) -> Result:
    started = time.monotonic()
    # a fixed width and no color: the output is the same at a terminal and in a log
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    done = subprocess.run(check.command, check=False, cwd=ROOT, env=env, capture_output=True, text=True)
    return Result(check, done.returncode, done.stdout + done.stderr, time.monotonic() - started)


def _show(result: Result) -> None:
    print(
        f"{'ok    ' if result.code == 0 else 'FAILED'} {result.check.name} ({result.seconds:.0f} s)",
        flush=True,
    )
    if result.code:
        print(f"$ {' '.join(result.check.command)}\n{result.output}", flush=True)


def main() -> int:
    """Exit 0 when every check passed."""
    (ROOT / "var").mkdir(exist_ok=True)
    able = [check for check in CHECKS if not check.needs or shutil.which(check.needs)]
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in as_completed([pool.submit(_run, check) for check in able]):
            result = future.result()
            _show(result)
            failed += [result.check.name] if result.code else []
    for check in CHECKS:
        if check not in able:
            print(f"not run {check.name}: {check.needs} is not installed")
    print(f"Lint failed: {', '.join(failed)}." if failed else "Lint: all checks that could run passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
