"""The provincial files as the office reads them, and what stands beside one (P5)."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import Scope
from core.columns import Column, Listing
from core.enums import FindingStatus, Operator, Severity
from core.findings import Finding
from core.templatetags.portal import name_of
from programs.enums import SettingCode, Track
from programs.models import Participation, ProgramYear, Quota
from programs.queries import settings_of
from supervision.models import ProvincialFile, QualityVisit
from supervision.queries.ranking import province_results


@dataclass(frozen=True, slots=True)
class FileLine:
    """A province that takes part, what its file holds, and how many visits it recorded."""

    participation: Participation
    file: ProvincialFile | None
    visits: int

    @property
    def pk(self) -> str:
        return self.participation.region_id

    @property
    def nominees(self) -> int:
        return len(self.file.nominee_names) if self.file else 0


def file_lines(year: ProgramYear, scope: Scope) -> list[FileLine]:
    """In the official order; three queries."""
    rows = Participation.objects.visible_to(scope).filter(year=year).select_related("region", "year__program")
    files = {row.region_id: row for row in ProvincialFile.objects.visible_to(scope).filter(year=year)}
    visits: dict[str, int] = {}
    for code in QualityVisit.objects.visible_to(scope).filter(year=year).values_list("region_id", flat=True):
        visits[code] = visits.get(code, 0) + 1
    return [
        FileLine(row, files.get(row.region_id), visits.get(row.region_id, 0))
        for row in rows.order_by("order")
    ]


@dataclass(frozen=True, slots=True)
class YearBeside:
    """One year of the province beside another: seats of both tracks, points of both sheets once they are final."""

    year: ProgramYear
    comprehensive: int | None
    online_only: int | None
    points: Decimal | None = None
    applicable: Decimal | None = None
    rank: int | None = None


def years_beside(year: ProgramYear, region: Region, scope: Scope) -> list[YearBeside]:
    """Last year, this one and the next, as far as the reader sees them (000 六(三): the score weighs on the next quota)."""
    years = ProgramYear.objects.visible_to(scope).filter(
        program=year.program_id, year__range=(year.year - 1, year.year + 1)
    )
    return [_beside(one, region, scope) for one in years.order_by("year").select_related("program")]


def _beside(year: ProgramYear, region: Region, scope: Scope) -> YearBeside:
    seats = dict(Quota.objects.filter(year=year, region=region).values_list("track", "available"))
    own = next(
        (row for row in province_results(year, scope) if row.participation.region_id == region.pk), None
    )
    final = own if own and own.is_final else None
    return YearBeside(
        year,
        seats.get(Track.COMPREHENSIVE),
        seats.get(Track.ONLINE_ONLY),
        final.points if final else None,
        final.applicable if final else None,
        final.rank if final else None,
    )


def file_findings(year: ProgramYear, file: ProvincialFile | None, visits: int) -> list[Finding]:
    """What the file still lacks (000 四2, 六(一)); warnings."""
    settings = settings_of(year)
    least, most = (settings.get(code) for code in (SettingCode.NOMINEES_MIN, SettingCode.NOMINEES_MAX))
    found = [
        _present("file_in_charge", bool(file and file.in_charge)),
        _present("file_groups", bool(file and file.working_group and file.expert_group)),
        _present("file_plan", bool(file and file.plan)),
        _present("file_manual", bool(file and file.manual)),
        _present("file_visits", visits > 0),
    ]
    if least is not None and most is not None:
        count = len(file.nominee_names) if file else 0
        found.append(
            Finding(
                kind="file_nominees",
                status=FindingStatus.PASSED if least <= count <= most else FindingStatus.FAILED,
                severity=Severity.WARN,
                value=count,
                threshold=least,
                operator=Operator.GE,
                params={"least": int(least), "most": int(most)},
            )
        )
    return found


def _present(kind: str, there: bool) -> Finding:
    status = FindingStatus.PASSED if there else FindingStatus.FAILED
    return Finding(kind=kind, status=status, severity=Severity.WARN)


def _url(line: FileLine) -> str:
    return reverse("supervision:file-show", kwargs={**line.participation.year.url_kwargs, "region": line.pk})


FILES = Listing(
    code="supervision.files",
    title=_("Provincial files"),
    columns=(
        Column("province", _("Province"), lambda line: name_of(line.participation.region), width=18),
        Column("in_charge", _("Person in charge"), "file.in_charge", width=24),
        Column("plan", _("Year plan"), lambda line: bool(line.file and line.file.plan), kind="flag"),
        Column("manual", _("Work manual"), lambda line: bool(line.file and line.file.manual), kind="flag"),
        Column("nominees", _("Nominees to the committee"), "nominees", kind="int"),
        Column("visits", _("Quality-control visits"), "visits", kind="int"),
        Column("changed_at", _("Changed at"), "file.changed_at", kind="datetime", width=18),
    ),
    row_url=_url,
)
