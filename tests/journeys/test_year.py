"""Journey 1: the national office opens the next year, sees the quotas, changes one with a reason, exports 任务表 1,
and goes through the assumptions (P1, P2, P6, E1, R3)."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from programs.enums import YearStatus
from programs.models import ProgramYear, Quota, Setting
from tests.factories import HEBEI
from tests.helpers import cells_of
from tests.journeys.conftest import follow


def address(name: str, year: int, **more) -> str:
    return reverse(f"programs:{name}", kwargs={"program": "cancer", "year": year, **more})


@pytest.fixture
def office(transactional_db, national_officer, page: Page, login) -> Page:
    login(page, "national")
    return page


def test_the_office_opens_the_next_year(office: Page, look):
    office.goto(address("year-detail", 2022))
    look(office, "year-detail")
    follow(office, office.get_by_role("link", name="开设下一年度"))
    look(office, "year-copy")
    expect(office.get_by_label("年度", exact=True)).to_have_value("2023")
    follow(office, office.get_by_role("button", name="建立草稿"))
    expect(office.get_by_role("heading", level=1)).to_contain_text("2023")
    look(office, "year-review")
    office.get_by_role("button", name="开放年度").click()
    dialog = office.get_by_role("dialog")
    expect(dialog).to_be_visible()
    look(office, "year-open-dialog")
    follow(office, dialog.get_by_role("button", name="开放年度"))
    expect(office.get_by_role("status").first).to_contain_text("已开放")
    assert ProgramYear.objects.get(year=2023).status == YearStatus.OPEN


def test_the_office_changes_a_quota_and_exports_task_table_1(office: Page, look, tmp_path: Path):
    office.goto(address("quota-list", 2022))
    look(office, "quota-list")
    row = office.get_by_role("row").filter(has_text="河北省")
    follow(office, row.get_by_role("link", name="200"))
    seats = office.get_by_label("名额", exact=True)
    seats.fill("210")
    follow(office, office.get_by_role("button", name="保存"))
    expect(office.get_by_role("alert")).to_contain_text("修改理由")
    expect(seats).to_have_value("210")
    look(office, "quota-edit-error")
    office.get_by_label("修改理由").fill("按省内申请增加 10 名")
    follow(office, office.get_by_role("button", name="保存"))
    expect(office.get_by_role("status").first).to_contain_text("河北省")
    assert Quota.objects.get(year__year=2022, region=HEBEI, track="comprehensive").seats == 210
    with office.expect_download() as waiting:
        office.get_by_role("button", name="导出 Excel").click()
    file = tmp_path / "export.xlsx"
    waiting.value.save_as(file)
    cells = cells_of(file.read_bytes())
    assert ["河北省", "河北医科大学第四医院", 210, 50, 260] in cells
    assert ["合计", None, 5860, 1550, 7410] in cells
    follow(office, row.get_by_role("link", name="210"))
    expect(office.get_by_text("按省内申请增加 10 名")).to_be_visible()
    look(office, "quota-edit")


def test_the_office_goes_through_the_assumptions(office: Page, look):
    office.goto(address("assumption-list", 2022))
    look(office, "assumption-list")
    office.get_by_label("类别").select_option(label="年度参数")
    follow(office, office.get_by_role("button", name="查询"))
    first = Setting.objects.filter(year__year=2022).exclude(assumed="").order_by("pk").first()
    confirm = office.get_by_role("button", name="确认").filter(has_text=first.name)
    confirm.click()
    expect(office.get_by_role("status").first).to_contain_text(first.name)
    expect(confirm).to_have_count(0)
    first.refresh_from_db()
    assert first.confirmed_at is not None


def test_the_office_looks_around_in_the_year(office: Page, look):
    for name in ("target-list", "province-list", "setting-list", "theme-list", "specialty-list", "duty-list"):
        office.goto(address(name, 2022))
        look(office, name)
    follow(office, office.get_by_role("link", name="召开项目启动会"))
    look(office, "duty-detail")
    follow(office, office.get_by_role("link", name="为某单位延期"))
    look(office, "duty-extend")
    for name in ("profile", "help", "unit-list", "person-list", "institution-list"):
        office.goto(reverse(f"accounts:{name}"))
        look(office, name)
