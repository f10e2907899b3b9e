"""The real program years in the test database: loaded once, copied back after a test that empties the tables."""

import datetime as dt
import hashlib
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from accounts.actors import system_actor
from core.models import Event
from programs.loading import load_folder
from tests.programs.source_rows import FIXTURES, FOLDERS

LOADED_AT = dt.datetime(2022, 6, 1, 1, tzinfo=dt.UTC)
Snapshot = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def load_source() -> None:
    """What `make run` loads first: regions, offices, units and the years known from their documents."""
    for folder in FOLDERS:
        load_folder(FIXTURES / folder, actor=system_actor(), now=LOADED_AT)


@cache
def _made_of() -> str:
    """Whatever the first rows of a test database come from: the code, the fixtures, the libraries."""
    root = Path(settings.BASE_DIR)
    rooms = [Path(room.path) for room in apps.get_app_configs() if root in Path(room.path).parents]
    ours = [path for room in rooms if ".venv" not in room.parts for path in room.rglob("*.py")]
    files = [*ours, *(root / "config").glob("*.py"), *FIXTURES.rglob("*"), root / "uv.lock", Path(__file__)]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _template() -> Path:
    return Path(settings.VAR_DIR) / "test" / f"template-{_made_of()}.sqlite3"


def _own_file() -> Path:
    return Path(connection.creation._get_test_db_name())


def copied_from_template() -> bool:
    """The test database of this process is there, as an earlier run made it of the same sources (SQLite)."""
    if connection.vendor != "sqlite":
        return False
    try:
        shutil.copyfile(_template(), _own_file())
    except FileNotFoundError:  # none yet, or another run has just dropped it
        return False
    return True


def keep_as_template() -> None:
    """Later runs begin with a copy of the database as it stands; what older sources made is dropped."""
    if connection.vendor != "sqlite":
        return
    template = _template()
    half = template.with_name(f"half-{os.getpid()}.sqlite3")
    half.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(half)])
    half.rename(template)
    for old in template.parent.glob("template-*"):
        if old != template:
            old.unlink(missing_ok=True)


def remove_own_file() -> None:
    connection.close()
    for path in _own_file().parent.glob(f"{_own_file().name}*"):
        path.unlink()


def snapshot() -> Snapshot:
    """Every row of every table that has one."""
    kept: Snapshot = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT {_columns(table)} FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows = cursor.fetchall()
            if rows:
                kept[table] = ([column[0] for column in cursor.description], rows)
    return kept


def _columns(table: str) -> str:
    """All columns that can be written back: what the database works out itself is left out."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            columns = [field.column for field in model._meta.concrete_fields if not field.generated]
            return ", ".join(map(connection.ops.quote_name, columns))
    return "*"


def restore(kept: Snapshot) -> None:
    """Put the rows back into emptied tables; foreign keys are deferred to the commit."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in kept.items():
            names = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            # on PostgreSQL the record of events lets nobody delete a row of it
            guarded = connection.vendor == "postgresql" and table == Event._meta.db_table
            cursor.execute(f"{'TRUNCATE' if guarded else 'DELETE FROM'} {quote(table)}")
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", rows)  # noqa: S608
