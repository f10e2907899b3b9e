"""What every page's frame shows: the year, the menu of the role, the years and roles to change to."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.queries import unread_counts
from config.menu import MENU, Entry
from core.templatetags.portal import name_of
from programs.models import ProgramYear
from reports.queries.desk import first_year, years_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a fragment or an error page that shows no frame asks the database nothing."""
    year = SimpleLazyObject(lambda: _year(request))
    return {
        "program_year": year,
        "program_label": SimpleLazyObject(lambda: name_of(year.program) if year else ""),
        "year_label": SimpleLazyObject(lambda: str(year.year) if year else ""),
        "years": SimpleLazyObject(lambda: _years(request)),
        "memberships": SimpleLazyObject(lambda: _memberships(request)),
        "unread_notices": SimpleLazyObject(lambda: _bell(request)),
        "menu": SimpleLazyObject(lambda: _menu(request, _year(request))),
        "portal": {
            "name": _("National medical training portal"),
            "help_url": reverse("accounts:help") if getattr(request, "scope", None) else "",
            "organizer": SimpleLazyObject(lambda: name_of(year.program.owner) if year else ""),
        },
    }


def _visible(request: HttpRequest) -> list[ProgramYear]:
    if not hasattr(request, "visible_years"):
        scope = getattr(request, "scope", None)
        rows = years_of(scope).select_related("program__owner") if scope and scope.role else []
        request.visible_years = list(rows)  # type: ignore[attr-defined]
    return request.visible_years  # type: ignore[attr-defined]


def _year(request: HttpRequest) -> ProgramYear | None:
    """The page's own year; on pages outside a year the one in which this person lands."""
    if not hasattr(request, "year"):
        scope = getattr(request, "scope", None)
        request.year = first_year(scope) if scope and scope.role else None  # type: ignore[attr-defined]
    return request.year  # type: ignore[attr-defined]


def _years(request: HttpRequest) -> list[dict[str, Any]]:
    current = _year(request)
    return [
        {
            "label": f"{year.year}",
            "url": reverse("reports:desk", kwargs=year.url_kwargs),
            "current": year == current,
        }
        for year in _visible(request)
    ]


def _memberships(request: HttpRequest) -> list[dict[str, Any]]:
    active, unread = getattr(request, "membership", None), _unread(request)
    return [
        {
            "id": row.pk,
            "unit": name_of(row.unit),
            "role": Role(row.role).label,
            "current": row == active,
            "unread": unread.get(row.pk, 0),
        }
        for row in getattr(request, "memberships", [])
    ]


def _unread(request: HttpRequest) -> dict[int | None, int]:
    """Unread notices of the role one works in, for the bell, and of one's others; one query a page."""
    if not hasattr(request, "unread_notices"):
        scope = getattr(request, "scope", None)
        asked = [scope.membership_id] if scope and scope.membership_id else []
        asked += [row.pk for row in getattr(request, "memberships", [])]
        request.unread_notices = unread_counts(asked) if asked else {}  # type: ignore[attr-defined]
    return request.unread_notices  # type: ignore[attr-defined]


def _bell(request: HttpRequest) -> int:
    scope = getattr(request, "scope", None)
    return _unread(request).get(scope.membership_id, 0) if scope else 0


def _menu(request: HttpRequest, year: ProgramYear | None) -> list[dict[str, Any]]:
    scope = getattr(request, "scope", None)
    if not year or not scope:
        return []
    entries = [entry for entry in MENU.get(scope.role, ()) if entry.area is None or year.has(entry.area)]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {
            "label": entry.label,
            "icon": entry.icon,
            "url": reverse(entry.name, kwargs={} if entry.name.startswith("accounts:") else year.url_kwargs),
            "current": _leads_to(entry, here),
        }
        for entry in entries
    ]


def _leads_to(entry: Entry, here: str) -> bool:
    """A list's entry stays marked on the pages of its noun: enrollment:roster-list on enrollment:roster-detail."""
    return here == entry.name or here.rsplit("-", 1)[0] == entry.name.rsplit("-", 1)[0]
