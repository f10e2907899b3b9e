"""Kinds of work for a test, forgotten after it."""

from collections.abc import Callable

import pytest

from core.actor import Actor
from core.enums import ActorKind
from core.jobs import JOB_KINDS, JobKind, enqueue
from core.models import Job
from tests.factories import NOW


@pytest.fixture
def asker() -> Actor:
    """Who asks for the work."""
    return Actor(ActorKind.PERSON, user_id=5, membership_id=6, realm="7")


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[JobKind], str]:
    """Register a kind for one test; the same code may be registered again."""
    monkeypatch.setattr(JOB_KINDS, "_entries", dict(JOB_KINDS._entries))

    def register(entry: JobKind) -> str:
        JOB_KINDS._entries[entry.code] = entry
        return entry.code

    return register


@pytest.fixture
def start(kind: Callable[[JobKind], str], asker: Actor) -> Callable[..., Job]:
    """Ask for work of a kind."""

    def begin(entry: JobKind, **params: object) -> Job:
        return enqueue(kind(entry), params, actor=asker, now=NOW)

    return begin
