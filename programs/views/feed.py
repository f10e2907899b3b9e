"""Deadlines in one's own calendar program, under an address that is a secret (P2)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programs.columns import DUTIES
from programs.feeds import calendar_of, member_of
from programs.http import PortalRequest, year_page
from programs.models import CalendarFeed, Duty, ProgramYear
from programs.services import make_feed, revoke_feed
from programs.views.calendar import HOLDERS


@require_safe
@login_not_required
def feed_show(request: HttpRequest, token: str) -> HttpResponse:
    """The file itself: opens without a session, and no longer than the role it was made for (T04, T06)."""
    now = request.now  # type: ignore[attr-defined]
    member = member_of(token, now)
    if member is None:
        raise Http404
    data = calendar_of(member, now, lambda duty: request.build_absolute_uri(_address(duty)))
    return HttpResponse(data, content_type="text/calendar; charset=utf-8")


def _address(duty: Duty) -> str:
    return reverse("programs:duty-detail", kwargs={**duty.year.url_kwargs, "pk": duty.pk})


@require_POST
@year_page(*HOLDERS)
def feed_make(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A new secret address, shown this once; an older one opens nothing any more."""
    token = make_feed(membership=request.membership, actor=request.actor, now=request.now)
    back = reverse("programs:duty-list", kwargs=year.url_kwargs)
    context = {
        "year": year,
        "address": request.build_absolute_uri(reverse("programs_open:feed-show", kwargs={"token": token})),
        "crumbs": [(DUTIES.title, back), (_("Deadlines in your calendar"), "")],
        "back": back,
    }
    return render(request, "programs/feed_made.html", context)


@require_POST
@year_page(*HOLDERS)
def feed_revoke(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The address opens nothing from now on."""
    feed = get_object_or_404(CalendarFeed.objects.visible_to(request.scope))
    revoke_feed(feed=feed, actor=request.actor, now=request.now)
    return redirect("programs:duty-list", **year.url_kwargs)
