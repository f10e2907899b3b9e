"""Items, blueprint, windows and the pile of late answers, as the office and the provinces see them."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Region
from exams.answers import batch
from exams.models import ExamWindow
from exams.services import import_items
from programs.models import ProgramYear
from tests.exams.factories import (
    EXAM_TIME,
    make_bank,
)
from tests.exams.test_services_items import approved_home, province_rows
from tests.factories import Persona

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _exam_time(autumn_2022: Any) -> None:
    autumn_2022.move_to(EXAM_TIME)


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"exams:{name}", kwargs={"program": "cancer", "year": 2022, **kwargs})


def save(*rows: Any) -> None:
    with connection.cursor() as cursor:
        batch(cursor, rows)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_x1_a_province_sees_its_own_items_and_its_meter(
    year_2022: ProgramYear, hebei: Region, hebei_coordinator: Persona, henan_coordinator: Persona
) -> None:
    home = approved_home(hebei_coordinator, year_2022)
    import_items(rows=province_rows()[1:], home=home, actor=hebei_coordinator.actor, now=EXAM_TIME)
    page = text(hebei_coordinator.client.get(at("item-list")))
    assert page.count('class="finding finding-danger"') == 2
    refused = hebei_coordinator.client.post(at("item-submit"), follow=True)
    assert refused.status_code == 200
    assert text(henan_coordinator.client.get(at("item-list"))).count("t-a1-") == 0
    mine = hebei_coordinator.client.get(at("item-list") + "?kind=a2&q=题干").content.decode()
    item = re.search(r"/exams/items/(\d+)/", mine)
    assert item
    assert hebei_coordinator.client.get(at("item-show", pk=item[1])).status_code == 200
    assert henan_coordinator.client.get(at("item-show", pk=item[1])).status_code == 404


def test_x1_the_office_reviews_a_submission(
    year_2022: ProgramYear, hebei: Region, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    home = approved_home(hebei_coordinator, year_2022)
    import_items(rows=province_rows(), home=home, actor=hebei_coordinator.actor, now=EXAM_TIME)
    hebei_coordinator.client.post(at("item-submit"))
    page = text(national_officer.client.get(at("submission-list")))
    found = re.search(r"/exams/submissions/(\d+)/review/", page)
    assert found
    url = at("submission-decide", pk=found[1])
    assert national_officer.client.get(url).status_code == 200
    no_reason = national_officer.client.post(url, {"accept": "no", "reason": ""})
    assert no_reason.status_code == 200
    assert national_officer.client.post(url, {"accept": "yes", "reason": "合格"})["Location"] == at(
        "submission-list"
    )
    again = national_officer.client.post(url, {"accept": "yes", "reason": "合格"})
    assert again.status_code == 200
    assert text(national_officer.client.get(at("submission-list"))).count("/review/") == 0


def test_x3_the_blueprint_page_names_each_shortfall(national_officer: Persona, auditor: Persona) -> None:
    make_bank(singles=50, groups=0, multiple=24, true_false=0)
    page = text(national_officer.client.get(at("blueprint-show")))
    assert "120" in page
    assert page.count("state-danger") == 14
    assert page.count("state-success") == 7
    assert auditor.client.get(at("blueprint-show")).status_code == 200


def test_p2_the_office_moves_a_window_with_a_reason(
    year_2022: ProgramYear, national_officer: Persona, auditor: Persona, nuclear_officer: Persona
) -> None:
    window = ExamWindow.objects.get(year=year_2022)
    url = at("window-edit", pk=window.pk)
    assert url in text(national_officer.client.get(at("window-list")))
    assert url not in text(auditor.client.get(at("window-list")))
    assert national_officer.client.get(url).status_code == 200
    values = {"opens_at": "2022-12-02T08:00", "closes_at": "2022-12-01T08:00", "reason": "延期"}
    assert national_officer.client.post(url, values).status_code == 200
    values["closes_at"] = "2023-01-11T00:00"
    assert national_officer.client.post(url, values)["Location"] == at("window-list")
    window.refresh_from_db()
    assert window.closes_at == dt.datetime(2023, 1, 10, 16, tzinfo=dt.UTC)
    assert nuclear_officer.client.get(url).status_code == 404
