"""The cache that the processes share, and what stands in while it is away."""

import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# a page waits no longer for a cache than for a database
_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0}
_ASK_AGAIN_SECONDS = 2.0
_AWAY = (redis.ConnectionError, redis.TimeoutError)


class _Away:
    """Until when this process asks its own memory; the handler makes a cache per thread, they share this."""

    until = 0.0


def _shared_or_own(name: str) -> Callable[..., Any]:
    shared = getattr(RedisCache, name)

    def method(self: "SharedCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _Away.until:
            try:
                return shared(self, *args, **kwargs)
            except _AWAY as error:
                _Away.until = time.monotonic() + _ASK_AGAIN_SECONDS
                logger.warning("the shared cache is away, each process counts for itself: %s", error)
        return getattr(self.own, name)(*args, **kwargs)

    method.__name__ = name
    return method


class SharedCache(RedisCache):
    """Redis. While it does not answer the process's own memory does: no page fails for want of it, and limits are then
    counted in every process by itself, which is looser but never off (T27b).
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # one retry: a connection kept from before a restart of Redis fails once
        options = {**_PATIENCE, "retry": Retry(NoBackoff(), 1), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self.own = LocMemCache("while-redis-is-away", params)

    add = _shared_or_own("add")
    get = _shared_or_own("get")
    set = _shared_or_own("set")
    touch = _shared_or_own("touch")
    delete = _shared_or_own("delete")
    get_many = _shared_or_own("get_many")
    has_key = _shared_or_own("has_key")
    incr = _shared_or_own("incr")
    set_many = _shared_or_own("set_many")
    delete_many = _shared_or_own("delete_many")
    clear = _shared_or_own("clear")
