"""The parts of the paper, the bank against them, the use of items, sample papers (X3)."""

import re
from typing import Any

import pytest

from accounts.actors import system_actor
from core.models import Event
from exams.blueprints import exposure_of, feasibility
from exams.enums import ItemStatus
from exams.models import Attempt, BlueprintRow, Item, ItemUse
from exams.services import import_items
from exams.services.items import Home
from programs.models import ProgramYear, Setting, Specialty
from tests.exams.factories import EXAM_TIME, group_row, make_bank, places
from tests.exams.test_reading import at, text
from tests.factories import Persona, office_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def numbers(**changes: Any) -> dict[str, Any]:
    sent = {"single-count": 60, "single-points": 1, "multiple-count": 20, "multiple-points": 2}
    return {**sent, "true-false-count": 20, "true-false-points": 1, **changes}


def short_bank() -> None:
    """Nine groups of seven have more than sixty stems, and whole they make fifty-six."""
    make_bank(singles=0, groups=0, multiple=24, true_false=5)
    home = Home(unit=office_of("cancer"), status=ItemStatus.IN_BANK)
    rows = [group_row(number, 7) for number in range(9)]
    import_items(rows=rows, home=home, actor=system_actor(), now=EXAM_TIME)


def counts() -> dict[str, int]:
    return dict(BlueprintRow.objects.filter(year__year=2022).values_list("code", "count"))


def test_x3_a_shortfall_says_how_many_of_how_many_and_what_groups_make(year_2022: ProgramYear) -> None:
    short_bank()
    rows = {specialty.code: found for specialty, found in feasibility(year_2022)}
    assert len(rows) == Specialty.objects.filter(year=year_2022, generation="old").count()
    told = {one.line: (one.missing, one.made, one.held) for one in rows["clinical"]}
    assert told == {"single": (4, 56, 63), "multiple": (0, 20, 24), "true-false": (15, 5, 5)}


def test_x3_the_page_words_the_shortfall(year_2022: ProgramYear, national_officer: Persona) -> None:
    short_bank()
    page = text(national_officer.client.get(at("blueprint-show")))
    assert "缺4题（需60题）；题组整组抽取只能组成56题" in page
    assert "缺15题（需20题）" in page
    assert "缺15题（需20题）；" not in page


def test_x3_a_specialty_draws_its_own_items_and_those_of_all(year_2022: ProgramYear) -> None:
    make_bank()
    Item.objects.filter(kind="x").update(specialties=["clinical"])
    lacking = {row[0].code: row[1][1].missing for row in feasibility(year_2022)}
    assert lacking.pop("clinical") == 0
    assert set(lacking.values()) == {20}


def test_x3_the_preview_shows_both_papers_and_writes_nothing(
    bank: None, year_2022: ProgramYear, national_officer: Persona
) -> None:
    url = at("blueprint-edit")
    before = counts()
    events = Event.objects.count()
    data = numbers(**{"single-count": 90, "act": "preview"})
    page = text(national_officer.client.post(url, data))
    # 82 singles serve everybody
    assert "缺8题（需90题）" in page
    assert 'id="after"' in page
    assert (counts(), Event.objects.count()) == (before, events)
    unreadable = text(
        national_officer.client.post(url, numbers(**{"single-count": "viel", "act": "preview"}))
    )
    assert ('id="after"' in unreadable, "viel" in unreadable) == (False, True)


def test_x3_the_parts_are_changed_together_with_a_reason(
    bank: None, year_2022: ProgramYear, national_officer: Persona
) -> None:
    url = at("blueprint-edit")
    changed = {"single-count": 70, "multiple-count": 15}
    for data in (
        numbers(**changed),
        numbers(**{"single-count": 61}, reason="r"),
        numbers(**{"single-count": 0}, reason="r"),
    ):
        page = text(national_officer.client.post(url, data))
        assert "error-summary" in page
    assert counts()["single"] == 60
    done = national_officer.client.post(url, numbers(**changed, reason="委员会决定"))
    assert done["Location"] == at("blueprint-show")
    assert counts() == {"single": 70, "multiple": 15, "true-false": 20}
    assert set(Event.objects.filter(reason="委员会决定").values_list("object_type", flat=True)) == {
        "exams.blueprintrow"
    }


