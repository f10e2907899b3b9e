"""Return per person: the office marks, the province answers (E11)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Role
from core.forms import ReasonForm
from enrollment.enums import EnrollmentStatus, RosterStatus
from enrollment.models import Enrollment, Roster, RosterRemark
from enrollment.permissions import can_decide_roster, can_keep_enrollment
from enrollment.queries import roster_of
from enrollment.services.remarks import answer_remark, mark_person, unmark_person
from enrollment.versions import versions_of
from enrollment.views.shared import act
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear, Submission

office = year_page(Role.NATIONAL_OFFICE, area=Area.ENROLLMENT)
coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)


def remark_context(request: PortalRequest, row: Enrollment) -> dict[str, Any]:
    """The marks on a person, newest first, and what may be done about them."""
    roster = roster_of(row.year, row.region)
    rows = RosterRemark.objects.visible_to(request.scope).filter(enrollment=row)
    remarks = list(rows.select_related("submission").order_by("-pk"))
    current = next((one for one in remarks if one.submission_id == roster.submission_id), None)
    standing = row.status == EnrollmentStatus.APPROVED
    waits = roster.status == RosterStatus.SUBMITTED and standing
    return {
        "remarks": remarks,
        "current": current,
        "may_mark": waits and can_decide_roster(request.actor, row.year),
        "may_answer": current is not None
        and standing
        and roster.status == RosterStatus.RETURNED
        and can_keep_enrollment(request.actor, row),
    }


def version_context(request: PortalRequest, roster: Roster) -> dict[str, Any]:
    """Of a roster that was handed up again: what came, went and changed, and what became of the marks."""
    now = roster.submission
    before: Submission | None = now.previous if now else None
    if now is None or before is None:
        return {"versions": None, "answered": []}
    rows = (
        RosterRemark.objects.visible_to(request.scope)
        .filter(submission=before)
        .select_related("enrollment__person")
    )
    return {"versions": versions_of(before, now, request.scope), "answered": list(rows)}


def _back(row: Enrollment) -> str:
    return reverse("enrollment:person-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


def _said(request: PortalRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@require_POST
@office
def person_mark(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    rows = Enrollment.objects.visible_to(request.scope).select_related("year__program", "region", "person")
    row = get_object_or_404(rows, year=year, pk=pk)
    return act(
        request,
        lambda: mark_person(enrollment=row, reason=_said(request), actor=request.actor, now=request.now),
        lambda _remark: (
            _("%(name)s is marked; the province reads why once the roster is returned.")
            % {"name": row.person.name}
        ),
        _back(row),
    )


def _remark(request: PortalRequest, year: ProgramYear, pk: int) -> RosterRemark:
    rows = RosterRemark.objects.visible_to(request.scope).select_related(
        "enrollment__year__program", "enrollment__region"
    )
    return get_object_or_404(rows, enrollment__year=year, pk=pk)


@require_POST
@office
def person_unmark(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    remark = _remark(request, year, pk)
    return act(
        request,
        lambda: unmark_person(remark=remark, actor=request.actor, now=request.now),
        lambda _none: _("The mark is taken off."),
        _back(remark.enrollment),
    )


@require_POST
@coordinator
def remark_answer(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    remark = _remark(request, year, pk)
    return act(
        request,
        lambda: answer_remark(remark=remark, answer=_said(request), actor=request.actor, now=request.now),
        lambda _remark: _("The answer goes to the office with the roster."),
        _back(remark.enrollment),
    )
