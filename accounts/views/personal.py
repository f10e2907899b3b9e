"""The register of personal data, and what the portal holds about the one who asks."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.columns.personal import OWN_DATA, REGISTER, own_lines
from accounts.enums import Role
from accounts.http import ScopedRequest, role_page
from accounts.queries.personal import own_data, register_rows
from core.events import record
from core.exceptions import NotAllowed
from core.lists import build_table, export
from core.spreadsheets import Sheet, workbook_response


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(Role.NATIONAL_OFFICE, Role.AUDITOR)
def register_list(request: ScopedRequest) -> HttpResponse:
    """Every personal field: where, why, what becomes of it; POST exports it."""
    rows = register_rows()
    if request.method == "POST":
        return export(request, REGISTER, rows, actor=request.actor)
    context = {
        "crumbs": [(REGISTER.title, "")],
        "table": build_table(request, REGISTER, rows),
        "count": len(rows),
    }
    return render(request, "accounts/register.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_show(request: ScopedRequest) -> HttpResponse:
    """All that is held about whoever is signed in; POST gives it as a workbook, which people can read and programs too.

    Closed while looking as somebody else: the page would tell whose it is by nothing but the banner (P3, T48b).
    """
    if request.viewing is not None:
        raise NotAllowed(
            _("While you look as somebody else, nobody's own data are shown in full."),
            remedy=_("Stop looking as somebody else; then the page shows what is held about you."),
        )
    user: Any = request.user
    if user.person is None:
        raise Http404
    parts = own_data(user.person)
    if request.method == "POST":
        return _workbook(request, parts)
    context = {"crumbs": [(_("What is held about me"), "")], "parts": parts}
    return render(request, "accounts/own_show.html", context)


def _workbook(request: ScopedRequest, parts: Any) -> HttpResponse:
    user: Any = request.user
    title = _("What is held about me")
    now = timezone.localtime(request.now).strftime("%Y-%m-%d %H:%M")
    sheet = Sheet(title, OWN_DATA, own_lines(parts), notes=[_("Exported %(time)s") % {"time": now}])
    response, count = workbook_response(sheet, title)
    record("download_own_data", user.person, actor=request.actor, now=request.now, data={"rows": count})
    return response
