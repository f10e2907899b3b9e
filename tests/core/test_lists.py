"""A list is declared once: page, sorting, filter, pages and export show the same rows."""

import django_filters
import pytest
from django.test import RequestFactory

from accounts.enums import RegionKind
from accounts.models import Region
from core import lists
from core.actor import Actor
from core.columns import Column, Listing, yes_no
from core.enums import ActorKind
from core.lists import build_table, list_view
from core.models import Event
from core.spreadsheets import XLSX
from tests.factories import NOW
from tests.helpers import cells_of

ACTOR = Actor(ActorKind.PERSON, user_id=3, role="national_office", realm="1")
pytestmark = pytest.mark.django_db


class RegionFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=RegionKind.choices, label="类别")
    name = django_filters.CharFilter(lookup_expr="contains", label="名称")
    first = yes_no("排首位", method="by_place")

    class Meta:
        model = Region
        fields = ["kind", "name"]

    def by_place(self, rows, name, value):
        return rows.filter(order=0) if value else rows.exclude(order=0)


LISTING = Listing(
    code="regions",
    title="行政区划",
    columns=(
        Column("code", "代码", "code", kind="code", sort="code"),
        Column(
            "name",
            "名称",
            "name",
            sort="name",
            url=lambda region: f"/regions/{region.pk}/",
            tone=lambda region: "green",
        ),
        Column("parent", "上级", "parent.name"),
        Column("order", "序号", "order", kind="int", sort="order", on_export=False),
        Column("short", "简称", "short_name", on_page=False),
    ),
    filters=RegionFilter,
    order=("code",),
    related=("parent",),
    page_size=10,
    summary=lambda rows: [("合计", rows.count())],
    empty="没有",
    row_url=lambda region: f"/regions/{region.pk}/",
)
COUNTIES = ["130101", "130102", "130103"]


@pytest.fixture(autouse=True)
def thirty_provinces_and_some_counties():
    hebei = Region.objects.get(pk="130000")
    for order, code in enumerate(COUNTIES):
        Region.objects.create(
            code=code, name=f"甲县{order}", short_name="甲", kind=RegionKind.COUNTY, parent=hebei, order=order
        )


@pytest.fixture
def ask(monkeypatch):
    """Call the list as a page would; GET gives the context, POST the response."""
    monkeypatch.setattr(lists, "render", lambda request, template, context: context)

    def asked(method: str = "get", listing: Listing = LISTING, **query):
        request = getattr(RequestFactory(), method)("/regions/", query_params=query)
        request.now = NOW
        return list_view(
            request, listing, Region.objects.all(), actor=ACTOR, template="t", context={"place": "2022"}
        )

    return asked


def shown(context) -> list[str]:
    return [row["cells"][0]["text"] for row in context["list"].table["rows"]]


def test_a_page_shows_its_columns_rows_and_addresses(ask):
    table = ask(kind="county")["list"].table
    assert [column["label"] for column in table["columns"]] == ["代码", "名称", "上级", "序号"]
    first = table["rows"][0]
    assert first["url"] == "/regions/130101/"
    assert [cell["text"] for cell in first["cells"]] == ["130101", "甲县0", "河北省", "0"]
    assert first["cells"][1] == {
        "text": "甲县0", "kind": "text", "label": "名称", "align": "start", "url": "/regions/130101/", "tone": "green",
    }  # fmt: skip
    assert first["cells"][3]["align"] == "end"
    assert (table["caption"], table["empty"]) == ("行政区划", "没有")


def test_sorting_by_a_column_both_ways_and_ties_in_the_lists_own_order(ask):
    assert shown(ask(kind="county", sort="name")) == COUNTIES
    assert shown(ask(kind="county", sort="-name")) == COUNTIES[::-1]
    assert shown(ask(kind="county", sort="short")) == COUNTIES, (
        "a column that cannot be sorted by changes nothing"
    )
    assert shown(ask(kind="county", sort="code; DROP TABLE")) == COUNTIES


def test_headings_lead_to_the_other_order_and_keep_the_filter(ask):
    code, name, parent, _order = ask(kind="county", sort="name", page="3")["list"].table["columns"]
    assert (name["sorted"], name["sort_url"]) == ("ascending", "?kind=county&sort=-name")
    assert (code["sorted"], code["sort_url"]) == ("", "?kind=county&sort=code")
    assert parent["sort_url"] == ""
    assert ask(kind="county", sort="-name")["list"].table["columns"][1]["sorted"] == "descending"


def test_filters_narrow_and_are_said_in_words(ask):
    page = ask(kind="county", name="甲县1")["list"]
    assert shown({"list": page}) == ["130102"]
    assert page.filters_in_words == [("类别", str(RegionKind.COUNTY.label)), ("名称", "甲县1")]


@pytest.mark.parametrize(
    ("answer", "rows", "words"),
    [
        ("true", COUNTIES[:1], [("排首位", "是")]),
        ("false", COUNTIES[1:], [("排首位", "否")]),
        ("", COUNTIES, []),
    ],
)
def test_a_yes_no_filter_knows_yes_no_and_neither(ask, answer, rows, words):
    page = ask(kind="county", first=answer)["list"]
    assert shown({"list": page}) == rows
    assert page.filters_in_words[1:] == words


def test_a_filter_that_makes_no_sense_shows_nothing_rather_than_everything(ask):
    page = ask(kind="planet")["list"]
    assert shown({"list": page}) == []
    assert page.filters_in_words == []


def test_without_filters_everything_is_shown(ask):
    plain = Listing("plain", "平", LISTING.columns[:1], order=("code",), page_size=500)
    page = ask(listing=plain)["list"]
    assert len(shown({"list": page})) == Region.objects.count()
    assert page.filter is None


@pytest.mark.parametrize(("asked", "number"), [("1", 1), ("2", 2), ("99", 4), ("0", 4), ("x", 1), ("", 1)])
def test_pages(ask, asked, number):
    total = Region.objects.filter(kind=RegionKind.PROVINCE).count()
    page = ask(kind="province", page=asked)["list"].page
    assert (page.number, page.paginator.num_pages, page.paginator.count) == (number, -(-total // 10), total)


def test_export_gives_all_filtered_rows_in_order_with_the_filters_printed(ask):
    response = ask("post", kind="county", sort="-name", page="2")
    assert response["Content-Type"] == XLSX
    assert "%E8%A1%8C%E6%94%BF%E5%8C%BA%E5%88%92.xlsx" in response["Content-Disposition"]
    cells = [[value for value in row if value is not None] for row in cells_of(response.content)]
    assert cells == [
        ["2022 · 行政区划"],
        [f"类别: {RegionKind.COUNTY.label}"],
        [cells[2][0]],
        ["代码", "名称", "上级", "简称"],
        ["130103", "甲县2", "河北省", "甲"],
        ["130102", "甲县1", "河北省", "甲"],
        ["130101", "甲县0", "河北省", "甲"],
        ["合计", 3],
    ]
    assert "2022-09-15 10:00" in cells[2][0]


def test_an_export_is_an_event(ask):
    ask("post", kind="county")
    event = Event.objects.get(verb="export")
    assert (event.user_number, event.role, event.at) == (3, "national_office", NOW)
    assert (event.data["list"], event.data["rows"]) == ("regions", 3)
    assert event.data["filters"][0].endswith(str(RegionKind.COUNTY.label))


def test_a_page_writes_nothing(ask):
    ask(kind="county")
    assert not Event.objects.filter(verb="export").exists()


def test_an_empty_key_on_the_way_is_a_dash():
    request = RequestFactory().get("/")
    top = Region(code="999999", name="无上级")
    assert build_table(request, LISTING, [top])["rows"][0]["cells"][2]["text"] == "–"