def test_x3_once_somebody_sat_the_parts_are_only_tried_out(
    attempt: Attempt, national_officer: Persona
) -> None:
    url = at("blueprint-edit")
    page = text(national_officer.client.get(url))
    assert ("note-warning" in page, 'value="save"' in page, 'value="preview"' in page) == (True, False, True)
    sent = numbers(**{"single-count": 70, "multiple-count": 15}, reason="委员会决定")
    assert "error-summary" in text(national_officer.client.post(url, sent))
    assert counts()["single"] == 60


def test_x3_the_use_of_items_against_the_cap(
    attempt: Attempt, year_2022: ProgramYear, national_officer: Persona, auditor: Persona
) -> None:
    drawn = [place.version.item for place in places(attempt)]
    single, multiple = drawn[0], next(item for item in drawn if item.kind == "x")
    ItemUse.objects.create(year=year_2022, item=single, papers=2)
    ItemUse.objects.create(year=year_2022, item=multiple, papers=1)
    ItemUse.objects.create(year=year_2022, item=drawn[1], papers=0)
    Setting.objects.filter(year=year_2022, code="item-exposure-share").update(value="1")
    assert exposure_of(year_2022).worn == {single.pk}

    def shown(query: str = "") -> set[str]:
        page = text(national_officer.client.get(at("use-list") + query))
        return set(re.findall(r"/items/\d+/\">([\w-]+)<", page))

    assert shown() == {single.code, multiple.code}
    assert shown("?worn=true") == {single.code}
    assert shown("?worn=false") == {multiple.code}
    assert shown("?part=multiple") == {multiple.code}
    assert shown(f"?q={multiple.code}&kind=x") == {multiple.code}
    page = text(auditor.client.get(at("use-list")))
    first = re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)[0]
    lines = [re.findall(r">\s*(\d+)\s*<", row) for row in first.split("</tr>")[:3]]
    assert lines == [["82", "1", "81", "2", "1"], ["24", "1", "23", "1", "0"], ["24", "0", "24", "0", "0"]]
    Setting.objects.filter(year=year_2022, code="item-exposure-share").delete()
    assert exposure_of(year_2022).cap is None
    assert shown("?worn=true") == set()


def test_x3_without_a_paper_no_share_is_told(year_2022: ProgramYear, national_officer: Persona) -> None:
    assert exposure_of(year_2022).percent(3) is None
    assert national_officer.client.get(at("use-list")).status_code == 200


def test_x3_a_sample_is_drawn_by_post_seen_as_candidates_do_and_recorded(
    bank: None, year_2022: ProgramYear, national_officer: Persona
) -> None:
    url = at("sample-show")
    specialty = Specialty.objects.get(year=year_2022, code="clinical")
    assert "watermark" not in text(national_officer.client.get(url))
    assert not Event.objects.filter(verb="draw_sample").exists()
    page = text(national_officer.client.post(url, {"specialty": specialty.pk}))
    assert page.count('class="question"') == 100
    paper, keys = page.split('id="keys"')
    assert "⟦WHY" not in paper
    assert keys.count("<li><strong>") == 100
    mark = f"{national_officer.user} / 2022-12-05 09:00"
    assert page.count(mark) > 10
    assert Event.objects.get(verb="draw_sample").data["specialty"] == "clinical"
    assert not Attempt.objects.exists()


def test_x3_the_keys_of_a_sample_name_the_letters_that_are_shown(
    bank: None, year_2022: ProgramYear, national_officer: Persona
) -> None:
    specialty = Specialty.objects.get(year=year_2022, code="clinical")
    page = text(national_officer.client.post(at("sample-show"), {"specialty": specialty.pk}))
    paper, keys = page.split('id="keys"')
    told = re.findall(r"<li><strong>(\w+)</strong> <a[^>]*>([\w-]+)<", keys)
    for number, (letters, code) in enumerate(told, 1):
        right = set(Item.objects.get(code=code).versions.get().key)
        part = paper.split(f'id="q{number}"')[1].split("</article>")[0]
        shown = re.findall(r'option-letter">(\w)</span><span class="option-text">([^<]*)<', part)
        assert {text[-1] for letter, text in shown if letter in letters} == right or right <= {"T", "F"}


def test_x3_a_bank_that_cannot_fill_the_paper_is_named(
    year_2022: ProgramYear, national_officer: Persona
) -> None:
    make_bank(multiple=3)
    specialty = Specialty.objects.get(year=year_2022, code="clinical")
    page = text(national_officer.client.post(at("sample-show"), {"specialty": specialty.pk}))
    assert "缺17题（需20题）" in page
    assert "watermark" not in page
