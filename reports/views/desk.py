"""Where each role lands, and what waits for it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear
from reports.queries.desk import first_year, todos

# where a role begins instead of its to-do list, in years that use the area (design §6)
LANDINGS: dict[str, tuple[str, Area]] = {
    Role.NATIONAL_OFFICE: ("reports:dashboard-show", Area.REPORTS),
    Role.AUDITOR: ("reports:dashboard-show", Area.REPORTS),
    Role.TRAINEE: ("courses:study-show", Area.COURSES),
}


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """Where a person lands after signing in."""
    year = first_year(request.scope)
    if year is None:
        return render(request, "reports/nothing_open.html")
    landing = LANDINGS.get(request.scope.role)
    page = landing[0] if landing and year.has(landing[1]) else "reports:desk"
    return redirect(page, **year.url_kwargs)


@require_safe
@year_page()
def desk(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What waits for this role, each with one button."""
    return render(
        request, "reports/desk.html", {"year": year, "todos": todos(request.actor, year, request.now)}
    )
