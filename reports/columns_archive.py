"""The tables of a trainee's archive: those of the rooms, without the columns that name the trainee (E16)."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing
from core.exceptions import Text
from core.templatetags.portal import name_of
from courses.columns import ATTENDANCE, WATCHED
from enrollment.columns import TONES
from enrollment.models import Enrollment
from exams.columns import CERTIFICATES, attempts_of


@dataclass(frozen=True, slots=True)
class Line:
    """One fact or one row of an archive as its workbook holds it."""

    part: Text
    what: str
    content: str


def archive_url(row: Enrollment) -> str:
    return reverse("reports:archive-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


def _narrowed(listing: Listing, *codes: str, title: Text, related: tuple[str, ...] = ()) -> Listing:
    """These columns alone, as the room declares them; an archive is read from above down, nothing is sorted or opened."""
    wanted = {column.code: replace(column, sort="", url=None, total="") for column in listing.columns}
    return replace(
        listing,
        title=title,
        columns=tuple(wanted[code] for code in codes),
        related=related,
        row_url=None,
        filters=None,
    )


YEARS = Listing(
    code="reports.archive_years",
    title=_("Enrollments of all years"),
    columns=(
        Column("year", _("Program year"), lambda row: name_of(row.year)),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            tone=lambda row: TONES[row.status],
        ),
        Column("track", _("Training track"), lambda row: row.get_track_display()),
        Column("specialty", _("Specialty"), lambda row: name_of(row.specialty)),
        Column("institution", _("Workplace"), "institution.name"),
        Column("funding", _("Funded by"), lambda row: row.get_funding_display()),
        Column("approved_at", _("Approved at"), "approved_at", kind="datetime"),
    ),
    order=("-year__year", "-pk"),
    related=("year__program", "specialty", "institution"),
    row_url=archive_url,
)
LESSONS = replace(
    _narrowed(WATCHED, "lesson", "hours", "completed", title=_("Lessons watched"), related=("lesson",)),
    order=("lesson__code",),
)
LESSONS = replace(
    LESSONS,
    columns=(
        *LESSONS.columns,
        Column(
            "homework",
            _("Homework, right of asked"),
            lambda row: "" if row.asked is None else f"{row.correct} / {row.asked}",
        ),
        Column("homework_at", _("Homework done at"), "homework_at", kind="datetime"),
    ),
)
SESSIONS = _narrowed(
    ATTENDANCE,
    "starts_at",
    "topic",
    "kind",
    "mode",
    "hours",
    title=_("Sessions attended"),
    related=("session",),
)
EARNED = _narrowed(CERTIFICATES, "number", "kind", "score", "issued", "status", title=_("Certificates"))


def sittings(total: int) -> Listing:
    """Attempts out of `total`."""
    codes = ("number", "started", "closed", "score", "result", "closed_by")
    return replace(_narrowed(attempts_of(total), *codes, title=_("Exam attempts")), order=("number",))


ARCHIVE = Listing(
    code="reports.archive",
    title=_("Trainee archive"),
    columns=(
        Column("part", _("Part"), "part", width=24),
        Column("what", _("What"), "what", width=40),
        Column("content", _("Content"), "content", width=80),
    ),
)
