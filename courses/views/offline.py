"""Offline training: sessions, attendance, results, and who teaches."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.models import Institution
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from core.lists import list_view
from courses.columns import SESSIONS, faculty_of, faculty_state
from courses.forms import AttendanceForm, FacultyForm, ResultForm, SessionForm
from courses.models import Attendance, ClassSession, Faculty, Lesson
from courses.permissions import can_confirm_faculty, can_record_attendance
from courses.queries import (
    attendees_of,
    offline_supply_of,
    result_people,
    targets_of,
    with_attendance,
)
from courses.services import (
    ResultRow,
    confirm_lecturer,
    edit_session,
    file_lecturer,
    list_lecturer,
    record_attendance,
    record_results,
    record_session,
)
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
HOLDERS = (Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR)
LISTERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR)


def _session(request: PortalRequest, year: ProgramYear, pk: int) -> ClassSession:
    rows = ClassSession.objects.visible_to(request.scope).select_related(
        "region", "base", "lecturer", "specialty", "year__program"
    )
    return get_object_or_404(rows, year=year, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, area=Area.COURSES)
def session_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The timetable with attendance, against the lessons that the province owes (C3, C8)."""
    rows = with_attendance(ClassSession.objects.visible_to(request.scope).filter(year=year))
    context = {
        "year": year,
        "place": str(year),
        "supply": offline_supply_of(year, request.scope) if request.scope.is_provincial else None,
        "may_hold": request.scope.role in HOLDERS,
    }
    return list_view(
        request, SESSIONS, rows, actor=request.actor, template="courses/session_list.html", context=context
    )


