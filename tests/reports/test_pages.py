"""The pages of the annual reports (R1)."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from core import jobs
from core.enums import JobStatus
from core.models import Job
from core.submissions import SubmissionStatus
from core.todos import Todo
from programs.models import Submission
from reports.enums import ReportStatus, Section
from reports.models import AnnualReport
from reports.queries import desk
from reports.services import build_report, decide_report, file_report
from tests.factories import HEBEI, HENAN, NOW, cancer_2022, lead_unit, persona
from tests.helpers import assert_constant_queries, cells_of
from tests.reports.factories import WORDS, begun, built, trainees, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name: str, report: AnnualReport | None = None) -> str:
    more = {"pk": report.pk} if report else {}
    return reverse(f"reports:{name}", kwargs={**cancer_2022().url_kwargs, **more})


def rows(response) -> dict[str, list[str]]:
    return {
        row["cells"][0]["text"]: [cell["text"] for cell in row["cells"]]
        for row in response.context["list"].table["rows"]
    }


# The list


def test_a_coordinator_begins_the_report_of_the_province_once(hebei_coordinator):
    page = hebei_coordinator.client.get(url("report-list"))
    assert (page.context["own"], page.context["may_start"]) == (None, True)
    first = hebei_coordinator.client.post(url("report-start"))
    report = AnnualReport.objects.get()
    assert first["Location"] == url("report-edit", report)
    hebei_coordinator.client.post(url("report-start"))
    assert AnnualReport.objects.get().region_id == HEBEI
    assert not hebei_coordinator.client.get(url("report-list")).context["may_start"]


def test_the_office_begins_that_of_the_country(national_officer):
    national_officer.client.post(url("report-start"))
    assert AnnualReport.objects.get().region is None


def test_the_office_sees_where_the_31_stand(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    found = rows(national_officer.client.get(url("report-list")))
    assert len(found) == 31
    assert found["河北省"][2] == str(ReportStatus.FILED.label)
    assert found["河北省"][-1] == Submission.objects.get(kind="annual_report").number
    assert found["河南省"][2] == "未开始"


@pytest.mark.parametrize(("status", "count"), [("none", 30), ("draft", 1), ("filed", 0)])
def test_the_list_is_narrowed_by_status_and_exported(national_officer, hebei_coordinator, status, count):
    begun(hebei_coordinator)
    response = national_officer.client.get(url("report-list"), {"status": status})
    assert response.context["list"].page.paginator.count == count
    cells = cells_of(national_officer.client.post(f"{url('report-list')}?status={status}").content)
    heading = next(number for number, row in enumerate(cells) if row[0] == "省份")
    assert len(cells) - heading - 1 == count


def test_those_who_read_do_not_begin(hebei_administrator, auditor):
    for who in (hebei_administrator, auditor):
        page = who.client.get(url("report-list"))
        assert (page.status_code, page.context["may_start"]) == (200, False)
        assert who.client.post(url("report-start")).status_code == 403


def test_the_list_asks_as_often_with_many_reports_as_with_one(national_officer, hebei_coordinator):
    regions = list(lead_units())

    def begin(count: int) -> None:
        for _ in range(count):
            AnnualReport.objects.create(
                year=cancer_2022(), region_id=regions[-1], unit=lead_unit(regions.pop())
            )

    assert_constant_queries(national_officer.client, url("report-list"), begin)


def lead_units() -> list[str]:
    return list(cancer_2022().participation_rows.order_by("-order").values_list("region", flat=True))


# One report


def test_the_narrative_is_typed_and_kept(hebei_coordinator):
    report = begun(hebei_coordinator)
    client = hebei_coordinator.client
    assert client.get(url("report-edit", report)).status_code == 200
    response = client.post(url("report-edit", report), WORDS)
    assert response["Location"] == url("report-show", report)
    shown = client.get(url("report-show", report))
    assert [text for _label, text in shown.context["chapters"]] == list(WORDS.values())
    assert client.get(url("report-edit", report)).context["form"]["funds"].value() == WORDS[Section.FUNDS]


def test_what_was_typed_stands_beside_the_refusal(hebei_coordinator):
    report = written(hebei_coordinator)
    build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    response = hebei_coordinator.client.post(url("report-edit", report), {**WORDS, "funds": "刚写的"})
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert "刚写的" in response.content.decode()


def test_building_shows_its_progress_until_it_is_over(hebei_coordinator, work_jobs):
    report = written(hebei_coordinator)
    client = hebei_coordinator.client
    assert client.post(url("report-build", report))["Location"] == url("report-show", report)
    page = client.get(url("report-show", report))
    assert page.context["job"]["poll_url"] == url("report-progress", report)
    assert f'hx-get="{url("report-progress", report)}"' in page.content.decode()
    fragment = client.get(url("report-progress", report), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in fragment
    assert "<html" not in fragment.content.decode()
    work_jobs()
    over = client.get(url("report-progress", report), headers={"HX-Request": "true"})
    assert over["HX-Refresh"] == "true"
    page = client.get(url("report-show", report))
    assert (page.context["job"], page.context["may_file"]) == (None, True)


def test_a_second_press_does_not_build_twice(hebei_coordinator):
    report = written(hebei_coordinator)
    for _ in range(2):
        hebei_coordinator.client.post(url("report-build", report))
    assert Job.objects.filter(kind="reports.build").count() == 1


def test_a_failed_build_says_why_and_can_be_tried_again(hebei_coordinator, hebei_administrator):
    report = written(hebei_coordinator)
    job = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, error="磁盘已满。")
    page = hebei_coordinator.client.get(url("report-show", report))
    assert "磁盘已满。" in page.content.decode()
    assert page.context["job"]["retry_url"] == url("report-build", report)
    assert hebei_administrator.client.get(url("report-show", report)).context["job"]["retry_url"] == ""


def test_there_is_no_progress_of_what_was_never_built(hebei_coordinator):
    assert hebei_coordinator.client.get(url("report-progress", begun(hebei_coordinator))).status_code == 404


def test_documents_come_as_attachments_once_they_are_built(hebei_coordinator, hebei_administrator, auditor):
    report = begun(hebei_coordinator)
    assert hebei_coordinator.client.get(url("report-pdf", report)).status_code == 404
    report = built(hebei_coordinator)
    for who in (hebei_coordinator, hebei_administrator, auditor):
        pdf, document = (who.client.get(url(name, report)) for name in ("report-pdf", "report-document"))
        assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
        assert b"".join(document.streaming_content).startswith(b"PK")
        assert pdf["Content-Disposition"].startswith("attachment;")
        assert "2022" in pdf["Content-Disposition"]


def test_filing_ends_with_a_receipt(hebei_coordinator):
    report = built(hebei_coordinator)
    hebei_coordinator.client.post(url("report-file", report))
    page = hebei_coordinator.client.get(url("report-show", report))
    receipt = page.context["receipt"]
    submission = Submission.objects.get(kind="annual_report")
    assert (receipt["number"], receipt["digest"]) == (submission.number, submission.sha256)
    assert (page.context["may_write"], page.context["may_file"]) == (False, False)


def test_a_filed_report_is_not_opened_for_writing(hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    page = hebei_coordinator.client.get(url("report-edit", report))
    assert page.status_code == 409
    assert "本报告已报送" in page.content.decode()


def test_nobody_decides_on_the_report_of_the_country(national_officer, hebei_coordinator):
    steps = []
    for who, region in ((national_officer, None), (hebei_coordinator, HEBEI)):
        report = built(who, region)
        file_report(report=report, actor=who.actor, now=NOW)
        steps.append(who.client.get(url("report-show", report)).context["receipt"]["next_step"])
    assert steps == ["无需其他操作。", "国家项目办公室将接收报告，或写明原因退回。"]


def test_a_filed_report_says_that_life_went_on(hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    client = hebei_coordinator.client
    (finding,) = client.get(url("report-show", report)).context["findings"]
    assert finding.passed
    trainees(2)
    page = client.get(url("report-show", report))
    (finding,) = page.context["findings"]
    assert (finding.kind, finding.passed) == ("report_moved", False)
    assert "enrollment.approved" in finding.params["codes"]


def test_the_office_accepts_or_returns(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    client = national_officer.client
    assert client.get(url("report-show", report)).context["may_decide"]
    client.post(url("report-decide", report), {"reason": "资金部分不清"})
    report.refresh_from_db()
    assert (report.status, report.submission.reason) == (ReportStatus.DRAFT, "资金部分不清")
    jobs.run(build_report(report=report, actor=hebei_coordinator.actor, now=NOW).pk, lambda: NOW)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    client.post(url("report-decide", report), {"decision": "accept"})
    report.refresh_from_db()
    assert report.submission.status == SubmissionStatus.ACCEPTED
    page = client.get(url("report-show", report))
    assert not page.context["may_decide"]


def test_a_return_without_a_reason_reads_as_a_sentence(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    response = national_officer.client.post(url("report-decide", report))
    assert response.status_code == 409
    report.refresh_from_db()
    assert report.status == ReportStatus.FILED


def test_another_province_gets_nothing_of_it(
    henan_coordinator, nuclear_officer, expert, trainee, hebei_coordinator
):
    report = built(hebei_coordinator)
    for name in ("report-show", "report-edit", "report-progress", "report-pdf", "report-document"):
        assert henan_coordinator.client.get(url(name, report)).status_code == 404
        assert nuclear_officer.client.get(url(name, report)).status_code == 404
        assert {who.client.get(url(name, report)).status_code for who in (expert, trainee)} == {403}
    for name in ("report-build", "report-file"):
        assert henan_coordinator.client.post(url(name, report)).status_code == 404


def test_the_office_does_not_write_for_a_province(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    assert national_officer.client.get(url("report-edit", report)).status_code == 403
    assert national_officer.client.post(url("report-build", report)).status_code == 403
    assert national_officer.client.post(url("report-file", report)).status_code == 403


# What waits for whom


def todos(who, now: dt.datetime = NOW) -> dict[str, Todo]:
    """What the desk says of reports at that time; a session would not live so long."""
    found = desk.todos(who.actor, cancer_2022(), now)
    return {todo.url: todo for todo in found if "/reports/" in todo.url}


def test_a_province_is_reminded_two_months_before_its_report_is_due(hebei_coordinator):
    assert todos(hebei_coordinator) == {}
    (todo,) = todos(hebei_coordinator, dt.datetime(2022, 11, 20, 3, tzinfo=dt.UTC)).values()
    assert todo.tone == "warning"
    after = dt.datetime(2023, 1, 1, 3, tzinfo=dt.UTC)
    (todo,) = todos(hebei_coordinator, after).values()
    assert todo.tone == "danger"
    file_report(report=built(hebei_coordinator), actor=hebei_coordinator.actor, now=NOW)
    assert todos(hebei_coordinator, after) == {}


def test_a_returned_report_waits_at_once(hebei_coordinator, national_officer):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    decide_report(report=report, accept=False, reason="不清", actor=national_officer.actor, now=NOW)
    (todo,) = todos(hebei_coordinator).values()
    assert str(todo.label) == "年度总结报告被退回"


def test_the_office_is_told_what_to_decide_and_whom_to_chase(national_officer, hebei_coordinator):
    assert todos(national_officer) == {}
    file_report(report=built(hebei_coordinator), actor=hebei_coordinator.actor, now=NOW)
    (waiting,) = todos(national_officer).values()
    assert waiting.count == 1
    assert national_officer.client.get(waiting.url).context["list"].page.paginator.count == 1
    missing = todos(national_officer, dt.datetime(2022, 12, 20, 3, tzinfo=dt.UTC))[url("report-list")]
    assert missing.count == 30
    assert "河南" in missing.reminder
    assert "河北" not in missing.reminder


def test_a_second_coordinator_of_the_province_goes_on_with_the_same_report(hebei_coordinator):
    report = written(hebei_coordinator)
    other = persona("hebei-2", Role.TECHNICAL_LEAD, lead_unit(HEBEI), name="冀红")
    other.client.post(url("report-build", report))
    assert hebei_coordinator.client.get(url("report-show", report)).context["job"] is not None
    assert AnnualReport.objects.filter(region=HENAN).count() == 0
