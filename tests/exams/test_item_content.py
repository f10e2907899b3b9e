"""The genuine items can be set before a physician: whole, keyed, distinct, and enough of them. Pure: no database."""

import itertools
import re
from collections import Counter

import pytest

from tests.exams.item_content import (
    Row,
    bank_rows,
    blueprint,
    everything,
    groups,
    homework_rows,
    labels,
    lesson_titles,
    lessons_with_homework,
    likeness,
    longest_is_key,
    normal,
    old_specialties,
    plan,
    province_rows,
    singles,
    spread,
    stems,
    texts,
    theme_codes,
    wording,
)

FIELDS = {"code", "type", "specialties", "theme", "difficulty", "source", "second_reading"}
OWN = {
    "a1": {"stem", "options", "key", "explanation"},
    "a2": {"case", "stem", "options", "key", "explanation"},
    "x": {"stem", "options", "key", "explanation"},
    "tf": {"stem", "key", "explanation"},
    "b1": {"options", "stems"},
    "b2": {"options", "stems"},
}
STEM = {"code", "stem", "key", "explanation"}
# the province's own place in the outline; the bank's items were written before it was recorded
OUTLINED = {"outline"}
CODE = re.compile(r"(hebei-)?(a1|a2|b1|b2|x|tf|hw)(-[a-z0-9]+)+")
ALIKE = 0.6
CLEARLY_LONGER = 1.25


def all_stems() -> list[Row]:
    return stems(everything())


def codes(rows: list[Row]) -> list[str]:
    return [row["code"] for row in rows]


# Each item is whole


def test_every_item_has_exactly_the_fields_of_its_type() -> None:
    plain = [*bank_rows(), *homework_rows()]
    assert [row["code"] for row in plain if set(row) != FIELDS | OWN[row["type"]]] == []
    outlined = [row for row in province_rows() if set(row) != FIELDS | OWN[row["type"]] | OUTLINED]
    assert codes(outlined) == []
    assert [s["code"] for group in groups() for s in group["stems"] if set(s) != STEM] == []


def test_every_text_is_filled_in() -> None:
    fields = ("stem", "explanation", "source")
    assert [row["code"] for row in all_stems() if not all(row[field].strip() for field in fields)] == []
    assert [row["code"] for row in all_stems() if not all(text.strip() for text in texts(row))] == []
    assert [row["code"] for row in everything() if row["type"] == "a2" and len(row["case"]) < 20] == []


def test_codes_are_unique_and_begin_with_their_type() -> None:
    found = codes(all_stems()) + codes(groups())
    assert [code for code, times in Counter(found).items() if times > 1] == []
    assert [code for code in found if not CODE.fullmatch(code)] == []
    assert [r["code"] for r in bank_rows() if not r["code"].startswith(r["type"] + "-")] == []
    assert [r["code"] for r in province_rows() if not r["code"].startswith(f"hebei-{r['type']}-")] == []


def test_themes_and_specialties_are_those_of_the_year() -> None:
    assert {row["theme"] for row in bank_rows()} == theme_codes()
    assert {row["theme"] for row in homework_rows()} <= theme_codes()
    assert [r["code"] for r in everything() if not set(r["specialties"]) <= old_specialties()] == []
    assert [r["code"] for r in everything() if r["difficulty"] not in range(1, 6)] == []


@pytest.mark.parametrize("row", everything(), ids=lambda row: row["code"])
def test_options_are_lettered_in_order_and_distinct(row: Row) -> None:
    assert labels(row) == list("ABCDEFGHIJ"[: len(labels(row))])
    assert len({normal(text) or text for text in texts(row)}) == len(texts(row))


@pytest.mark.parametrize("kind", ["a1", "a2", "x", "b1"])
def test_these_types_have_five_options(kind: str) -> None:
    assert {len(texts(row)) for row in everything() if row["type"] == kind} == {5}


# Each item is keyed


def test_the_key_of_a_choice_is_among_its_options() -> None:
    choices = [row for row in all_stems() if row["type"] != "tf"]
    assert [row["code"] for row in choices if not set(row["key"]) <= set(labels(row))] == []
    assert [row["code"] for row in choices if row["type"] != "x" and len(row["key"]) != 1] == []


def test_a_multiple_choice_has_two_to_four_right_answers() -> None:
    multiple = [row for row in all_stems() if row["type"] == "x"]
    assert [row["code"] for row in multiple if row["key"] != sorted(set(row["key"]))] == []
    assert {len(row["key"]) for row in multiple} == {2, 3, 4}


def test_true_and_false_are_both_asked() -> None:
    keys = Counter(row["key"][0] for row in all_stems() if row["type"] == "tf")
    assert set(keys) == {"T", "F"}
    assert min(keys.values()) * 3 >= keys.total()


def test_every_item_was_read_twice_and_agreed() -> None:
    readings = [(row["code"], row["second_reading"]) for row in everything()]
    assert [code for code, reading in readings if set(reading) != {"by", "agrees", "note"}] == []
    assert [code for code, reading in readings if reading["agrees"] is not True or not reading["by"]] == []


# Groups


def test_a_group_has_two_stems_at_least() -> None:
    assert [group["code"] for group in groups() if len(group["stems"]) < 2] == []


def test_b2_offers_more_options_than_b1() -> None:
    size = {kind: [len(texts(g)) for g in groups() if g["type"] == kind] for kind in ("b1", "b2")}
    assert max(size["b1"]) < min(size["b2"])


def test_an_option_of_b2_may_serve_several_stems() -> None:
    served = [Counter(s["key"][0] for s in group["stems"]) for group in groups() if group["type"] == "b2"]
    assert served
    assert all(max(keys.values()) > 1 for keys in served)


