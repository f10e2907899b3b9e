"""The auditor finds what others did: a number looked at in full, a merge, a refusal; follows one object, exports (T44)."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.personal import Secret
from accounts.services.institutions import merge_institutions
from accounts.services.reveal import reveal
from core.words import word
from tests.factories import NOW, EnrollmentFactory, InstitutionFactory
from tests.helpers import cells_of
from tests.journeys.conftest import follow

EVENTS = reverse("accounts:event-list")


@pytest.fixture
def history(transactional_db, hebei_coordinator, national_officer):
    """A coordinator looks at a number, the office merges two institutions, the coordinator tries the audit."""
    trainee = EnrollmentFactory()
    acts = {"actor": hebei_coordinator.actor, "now": NOW}
    reveal(person=trainee.person, secret=Secret.ID_NUMBER, of=trainee, reason="核对身份证扫描件", **acts)
    gone, kept = InstitutionFactory(name="鹿泉县医院"), InstitutionFactory(name="鹿泉区人民医院")
    merge_institutions(duplicate=gone, into=kept, reason="同一机构", actor=national_officer.actor, now=NOW)
    assert hebei_coordinator.client.get(EVENTS).status_code == 403
    return trainee


def act(verb: str) -> str:
    with override("zh-hans"):
        return word(verb)


def search(page: Page, **asked: str) -> None:
    for label, value in asked.items():
        field = page.get_by_label(label, exact=True)
        if not field.is_visible():
            page.get_by_text("更多条件").click()
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    follow(page, page.get_by_role("button", name="查询", exact=True))


def test_the_auditor_finds_a_reveal_a_merge_and_a_refusal(
    history, auditor, page, login, look, width, tmp_path: Path
):
    login(page, "auditor")
    page.goto(EVENTS)
    look(page, "audit")
    table = page.get_by_role("table")
    search(page, 操作=act("reveal_id_number"))
    expect(table).to_contain_text("冀明")
    expect(table).to_contain_text("核对身份证扫描件")
    assert history.person.id_number not in page.content()
    look(page, "audit-reveal")
    follow(page, table.get_by_role("link", name=str(history.pk)).first)
    expect(page.get_by_label("对象编号", exact=True)).to_have_value(str(history.pk))
    expect(table).to_contain_text("冀明")
    page.goto(EVENTS)
    search(page, 单位="国家", 操作=act("merge_institution"))
    expect(table).to_contain_text("张国安")
    expect(table).to_contain_text("同一机构")
    page.goto(EVENTS)
    search(page, 被拒绝的操作="是")
    expect(table).to_contain_text("冀明")
    expect(table).to_contain_text("127.0.0.1")
    look(page, "audit-refusals")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出").first.click()
    target = tmp_path / "audit.xlsx"
    waiting.value.save_as(target)
    assert any("被拒绝" in row for row in cells_of(target.read_bytes()))
    assert auditor.scope.role == Role.AUDITOR
