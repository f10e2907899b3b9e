"""Behind every number its rows (R2)."""

import re

import pytest
from django.urls import reverse

from core.figures import FIGURES, Figure
from enrollment.models import RosterImport
from exams.models import SignUp
from programs.enums import Track
from programs.models import PriorityProgram
from programs.where import Where
from reports.drilldown import listing_of
from tests.factories import HEBEI, HENAN, NOW, EnrollmentFactory, cancer_2022
from tests.helpers import assert_constant_queries, cells_of
from tests.reports.factories import trainees

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(code: str) -> str:
    return reverse("reports:figure-show", kwargs={**cancer_2022().url_kwargs, "code": code})


def count(response) -> int:
    return response.context["list"].page.paginator.count


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_every_figure_opens_for_the_office(national_officer, figure):
    trainees(2)
    response = national_officer.client.get(url(figure.code))
    assert response.status_code == 200
    assert response.context["facts"][-1]["value"] == figure.definition


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_a_figure_has_a_list_of_its_rows(national_officer, figure):
    """The one its room declares, or one for the model; the plain one is for what is still to come."""
    rows = figure.rows(national_officer.scope, Where(cancer_2022().pk))
    assert listing_of(figure, cancer_2022(), rows).code != "reports.rows", figure.columns


def test_rows_of_a_model_without_a_list_say_what_they_are(year_2022):
    figure = Figure(
        "x.y", "X", "Y", rows=lambda scope, where: PriorityProgram.objects.filter(year=where.year_id)
    )
    rows = figure.rows(None, Where(year_2022.pk))
    listing = listing_of(figure, year_2022, rows)
    assert [column.read(rows[0]) for column in listing.columns] == [str(rows[0])]
    imports = RosterImport.objects.all()
    listing = listing_of(Figure("x.z", "X", "Y", rows=lambda scope, where: imports), year_2022, imports)
    assert [column.code for column in listing.columns] == ["row", "province"]


def test_the_cut_narrows_number_and_rows_alike(national_officer):
    trainees(3)
    trainees(2, HENAN)
    trainees(1, track=Track.ONLINE_ONLY)
    client = national_officer.client
    assert count(client.get(url("enrollment.approved"))) == 5
    assert count(client.get(url("enrollment.approved"), {"region": HEBEI})) == 3
    assert count(client.get(url("enrollment.approved"), {"region": HEBEI, "track": Track.ONLINE_ONLY})) == 0
    response = client.get(url("enrollment.approved"), {"region": HEBEI})
    assert response.context["facts"][0]["value"] == "3"
    assert [value for _label, value in response.context["list"].filters_in_words] == ["河北省"]


def test_a_share_opens_the_counted_part_and_the_whole(national_officer):
    trainees(3)
    trainees(2, health_management=True)
    client = national_officer.client
    part = client.get(url("enrollment.health_management_share"))
    assert (count(part), part.context["facts"][0]["value"]) == (2, "40%")
    assert sorted(re.findall(r"\d+", part.context["facts"][1]["value"])) == ["2", "5"]
    assert count(client.get(url("enrollment.health_management_share"), {"of": "base"})) == 5


def test_one_trainee_can_be_asked_for(national_officer):
    trainees(2)
    someone = EnrollmentFactory()
    assert count(national_officer.client.get(url("enrollment.approved"), {"enrollment": someone.pk})) == 1


@pytest.mark.parametrize(
    "cut", [{"region": "x"}, {"region": "999999"}, {"track": "x"}, {"base": "7"}, {"enrollment": "x"}]
)
def test_a_cut_that_is_not_understood_shows_nothing(national_officer, cut):
    trainees(2)
    response = national_officer.client.get(url("enrollment.approved"), cut)
    assert (response.status_code, count(response), response.context["facts"][0]["value"]) == (200, 0, "–")


def test_a_province_sees_its_own_rows_whatever_it_asks_for(hebei_coordinator, hebei_administrator):
    trainees(3)
    trainees(2, HENAN)
    for who in (hebei_coordinator, hebei_administrator):
        assert count(who.client.get(url("enrollment.approved"))) == 3
        assert count(who.client.get(url("enrollment.approved"), {"region": HENAN})) == 3
        assert count(who.client.get(url("programs.seats"), {"region": HENAN})) == 1


def test_a_trainee_follows_a_figure_to_themself(trainee, other_trainee):
    SignUp.objects.create(enrollment=trainee.enrollment, signed_up_at=NOW)
    response = trainee.client.get(url("enrollment.approved"))
    assert count(response) == 1
    assert response.context["list"].table["rows"][0]["url"] == ""
    assert count(other_trainee.client.get(url("exams.qualified"))) == 0


def test_an_expert_and_an_unknown_figure_open_nothing(expert, national_officer):
    assert expert.client.get(url("enrollment.approved")).status_code == 403
    assert national_officer.client.get(url("no.such")).status_code == 404


def test_the_rows_are_exported_with_their_cut(national_officer):
    trainees(3)
    trainees(2, HENAN)
    response = national_officer.client.post(f"{url('enrollment.approved')}?region={HENAN}")
    cells = cells_of(response.content)
    assert any("河南省" in str(row[0]) for row in cells[:4])
    heading = next(number for number, row in enumerate(cells) if row[0] == "姓名")
    assert len(cells) - heading - 1 == 2


@pytest.mark.parametrize("code", ["enrollment.approved", "enrollment.institutions", "exams.qualified"])
def test_the_page_asks_as_often_with_many_rows_as_with_one(national_officer, code):
    def sign_up(number: int) -> None:
        for one in EnrollmentFactory.create_batch(number):
            SignUp.objects.create(enrollment=one, signed_up_at=NOW)

    assert_constant_queries(national_officer.client, url(code), sign_up)


def test_all_figures_are_listed_with_what_they_count(national_officer, hebei_coordinator):
    trainees(3)
    place = reverse("reports:figure-list", kwargs=cancer_2022().url_kwargs)
    for who in (national_officer, hebei_coordinator):
        table = who.client.get(place).context["table"]
        shown = {row["cells"][0]["text"]: row for row in table["rows"]}
        assert len(table["rows"]) == sum("province" in figure.by for figure in FIGURES)
        line = shown[str(FIGURES["enrollment.approved"].label)]
        assert (line["cells"][1]["text"], line["url"]) == ("3", url("enrollment.approved"))
    cells = cells_of(national_officer.client.post(place).content)
    assert "enrollment.approved" in {row[-1] for row in cells}
