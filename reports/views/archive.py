"""A trainee's archive (学员档案): one page with a place for everything kept, to read, print and export (E16)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from core.columns import Listing
from core.lists import build_table, export
from core.templatetags.portal import day, display, measure
from enrollment.columns import PEOPLE, TONES, person_url
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from enrollment.views.people import READERS, basic_facts, training_facts, work_facts
from programs.enums import Area, SettingCode
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from programs.queries import settings_of
from reports.columns_archive import ARCHIVE, EARNED, LESSONS, SESSIONS, YEARS, Line, sittings
from reports.enums import ArchivePart
from reports.queries.archive import Archive, archive_of

Fact = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """One named place of the archive: facts, a table, or a sentence that says why there is nothing."""

    part: ArchivePart
    empty: str
    facts: list[Fact] = field(default_factory=list)
    table: dict[str, Any] | None = None

    @property
    def is_empty(self) -> bool:
        return not self.facts and not (self.table and self.table["rows"])

    def lines(self) -> Iterator[Line]:
        """The place as rows of the workbook."""
        for fact in self.facts:
            yield Line(self.part.label, str(fact["label"]), str(fact["value"]))
        for row in (self.table or {"rows": []})["rows"]:
            first, *rest = row["cells"]
            yield Line(
                self.part.label, first["text"], "；".join(f"{one['label']}: {one['text']}" for one in rest)
            )
        if self.is_empty:
            yield Line(self.part.label, self.empty, "")


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, Role.TRAINEE, area=Area.ENROLLMENT)
def archive_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """GET shows the archive for screen and paper, POST exports it."""
    rows = Enrollment.objects.visible_to(request.scope).select_related(*PEOPLE.related)
    row = get_object_or_404(rows.prefetch_related("placements__base"), year=year, pk=pk)
    places = places_of(request, archive_of(row, request.scope))
    if request.method == "POST":
        lines = [line for place in places for line in place.lines()]
        return export(request, ARCHIVE, lines, actor=request.actor, place=row.person.name)
    own = request.scope.role == Role.TRAINEE
    context = {
        "row": row,
        "places": places,
        "state": {"label": row.get_status_display(), "tone": TONES[EnrollmentStatus(row.status)]},
        "printed_at": request.now,
        "crumbs": [(row.person.name, "" if own else person_url(row)), (_("Trainee archive"), "")],
    }
    return render(request, "reports/archive_show.html", context)


def places_of(request: PortalRequest, archive: Archive) -> list[Place]:
    """Every place of the archive in its order, whether anything stands in it or not."""
    row = archive.row

    def table(listing: Listing, rows: Any) -> dict[str, Any]:
        return build_table(request, listing, listing.ordered(rows, ""))

    return [
        Place(ArchivePart.BASIC, "", [*basic_facts(row), *training_facts(row), *work_facts(row)]),
        Place(ArchivePart.YEARS, "", table=table(YEARS, archive.years)),
        Place(ArchivePart.HOURS, "", _hours(archive)),
        Place(ArchivePart.CONTENT, _("No lesson is watched yet."), table=table(LESSONS, archive.lessons)),
        Place(ArchivePart.ATTENDANCE, _no_sessions(archive), table=table(SESSIONS, archive.attendance)),
        Place(
            ArchivePart.ASSESSMENT,
            _("No assessment is recorded and no exam is taken yet."),
            _assessment(archive),
            table(sittings(_chances(archive)), archive.attempts),
        ),
        Place(
            ArchivePart.CERTIFICATES,
            _("No certificate is issued yet."),
            table=table(EARNED, archive.certificates),
        ),
    ]


def _no_sessions(archive: Archive) -> str:
    if not archive.offline:
        return _("Online-only trainees take no offline training.")
    return _("No attendance is recorded yet.")


def _chances(archive: Archive) -> int:
    return int(settings_of(archive.row.year)[SettingCode.EXAM_ATTEMPTS])


def _of(done: Any, target: Any) -> str:
    return f"{display(done)} / {display(target)}"


def _hours(archive: Archive) -> list[Fact]:
    """What is done of what the year asks; offline hours only for who takes offline training."""
    totals, targets = archive.totals, archive.targets
    facts = [
        {"label": _("Online class hours"), "value": _of(totals.online_hours, targets.online_hours)},
        {"label": _("Required lessons watched"), "value": _of(totals.required, targets.required)},
        {"label": _("Elective lessons watched"), "value": _of(totals.elective, targets.elective)},
        {"label": _("Homework done"), "value": display(totals.homework)},
    ]
    if archive.offline:
        facts += [
            {"label": _("Offline class hours"), "value": _of(totals.offline_hours, targets.offline_hours)},
            {"label": _("Practice and visits"), "value": measure(totals.practice_hours, "hours")},
        ]
    credit = archive.credit
    told = f"{display(credit.amount)} · {day(credit.awarded_at)}" if credit else display(None)
    return [*facts, {"label": _("National credit"), "value": told}]


def _assessment(archive: Archive) -> list[Fact]:
    """The province's own assessment and the sign-up; the attempts stand in the table."""
    facts, result = [], archive.result
    if result:
        told = [
            _("Passed") if result.passed else _("Not passed"),
            display(result.score),
            day(result.assessed_on),
        ]
        facts.append({"label": _("Offline assessment"), "value": " · ".join(told)})
    if archive.sign_up:
        facts.append({"label": _("Signed up for the exam"), "value": display(archive.sign_up.signed_up_at)})
    return facts
