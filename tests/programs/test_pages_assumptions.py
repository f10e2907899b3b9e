"""The page of everything the documents do not say (P1)."""

import pytest
from django.urls import reverse

from core.models import Event
from programs.models import Setting, Theme
from tests.helpers import assert_constant_queries, cells_of


def url(year):
    return reverse("programs:assumption-list", kwargs=year.url_kwargs)


def confirm_url(row):
    kwargs = {**row.year.url_kwargs, "kind": row._meta.label_lower, "pk": row.pk}
    return reverse("programs:assumption-confirm", kwargs=kwargs)


@pytest.fixture
def row(year_2022) -> Setting:
    return Setting.objects.filter(year=year_2022).exclude(assumed="").first()


def shown(response):
    return [one.row for one in response.context["page"].object_list]


def test_every_assumed_row_stands_with_its_reason(year_2022, national_officer, row):
    page = national_officer.client.get(url(year_2022), {"kind": "programs.setting"})
    expected = set(Setting.objects.filter(year=year_2022).exclude(assumed=""))
    assert set(shown(page)) == expected
    text = page.content.decode()
    assert row.assumed in text
    assert confirm_url(row) in text


def test_the_count_is_that_of_all_kinds(year_2022, national_officer):
    page = national_officer.client.get(url(year_2022))
    assert page.context["open_count"] == page.context["page"].paginator.count > 13


def test_the_office_confirms_and_the_row_moves(year_2022, national_officer, row):
    back = f"{url(year_2022)}?kind=programs.setting"
    response = national_officer.client.post(confirm_url(row), {"next": back})
    assert response.url == back
    row.refresh_from_db()
    assert not row.is_provisional
    assert row not in shown(national_officer.client.get(back))
    assert row in shown(national_officer.client.get(f"{back}&shown=confirmed"))
    assert row in shown(national_officer.client.get(f"{back}&shown=all"))
    assert Event.objects.of(row).get().verb == "confirm_assumption"


def test_p1_the_office_confirms_all_of_a_kind_at_once(year_2022, national_officer, row):
    listed = national_officer.client.get(url(year_2022), {"kind": "programs.setting"})
    count = listed.context["confirmable"]
    assert listed.context["confirm_all_url"] in listed.content.decode()
    response = national_officer.client.post(listed.context["confirm_all_url"], follow=True)
    assert f"已确认 {count} 个条目" in response.content.decode()
    assert not [one for one in Setting.objects.filter(year=year_2022) if one.is_provisional]
    assert [one for one in Theme.objects.filter(year=year_2022) if one.is_provisional]
    assert Event.objects.filter(verb="confirm_assumption").count() == count
    again = national_officer.client.post(listed.context["confirm_all_url"], follow=True)
    assert "已确认 0 个条目" in again.content.decode()


def test_nothing_is_offered_to_confirm_to_those_who_only_read(year_2022, auditor):
    page = auditor.client.get(url(year_2022))
    assert page.context["confirm_all_url"] not in page.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", ""])
def test_the_way_back_stays_in_the_portal(elsewhere, year_2022, national_officer, row):
    response = national_officer.client.post(confirm_url(row), {"next": elsewhere})
    assert response.url == url(year_2022)


def test_a_confirmed_row_is_not_confirmed_twice(national_officer, row):
    national_officer.client.post(confirm_url(row))
    response = national_officer.client.post(confirm_url(row))
    assert response.status_code == 409
    assert Event.objects.of(row).count() == 1


def test_an_unknown_kind_is_not_found(year_2022, national_officer, row):
    place = reverse(
        "programs:assumption-confirm", kwargs={**year_2022.url_kwargs, "kind": "accounts.user", "pk": row.pk}
    )
    assert national_officer.client.post(place).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "confirms"),
    [
        ("auditor", 200, 403),
        ("hebei_coordinator", 403, 403),
        ("expert", 403, 403),
        ("nuclear_officer", 404, 404),
    ],
)
def test_who_reads_and_who_confirms(role, reads, confirms, year_2022, row, request):
    client = request.getfixturevalue(role).client
    assert client.get(url(year_2022)).status_code == reads
    assert client.post(confirm_url(row)).status_code == confirms
    row.refresh_from_db()
    assert row.is_provisional


def test_a_wrong_filter_shows_everything_open(year_2022, national_officer):
    plain = national_officer.client.get(url(year_2022))
    odd = national_officer.client.get(url(year_2022), {"kind": "nothing", "shown": "never"})
    assert odd.context["page"].paginator.count == plain.context["page"].paginator.count


def test_the_workbook_holds_reasons(year_2022, national_officer, row):
    response = national_officer.client.post(f"{url(year_2022)}?kind=programs.setting")
    cells = cells_of(response.content)
    head = next(number for number, line in enumerate(cells) if "暂定理由" in line)
    assert cells[head][4] == "暂定理由"
    assert row.assumed in {line[4] for line in cells[head + 1 :]}
    assert any("年度参数" in line[0] for line in cells[:head])


def test_as_many_queries_for_1_assumption_as_for_30(year_2022, national_officer):
    theme = Theme.objects.filter(year=year_2022).first()
    Theme.objects.filter(year=year_2022).delete()

    def make(number):
        have = Theme.objects.filter(year=year_2022).count()
        for offset in range(number):
            theme.pk, theme.code = None, f"theme-{have + offset}"
            theme.save(force_insert=True)

    assert_constant_queries(national_officer.client, f"{url(year_2022)}?kind=programs.theme", make)
