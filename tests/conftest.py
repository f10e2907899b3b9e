"""The harness: a strict world (tests/strict.py), the real years in the database, and the portal's people.

A test that asks for `db` starts with the rows of `fixtures/` and whatever it makes is rolled back. A test that needs
real commits asks for `transactional_db` (or `live_server`); afterwards the tables are emptied and the rows put back.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from accounts.actors import Actor, system_actor
from accounts.enums import Role, UnitKind
from accounts.models import Region
from core import jobs
from core.models import Job
from programs.models import ProgramYear
from tests import database, factories, strict
from tests.factories import HEBEI, HENAN, NOW, Persona, lead_unit, office_of, persona, trainee_persona

_SNAPSHOT = pytest.StashKey[database.Snapshot]()


# A strict world


@pytest.fixture(scope="session", autouse=True)
def _strict_world() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        strict.refuse_the_outside_world(patch)
        strict.refuse_undefined_variables(patch)
        yield


@pytest.fixture(autouse=True)
def nudges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The nudges that would have gone to the broker, as (job, lane); a test marked redis sends them for real."""
    sent: list[tuple[int, str]] = []
    if not request.node.get_closest_marker("redis"):
        monkeypatch.setattr(jobs, "nudge", lambda job_id, lane: sent.append((job_id, lane)))
    return sent


@pytest.fixture(scope="session", autouse=True)
def _own_media() -> Iterator[None]:
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


# The database


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> None:
    with django_db_blocker.unblock():
        database.load_source()
        request.config.stash[_SNAPSHOT] = database.snapshot()


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


@pytest.fixture
def national_officer(db: None) -> Persona:
    return persona("national", Role.NATIONAL_OFFICE, office_of("cancer"), name="张国安")


@pytest.fixture
def nuclear_officer(db: None) -> Persona:
    """The officer of the other program's owner: sees nothing of the cancer program."""
    return persona("nuclear", Role.NATIONAL_OFFICE, office_of("nuclear"), name="何医管")


@pytest.fixture
def hebei_coordinator(db: None) -> Persona:
    return persona("hebei", Role.TECHNICAL_LEAD, lead_unit(HEBEI), name="冀明")


@pytest.fixture
def henan_coordinator(db: None) -> Persona:
    """The outsider: the same role in another province."""
    return persona("henan", Role.TECHNICAL_LEAD, lead_unit(HENAN), name="余豫")


@pytest.fixture
def hebei_administrator(db: None) -> Persona:
    return persona("hebei-admin", Role.ADMINISTRATIVE, lead_unit(HEBEI, UnitKind.ADMINISTRATIVE), name="管卫")


@pytest.fixture
def base_coordinator(db: None) -> Persona:
    return persona("base", Role.BASE_COORDINATOR, factories.UnitFactory(name="测试培训基地"), name="季蒂")


@pytest.fixture
def applicant(db: None) -> Persona:
    """A hospital of Hebei that applies under the 2024 call."""
    hospital = factories.UnitFactory(kind=UnitKind.HOSPITAL, name="测试申报医院", owner=office_of("nuclear"))
    return persona("hospital", Role.APPLICANT, hospital, name="申抱")


@pytest.fixture
def expert(db: None) -> Persona:
    return persona("expert", Role.EXPERT, office_of("cancer"), name="钟佳")


@pytest.fixture
def nuclear_expert(db: None) -> Persona:
    return persona("nuclear-expert", Role.EXPERT, office_of("nuclear"), name="贺艺")


@pytest.fixture
def auditor(db: None) -> Persona:
    return persona("auditor", Role.AUDITOR, office_of("cancer"), name="沈济")


@pytest.fixture
def trainee(db: None) -> Persona:
    """An approved comprehensive trainee of Hebei in 2022."""
    return trainee_persona("trainee")


@pytest.fixture
def other_trainee(db: None) -> Persona:
    """Another trainee of the same province: sees nothing of the first."""
    return trainee_persona("other-trainee")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write-ahead files of a killed run's database would otherwise stay for good."""
    folder = Path(settings.VAR_DIR) / "test"
    for path in folder.glob("portal-*.sqlite3*"):
        pid = path.name.removeprefix("portal-").split(".")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            path.unlink(missing_ok=True)
