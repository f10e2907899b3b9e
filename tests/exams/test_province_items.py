"""One province's whole submission, written out: the numbers the plan asks for, and nothing that gives a key away (X1, X2).

What holds for every genuine item (fields, keys, groups, no repetition) is in test_item_content. Pure, but for the last.
"""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from accounts.models import Region
from exams.enums import ItemStatus
from exams.models import Item, ItemVersion
from exams.rules import ItemText, find_duplicates
from exams.rules.entries import of_row
from exams.rules.validity import findings
from exams.services import import_items
from exams.services.items import Home
from programs.models import ProgramYear
from tests.exams import item_content as content
from tests.exams.factories import EXAM_TIME
from tests.exams.item_content import Row
from tests.factories import HEBEI, Persona

# a key stands as often in each place as in any other, give or take this many of its type
SKEW = {"a1": 3, "a2": 3}
# five options: the longest is the key one time in five where length says nothing
BY_CHANCE = 0.2
CLEARLY_LONGER = 1.25
PATIENT = re.compile(r"[男女]童?，\d+岁，.{20,}")
NEGATIVE = re.compile(r"不属于|不包括|不正确|错误的|除外的?$|不应|不宜|不是")
LEADING_NUMBER = re.compile(r"[<≥每]*(\d+(?:\.\d+)?)[～\d]*(个月)?")


def rows(*kinds: str) -> list[Row]:
    return [row for row in content.province_rows() if not kinds or row["type"] in kinds]


def codes(found: list[Row]) -> list[str]:
    return [row["code"] for row in found]


# The numbers


def test_x1_each_type_has_what_the_plan_asks() -> None:
    counts = Counter(row["type"] for row in content.stems(rows()))
    whole = {"items-per-province": counts.total()}
    assert dict(counts) | whole == content.item_quotas()


def test_each_file_is_one_theme_and_none_is_missing() -> None:
    held = {path.stem: {row["theme"] for row in content.load(path)} for path in content.province_files()}
    assert held == {theme: {theme} for theme in content.theme_codes()}


def test_every_theme_has_cases_and_single_choices() -> None:
    for kind in ("a1", "a2", "x"):
        assert {row["theme"] for row in rows(kind)} == content.theme_codes()


def test_every_item_names_its_place_in_the_outline() -> None:
    assert codes([row for row in rows() if row["outline"] not in content.outline_leaves()]) == []
    assert len({row["outline"] for row in rows()}) >= 20


def test_half_of_the_items_belong_to_specialties_and_each_of_the_six_has_some() -> None:
    """The seventh, 其他, studies online only and has no subject of its own."""
    own = Counter(code for row in rows() for code in row["specialties"])
    assert set(own) == content.old_specialties() - {"other"}
    assert min(own.values()) >= 5
    assert 0.4 <= len([row for row in rows() if row["specialties"]]) / len(rows()) <= 0.6


def test_items_are_easy_and_hard() -> None:
    levels = Counter(row["difficulty"] for row in rows())
    assert set(levels) == {1, 2, 3, 4, 5}
    assert max(levels.values()) <= 0.6 * levels.total()


# The words


def test_a_case_tells_sex_age_and_findings() -> None:
    assert codes([row for row in rows("a2") if not PATIENT.match(row["case"])]) == []


def test_no_stem_asks_for_the_exception() -> None:
    assert codes([row for row in content.stems(rows()) if NEGATIVE.search(row["stem"])]) == []


def test_x2_the_portal_finds_no_defect_in_them() -> None:
    """Neither one that blocks nor one that warns, such as an absolute word."""
    found = {row["code"]: [defect.code for defect in findings(of_row(row))] for row in rows()}
    assert {code: defects for code, defects in found.items() if defects} == {}


def compared(row: Row) -> ItemText:
    options = tuple(zip(content.labels(row), content.texts(row), strict=True))
    return ItemText(row["code"], row["type"], row["stem"], tuple(row["key"]), row.get("case", ""), options)


