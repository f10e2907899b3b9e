"""The life of an annual report: begun, written, built, filed, returned (R1)."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Region
from core import jobs
from core.enums import JobStatus
from core.exceptions import Closed, IllegalTransition, NotAllowed, Refusal
from core.models import Event, Job
from core.submissions import SubmissionStatus
from programs.models import Participation, Submission
from programs.services import close
from reports.enums import ReportStatus, Section
from reports.models import AnnualReport
from reports.services import build_report, decide_report, file_report, has_failed, start_report, write_report
from tests.factories import HEBEI, HENAN, NOW
from tests.reports.factories import WORDS, begun, built, trainees, written

pytestmark = pytest.mark.django_db


def verbs(report: AnnualReport) -> list[str]:
    return list(Event.objects.of(report).order_by("pk").values_list("verb", flat=True))


def test_a_province_has_one_report_however_often_it_is_begun(hebei_coordinator):
    first, second = begun(hebei_coordinator), begun(hebei_coordinator)
    assert first.pk == second.pk
    assert (first.status, first.unit) == (ReportStatus.DRAFT, hebei_coordinator.unit)
    assert verbs(first) == ["start_report"]


def test_the_country_has_one_report_of_the_office(national_officer):
    first, second = begun(national_officer, None), begun(national_officer, None)
    assert (first.pk, first.region, first.unit) == (second.pk, None, national_officer.unit)


@pytest.mark.parametrize("region", [HEBEI, None], ids=["province", "country"])
def test_the_database_holds_no_second_report(request, hebei_coordinator, national_officer, region):
    report = begun(hebei_coordinator if region else national_officer, region)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.create(year=report.year, region=report.region, unit=report.unit)


def test_the_database_holds_no_filed_report_without_a_receipt(hebei_coordinator):
    report = begun(hebei_coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.filter(pk=report.pk).update(status=ReportStatus.FILED)


def test_a_province_without_a_lead_unit_cannot_report(year_2022, hebei, system):
    Participation.objects.filter(year=year_2022, region=hebei).update(technical_unit=None)
    with pytest.raises(Refusal):
        start_report(year=year_2022, region=hebei, actor=system, now=NOW)


def test_a_province_that_does_not_take_part_cannot_report(year_2024, hebei, system):
    with pytest.raises(Refusal):
        start_report(year=year_2024, region=hebei, actor=system, now=NOW)


def test_another_province_writes_nothing(hebei_coordinator, henan_coordinator, hebei):
    report = begun(hebei_coordinator)
    with pytest.raises(NotAllowed):
        start_report(year=report.year, region=hebei, actor=henan_coordinator.actor, now=NOW)
    with pytest.raises(NotAllowed):
        write_report(report=report, sections=WORDS, actor=henan_coordinator.actor, now=NOW)
    with pytest.raises(NotAllowed):
        build_report(report=report, actor=henan_coordinator.actor, now=NOW)
    with pytest.raises(NotAllowed):
        file_report(report=report, actor=henan_coordinator.actor, now=NOW)


def test_the_narrative_is_kept_and_the_record_names_what_changed(hebei_coordinator):
    report = written(hebei_coordinator)
    write_report(
        report=report, sections={**WORDS, "problems": "别的"}, actor=hebei_coordinator.actor, now=NOW
    )
    report.refresh_from_db()
    assert report.narrative == {**WORDS, Section.PROBLEMS: "别的"}
    changed = (
        Event.objects.of(report).filter(verb="revise_report").order_by("pk").values_list("data", flat=True)
    )
    assert [row["sections"] for row in changed] == [list(WORDS), ["problems"]]


def test_changing_a_built_report_makes_it_a_draft_again(hebei_coordinator):
    report = built(hebei_coordinator)
    write_report(report=report, sections={**WORDS, "funds": "改了"}, actor=hebei_coordinator.actor, now=NOW)
    report.refresh_from_db()
    assert report.status == ReportStatus.DRAFT
    with pytest.raises(IllegalTransition):
        file_report(report=report, actor=hebei_coordinator.actor, now=NOW)


def test_building_is_asked_for_once_while_it_runs(hebei_coordinator):
    report = written(hebei_coordinator)
    first = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    second = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    report.refresh_from_db()
    assert first.pk == second.pk == report.job_id
    assert (report.status, report.builds) == (ReportStatus.BUILDING, 1)


def test_while_it_is_built_the_words_stand_still(hebei_coordinator):
    report = written(hebei_coordinator)
    build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(Refusal):
        write_report(report=report, sections=WORDS, actor=hebei_coordinator.actor, now=NOW)


def test_a_build_that_failed_can_be_asked_for_again(hebei_coordinator):
    report = written(hebei_coordinator)
    failed = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    Job.objects.filter(pk=failed.pk).update(status=JobStatus.FAILED)
    report.refresh_from_db()
    assert has_failed(report)
    again = build_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    assert again.pk != failed.pk
    write_again = AnnualReport.objects.get(pk=report.pk)
    assert (write_again.builds, write_again.job_id) == (2, again.pk)


def test_filing_freezes_figures_words_and_the_digest_of_the_pdf(hebei_coordinator):
    trainees(3)
    report = built(hebei_coordinator)
    submission = file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    report.refresh_from_db()
    with report.pdf.open("rb") as pdf:
        digest = hashlib.sha256(pdf.read()).hexdigest()
    assert (report.status, report.submission, report.filed_at) == (ReportStatus.FILED, submission, NOW)
    assert submission.content == {"snapshot": report.snapshot, "narrative": WORDS, "pdf_sha256": digest}
    assert (submission.kind, submission.unit, submission.region_id) == ("annual_report", report.unit, HEBEI)
    assert {finding.kind for finding in submission.frozen_findings} == {
        "report_section",
        "report_overdue",
        "report_moved",
    }
    assert verbs(report)[-1] == "file_report"


def test_a_filed_report_changes_no_more(hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    before = AnnualReport.objects.values().get(pk=report.pk)
    trainees(5)
    for act in (
        lambda: write_report(report=report, sections={"funds": "改"}, actor=hebei_coordinator.actor, now=NOW),
        lambda: build_report(report=report, actor=hebei_coordinator.actor, now=NOW),
        lambda: file_report(report=report, actor=hebei_coordinator.actor, now=NOW),
    ):
        with pytest.raises(IllegalTransition):
            act()
    assert AnnualReport.objects.values().get(pk=report.pk) == before


def test_a_report_with_an_empty_section_is_not_filed(hebei_coordinator):
    report = begun(hebei_coordinator)
    write_report(report=report, sections={**WORDS, "funds": " "}, actor=hebei_coordinator.actor, now=NOW)
    jobs.run(build_report(report=report, actor=hebei_coordinator.actor, now=NOW).pk, lambda: NOW)
    with pytest.raises(Refusal, match=str(Section.FUNDS.label)):
        file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    assert not Submission.objects.filter(kind="annual_report").exists()


def test_a_report_that_was_never_built_is_not_filed(hebei_coordinator):
    report = written(hebei_coordinator)
    with pytest.raises(IllegalTransition):
        file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    assert not Submission.objects.filter(kind="annual_report").exists()


def test_nothing_is_filed_for_a_closed_province(hebei_coordinator, year_2022, hebei, system):
    report = built(hebei_coordinator)
    close(year=year_2022, region=hebei, subject="reports", actor=system, now=NOW)
    with pytest.raises(Closed):
        file_report(report=report, actor=hebei_coordinator.actor, now=NOW)


def test_the_country_files_its_own(national_officer):
    report = built(national_officer, None)
    submission = file_report(report=report, actor=national_officer.actor, now=NOW)
    assert submission.region is None
    assert "report_provinces" in {finding.kind for finding in submission.frozen_findings}


def test_the_office_accepts(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    submission = file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    decide_report(report=report, accept=True, reason="", actor=national_officer.actor, now=NOW)
    report.refresh_from_db()
    submission.refresh_from_db()
    assert (report.status, submission.status) == (ReportStatus.FILED, SubmissionStatus.ACCEPTED)


def test_a_returned_report_is_filed_again_as_the_second_version(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    first = file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    decide_report(report=report, accept=False, reason="资金部分不清", actor=national_officer.actor, now=NOW)
    report.refresh_from_db()
    assert (report.status, report.submission.status, report.submission.reason) == (
        ReportStatus.DRAFT, SubmissionStatus.RETURNED, "资金部分不清",
    )  # fmt: skip
    write_report(report=report, sections={"funds": "写清楚了"}, actor=hebei_coordinator.actor, now=NOW)
    jobs.run(build_report(report=report, actor=hebei_coordinator.actor, now=NOW).pk, lambda: NOW)
    second = file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    assert (second.version, second.previous) == (2, first)


def test_a_return_wants_a_reason(national_officer, hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(Refusal):
        decide_report(report=report, accept=False, reason=" ", actor=national_officer.actor, now=NOW)
    report.refresh_from_db()
    assert report.status == ReportStatus.FILED


def test_only_what_is_filed_is_decided_on(national_officer, hebei_coordinator):
    with pytest.raises(Refusal):
        decide_report(
            report=built(hebei_coordinator), accept=True, reason="", actor=national_officer.actor, now=NOW
        )


def test_a_province_does_not_decide_on_itself(hebei_coordinator):
    report = built(hebei_coordinator)
    file_report(report=report, actor=hebei_coordinator.actor, now=NOW)
    with pytest.raises(NotAllowed):
        decide_report(report=report, accept=True, reason="", actor=hebei_coordinator.actor, now=NOW)


def test_reports_are_seen_in_scope(
    national_officer, auditor, nuclear_officer, hebei_coordinator, henan_coordinator, expert, trainee
):
    own = begun(hebei_coordinator)
    begun(henan_coordinator, HENAN)
    begun(national_officer, None)
    seen = [
        set(AnnualReport.objects.visible_to(who.scope).values_list("region", flat=True))
        for who in (national_officer, auditor, hebei_coordinator, nuclear_officer, expert, trainee)
    ]
    assert seen == [{HEBEI, HENAN, None}, {HEBEI, HENAN, None}, {HEBEI}, set(), set(), set()]
    assert str(own) == f"{Region.objects.get(pk=HEBEI)} 2022"
