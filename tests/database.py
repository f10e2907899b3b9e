"""The real program years in the test database: loaded once, copied back after a test that empties the tables."""

import datetime as dt
from typing import Any

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


def snapshot() -> Snapshot:
    """Every row of every table that has one."""
    kept: Snapshot = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            rows = cursor.fetchall()
            if rows:
                kept[table] = ([column[0] for column in cursor.description], rows)
    return kept


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