@require_safe
@year_page(*READERS, area=Area.COURSES)
def session_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    session = _session(request, year, pk)
    attendance = Attendance.objects.visible_to(request.scope).filter(session=session)
    context = {
        "year": year,
        "session": session,
        "attendance": attendance.select_related(
            "enrollment__person", "enrollment__registration", "enrollment__institution"
        ),
        "may_record": can_record_attendance(request.actor, session),
        "begun": session.starts_at <= request.now,
    }
    return render(request, "courses/session_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*HOLDERS, area=Area.COURSES)
def session_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    unit = request.membership.unit
    form = SessionForm(request.POST or None, year=year, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        base = unit if request.scope.role == Role.BASE_COORDINATOR else values.pop("base", None)
        try:
            session = record_session(
                year=year, region=unit.region, base=base, values=values, actor=request.actor, now=request.now
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The session is entered. Record who attended after it was held."))
            return redirect("courses:session-detail", **year.url_kwargs, pk=session.pk)
    return render(request, "courses/session_create.html", {"year": year, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*HOLDERS, area=Area.COURSES)
def session_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    session = _session(request, year, pk)
    if not can_record_attendance(request.actor, session):
        raise NotAllowed(
            _("Only the technical lead unit of the province and the base that holds the session may do this.")
        )
    form = SessionForm(request.POST or None, instance=session, year=year, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        fresh = _session(request, year, pk)
        try:
            edit_session(session=fresh, values=form.cleaned_data, actor=request.actor, now=request.now)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The session is changed."))
            return redirect("courses:session-detail", **year.url_kwargs, pk=pk)
    return render(request, "courses/session_edit.html", {"year": year, "session": session, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*HOLDERS, area=Area.COURSES)
def attendance_record(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The sheet of a session: everybody in one form."""
    session = _session(request, year, pk)
    if not can_record_attendance(request.actor, session):
        raise NotAllowed(
            _("Only the technical lead unit of the province and the base that holds the session may do this.")
        )
    people = list(attendees_of(session, request.scope))
    rows = Attendance.objects.visible_to(request.scope).filter(session=session)
    modes = dict(rows.values_list("enrollment", "mode"))
    form = AttendanceForm(people, modes, request.POST or None, live=session.is_live)
    if request.method == "POST" and form.is_valid():
        try:
            rows_kept = record_attendance(
                session=session, modes=form.modes(), actor=request.actor, now=request.now
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, _("Attendance of %(people)s people is recorded.") % {"people": len(rows_kept)}
            )
            return redirect("courses:session-detail", **year.url_kwargs, pk=pk)
    return render(request, "courses/attendance_record.html", {"year": year, "session": session, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*HOLDERS, area=Area.COURSES)
def result_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The sheet of the province's own assessment; a base sees those placed with it (C12)."""
    people = list(result_people(year, request.scope))
    form = ResultForm(people, request.POST or None, now=request.now)
    if request.method == "POST" and form.is_valid():
        rows = [ResultRow(*line) for line in form.results()]
        try:
            changed = record_results(
                year=year, region=request.membership.unit.region, rows=rows,
                assessed_on=form.cleaned_data["assessed_on"], actor=request.actor, now=request.now,
            )  # fmt: skip
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(results)s results are recorded.") % {"results": changed})
            return redirect("courses:result-list", **year.url_kwargs)
    context = {
        "year": year,
        "form": form,
        "targets": targets_of(year),
        "passed": sum(person.passed_offline is True for person in people),
        "open": sum(person.passed_offline is None for person in people),
        "people": people,
    }
    return render(request, "courses/result_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*LISTERS, Role.AUDITOR, area=Area.COURSES)
def faculty_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    rows = Faculty.objects.visible_to(request.scope)
    context = {"year": year, "place": str(year), "may_list": request.scope.role in LISTERS}
    template = "courses/faculty_list.html"
    return list_view(request, faculty_of(year), rows, actor=request.actor, template=template, context=context)


def _lecturer(request: PortalRequest, pk: int) -> Faculty:
    rows = Faculty.objects.visible_to(request.scope).select_related("unit", "region", "institution")
    return get_object_or_404(rows, pk=pk)


@require_safe
@year_page(*LISTERS, Role.AUDITOR, area=Area.COURSES)
def faculty_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    lecturer = _lecturer(request, pk)
    own = request.scope.unit_id == lecturer.unit_id and request.scope.role in LISTERS
    state, tone = faculty_state(lecturer)
    confirmable = lecturer.teaches_online and lecturer.filed_at and not lecturer.confirmed_at
    context = {
        "year": year,
        "lecturer": lecturer,
        "state": state,
        "tone": tone,
        "may_file": own and lecturer.filed_at is None,
        "may_confirm": bool(confirmable) and can_confirm_faculty(request.actor, lecturer),
        "lessons": Lesson.objects.visible_to(request.scope).filter(lecturer=lecturer, year=year),
        "sessions": ClassSession.objects.visible_to(request.scope).filter(lecturer=lecturer, year=year),
    }
    return render(request, "courses/faculty_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*LISTERS, area=Area.COURSES)
def faculty_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    institutions = Institution.objects.visible_to(request.scope).standing()
    form = FacultyForm(request.POST or None, institutions=institutions)
    if request.method == "POST" and form.is_valid():
        try:
            lecturer = list_lecturer(
                unit=request.membership.unit, values=form.cleaned_data, actor=request.actor, now=request.now
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The lecturer stands on your list. File the lecturer next."))
            return redirect("courses:faculty-detail", **year.url_kwargs, pk=lecturer.pk)
    return render(request, "courses/faculty_create.html", {"year": year, "form": form})


@require_POST
@year_page(*LISTERS, area=Area.COURSES)
def faculty_file(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    file_lecturer(lecturer=_lecturer(request, pk), actor=request.actor, now=request.now)
    messages.success(request, _("The lecturer is filed."))
    return redirect("courses:faculty-detail", **year.url_kwargs, pk=pk)


@require_POST
@year_page(Role.NATIONAL_OFFICE, area=Area.COURSES)
def faculty_confirm(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    confirm_lecturer(lecturer=_lecturer(request, pk), actor=request.actor, now=request.now)
    messages.success(request, _("The lecturer is confirmed."))
    return redirect("courses:faculty-detail", **year.url_kwargs, pk=pk)
