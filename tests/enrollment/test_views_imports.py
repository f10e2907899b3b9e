"""Uploading a roster on screen: preview, confirm, discard."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from enrollment.enums import ImportStatus, RosterStatus
from enrollment.models import Enrollment, Roster, RosterImport
from tests.enrollment.sheets import line, sheet
from tests.factories import EnrollmentFactory
from tests.helpers import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(year_2022):
    return lambda name, **more: reverse(f"enrollment:{name}", kwargs={**year_2022.url_kwargs, **more})


def text(response) -> str:
    return response.content.decode()


# The coordinator's roster


@pytest.fixture
def staged(hebei_coordinator, url, work_jobs):
    """Upload lines through the page and have them read."""

    def run(*lines) -> RosterImport:
        file = SimpleUploadedFile("八月.xlsx", sheet(*lines))
        response = hebei_coordinator.client.post(url("import-create"), {"file": file})
        assert response.status_code == 302, response.context["form"].errors
        work_jobs()
        return RosterImport.objects.latest("pk")

    return run


def test_an_upload_is_previewed_and_taken_in(hebei_coordinator, url, staged, work_jobs):
    one = staged(line(1), line(2, phone="1"))
    page = hebei_coordinator.client.get(url("import-show", pk=one.pk))
    assert [fault.code for fault in page.context["faults"]] == ["IMP-020"]
    assert page.context["new_places"][0].name == "测试县医院"
    assert page.context["failing"]
    hebei_coordinator.client.post(url("import-apply", pk=one.pk), {"rows": "good"})
    work_jobs()
    assert [row.person.name for row in Enrollment.objects.all()] == ["赵1"]
    done = hebei_coordinator.client.get(url("import-show", pk=one.pk))
    assert done.status_code == 200
    assert url("roster-list") in text(done)


def test_all_rows_are_refused_while_one_is_bad(hebei_coordinator, url, staged):
    one = staged(line(1), line(2, phone="1"))
    response = hebei_coordinator.client.post(url("import-apply", pk=one.pk), {"rows": "all"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_the_progress_is_asked_for_and_ends_with_a_reload(hebei_coordinator, url, work_jobs):
    file = SimpleUploadedFile("八月.xlsx", sheet(line(1)))
    response = hebei_coordinator.client.post(url("import-create"), {"file": file})
    show = hebei_coordinator.client.get(response.url)
    assert "hx-get" in text(show)
    job_url = url("import-job", pk=RosterImport.objects.get().pk)
    assert "HX-Refresh" not in hebei_coordinator.client.get(job_url)
    work_jobs()
    assert hebei_coordinator.client.get(job_url)["HX-Refresh"] == "true"


def test_a_file_that_is_no_workbook_is_refused_in_the_form(hebei_coordinator, url):
    response = hebei_coordinator.client.post(
        url("import-create"), {"file": SimpleUploadedFile("x.xlsx", b"x")}
    )
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert hebei_coordinator.client.post(url("import-create"), {}).context["form"].errors["file"]


def test_an_unreadable_workbook_can_be_discarded(hebei_coordinator, url, work_jobs):
    file = SimpleUploadedFile("x.xlsx", workbook(["甲", "乙"], [["1", "2"]]))
    response = hebei_coordinator.client.post(url("import-create"), {"file": file})
    work_jobs()
    assert url("import-discard", pk=RosterImport.objects.get().pk) in text(
        hebei_coordinator.client.get(response.url)
    )
    back = hebei_coordinator.client.post(url("import-discard", pk=RosterImport.objects.get().pk))
    assert back.url == url("import-list")
    assert RosterImport.objects.get().status == ImportStatus.DISCARDED
    again = hebei_coordinator.client.post(
        url("import-discard", pk=RosterImport.objects.get().pk), follow=True
    )
    assert [message.level_tag for message in again.context["messages"]][-1] == "error"


def test_template_and_marked_workbook_are_attachments(hebei_coordinator, url, staged):
    one = staged(line(1, phone="1"))
    for address in (url("import-template"), url("import-marked", pk=one.pk)):
        response = hebei_coordinator.client.get(address)
        assert response["Content-Disposition"].startswith("attachment")
        assert load_workbook(io.BytesIO(response.content)).sheetnames
    assert text(hebei_coordinator.client.get(url("import-list"))).count("八月.xlsx") == 1


def test_another_provinces_upload_is_not_found(henan_coordinator, url, staged):
    one = staged(line(1))
    for name in ("import-show", "import-job", "import-marked"):
        assert henan_coordinator.client.get(url(name, pk=one.pk)).status_code == 404
    for name in ("import-apply", "import-discard"):
        assert henan_coordinator.client.post(url(name, pk=one.pk)).status_code == 404


def test_e11_after_acceptance_a_newcomer_is_uploaded_to_take_a_place(
    hebei_coordinator, url, staged, work_jobs, year_2022, hebei
):
    leaving = EnrollmentFactory()
    Roster.objects.create(year=year_2022, region=hebei, status=RosterStatus.ACCEPTED)
    replacing = url("person-replace", pk=leaving.pk)
    assert "本培训类别没有待审核人员" in text(hebei_coordinator.client.get(replacing))
    assert url("import-create") in text(hebei_coordinator.client.get(url("roster-list")))
    one = staged(line(1))
    hebei_coordinator.client.post(url("import-apply", pk=one.pk), {"rows": "all"})
    work_jobs()
    newcomer = Enrollment.objects.get(roster_import=one)
    assert "本培训类别没有待审核人员" not in text(hebei_coordinator.client.get(replacing))
    hebei_coordinator.client.post(replacing, {"by": newcomer.pk, "reason": "调离原单位"})
    assert Enrollment.objects.get(pk=newcomer.pk).replaces == leaving


def test_the_rows_left_out_can_still_be_downloaded_marked(hebei_coordinator, url, staged, work_jobs):
    one = staged(line(1), line(2, phone="1"))
    hebei_coordinator.client.post(url("import-apply", pk=one.pk), {"rows": "good"})
    work_jobs()
    assert url("import-marked", pk=one.pk) in text(
        hebei_coordinator.client.get(url("import-show", pk=one.pk))
    )


def test_a_workbook_without_a_row_says_so(hebei_coordinator, url, staged):
    one = staged()
    page = text(hebei_coordinator.client.get(url("import-show", pk=one.pk)))
    assert "表头下没有数据行" in page
    assert "全部行均无错误" not in page
