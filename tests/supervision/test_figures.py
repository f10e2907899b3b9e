"""R2, S3: every number of a sheet is the count of the rows it opens, in every province; the plan's figures stay narrow."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from core.enums import FindingStatus
from core.figures import FIGURES
from enrollment.enums import Profession
from programs.models import Participation
from programs.services import copy_year
from programs.where import Where
from supervision.enums import FundKind, SheetKind
from supervision.listings import PLAIN, listing_of, listings
from supervision.models import Criterion
from supervision.queries import kept, live_lines, measurement, owner_scope, where_of
from supervision.services import open_scorecards
from tests.factories import NOW, EnrollmentFactory, UnitFactory
from tests.programs.source_rows import rows as source_rows
from tests.supervision.factories import make_activity, make_card, make_fund

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("autumn_2022"),
    pytest.mark.no_cover,  # others measure the same lines
]
OF_BASES = [row["figure"] for row in source_rows("criterion") if row["applies_base"] and row["figure"]]


def lived(year) -> None:
    """A different number of people, activities and money in each province."""
    for number, row in enumerate(
        Participation.objects.filter(year=year).select_related("region").order_by("order")
    ):
        for person in range(number % 4):
            profession = Profession.NURSE if person == 0 else Profession.PHYSICIAN
            EnrollmentFactory(region=row.region, profession=profession, health_management=person % 2 == 0)
        for _ in range(number % 5):
            make_activity(row.region_id)
        make_fund(FundKind.ARRIVAL, str(1000 + number), row.region_id)
        make_fund(FundKind.SPENDING, str(900 + number), row.region_id)


def test_r2_in_every_province_each_number_of_both_sheets_is_the_count_of_its_rows(
    year_2022, national_officer
):
    lived(year_2022)
    open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW)
    scope, seen = national_officer.scope, set()
    for card in year_2022.scorecards.select_related("year__program", "region", "unit"):
        for line in live_lines(card):
            figure = FIGURES.get(line.criterion.figure) if line.criterion.is_measured else None
            if figure is None:
                continue
            rows, found = figure.rows(scope, where_of(card)), kept(line)
            counted = rows.aggregate(amount=figure.aggregate)["amount"]
            assert found.amount == (round(Decimal(counted), 4) if isinstance(counted, float) else counted), (
                line
            )
            if figure.base_rows is not None and figure.code != "supervision.funds_use_rate":
                assert found.base == figure.base_rows(scope, where_of(card)).count()
            seen.add((card.region_id, figure.code))
    assert len({region for region, _ in seen}) == 31
    assert {code for _, code in seen} == {
        row.figure for row in Criterion.objects.filter(year=year_2022) if row.figure in FIGURES
    }


def test_r2_the_page_behind_a_number_lists_that_many_rows(year_2022, hebei_administrator):
    lived(year_2022)
    region = hebei_administrator.unit.region_id
    for code in ("supervision.activities", "enrollment.institutions", "enrollment.approved"):
        page = (
            reverse("supervision:figure-show", kwargs={**year_2022.url_kwargs, "code": code})
            + f"?region={region}"
        )
        shown = hebei_administrator.client.get(page).context["list"].page.paginator.count
        assert (
            shown
            == FIGURES[code].value(owner_scope(year_2022), Where(year_2022.pk, region=region)).amount
            > 0
        )


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_r2_every_figure_opens(figure, year_2022, national_officer):
    """Whatever room measures it: its rows find their list and the list shows them."""
    EnrollmentFactory()
    make_activity()
    make_fund(FundKind.SPENDING, "5")
    make_card()
    page = reverse("supervision:figure-show", kwargs={**year_2022.url_kwargs, "code": figure.code})
    answer = national_officer.client.get(page)
    assert answer.status_code == 200
    shown = answer.context["list"].page.paginator.count
    assert shown == figure.rows(national_officer.scope, Where(year_2022.pk)).distinct().count()


def test_s1_a_base_is_measured_by_its_own_rows_alone(year_2022):
    """A figure that did not narrow to the base would give it the country's numbers."""
    lived(year_2022)
    where, scope = Where(year_2022.pk, base_id=UnitFactory().pk), owner_scope(year_2022)
    found = {code: measurement(FIGURES[code], scope, where) for code in OF_BASES if code in FIGURES}
    assert len(found) > 5
    assert {code: one for code, one in found.items() if one.amount or one.base} == {}


def test_s1_a_fresh_base_has_no_points(year_2022):
    lived(year_2022)
    card = make_card(SheetKind.BASE, unit=UnitFactory())
    states = {line.state for line in live_lines(card) if line.criterion.unit == "share"}
    assert states == {FindingStatus.NO_DATA}


def test_every_figure_of_this_room_has_its_list():
    own = [figure for figure in FIGURES if figure.code.startswith("supervision.")]
    assert own
    assert [figure.code for figure in own if listing_of(figure.columns) is PLAIN] == []
    assert listing_of("no.such.list") is PLAIN
    assert {"supervision.activities", "exams.certificates"} <= set(listings())


def test_p1_the_next_year_keeps_the_days_of_its_thresholds(system, year_2022):
    step = Criterion.objects.get(year=year_2022, code="kickoff-on").steps.create(
        year=year_2022, code="kickoff-late", threshold="2022-09-15", points=1, clause="x"
    )
    copy = copy_year(
        source=year_2022,
        year=2023,
        name="次年",
        name_en="next",
        shift=dt.timedelta(days=365),
        actor=system,
        now=NOW,
    )
    days = dict(Criterion.objects.filter(year=copy, unit="date").values_list("code", "threshold"))
    assert days == {
        "kickoff-on": "2023-08-31",
        "offline-opening-on": "2023-10-31",
        "offline-end-on": "2023-11-30",
    }
    assert Criterion.objects.get(year=copy, code="offline-passed").threshold == "200"
    moved = Criterion.objects.get(year=copy, code="kickoff-on").steps.get()
    assert (moved.threshold, moved.code, moved.pk != step.pk) == ("2023-09-15", "kickoff-late", True)
