"""The country in one look, then where it is late; the same for one province (R2, R4)."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Region
from core.figures import FIGURES, FigureValue
from core.values import CHINA
from exams.models import SignUp
from programs.enums import Track
from programs.models import Duty, ProgramYear
from programs.services import record_duty
from reports.columns import number_of, value_words
from reports.queries.dashboard import MemberRow, furthest_behind
from reports.queries.late import by_duty, by_region, calendar_lines, coming, overdue
from reports.selection import BY_PROVINCE, GROUPS, HEADLINES, PLANNED, known, shown_codes
from tests.factories import (
    HEBEI,
    HENAN,
    NOW,
    EnrollmentFactory,
    UnitFactory,
    cancer_2022,
    lead_unit,
    persona,
)
from tests.helpers import assert_constant_queries, cells_of
from tests.reports.factories import trainees

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name: str, **more: str) -> str:
    return reverse(f"reports:{name}", kwargs={**cancer_2022().url_kwargs, **more})


def tiles(response) -> dict[str, dict]:
    return {tile["code"]: tile for group in response.context["groups"] for tile in group["tiles"]}


def table_rows(response) -> dict[str, list[dict]]:
    return {row["cells"][0]["text"]: row["cells"] for row in response.context["table"]["rows"]}


# What is shown


def test_every_figure_of_the_selection_is_measured():
    chosen = {code for group in GROUPS for code in group.codes} | set(BY_PROVINCE) | set(HEADLINES)
    chosen |= set(PLANNED) | set(PLANNED.values())
    assert chosen - set(FIGURES.codes()) == set()


def test_a_figure_that_no_room_measures_is_left_out():
    assert [figure.code for figure in known(("no.such", "enrollment.approved"))] == ["enrollment.approved"]


def test_headlines_stand_in_their_groups_too():
    assert set(HEADLINES) <= {code for group in GROUPS for code in group.codes}


@pytest.mark.parametrize("code", shown_codes())
def test_what_is_shown_can_be_asked_of_a_province(code):
    assert "province" in FIGURES[code].by


# The country


def test_the_country_stands_beside_its_plan(national_officer):
    trainees(3)
    trainees(1, HENAN, track=Track.ONLINE_ONLY)
    found = tiles(national_officer.client.get(url("dashboard-show")))
    assert (found["enrollment.approved"]["value"], found["enrollment.approved"]["hint"]) == (
        "3",
        "计划 5,850 · 完成 0.1%",
    )
    assert found["enrollment.online_only_approved"]["value"] == "1"
    assert found["enrollment.county_share"]["value"] == "100%"
    assert found["exams.pass_rate"]["value"] == "–"


def test_the_table_has_the_31_provinces_in_the_official_order_and_the_country_below(national_officer):
    trainees(3)
    response = national_officer.client.get(url("dashboard-show"))
    rows = response.context["table"]["rows"]
    assert len(rows) == 31
    assert [row["cells"][0]["text"] for row in rows[:3]] == ["北京市", "天津市", "河北省"]
    columns = [column["label"] for column in response.context["table"]["columns"]]
    place = columns.index(FIGURES["enrollment.approved"].label)
    assert table_rows(response)["河北省"][place]["text"] == "3"
    foot = response.context["table"]["foot"]
    assert [cell["text"] for cell in foot][:3] == ["全国", "5,850", "3"]
    assert foot[columns.index(FIGURES["supervision.points"].label)]["text"] == "–"
    assert len(foot) == len(columns)


def test_each_cell_opens_the_rows_of_its_province(national_officer):
    trainees(3)
    trainees(2, HENAN)
    cells = table_rows(national_officer.client.get(url("dashboard-show")))["河南省"]
    opened = national_officer.client.get(
        next(cell["url"] for cell in cells if "enrollment.approved" in cell["url"])
    )
    assert opened.context["list"].page.paginator.count == 2


@pytest.mark.parametrize(
    ("sort", "first"),
    [("enrollment.approved", "北京市"), ("-enrollment.approved", "河北省"), ("-name", "新疆维吾尔自治区")],
)
def test_the_table_is_sorted_by_any_figure(national_officer, sort, first):
    trainees(3)
    response = national_officer.client.get(url("dashboard-show"), {"sort": sort})
    assert response.context["table"]["rows"][0]["cells"][0]["text"] == first


def test_provinces_without_a_value_come_last_in_either_direction(national_officer):
    SignUp.objects.create(enrollment=EnrollmentFactory(), signed_up_at=NOW)
    for sort in ("enrollment.county_share", "-enrollment.county_share"):
        rows = national_officer.client.get(url("dashboard-show"), {"sort": sort}).context["table"]["rows"]
        assert rows[0]["cells"][0]["text"] == "河北省"


def test_the_table_is_exported_as_it_is_sorted(national_officer):
    trainees(3)
    response = national_officer.client.post(f"{url('dashboard-show')}?sort=-enrollment.approved")
    cells = cells_of(response.content)
    heading = next(number for number, row in enumerate(cells) if row[0] == "省份")
    assert cells[heading + 1][0] == "河北省"
    assert cells[heading + 1][cells[heading].index(str(FIGURES["enrollment.approved"].label))] == 3
    assert len([row for row in cells[heading + 1 :] if row[0]]) == 31


def test_the_chart_says_what_the_table_says(national_officer):
    trainees(3)
    chart = national_officer.client.get(url("dashboard-show")).context["chart"]
    place = chart["categories"].index("河北")
    assert [one["data"][place] for one in chart["series"]] == [200, 3]
    assert "enrollment.approved" in chart["urls"][place]
    assert f"region={HEBEI}" in chart["urls"][place]


def test_another_figure_can_be_charted(national_officer):
    trainees(3)
    chart = national_officer.client.get(url("dashboard-show"), {"chart": "enrollment.county_share"}).context[
        "chart"
    ]
    place = chart["categories"].index("河北")
    assert (len(chart["series"]), chart["unit"], chart["series"][0]["data"][place]) == (1, "%", 100.0)
    unknown = national_officer.client.get(url("dashboard-show"), {"chart": "no.such"}).context["chart"]
    assert len(unknown["series"]) == 2


def test_the_page_asks_as_often_with_many_people_as_with_one(national_officer):
    assert_constant_queries(national_officer.client, url("dashboard-show"), trainees)


def test_the_overview_asks_as_often_with_many_bases_as_with_one(hebei_coordinator):
    assert_constant_queries(hebei_coordinator.client, url("overview-show"), UnitFactory.create_batch)


def test_the_home_of_the_office_is_the_dashboard(national_officer, auditor, hebei_coordinator):
    landed = [
        who.client.get(reverse("home"))["Location"] for who in (national_officer, auditor, hebei_coordinator)
    ]
    assert landed == [url("dashboard-show"), url("dashboard-show"), url("desk")]


def test_the_home_of_a_year_without_reports_is_the_list_of_what_is_to_be_done(nuclear_officer, year_2024):
    assert nuclear_officer.client.get(reverse("home"))["Location"] == reverse(
        "reports:desk", kwargs=year_2024.url_kwargs
    )


def test_a_trainee_lands_at_the_own_study_of_the_own_year(trainee):
    assert trainee.client.get(reverse("home"))["Location"] == reverse(
        "courses:study-show", kwargs=cancer_2022().url_kwargs
    )


def test_a_trainee_changes_between_years_of_their_own_and_no_others(trainee, national_officer):
    year = cancer_2022()
    ProgramYear.objects.create(
        program=year.program, year=2031, name="2031年度", areas=year.areas, status=year.status
    )
    own, every = (
        [one["label"] for one in who.client.get(url("desk")).context["years"]]
        for who in (trainee, national_officer)
    )
    assert own == ["2022"]
    assert {"2022", "2031"} <= set(every)


def test_whoever_has_no_open_year_is_told_whom_to_ask():
    stranger = persona("stranger", Role.TRAINEE, lead_unit(HENAN))
    response = stranger.client.get(reverse("home"))
    assert (response.status_code, response.templates[0].name) == (200, "reports/nothing_open.html")


# A province


def test_a_province_sees_itself_and_nobody_else(hebei_coordinator, hebei_administrator):
    trainees(3)
    trainees(2, HENAN)
    for who in (hebei_coordinator, hebei_administrator):
        response = who.client.get(url("overview-show"))
        assert tiles(response)["enrollment.approved"]["value"] == "3"
        assert "河南" not in response.content.decode()


def test_another_province_is_nothing(hebei_coordinator):
    assert hebei_coordinator.client.get(url("province-show", region=HENAN)).status_code == 404
    assert hebei_coordinator.client.get(url("province-show", region=HEBEI)).status_code == 200
    assert hebei_coordinator.client.get(url("dashboard-show")).status_code == 403


def test_the_office_steps_down_to_a_province_and_its_bases(national_officer):
    trainees(3)
    base = UnitFactory(name="河北某基地")
    UnitFactory(name="河南某基地", region=Region.objects.get(pk=HENAN))
    response = national_officer.client.get(url("province-show", region=HEBEI))
    assert list(table_rows(response)) == ["河北某基地"]
    cell = next(cell for cell in table_rows(response)["河北某基地"] if "enrollment.approved" in cell["url"])
    assert f"base={base.pk}" in cell["url"]
    assert national_officer.client.get(url("province-show", region="990000")).status_code == 404


def test_what_a_province_has_to_do_next_is_counted_for_that_province(national_officer, hebei_coordinator):
    pages = [
        national_officer.client.get(url("province-show", region=HEBEI)),
        hebei_coordinator.client.get(url("overview-show")),
    ]
    coming_up = [[(one["label"], one["total"]) for one in page.context["coming"]] for page in pages]
    assert coming_up[0] == coming_up[1] == [("提交试题", 1), ("项目资金拨付到位", 1)]


def test_the_table_of_bases_is_exported(hebei_coordinator):
    UnitFactory(name="河北某基地")
    cells = cells_of(hebei_coordinator.client.post(url("overview-show")).content)
    assert "河北某基地" in [row[0] for row in cells]


# What is late


def late_rows(who, now=NOW):
    return overdue(calendar_lines(cancer_2022(), who.scope, now), now)


def test_what_is_past_its_date_is_overdue_until_it_is_done(national_officer, hebei_administrator):
    duty = Duty.objects.get(year=cancer_2022(), code="funds-arrived")
    after = dt.datetime(2022, 10, 3, 9, tzinfo=CHINA)
    mine = [row for row in late_rows(hebei_administrator, after) if row.duty == duty]
    assert [(row.unit, row.days) for row in mine] == [(hebei_administrator.unit, 3)]
    record_duty(
        duty=duty, unit=hebei_administrator.unit, done_on=dt.date(2022, 9, 20), note="", file=None,
        actor=hebei_administrator.actor, now=after,
    )  # fmt: skip
    assert [row for row in late_rows(hebei_administrator, after) if row.duty == duty] == []
    assert len([row for row in late_rows(national_officer, after) if row.duty == duty]) == 30


def test_the_count_of_a_province_is_the_number_of_rows_it_opens(national_officer):
    late = late_rows(national_officer)
    counts = by_region(late)
    assert counts[HEBEI] > 0
    for code, count in list(counts.items())[:5]:
        opened = national_officer.client.get(url("late-list"), {"region": code})
        assert opened.context["list"].page.paginator.count == count


def test_the_dashboard_says_how_much_is_late_and_how_to_chase_it(national_officer):
    response = national_officer.client.get(url("dashboard-show"))
    late = late_rows(national_officer)
    assert response.context["late_count"] == len(late)
    first = response.context["late"][0]
    duty, rows = by_duty(late)[0]
    assert (first["label"], first["count"]) == (duty.name, len(rows))
    assert "河北" in first["reminder"]
    assert duty.name in first["reminder"]
    opened = national_officer.client.get(first["url"])
    assert opened.context["list"].page.paginator.count == first["count"]


def test_the_late_list_is_narrowed_sorted_and_exported(national_officer):
    target = f"{url('late-list')}?duty=registration-closed&sort=-days"
    response = national_officer.client.get(target)
    assert response.context["list"].page.paginator.count == 31
    assert [label for label, _value in response.context["list"].filters_in_words] == ["工作节点"]
    cells = cells_of(national_officer.client.post(target).content)
    assert sum(row[0] == "完成学员招生注册" for row in cells) == 31
    assert (
        national_officer.client.get(url("late-list"), {"duty": "no-such"})
        .context["list"]
        .page.paginator.count
        == 0
    )


@pytest.mark.parametrize(
    ("name", "more"), [("late-list", {}), ("figure-show", {"code": "enrollment.approved"})]
)
def test_provinces_are_chosen_in_the_language_of_the_reader(national_officer, name, more):
    national_officer.client.cookies["django_language"] = "en"
    page = national_officer.client.get(url(name, **more), {"region": HEBEI})
    assert ("Province", "Hebei") in page.context["list"].filters_in_words
    assert '<option value="130000" selected>Hebei</option>' in page.content.decode()


def test_a_province_is_late_only_for_itself(hebei_coordinator):
    response = hebei_coordinator.client.get(url("late-list"))
    assert {row["cells"][1]["text"] for row in response.context["list"].table["rows"]} == {"河北省"}
    assert "region" not in response.context["list"].filter.form.fields
    overview = hebei_coordinator.client.get(url("overview-show"))
    assert overview.context["late_count"] == response.context["list"].page.paginator.count


def test_what_falls_due_within_thirty_days_is_named(national_officer):
    lines = calendar_lines(cancer_2022(), national_officer.scope, NOW)
    assert [one.duty.code for one in coming(lines, NOW)] == ["items-submitted", "funds-arrived"]
    assert [one.duty.code for one in coming(lines, NOW - dt.timedelta(days=120))] == []


def test_the_provinces_furthest_behind_are_those_with_the_smallest_share():
    figure = FIGURES["exams.pass_rate"]
    shares = {"a": (1, 2), "b": (0, 4), "c": (0, 0), "d": (3, 4)}
    rows = [MemberRow(key, key, {figure.code: FigureValue(*pair)}) for key, pair in shares.items()]
    assert [row.key for row in furthest_behind(figure, rows, 2)] == ["b", "a"]


# Words


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("count", FigureValue(1234), "1,234"),
        ("share", FigureValue(1, 3), "33.3%"),
        ("share", FigureValue(0, 0), "–"),
        ("money", FigureValue(1250000), "¥1,250,000"),
        ("money", FigureValue(None), "–"),
        ("hours", FigureValue(12.345), "12.3课时"),
        ("date", FigureValue(dt.date(2022, 6, 1)), "2022-06-01"),
    ],
)
def test_a_value_is_written_in_its_unit(unit, value, words):
    assert value_words(unit, value) == words


def test_a_mean_is_kept_to_two_places():
    assert str(number_of("hours", FigureValue(147.629007))) == "147.63"
