"""How often something may happen, counted in the cache."""

from django.core.cache import cache


def within(key: str, limit: int, seconds: int = 60) -> bool:
    """Whether this is one of the first `limit` in the current span of time."""
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # the span ended in between
        return True
