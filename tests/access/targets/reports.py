"""Dashboards and annual reports."""

from django.core.files.base import ContentFile

from accounts.models import Region
from core.models import Job
from reports.models import AnnualReport
from tests.access.world import Target, World, target
from tests.factories import NOW, lead_unit


@target("reports:province-show")
def province(world: World) -> Target:
    return Target({"region": world.hebei.pk}, {"region": world.henan.pk})


def report(world: World, region: Region) -> AnnualReport:
    return AnnualReport.objects.create(
        year=world.year_2022,
        region=region,
        unit=lead_unit(region.pk),
        job=Job.objects.create(kind="reports.build", created_at=NOW),
        pdf=ContentFile(b"%PDF-", name="r.pdf"),
        document=ContentFile(b"PK", name="r.docx"),
    )


@target("reports:report-show", "reports:report-edit", "reports:report-build", "reports:report-progress")
@target("reports:report-file", "reports:report-decide", "reports:report-pdf", "reports:report-document")
def reports(world: World) -> Target:
    own, foreign = (report(world, region) for region in (world.hebei, world.henan))
    return Target({"pk": own.pk}, {"pk": foreign.pk})