def test_x1_the_portal_finds_no_repetition() -> None:
    new, known = (
        [compared(row) for row in content.stems(found)]
        for found in (rows(), [*content.bank_rows(), *content.homework_rows()])
    )
    assert find_duplicates(new, known) == []


def test_an_explanation_is_short_and_a_source_is_named() -> None:
    told = content.stems(rows())
    assert codes([row for row in told if not 5 <= len(row["explanation"]) <= 90]) == []
    named = re.compile(r"《.+》|WHO|IARC|NCCN|ATA|AJCC|ACR|IFCPC|Bethesda|et al\. ")
    assert codes([row for row in told if not named.search(row["source"])]) == []


# The keys


@pytest.mark.parametrize("kind", sorted(SKEW))
def test_keys_stand_evenly_in_all_places(kind: str) -> None:
    places = Counter(row["key"][0] for row in rows(kind))
    even = len(rows(kind)) / 5
    assert {place: times for place, times in places.items() if abs(times - even) > SKEW[kind]} == {}
    assert set(places) == set("ABCDE")


def test_right_answers_of_multiple_choices_stand_evenly() -> None:
    places = Counter(label for row in rows("x") for label in row["key"])
    assert set(places) == set("ABCDE")
    assert max(places.values()) - min(places.values()) <= 3
    assert {len(row["key"]) for row in rows("x")} == {2, 3, 4}


def length_of(row: Row, pick: Callable[[list[int]], int]) -> bool:
    """Whether the key alone has the length picked of all."""
    sizes = {option["label"]: len(option["text"]) for option in row["options"]}
    chosen = pick(list(sizes.values()))
    return [label for label, size in sizes.items() if size == chosen] == row["key"]


@pytest.mark.parametrize("pick", [max, min])
def test_the_length_of_an_option_does_not_tell_the_key(pick: Callable[[list[int]], int]) -> None:
    chosen = rows("a1", "a2")
    assert len([row for row in chosen if length_of(row, pick)]) / len(chosen) <= BY_CHANCE
    assert codes([row for row in chosen if content.longest_is_key(row, CLEARLY_LONGER)]) == []


def figure(text: str) -> float | None:
    """The number an option begins with; months as parts of a year."""
    found = LEADING_NUMBER.match(text)
    return float(found[1]) / (12 if found[2] else 1) if found else None


def test_figures_stand_in_their_order() -> None:
    """Options that all begin with a number ascend, so that the order says nothing."""
    listed = [[figure(text) for text in content.texts(row)] for row in rows("a1", "a2")]
    figures = [[one for one in found if one is not None] for found in listed if None not in found]
    assert len(figures) >= 10
    assert [found for found in figures if found != sorted(found)] == []


def test_group_sizes() -> None:
    """B1: four stems to five options; B2: five to the larger set."""
    assert {(len(row["stems"]), len(content.texts(row))) for row in rows("b1")} == {(4, 5)}
    assert {len(row["stems"]) for row in rows("b2")} == {5}
    assert {len(content.texts(row)) for row in rows("b2")} <= {6, 7, 8}


# The portal takes them in


def test_x1_the_import_takes_the_whole_set_with_its_outline(
    year_2022: ProgramYear, hebei_coordinator: Persona
) -> None:
    region = Region.objects.get(pk=HEBEI)
    home = Home(hebei_coordinator.unit, region, year_2022, status=ItemStatus.DRAFT)
    taken = import_items(rows=rows(), home=home, actor=hebei_coordinator.actor, now=EXAM_TIME)
    assert len(taken.created) == content.item_quotas()["items-per-province"]
    outlines = {row["code"]: row["outline"] for row in content.stems(rows())}
    assert dict(Item.objects.filter(region=region).values_list("code", "outline")) == outlines
    assert not ItemVersion.objects.filter(item__code__in=outlines, source="").exists()
