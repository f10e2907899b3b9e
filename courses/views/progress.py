"""How far the trainees are: for the coordinator, the base and the office."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from core.lists import list_view
from courses.columns import PROGRESS
from courses.models import Attendance
from courses.queries import behind, hours_expected, study_ends_at, study_of, targets_of, with_study
from courses.rules import online_share
from courses.todos import reminder
from enrollment.models import Enrollment
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

READERS = (
    Role.NATIONAL_OFFICE,
    Role.AUDITOR,
    Role.TECHNICAL_LEAD,
    Role.ADMINISTRATIVE,
    Role.BASE_COORDINATOR,
)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.COURSES)
def progress_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Every approved trainee in scope with hours and lessons done; those behind can be filtered (R3)."""
    rows = with_study(Enrollment.objects.visible_to(request.scope).of(year).active())
    expected, due = hours_expected(year, request.now), study_ends_at(year)
    slow = behind(rows, expected).count()
    context = {
        "year": year,
        "place": str(year),
        "targets": targets_of(year),
        "expected": expected,
        "due_at": due,
        "behind": slow,
        "reminder": reminder(year, due) if slow and request.scope.role == Role.TECHNICAL_LEAD else "",
    }
    return list_view(
        request, PROGRESS, rows, actor=request.actor, template="courses/progress_list.html", context=context
    )


@require_safe
@year_page(*READERS, area=Area.COURSES)
def progress_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One trainee: hours, and what is missing lesson by lesson."""
    rows = Enrollment.objects.visible_to(request.scope).of(year).active()
    rows = rows.select_related(
        "person", "registration", "specialty", "region", "institution", "year__program"
    )
    enrollment = get_object_or_404(rows, pk=pk)
    study = study_of(enrollment, request.scope)
    attended = Attendance.objects.visible_to(request.scope).filter(enrollment=enrollment)
    context = {
        "year": year,
        "enrollment": enrollment,
        "study": study,
        "share": online_share(study.totals),
        "required": study.entries_of(study.missing.required),
        "homework": study.entries_of(study.missing.homework),
        "attended": attended.select_related("session").order_by("-session__starts_at"),
    }
    return render(request, "courses/progress_detail.html", context)
