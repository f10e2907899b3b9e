"""The shared cache: Redis where it answers, the process's own memory while it does not (T27b)."""

import logging
import time

import pytest
from django.core.cache.backends.locmem import LocMemCache

from bin import services
from core import caches
from core.caches import SharedCache
from core.throttle import within


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(caches._Away, "until", 0.0)
    LocMemCache("while-redis-is-away", {}).clear()


@pytest.fixture
def nowhere() -> SharedCache:
    return SharedCache(f"redis://127.0.0.1:{services.free_port()}/0", {})


def test_t27b_without_redis_every_call_is_answered_at_once(nowhere):
    started = time.monotonic()
    assert nowhere.add("a", 1)
    nowhere.set("b", 2)
    assert nowhere.get("b") == 2
    assert nowhere.incr("a") == 2
    assert nowhere.get_many(["a", "b"]) == {"a": 2, "b": 2}
    assert nowhere.has_key("a")
    assert nowhere.touch("a", 60)
    assert nowhere.delete("a")
    assert nowhere.set_many({"c": 3}) == []
    nowhere.delete_many(["c"])
    assert nowhere.get("c") is None
    nowhere.clear()
    assert nowhere.get("b") is None
    assert time.monotonic() - started < 1


def test_t27b_limits_still_count_while_redis_is_away(nowhere, monkeypatch):
    monkeypatch.setattr("core.throttle.cache", nowhere)
    assert [within("key", 2) for _ in range(3)] == [True, True, False]


def test_t27b_an_absence_is_told_once_and_asked_again_later(nowhere, caplog):
    with caplog.at_level(logging.WARNING, "core.caches"):
        nowhere.get("a")
        nowhere.get("a")
    assert len(caplog.records) == 1
    assert caches._Away.until > time.monotonic()


@pytest.mark.skipif(bool(services.lacks_redis()), reason=services.lacks_redis() or "-")
def test_t27b_redis_is_used_again_when_it_is_back(monkeypatch):
    with services.own_redis() as own:
        cache = SharedCache(own.url, {})
        cache.set("a", 1)
        own.kill()
        assert cache.get("a") is None
        own.start()
        monkeypatch.setattr(caches._Away, "until", 0.0)
        cache.set("a", 2)
        assert SharedCache(own.url, {}).get("a") == 2
        assert LocMemCache("while-redis-is-away", {}).get("a") is None


def test_other_errors_are_not_hidden(nowhere):
    nowhere.set("a", "word")
    with pytest.raises((TypeError, ValueError)):
        nowhere.incr("a")