# No answer is given away


def test_the_key_stands_in_every_place() -> None:
    places = Counter(row["key"][0] for row in singles() if row["type"] in {"a1", "a2"})
    assert set(places) == set("ABCDE")
    assert max(places.values()) <= 2 * min(places.values())


def test_the_longest_option_is_not_the_key() -> None:
    chosen = [row for row in singles() if row["type"] in {"a1", "a2"}]
    assert sum(longest_is_key(row, 1) for row in chosen) / len(chosen) <= 0.3
    assert sum(longest_is_key(row, CLEARLY_LONGER) for row in chosen) / len(chosen) <= 0.05


def test_no_option_is_all_or_none_of_the_others() -> None:
    easy = re.compile(r"以上(都|均|全)|(都|均)(是|不是|正确|错误)$")
    assert [row["code"] for row in everything() if any(easy.search(text) for text in texts(row))] == []


# No item repeats another


def test_no_stem_is_repeated() -> None:
    found = Counter(normal(wording(row)) for row in all_stems())
    assert [text for text, times in found.items() if times > 1] == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("肝脏超声", "肝脏超声。", 1.0),
        ("肝脏", "乳腺", 0.0),
        ("ＬＤＣＴ筛查", "ldct 筛查", 1.0),
        ("肝脏超", "肝脏波", 1 / 3),
    ],
)
def test_likeness(one: str, other: str, expected: float) -> None:
    assert likeness(one, other) == pytest.approx(expected)


def test_no_two_items_are_nearly_alike() -> None:
    pairs = [
        (one["code"], other["code"])
        for one, other in itertools.combinations(all_stems(), 2)
        if (one["group"] is None or one["group"] != other["group"])
        and likeness(wording(one), wording(other)) >= ALIKE
    ]
    assert pairs == []


# There are enough of them


def test_there_are_300_genuine_items() -> None:
    assert len(stems(bank_rows())) + len(stems(province_rows())) >= 300


@pytest.mark.parametrize(
    ("kind", "least"), [("a1", 18), ("a2", 14), ("b1", 12), ("b2", 9), ("x", 20), ("tf", 20)]
)
def test_the_bank_has_enough_of_each_type(kind: str, least: int) -> None:
    assert len([row for row in stems(bank_rows()) if row["type"] == kind]) >= least


@pytest.mark.parametrize("specialty", sorted(old_specialties()))
@pytest.mark.parametrize("part", blueprint(), ids=lambda part: part["code"])
def test_a_genuine_paper_can_be_drawn_for_each_specialty(part: Row, specialty: str) -> None:
    drawn = [
        row
        for row in stems(bank_rows())
        if row["type"] in part["item_types"] and (not row["specialties"] or specialty in row["specialties"])
    ]
    assert len(drawn) >= part["count"]


# Homework and the lesson plan


def test_every_homework_has_five_to_ten_choice_items() -> None:
    assert len(lessons_with_homework()) == 15
    assert [le["lesson"] for le in lessons_with_homework() if not 5 <= len(le["items"]) <= 10] == []
    assert {row["type"] for row in homework_rows()} == {"a1", "x"}


def test_homework_codes_name_their_lesson() -> None:
    wrong = [
        item["code"]
        for lesson in lessons_with_homework()
        for number, item in enumerate(lesson["items"], 1)
        if item["code"] != f"hw-{lesson['lesson']}-{number}" or item["theme"] != lesson["theme"]
    ]
    assert wrong == []


def test_the_first_titles_are_the_lessons_with_homework() -> None:
    first = [(row["code"], row["title"], row["theme"]) for row in lesson_titles()[:15]]
    assert first == [(le["lesson"], le["title"], le["theme"]) for le in lessons_with_homework()]
    assert [le["lesson"] for le in lessons_with_homework() if not le["title_en"].isascii()] == []


def test_lesson_titles_are_many_distinct_and_marked_as_samples() -> None:
    rows = lesson_titles()
    assert len({normal(row["title"]) for row in rows}) == len(rows) >= 325
    assert codes(list(rows)) == [f"lesson-{number:03d}" for number in range(1, len(rows) + 1)]
    assert {row["theme"] for row in rows} == theme_codes()
    assert {row["sample"] for row in rows} == {True}


def test_the_plan_says_in_chinese_why_it_is_assumed() -> None:
    assert re.fullmatch(r"[一-鿿].*。", plan()["assumed"])
    assert set(plan()["specialties"]) == old_specialties()


@pytest.mark.parametrize("specialty", sorted(old_specialties()))
def test_a_specialty_has_120_required_and_50_elective_lessons(specialty: str) -> None:
    lists = plan()["specialties"][specialty]
    required, elective = spread(lists["required"]), spread(lists["elective"])
    assert (len(required), len(elective)) == (120, 50)
    assert len(set(required) | set(elective)) == 170
    assert set(required) | set(elective) <= {row["code"] for row in lesson_titles()}


@pytest.mark.parametrize("specialty", sorted(old_specialties()))
def test_the_electives_of_a_specialty_touch_every_theme(specialty: str) -> None:
    theme = {row["code"]: row["theme"] for row in lesson_titles()}
    elective = spread(plan()["specialties"][specialty]["elective"])
    assert {theme[code] for code in elective} == theme_codes()


def test_spread_opens_spans_at_both_ends() -> None:
    assert spread(["lesson-009..lesson-011", "lesson-020"]) == [
        "lesson-009", "lesson-010", "lesson-011", "lesson-020",
    ]  # fmt: skip
