"""The harness: a strict world (tests/strict.py), the real years in the database, and the portal's people.

A test that asks for `db` starts with the rows of `fixtures/` and whatever it makes is rolled back. A test that needs
real commits asks for `transactional_db` (or `live_server`); afterwards the tables are emptied and the rows put back.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from accounts.actors import Actor, system_actor
from accounts.models import Region
from core import documents, jobs
from core.models import Job
from exams.stock import forget_stock
from programs.models import ProgramYear
from tests import database, factories, strict
from tests.factories import HEBEI, HENAN, NOW, Persona
from tests.people import PEOPLE

# sweeps over everything: the rooms' own tests measure the same lines, and measuring costs half as much again
UNMEASURED = {"access", "registries", "repository"}
_SNAPSHOT = pytest.StashKey[database.Snapshot]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in UNMEASURED:
            item.add_marker(pytest.mark.no_cover)


# A strict world


@pytest.fixture(scope="session", autouse=True)
def _strict_world() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        strict.refuse_the_outside_world(patch)
        strict.refuse_undefined_variables(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _documents_laid_out_once() -> Iterator[None]:
    """The same HTML in the same style becomes a PDF once per process: that is most of what a report costs.

    Each is still filled in every time; only an identical one is taken from the last.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "_laid_out", lru_cache(maxsize=64)(documents._laid_out))
        yield


@pytest.fixture(autouse=True)
def nudges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The nudges that would have gone to the broker, as (job, lane); a test marked redis sends them for real."""
    sent: list[tuple[int, str]] = []
    if not request.node.get_closest_marker("redis"):
        monkeypatch.setattr(jobs, "nudge", lambda job_id, lane: sent.append((job_id, lane)))
    return sent


@pytest.fixture(autouse=True)
def _bank_read_anew() -> None:
    """What a process keeps of the bank is of the last test's database."""
    forget_stock()


@pytest.fixture(scope="session", autouse=True)
def _own_media() -> Iterator[None]:
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


# The database


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Whether the plugin finds a database of this process's own already there."""
    return database.copied_from_template()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    with django_db_blocker.unblock():
        if not django_db_keepdb:
            database.load_source()
            database.keep_as_template()
        request.config.stash[_SNAPSHOT] = database.snapshot()
    yield
    if django_db_keepdb:
        with django_db_blocker.unblock():
            database.remove_own_file()


def _empties_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    transactional = {"transactional_db", "live_server", "django_db_reset_sequences"}
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        transactional & set(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After the plugin has emptied the tables the real rows come back, whichever test is next."""
    try:
        yield
    finally:
        kept = item.config.stash.get(_SNAPSHOT, None)
        if nextitem is not None and kept is not None and _empties_tables(item):
            with item.config.stash[blocking_manager_key].unblock():
                database.restore(kept)


@pytest.fixture
def on_database() -> Callable[[str], None]:
    """For a test that runs once per database engine: skips where the suite runs on the other one."""

    def check(vendor: str) -> None:
        if connection.vendor != vendor:
            pytest.skip(f"the database of this run is {connection.vendor}, not {vendor}")

    return check


@pytest.fixture
def year_2022(db: None) -> ProgramYear:
    """The 2022 program year exactly as its documents print it."""
    return factories.cancer_2022()


@pytest.fixture
def year_2024(db: None) -> ProgramYear:
    """The 2024 call of the other national office."""
    return factories.nuclear_2024()


@pytest.fixture
def hebei(db: None) -> Region:
    return Region.objects.get(pk=HEBEI)


@pytest.fixture
def henan(db: None) -> Region:
    return Region.objects.get(pk=HENAN)


@pytest.fixture
def system() -> Actor:
    return system_actor()


@pytest.fixture
def autumn_2022() -> Iterator[time_machine.Traveller]:
    """The portal's clock stands at NOW, inside the 2022 year; `move_to` and `shift` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def work_jobs(db: None) -> Callable[[], list[Job]]:
    """Do what a worker would: run every waiting job to its end; returns them as they ended."""

    def work() -> list[Job]:
        waiting = list(Job.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True))
        return [done for done in map(jobs.run, waiting) if done is not None]

    return work


# The people


def _fixture(name: str) -> Callable[..., Persona]:
    def someone(db: None) -> Persona:
        return PEOPLE[name]()

    someone.__doc__ = PEOPLE[name].__doc__
    return pytest.fixture(name=name)(someone)


globals().update({name: _fixture(name) for name in PEOPLE})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write-ahead files of a killed run's database would otherwise stay for good."""
    folder = Path(settings.VAR_DIR) / "test"
    for path in folder.glob("portal-*.sqlite3*"):
        pid = path.name.removeprefix("portal-").split(".")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            path.unlink(missing_ok=True)
