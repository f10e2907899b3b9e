"""What everyone may read: the calls, the hospitals under publicity, those selected (B5)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bases.models import Call
from bases.queries import published_calls, selected, under_publicity
from bases.views.calls import condition_groups
from core.templatetags.portal import name_of


@login_not_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every call of every program, newest first."""
    context = {"title": _("Calls and publicity of training bases"), "calls": list(published_calls())}
    return render(request, "bases/notice_list.html", context)


@login_not_required
@require_safe
def notice_detail(request: HttpRequest, program: str, year: int, pk: int) -> HttpResponse:
    """The text of one notice."""
    call = get_object_or_404(published_calls(), year__program__code=program, year__year=year, pk=pk)
    context = {
        "title": call.title,
        "call": call,
        "groups": condition_groups(call),
        "is_open": _is_open(call, request),
    }
    return render(request, "bases/notice_detail.html", context)


def _is_open(call: Call, request: HttpRequest) -> bool:
    return call.has_opened(request.now) and request.now < call.deadline  # type: ignore[attr-defined]


@login_not_required
@require_safe
def publicity_list(request: HttpRequest, program: str, year: int) -> HttpResponse:
    """Hospitals under publicity today with the way to object, and the training bases selected."""
    calls = list(published_calls().filter(year__program__code=program, year__year=year))
    if not calls:
        raise Http404
    one_year = calls[0].year
    context = {
        "title": _("Publicity of training bases"),
        "year_name": name_of(one_year),
        "calls": calls,
        "shown": list(under_publicity(one_year, request.now)),  # type: ignore[attr-defined]
        "selected": list(selected(one_year)),
    }
    return render(request, "bases/publicity_list.html", context)
