from django.db import transaction

from core.models import Counter


def next_numbers(key: str, count: int = 1) -> range:
    """The next `count` numbers of a series, from 1; call inside the transaction that uses them.

    The row stays locked until that transaction ends, so a rollback leaves no gap.
    """
    with transaction.atomic():
        Counter.objects.get_or_create(key=key)
        counter = Counter.objects.select_for_update().get(key=key)
        first = counter.value + 1
        counter.value += count
        counter.save(update_fields=["value"])
    return range(first, first + count)
