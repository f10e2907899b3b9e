"""What a process keeps of the bank makes a start cheap and never wrong (X3)."""

from collections.abc import Callable

import pytest

from enrollment.models import Enrollment
from exams import stock
from exams.enums import ItemStatus
from exams.models import Item, ItemVersion
from exams.stock import kept_stock, stock_of
from tests.exams.factories import make_bank, places, reworded, started

# one single more than a paper needs: each of them stands on 60 papers of 61
NEARLY_ALL = {"singles": 61, "groups": 0, "multiple": 20, "true_false": 20}


def _retired(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(status=ItemStatus.RETIRED)


def _elsewhere(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(specialties=["of-another"])


def _superseded(item: Item) -> None:
    """And its new words stand on the paper: nothing else is left to fill it."""
    reworded(item, stem="另一题干")
    _retired(Item.objects.get(code="t-a1-8"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_retired, id="X3-retired"),
        pytest.param(_elsewhere, id="X3-of-another-specialty"),
        pytest.param(_superseded, id="X2-superseded"),
    ],
)
def test_x3_what_left_the_bank_a_moment_ago_is_not_drawn(
    enrollment: Enrollment, change: Callable[[Item], object]
) -> None:
    make_bank(**NEARLY_ALL)
    kept_stock(enrollment.year, enrollment.specialty.code)
    item = Item.objects.get(code="t-a1-7")
    old = ItemVersion.objects.current().get(item=item)
    change(item)
    drawn = {place.version_id for place in places(started(enrollment))}
    assert len(drawn) == 100
    assert old.pk not in drawn
    if change is _superseded:
        assert ItemVersion.objects.current().get(item=item).pk in drawn


def test_x3_a_bank_that_was_too_small_is_read_again_at_once(enrollment: Enrollment) -> None:
    make_bank(**NEARLY_ALL | {"singles": 59})
    kept_stock(enrollment.year, enrollment.specialty.code)
    make_bank(**NEARLY_ALL | {"singles": 60})
    assert len(places(started(enrollment))) == 100


def test_x3_what_enters_the_bank_is_drawn_within_a_minute(
    enrollment: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bank(**NEARLY_ALL)
    year, specialty, seconds = enrollment.year, enrollment.specialty.code, 0.0
    monkeypatch.setattr(stock.time, "monotonic", lambda: seconds)
    before = kept_stock(year, specialty)
    make_bank(**NEARLY_ALL | {"singles": 62})
    seconds = stock.KEPT_FOR
    assert kept_stock(year, specialty) is before
    seconds += 0.001
    assert len(kept_stock(year, specialty).units) == len(before.units) + 1
    assert kept_stock(year, specialty) == stock_of(year, specialty)


def test_x3_each_specialty_has_its_own_stock(enrollment: Enrollment) -> None:
    make_bank(**NEARLY_ALL)
    _elsewhere(Item.objects.get(code="t-a1-7"))
    mine, theirs = (kept_stock(enrollment.year, code) for code in (enrollment.specialty.code, "of-another"))
    assert len(theirs.units) == len(mine.units) + 1
