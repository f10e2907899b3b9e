"""The database alone: one guarded upsert of an answer, prepared, as fast as its own load tool brings it.

Without pgbench a loop of ours over prepared statements stands in, and its name says so.
"""

import contextlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from bin import services

# the sequence grows with the clock: each upsert really writes
_UPSERT = """
INSERT INTO exams_answer (attempt_id, ordinal, value, generation, sequence, arrived_at)
SELECT id, {ordinal}::smallint, 'bcdf', generation, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, now()
FROM exams_attempt
WHERE id = {attempt} AND state = 'open' AND generation = 1 AND now() <= accept_until AND {ordinal}::smallint <= item_count
ON CONFLICT (attempt_id, ordinal) DO UPDATE SET value = excluded.value, generation = excluded.generation,
 sequence = excluded.sequence, arrived_at = excluded.arrived_at
WHERE excluded.generation > exams_answer.generation
 OR (excluded.generation = exams_answer.generation AND excluded.sequence > exams_answer.sequence)
RETURNING sequence"""
# connections that stay free for everybody else
_SPARE = 20


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    per_second: float


def upserts(url: str, clients: int, seconds: float) -> Reference:
    """Upserts a second with so many clients, or as many as the server takes; the name tells how it was measured."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT min(id), max(id), current_setting('max_connections')::int FROM exams_attempt")
        low, high, most = cursor.fetchone() or (0, 0, 0)
    clients = min(clients, most - _SPARE)
    program = _program()
    if program is None:
        return Reference(
            f"prepared upserts by psycopg, {clients} clients (no pgbench)", _loop(url, clients, seconds, low)
        )
    script = f"\\set attempt random({low}, {high})\n\\set ordinal random(1, 100)\n" + _UPSERT.format(
        attempt=":attempt", ordinal=":ordinal"
    ).replace("\n", " ")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upsert.sql"
        path.write_text(script + ";\n", encoding="utf-8")
        options = (
            f"--no-vacuum --protocol prepared --client {clients} --jobs 2 --time {max(1, round(seconds))}"
        )
        command = [program, *options.split(), "--file", str(path), url]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stdout + done.stderr)
    return Reference(f"pgbench, the same upsert prepared, {clients} clients", float(found[1]))


def _program() -> str | None:
    folder = services.postgres_programs()
    beside = folder / "pgbench" if folder else None
    return str(beside) if beside and beside.exists() else shutil.which("pgbench")


def _loop(url: str, clients: int, seconds: float, attempt: int) -> float:
    done: list[int] = []
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        with contextlib.closing(psycopg2.connect(url)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("PREPARE save(bigint, int) AS " + _UPSERT.format(attempt="$1", ordinal="$2"))
            count = 0
            while time.monotonic() < until:
                cursor.execute("EXECUTE save(%s, %s)", (attempt + number, count % 100 + 1))
                count += 1
            done.append(count)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds
