"""Tags and components render what their head comment promises, also with their optional parameters left out."""

from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from core.enums import FindingStatus, Severity
from core.findings import Finding, Remedy
from core.gallery import SampleForm
from core.templatetags import ui

NOW = datetime(2022, 11, 30, 4, 5, 6, tzinfo=UTC)
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "405.html", "500.html", "503.html"]


class Page(HTMLParser):
    """The start tags of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **attrs: str) -> list[dict[str, str | None]]:
        return [have for name, have in self.tags if name == tag and attrs.items() <= have.items()]


def component(name: str, address: str = "/", **params: Any) -> str:
    """The component as a page includes it: isolated, with only its parameters, inside a request."""
    given = " ".join(f"{key}={key}" for key in params)
    source = f'{{% include "components/{name}.html" {"with " + given if given else ""} only %}}'
    return Template(source).render(RequestContext(RequestFactory().get(address), params))


def finding(**values: Any) -> Finding:
    plain = {
        "kind": "unworded",
        "status": FindingStatus.FAILED,
        "severity": Severity.HARD,
        "params": {"label": "Share"},
    }
    return Finding(**{**plain, **values})


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override("en"):
        yield


class TestTags:
    def test_an_icon_is_hidden_unless_it_has_a_label(self) -> None:
        assert 'aria-hidden="true"' in ui.icon("check")
        labeled = ui.icon("check", "a <b>")
        assert 'role="img"' in labeled
        assert "a &lt;b&gt;" in labeled

    def test_an_unknown_icon_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"icons\.txt"):
            ui.icon("no-such-icon")

    def test_pages_around_the_current_one_with_gaps(self) -> None:
        pages = Paginator(range(1000), 50)
        assert ui.page_numbers(pages.get_page(10)) == [1, None, 8, 9, 10, 11, 12, None, 20]
        assert ui.page_numbers(Paginator(range(10), 50).get_page(1)) == [1]

    def test_cells_are_paired_with_their_columns_and_none_may_be_missing(self) -> None:
        assert ui.with_columns({"cells": [1, 2]}, ["a", "b"]) == [(1, "a"), (2, "b")]
        with pytest.raises(ValueError, match="argument"):
            ui.with_columns({"cells": [1]}, ["a", "b"])

    def test_a_kind_cannot_leave_its_folder(self) -> None:
        with pytest.raises(ValueError, match="not a kind"):
            ui.finding_templates(finding(kind="../../400"))

    @pytest.mark.parametrize(
        ("status", "severity", "tone"),
        [
            (FindingStatus.PASSED, Severity.HARD, "success"),
            (FindingStatus.NO_DATA, Severity.HARD, "neutral"),
            (FindingStatus.FAILED, Severity.HARD, "danger"),
            (FindingStatus.FAILED, Severity.WARN, "warning"),
            (FindingStatus.FAILED, Severity.INFO, "info"),
        ],
    )
    def test_the_look_of_a_finding(self, status: FindingStatus, severity: Severity, tone: str) -> None:
        one = finding(status=status, severity=severity)
        assert ui.finding_tone(one) == tone
        assert ui.finding_icon(one) in ui.icon_names()

    def test_every_status_and_severity_has_a_look_and_every_tone_an_icon(self) -> None:
        looks = {
            ui.finding_tone(finding(status=one, severity=two)) for one in FindingStatus for two in Severity
        }
        assert looks == set(ui.TONE_ICONS)
        assert {ui.tone_icon(tone) for tone in looks} <= ui.icon_names()

    def test_the_token_survives_isolation_and_is_absent_without_a_request(self) -> None:
        source = "{% post_token %}"
        page = Page(Template(source).render(RequestContext(RequestFactory().get("/"))))
        assert len(page.all("input", name="csrfmiddlewaretoken")) == 1
        assert Template(source).render(Context()) == ""

    def test_a_chart_is_a_table_too(self) -> None:
        chart = {
            "categories": ["a", "b"],
            "series": [{"name": "x", "data": [1, 2]}, {"name": "y", "data": [3, 4]}],
        }
        assert ui.chart_rows(chart) == [("a", "", [1, 3]), ("b", "", [2, 4])]
        assert ui.chart_spec(chart)["kind"] == "bar"
        with pytest.raises(ValueError, match="argument"):
            ui.chart_rows({**chart, "series": [{"name": "x", "data": [1]}]})

    @pytest.mark.parametrize(
        ("address", "expected"), [({"a": "1"}, False), ({"c": "1"}, True), ({"c": ""}, False)]
    )
    def test_a_filter_in_use_is_not_folded_away(self, address: dict[str, str], expected: bool) -> None:
        fields = {name: forms.CharField(required=False) for name in "abc"}
        form = type("Three", (forms.Form,), fields)(address)
        assert ui.more_in_use(form, 2) is expected

    def test_the_colon_of_the_language(self) -> None:
        assert ui.colon() == ": "


class TestFinding:
    def test_state_in_a_word_sentence_remedy_clause_and_rows(self) -> None:
        html = component(
            "finding",
            finding=finding(
                value=42, base=100, unit="share", operator="ge", threshold=Decimal("0.5"), clause="000 3(2)",
                figure_url="/rows", remedies=(Remedy("more", 8, {"label": "More from counties"}),),
            ),
        )  # fmt: skip
        for text in (
            "Not met",
            "42.0%",
            "42 of 100",
            "≥ 50%",
            "000 3(2)",
            "More from counties",
            'href="/rows"',
        ):
            assert text in html

    def test_a_passed_finding_offers_no_remedy(self) -> None:
        html = component(
            "finding", finding=finding(status=FindingStatus.PASSED, value=1, remedies=(Remedy("more", 8),))
        )
        assert "Met" in html
        assert "finding-remedies" not in html

    def test_an_assumption_is_marked_with_its_reason(self) -> None:
        html = component("finding", finding=finding(value=1, assumed="the text is silent"))
        assert "Provisional" in html
        assert "the text is silent" in html

    def test_without_data_it_says_so(self) -> None:
        html = component("finding", finding=finding(status=FindingStatus.NO_DATA))
        assert "No data" in html
        assert "there is no data yet" in html


class TestTable:
    TABLE = {
        "caption": "People",
        "columns": [
            {"label": "Name", "align": "start", "sort_url": "?sort=name", "sorted": "ascending"},
            {"label": "Hours", "align": "end", "sort_url": "", "sorted": ""},
        ],
        "rows": [{"url": "/people/1", "cells": [{"text": "<Zhang>"}, {"text": "12", "kind": "decimal"}]}],
    }

    def test_a_cell_knows_its_column_and_a_row_its_address(self) -> None:
        html = component("table", table=self.TABLE)
        page = Page(html)
        assert [cell["data-label"] for cell in page.all("td")] == ["Name", "Hours"]
        assert len(page.all("a", href="/people/1")) == 1
        assert page.all("th")[0]["aria-sort"] == "ascending"
        assert "aria-sort" not in page.all("th")[1]
        assert "&lt;Zhang&gt;" in html

    def test_nothing_to_show_says_what_to_do(self) -> None:
        table = {**self.TABLE, "rows": [], "empty": "Upload a roster first."}
        html = component("table", table=table, empty_url="/upload", empty_label="Upload")
        assert "Upload a roster first." in html
        assert Page(html).all("a", href="/upload")
        assert "clear it" in component("table", table={**table, "empty": ""})

    def test_a_tone_makes_a_badge(self) -> None:
        row = {"cells": [{"text": "Late", "kind": "status", "tone": "danger"}, {"text": ""}]}
        html = component("table", table={**self.TABLE, "rows": [row]})
        assert "state-danger" in html
        assert "–" in html


class TestList:
    def test_pages_keep_the_filter(self) -> None:
        html = component("pagination", "/?kind=a&page=2", page=Paginator(range(200), 50).get_page(2))
        assert "51–100 of 200 records" in html
        assert 'href="?kind=a&amp;page=3"' in html
        assert len(Page(html).all("a", **{"aria-current": "page"})) == 1

    def test_an_empty_list_has_no_pages(self) -> None:
        assert component("pagination", page=Paginator([], 50).get_page(1)).strip() == ""

    def test_the_tool_bar_exports_by_post(self) -> None:
        page = Page(component("toolbar", count=1, export=True))
        assert page.all("form", method="post")
        assert page.all("input", name="csrfmiddlewaretoken")
        assert not Page(component("toolbar", count=1)).all("form")

    def test_the_search_area_is_a_get_form_that_says_what_is_in_force(self) -> None:
        form = type("One", (forms.Form,), {"name": forms.CharField(label="Name", required=False)})(
            {"name": "x"}
        )
        html = component("filter_bar", filter={"form": form}, words=[("Name", "x")])
        assert Page(html).all("form", method="get")
        assert "Name: x" in html
        assert "filter-more" not in html


class TestForms:
    def test_label_hint_error_and_control_belong_together(self) -> None:
        page = Page(SampleForm({}).as_div())
        name = page.all("input", name="name")[0]
        assert name["aria-invalid"] == "true"
        assert str(name["aria-describedby"]).split() == ["id_name_helptext", "id_name_error"]
        assert page.all("label", **{"for": "id_name"})
        assert page.all("ul", id="id_name_error")
        assert name["class"] == "form-control"
        assert page.all("select", name="kind")[0]["class"] == "form-select"

    def test_optional_fields_are_marked_and_required_ones_are_not(self) -> None:
        form = SampleForm()
        assert "(optional)" in form["born"].as_field_group()
        assert "(optional)" not in form["name"].as_field_group()

    def test_the_summary_leads_to_the_fields(self) -> None:
        page = Page(component("error_summary", form=SampleForm({})))
        ids = {tag[1].get("id") for tag in Page(SampleForm({}).as_div()).tags}
        targets = {str(link["href"])[1:] for link in page.all("a")}
        assert {"id_name", "id_way_0"} <= targets <= ids
        assert component("error_summary", form=SampleForm()).strip() == ""

    def test_own_classes_and_values_of_a_widget_stay(self) -> None:
        widget = forms.TextInput(attrs={"class": "wide", "data-x": "1"})
        form = type("One", (forms.Form,), {"a": forms.CharField(widget=widget)})({"a": 'q"'})
        field = Page(str(form["a"])).all("input")[0]
        assert (field["class"], field["data-x"], field["value"]) == ("form-control wide", "1", 'q"')

    def test_confirming_posts_with_a_token_and_asks_for_the_reason(self) -> None:
        html = component(
            "confirm", id="ask", label="Return", title="Return it?", url="/do", reason="required"
        )
        page = Page(html)
        assert page.all("button", **{"data-dialog": "ask"})
        assert page.all("form", method="post", action="/do")
        assert page.all("input", name="csrfmiddlewaretoken")
        assert "required" in page.all("textarea", name="reason")[0]


class TestJob:
    JOB = {"pk": 7, "status": "running", "percent": 40, "note": "", "error": "", "is_over": False}

    def test_it_asks_again_until_it_is_over(self) -> None:
        running = Page(component("job", job=self.JOB, label="Import", poll_url="/jobs/7"))
        assert running.all("div", id="job-7")[0]["hx-get"] == "/jobs/7"
        assert running.all("progress", value="40", max="100")
        done = {**self.JOB, "status": "done", "percent": 100, "is_over": True}
        over = Page(component("job", job=done, label="Import", poll_url="/jobs/7", result_url="/file"))
        assert "hx-get" not in over.all("div", id="job-7")[0]
        assert over.all("a", href="/file")

    def test_a_failure_says_why_and_offers_another_try(self) -> None:
        failed = {**self.JOB, "status": "failed", "error": "Row 7 names no institution.", "is_over": True}
        html = component("job", job=failed, label="Import", retry_url="/again")
        assert "Row 7 names no institution." in html
        assert Page(html).all("form", method="post", action="/again")


class TestOthers:
    def test_progress_has_numbers_and_a_name(self) -> None:
        html = component("progress", label="Hours", value=Decimal("96.5"), max=170, unit="h")
        assert "96.5 / 170 h" in html
        assert Page(html).all("progress", value="96.5", max="170", **{"aria-label": "Hours"})

    def test_a_figure_opens_its_rows(self) -> None:
        assert Page(component("stat", label="Approved", value="12", url="/rows")).all("a", href="/rows")
        assert not Page(component("stat", label="Approved", value="12")).all("a")

    def test_a_receipt_shows_number_time_seal_and_next_step(self) -> None:
        receipt = {"title": "Sent", "number": "R-1", "time": NOW, "digest": "ab" * 32, "next_step": "Wait."}
        html = component("receipt", receipt=receipt)
        for text in ("R-1", "2022-11-30 12:05:06", "ab" * 32, "Wait.", "data-print"):
            assert text in html

    @pytest.mark.parametrize("state", ["todo", "doing", "waiting", "returned", "done", "late"])
    def test_a_step_says_its_state_in_words(self, state: str) -> None:
        step = {"label": "Roster", "state": state, "url": "/go", "action": "Go"}
        words = {component("steps", steps=[{**step, "state": one}]) for one in ("todo", state)}
        assert len(words) == (1 if state == "todo" else 2)
        assert Page(component("steps", steps=[step])).all("a", href="/go")

    def test_a_chart_carries_its_data_and_its_table(self) -> None:
        chart = {
            "id": "c1",
            "title": "T",
            "categories": ["</script>"],
            "series": [{"name": "n", "data": [1]}],
        }
        html = component("chart", chart=chart)
        page = Page(html)
        assert page.all("script", id="c1", type="application/json")
        assert page.all("div", **{"data-chart": "c1"})
        assert len(page.all("td")) == 1
        assert html.count("</script>") == 2

    def test_small_ones(self) -> None:
        assert "data-copy" in component("reminder", text="Please hurry")
        assert "Nothing has happened yet." in component("timeline", events=[])
        assert "2022-11-30 12:05" in component("timeline", events=[{"time": NOW, "text": "Sent"}])
        assert "<dd>–</dd>" in component("definition", facts=[{"label": "Note", "value": ""}])
        assert "state-neutral" in component("status", label="New")
        assert "note-info" in component("note", text="Mind")


class TestErrorPages:
    @pytest.mark.parametrize("name", ERROR_PAGES)
    @pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
    def test_they_need_no_context_and_speak_the_language(self, name: str, language: str, lang: str) -> None:
        with override(language):
            html = get_template(name).render()
        page = Page(html)
        assert page.all("html")[0]["lang"] == lang
        assert len(page.all("h1")) == 1
        assert page.all("a", href="/")

    def test_missing_and_foreign_look_the_same(self) -> None:
        pages = {
            render_to_string("404.html", {}, RequestFactory().get(address)) for address in ("/a/1/", "/b/2/")
        }
        assert len(pages) == 1


def test_every_template_compiles() -> None:
    folder = Path(__file__).resolve().parents[2] / "templates"
    broken = []
    for path in folder.rglob("*.html"):
        try:
            get_template(path.relative_to(folder).as_posix())
        except TemplateSyntaxError as error:
            broken.append(f"{path.name}: {error}")
    assert broken == []
