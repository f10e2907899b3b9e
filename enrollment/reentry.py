"""Who of last year stands first for this one: passed online-only trainees, and who failed every attempt (E14)."""

import django_filters as filters
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.columns import Column, Listing
from core.figures import FIGURES
from core.search import named
from core.templatetags.portal import name_of
from enrollment.columns import person_url
from enrollment.enums import EnrollmentStatus, Returning
from enrollment.models import Enrollment
from programs.enums import Track
from programs.models import ProgramYear
from programs.where import Where

_STANDING = (EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED)
# the rooms above count them; without such a room nobody returns
_FIGURES = {Returning.PASSED: ("exams.passed", Track.ONLINE_ONLY), Returning.FAILED: ("exams.failed", "")}


def year_before(year: ProgramYear) -> ProgramYear | None:
    return ProgramYear.objects.filter(program=year.program_id, year=year.year - 1).first()


def returning(year: ProgramYear, scope: Scope) -> QuerySet[Enrollment]:
    """Their enrollments of last year, `why` beside each; who already stands in this year is left out."""
    before = year_before(year)
    if before is None:
        return Enrollment.objects.none().annotate(why=Value("", output_field=CharField()))
    found = {
        why: _rows(code, scope, Where(before.pk, track=track)) for why, (code, track) in _FIGURES.items()
    }
    here = Enrollment.objects.of(year).filter(person=OuterRef("person"), status__in=_STANDING)
    rows = Enrollment.objects.visible_to(scope).of(before).exclude(Exists(here))
    why = Case(
        When(pk__in=found[Returning.PASSED], then=Value(str(Returning.PASSED))),
        default=Value(str(Returning.FAILED)),
        output_field=CharField(),
    )
    either = Q(pk__in=found[Returning.PASSED]) | Q(pk__in=found[Returning.FAILED])
    return rows.filter(either).annotate(why=why)


def _rows(code: str, scope: Scope, where: Where) -> QuerySet[Enrollment]:
    figure = FIGURES.get(code)
    rows: QuerySet[Enrollment] = figure.rows(scope, where) if figure else Enrollment.objects.none()
    return rows.values("pk")  # type: ignore[return-value]


class ReturningFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name or registration number"), method="by_name")
    why = filters.ChoiceFilter(label=_("Why first"), choices=Returning)

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Enrollment], name: str, value: str) -> QuerySet[Enrollment]:
        return rows.filter(named(value, "person__") | Q(registration__number__icontains=value.strip()))


RETURNING = Listing(
    code="enrollment.returning",
    title=_("Returning from last year"),
    columns=(
        Column("name", _("Full name"), "person.name", sort="person__name", width=12),
        Column("number", _("Registration number"), "registration.number", kind="code", width=16),
        Column("why", _("Why first"), lambda row: Returning(row.why).label, sort="why", width=24),
        Column("track", _("Training track"), lambda row: row.get_track_display(), sort="track"),
        Column("specialty", _("Specialty"), lambda row: name_of(row.specialty)),
        Column("institution", _("Workplace"), "institution.name", sort="institution__name", width=30),
    ),
    filters=ReturningFilter,
    # the text puts those who passed online first
    order=("-why", "registration__number"),
    related=("person", "registration", "specialty", "institution", "year__program"),
    row_url=person_url,
    empty=_("Nobody of last year waits for this one."),
)
