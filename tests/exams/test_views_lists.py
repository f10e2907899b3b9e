"""Lists, figures and the desk."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Region
from core.figures import FIGURES
from enrollment.models import Enrollment
from exams.answers import batch
from exams.models import Attempt, Certificate, ExamWindow, LateAnswer
from exams.services import hand_in, import_items, submit_items
from exams.services.items import Home
from exams.todos import SOURCE
from programs.models import ProgramYear
from programs.where import Where
from tests.exams.factories import (
    EXAM_TIME,
    item_row,
    right_rows,
    row_of,
    signed_up,
    started,
)
from tests.exams.test_services_items import approved_home, province_rows
from tests.factories import HENAN, EnrollmentFactory, Persona, trainee_persona
from tests.helpers import assert_constant_queries, cells_of

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


@pytest.fixture
def results(bank: None) -> list[Persona]:
    """One who passed, one who failed, one who only signed up; a stranger in Henan."""
    people = [trainee_persona(f"person-{number}") for number in range(3)]
    people.append(trainee_persona("person-henan", region=HENAN))
    for place, someone in enumerate(people):
        assert someone.enrollment is not None
        if place == 2:
            signed_up(someone.enrollment)
            continue
        attempt = started(someone.enrollment)
        if place != 1:
            save(*right_rows(attempt))
        hand_in(attempt=attempt, actor=someone.actor, now=EXAM_TIME + MINUTE)
    return people


def test_r3_scores_of_the_province_as_page_and_workbook(
    results: list[Persona], hebei_coordinator: Persona
) -> None:
    page = text(hebei_coordinator.client.get(at("score-list")))
    assert [person.person.name in page for person in results] == [True, True, True, False]
    workbook = hebei_coordinator.client.post(at("score-list"))
    rows = [row for row in cells_of(workbook.content) if row[1] in {person.person.name for person in results}]
    assert sorted((row[6], row[7]) for row in rows if row[7] is not None) == [(1, 0), (1, 120)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param("result=passed", 1, id="R3-passed"),
        pytest.param("result=failed", 1, id="R3-failed"),
        pytest.param("result=none", 1, id="R3-not-sat"),
        pytest.param("track=online_only", 0, id="R3-track"),
        pytest.param("q=nobody", 0, id="R3-name"),
        pytest.param("province=130000", 3, id="R3-province"),
        pytest.param("sort=-score", 3, id="R3-sorted"),
    ],
)
def test_r3_scores_filter(results: list[Persona], hebei_coordinator: Persona, query: str, count: int) -> None:
    page = text(hebei_coordinator.client.get(f"{at('score-list')}?{query}"))
    assert sum(person.person.name in page for person in results) == count


def test_x7_certificates_of_the_province(
    results: list[Persona], hebei_coordinator: Persona, national_officer: Persona
) -> None:
    page = text(hebei_coordinator.client.get(at("certificate-list")))
    assert page.count("CANCER-2022-") == 1
    assert text(national_officer.client.get(at("certificate-list"))).count("CANCER-2022-") == 2
    assert (
        text(national_officer.client.get(at("certificate-list") + "?q=nobody&province=410000")).count(
            "CANCER-"
        )
        == 0
    )


def test_lists_ask_the_database_as_often_for_thirty_as_for_one(
    year_2022: ProgramYear, hebei: Region, national_officer: Persona
) -> None:
    def sign_up_many(count: int) -> None:
        for _ in range(count):
            entry = signed_up(EnrollmentFactory(year=year_2022))
            attempt = _closed(entry.enrollment)
            LateAnswer.objects.create(
                attempt=attempt,
                ordinal=1,
                value="a",
                generation=1,
                sequence=1,
                arrived_at=EXAM_TIME,
                reason="late",
            )

    assert_constant_queries(national_officer.client, at("score-list"), sign_up_many)
    for name in ("certificate-list", "late-list"):
        assert national_officer.client.get(at(name)).status_code == 200


def _closed(enrollment: Enrollment) -> Attempt:
    attempt = Attempt.objects.create(
        enrollment=enrollment, window=ExamWindow.objects.get(year=enrollment.year), number=1, state="closed",
        seed="s", started_at=EXAM_TIME, deadline=EXAM_TIME, accept_until=EXAM_TIME, item_count=100, full_points=120,
        pass_points=72, score=80, passed=True, closed_at=EXAM_TIME, closed_by="person", receipt=f"E-{enrollment.pk}",
    )  # fmt: skip
    Certificate.objects.create(
        enrollment=enrollment, attempt=attempt, kind="completion", number=f"N-{enrollment.pk}", issued_at=EXAM_TIME,
        content={"name": "某", "institution": "某院", "specialty": "临床", "score": 80},
    )  # fmt: skip
    return attempt


@pytest.mark.parametrize("name", ["certificate-list", "late-list", "item-list"])
def test_other_lists_have_constant_queries(
    year_2022: ProgramYear, national_officer: Persona, name: str
) -> None:
    def make(count: int) -> None:
        first = Enrollment.objects.count()
        for number in range(count):
            attempt = _closed(EnrollmentFactory(year=year_2022))
            LateAnswer.objects.create(
                attempt=attempt,
                ordinal=1,
                value="a",
                generation=1,
                sequence=1,
                arrived_at=EXAM_TIME,
                reason="late",
            )
            home = Home(unit=national_officer.unit)
            row = item_row("a1", 1000 + first + number)
            import_items(rows=[row], home=home, actor=national_officer.actor, now=EXAM_TIME)

    assert_constant_queries(national_officer.client, at(name), make)


def test_s1_the_exam_figures_equal_their_rows(
    results: list[Persona], year_2022: ProgramYear, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    everywhere, here = Where(year_2022.pk), Where(year_2022.pk, region="130000")
    expected = {
        "exams.qualified": (4, None), "exams.sat": (3, None), "exams.passed": (2, None), "exams.pass_rate": (2, 3),
        "exams.excellent_rate": (2, 3), "exams.certificates": (2, None), "exams.items_submitted": (0, None),
    }  # fmt: skip
    for code, (amount, base) in expected.items():
        figure = FIGURES[code]
        value = figure.value(national_officer.scope, everywhere)
        assert (value.amount, value.base) == (amount, base), code
        assert figure.rows(national_officer.scope, everywhere).count() == amount
        by_province = figure.values(national_officer.scope, everywhere, "province")
        assert sum(one.amount for one in by_province.values()) == amount
        # a province sees its own, whatever it asks for
        assert figure.value(hebei_coordinator.scope, everywhere) == figure.value(national_officer.scope, here)


def test_x1_submitted_items_are_counted_by_province(
    year_2022: ProgramYear, hebei: Region, hebei_coordinator: Persona, national_officer: Persona
) -> None:
    home = approved_home(hebei_coordinator, year_2022)
    import_items(rows=province_rows(), home=home, actor=hebei_coordinator.actor, now=EXAM_TIME)
    figure = FIGURES["exams.items_submitted"]
    assert figure.value(national_officer.scope, Where(year_2022.pk, region="130000")).amount == 0
    submit_items(
        year=year_2022,
        region=hebei,
        unit=hebei_coordinator.unit,
        actor=hebei_coordinator.actor,
        now=EXAM_TIME,
    )
    assert figure.values(national_officer.scope, Where(year_2022.pk), "province")["130000"].amount == 150


def test_p4_the_desk_tells_each_role_what_waits(
    bank: None,
    year_2022: ProgramYear,
    trainee: Persona,
    hebei_coordinator: Persona,
    national_officer: Persona,
    hebei: Region,
) -> None:
    def words(someone: Persona) -> list[str]:
        return [todo.url for todo in SOURCE.find(someone.actor, year_2022, EXAM_TIME)]

    assert words(trainee) == [at("exam-show")]
    assert trainee.enrollment is not None
    attempt = started(trainee.enrollment)
    assert words(trainee) == [at("exam-show")]
    save(*right_rows(attempt), row_of(attempt, arrived_at=attempt.accept_until + MINUTE, sequence=9))
    hand_in(attempt=attempt, actor=trainee.actor, now=EXAM_TIME)
    assert words(trainee) == []
    assert words(hebei_coordinator) == [at("item-list")]
    assert words(national_officer) == [at("late-list") + "?decision=waiting"]
    home = approved_home(hebei_coordinator, year_2022)
    rows = [{**row, "code": f"h-{row['code']}"} for row in province_rows() if "stems" not in row]
    rows += [
        row | {"code": f"h-{row['code']}", "stems": [s | {"code": f"h-{s['code']}"} for s in row["stems"]]}
        for row in province_rows()
        if "stems" in row
    ]
    import_items(rows=rows, home=home, actor=hebei_coordinator.actor, now=EXAM_TIME)
    hebei_coordinator.client.post(at("item-submit"))
    assert words(hebei_coordinator) == []
    assert words(national_officer) == [at("submission-list"), at("late-list") + "?decision=waiting"]
