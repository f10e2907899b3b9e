"""Journey 5, its scorecard half: the province sees live numbers, each opening to its rows, and hands its sheet up;
an expert settles the lines; the national office makes it final, and the province stands in the ranking."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from supervision.enums import LineDecision, ScorecardStatus, SheetKind
from supervision.models import Evidence, Scorecard
from supervision.services import open_scorecards
from tests.factories import HEBEI, NOW
from tests.journeys.conftest import follow
from tests.supervision.factories import PDF, make_activity, make_fund

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(transactional_db, year_2022, national_officer):
    """Every province has its sheets; Hebei held two activities and received and spent money."""
    open_scorecards(year=year_2022, actor=national_officer.actor, now=NOW)
    for _ in range(2):
        make_activity()
    make_fund("allocation", "1000")
    make_fund("arrival", "1000")
    make_fund("spending", "950")
    return Scorecard.objects.get(region=HEBEI, kind=SheetKind.ADMINISTRATIVE)


def address(year, name, **more) -> str:
    return reverse(f"supervision:{name}", kwargs={**year.url_kwargs, **more})


def confirm(page, dialog: str, reason: str = "") -> None:
    page.locator(f"[data-dialog={dialog}]").click()
    if reason:
        page.locator(f"#{dialog} textarea").fill(reason)
    follow(page, page.locator(f"#{dialog} [type=submit]"))


def test_a_scorecard_from_live_records_to_the_ranking(
    new_page, login, look, opened, hebei_administrator, expert, national_officer, year_2022
):
    page = new_page()
    login(page, hebei_administrator.user.username)

    # a third activity is recorded, with its paper
    page.goto(address(year_2022, "activity-create"))
    page.locator("input[name=title]").fill("全国肿瘤防治宣传周")
    page.locator("input[name=held_on]").fill("2022-09-10")
    paper = {"name": "照片.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("input[name=file]").set_input_files(paper)
    look(page, "activity-new")
    follow(page, page.locator("form.panel [type=submit]"))
    expect(page.locator("tbody tr")).to_have_count(3)
    look(page, "activities")

    # the sheet has counted it by itself, and its number opens to the three rows
    page.goto(address(year_2022, "scorecard-own"))
    number = page.locator("a[href*='supervision.activities']").first
    expect(number).to_contain_text("3")
    look(page, "scorecard-draft")
    follow(page, number)
    expect(page.locator("tbody tr")).to_have_count(3)
    look(page, "figure-rows")
    page.go_back()

    # papers and own points for the other seven lines
    for line in opened.lines.exclude(criterion__code="publicity").select_related("criterion"):
        page.locator(f"[name=points_{line.pk}]").fill(str(line.criterion.points))
        page.locator(f"[name=note_{line.pk}]").fill("文件已存档")
    team = opened.lines.get(criterion__code="management-team")
    page.locator(f"[name=file_{team.pk}]").set_input_files({**paper, "name": "成立文件.pdf"})
    follow(page, page.locator("form[data-dirty] [type=submit]"))
    expect(page.locator("a.paper", has_text="成立文件.pdf")).to_be_visible()
    assert Evidence.objects.get().name == "成立文件.pdf"
    confirm(page, "hand-up")
    opened.refresh_from_db()
    expect(page.locator(".receipt")).to_contain_text(opened.submission.number)
    look(page, "scorecard-receipt")
    page.goto(address(year_2022, "fund-list"))
    expect(page.locator(".stats")).to_contain_text("95%")
    look(page, "funds")

    # the expert settles each line
    reviewer = new_page()
    login(reviewer, expert.user.username)
    reviewer.goto(address(year_2022, "scorecard-detail", pk=opened.pk))
    look(reviewer, "scorecard-review")
    follow(reviewer, reviewer.locator("form[action$='confirm-measured/'] button"))
    plan = opened.lines.get(criterion__code="annual-plan")
    reviewer.goto(address(year_2022, "line-detail", pk=plan.pk))
    look(reviewer, "scorecard-line")
    reviewer.locator("input[name=override-points]").fill("1.5")
    reviewer.locator("textarea[name=override-reason]").fill("缺经费安排一节")
    follow(reviewer, reviewer.locator("form[action$='override/'] [type=submit]"))
    for line in opened.lines.filter(decision=LineDecision.PENDING):
        follow(reviewer, reviewer.locator(f"form[action$='lines/{line.pk}/confirm/'] button"))
    confirm(reviewer, "complete-review")
    opened.refresh_from_db()
    assert opened.status == ScorecardStatus.CONFIRMED

    # the office makes it final; the other sheet is still being written, so the province does not rank yet
    office = new_page()
    login(office, national_officer.user.username)
    office.goto(address(year_2022, "scorecard-list"))
    expect(office.locator("tbody tr")).to_have_count(62)
    look(office, "scorecards")
    office.goto(address(year_2022, "scorecard-detail", pk=opened.pk))
    confirm(office, "make-final")
    opened.refresh_from_db()
    assert (opened.status, opened.final_points) == (ScorecardStatus.FINAL, 24.5)
    look(office, "scorecard-final")
    office.goto(address(year_2022, "ranking-list"))
    expect(office.locator("tbody tr")).to_have_count(31)
    expect(office.locator("tbody tr").first).to_contain_text("24.5")
    look(office, "ranking")
    office.goto(address(year_2022, "criterion-list"))
    look(office, "criteria")
    with office.expect_download() as download:
        office.goto(address(year_2022, "scorecard-detail", pk=opened.pk))
        office.locator("a[href$='/print/']").click()
    assert download.value.suggested_filename.endswith(".pdf")
