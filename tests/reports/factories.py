"""Reports in every state."""

from typing import Any

from accounts.models import Region
from core import jobs
from core.figures import FIGURES
from reports.enums import Section
from reports.models import AnnualReport
from reports.queries.reports import figure_entry, snapshot_of
from reports.selection import shown_codes
from reports.services import build_report, start_report, write_report
from tests.factories import HEBEI, NOW, EnrollmentFactory, InstitutionFactory, Persona, cancer_2022

WORDS = {section: f"{section.label}：第一段。\n第二段。" for section in Section}


def begun(who: Persona, region: str | None = HEBEI) -> AnnualReport:
    """Begun, nothing written yet."""
    place = Region.objects.get(pk=region) if region else None
    return start_report(year=cancer_2022(), region=place, actor=who.actor, now=NOW)


def written(who: Persona, region: str | None = HEBEI) -> AnnualReport:
    report = begun(who, region)
    return write_report(report=report, sections=WORDS, actor=who.actor, now=NOW)


def built(who: Persona, region: str | None = HEBEI) -> AnnualReport:
    """Written, and built by a worker to its end."""
    report = written(who, region)
    job = build_report(report=report, actor=who.actor, now=NOW)
    done = jobs.run(job.pk, lambda: NOW)
    assert done is not None
    assert done.error == ""
    report.refresh_from_db()
    return report


def frozen(who: Persona, region: str | None = HEBEI) -> AnnualReport:
    """Written, with its figures taken, as it stands before it is printed."""
    report = written(who, region)
    figures = [figure_entry(FIGURES[code], report, who.scope) for code in shown_codes()]
    report.snapshot = snapshot_of(report, figures, who.scope, NOW)
    return report


def trainees(count: int, region: str = HEBEI, **fields: Any) -> None:
    place = Region.objects.get(pk=region)
    institution = InstitutionFactory(region=place)
    EnrollmentFactory.create_batch(count, region=place, institution=institution, **fields)
