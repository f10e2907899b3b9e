"""A person leaves the roster: what that does to the rules is read before it is done (E11, E15)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.forms import ReasonForm
from enrollment.forms import ReplaceForm
from enrollment.models import Enrollment
from enrollment.queries import outlook, prospect_of
from enrollment.rules.outlook import Turn
from enrollment.services.people import replace, withdraw
from enrollment.views.people import coordinator, person_of
from enrollment.views.shared import form_page
from programs.http import PortalRequest
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def person_withdraw(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The seat becomes free; the page says first which rules would not be met then."""
    row = person_of(request, year, pk)
    return form_page(
        request,
        row,
        ReasonForm(request.POST or None),
        _("Withdraw this person"),
        lambda data: withdraw(enrollment=row, reason=data["reason"], actor=request.actor, now=request.now),
        done=_("%(name)s is withdrawn.") % {"name": row.person.name},
        template="enrollment/person_leave.html",
        more={"turns": outlook(year, row.region, leaving=[row.pk]), "submit_label": _("Withdraw")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def person_replace(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Who takes the place, and what it does to the rules: nothing is done before that was shown."""
    row = person_of(request, year, pk)
    by = _newcomer(request, row)
    turns = outlook(year, row.region, leaving=[row.pk], coming=[prospect_of(by)]) if by else []
    more = {"turns": turns, "by": by, "submit_label": _("Replace")}
    if request.method == "GET" and request.headers.get("HX-Request"):
        return render(request, "enrollment/_outlook.html", more)
    look = "look" in request.POST
    first = {"by": by, "reason": request.POST.get("reason", "")}
    acts = {"actor": request.actor, "now": request.now}
    return form_page(
        request,
        row,
        ReplaceForm(None if look else request.POST or None, enrollment=row, initial=first),
        _("Replace this person"),
        lambda data: replace(enrollment=row, by=data["by"], reason=data["reason"], **acts),
        done=_("%(name)s is replaced.") % {"name": row.person.name},
        template="enrollment/person_leave.html",
        more=more,
        hold=look or _unseen(request, by, turns),
    )


def _newcomer(request: PortalRequest, row: Enrollment) -> Enrollment | None:
    """Whom the page is asked about, among those who may take the place."""
    asked = request.POST.get("by") or request.GET.get("by")
    waiting = ReplaceForm(enrollment=row).fields["by"].queryset  # type: ignore[attr-defined]
    return next((one for one in waiting if str(one.pk) == asked), None)


def _unseen(request: PortalRequest, by: Enrollment | None, turns: list[Turn]) -> bool:
    """Whether the act would break a rule that nobody was warned of yet."""
    return by is not None and any(one.turns for one in turns) and request.POST.get("seen") != str(by.pk)
