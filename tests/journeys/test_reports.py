"""Journeys 5 and 6: the dashboard shows the country; the office asks for the annual report and a worker builds it."""

import io
import re

import pypdf
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reports.enums import ReportStatus
from reports.models import AnnualReport
from tests.factories import HENAN, cancer_2022
from tests.journeys.conftest import follow
from tests.reports.factories import trainees

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]


def address(name: str) -> str:
    return reverse(f"reports:{name}", kwargs=cancer_2022().url_kwargs)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_dashboard_shows_the_country_down_to_the_people(page: Page, login, look, national_officer):
    trainees(3)
    trainees(2, HENAN)
    login(page, "national")
    page.goto("/")
    expect(page).to_have_url(re.compile(f"{address('dashboard-show')}$"))
    expect(page.get_by_role("region", name="各省份指标")).to_be_visible()
    expect(page.locator("[data-chart] svg")).to_be_visible()
    look(page, "reports-dashboard")

    province = page.locator("table.members tbody tr", has_text="河南省")
    follow(page, province.get_by_role("link", name="2", exact=True).first)
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "reports-figure")

    page.goto(address("dashboard-show"))
    follow(page, page.locator("table.members").get_by_role("link", name="河北省", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("河北省")
    look(page, "reports-province")

    page.goto(address("late-list"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "reports-late")


def test_national_asks_for_the_annual_report(page: Page, login, look, national_officer):
    trainees(3)
    login(page, "national")
    page.goto(address("report-list"))
    look(page, "reports-list")
    follow(page, page.get_by_role("button", name="开始撰写"))

    for label, words in (
        ("项目成效", "全国完成招生与培训。"),
        ("存在问题", "部分省份直播课时不足。"),
        ("资金使用", "专款专用。"),
    ):
        page.get_by_label(label).fill(words)
    look(page, "reports-edit")
    follow(page, page.get_by_role("button", name="保存"))

    follow(page, page.get_by_role("button", name="生成报告"))
    # the page asks every two seconds and loads itself anew when the work is over
    expect(page.get_by_role("link", name="下载 PDF")).to_be_visible(timeout=60_000)
    look(page, "reports-built")

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    path = download.value.path()
    text = squeezed(
        "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages)
    )
    for words in (
        "年度总结报告",
        "全国完成招生与培训。",
        "部分省份直播课时不足。",
        "专款专用。",
        "河北",
        "新疆",
        "统计口径",
    ):
        assert words in text, words

    page.get_by_role("button", name="报送报告").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    follow(page, dialog.get_by_role("button", name="报送报告"))
    expect(page.get_by_role("heading", name="年度总结报告已报送")).to_be_visible()
    look(page, "reports-filed")
    assert AnnualReport.objects.get(region=None).status == ReportStatus.FILED
