"""A workplace of an upload that the registry does not know: say which institution it is, or enter a new one (E17)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.forms.institutions import InstitutionForm
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from enrollment.enums import ImportStatus
from enrollment.forms import PlaceForm
from enrollment.imports.preview import NewPlace, new_institutions
from enrollment.models import RosterImport
from enrollment.services.places import add_place, settle_place
from enrollment.views.imports import coordinator, import_crumbs, import_in_scope
from programs.http import PortalRequest
from programs.models import ProgramYear


def _place(staged: RosterImport, number: int) -> NewPlace:
    """The workplace that first stands in this row, while the upload waits and does not know it."""
    if staged.status == ImportStatus.PREVIEW:
        for place in new_institutions(staged):
            if place.number == number:
                return place
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def place_settle(request: PortalRequest, year: ProgramYear, pk: int, number: int) -> HttpResponse:
    """Choose the institution that is meant, likely ones first."""
    staged = import_in_scope(request, year, pk)
    place = _place(staged, number)
    form = PlaceForm(request.POST or None, region=staged.region, place=place)

    def settle() -> int:
        return settle_place(
            staged=staged,
            name=place.name,
            institution=form.cleaned_data["institution"],
            keep=form.cleaned_data["keep"],
            actor=request.actor,
            now=request.now,
        )

    new_url = reverse("enrollment:place-create", kwargs={**year.url_kwargs, "pk": pk, "number": number})
    context = {"submit_label": _("It is this one"), "new_url": new_url}
    return _page(request, staged, place, form, settle, "enrollment/place_settle.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def place_create(request: PortalRequest, year: ProgramYear, pk: int, number: int) -> HttpResponse:
    """Enter the institution with its county and abilities, and go on."""
    staged = import_in_scope(request, year, pk)
    place = _place(staged, number)
    initial = {"name": place.name, "level": place.level, "kind": place.kind, "region": staged.region_id}
    form = InstitutionForm(request.POST or None, initial=initial, scope=request.scope)

    def enter() -> int:
        return add_place(
            staged=staged,
            name=place.name,
            values=form.values(),
            aliases=form.other_names(),
            actor=request.actor,
            now=request.now,
        )

    context = {"submit_label": _("Enter it in the registry")}
    return _page(request, staged, place, form, enter, "enrollment/place_create.html", context)


def _page(
    request: PortalRequest,
    staged: RosterImport,
    place: NewPlace,
    form: Any,
    service: Callable[[], int],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Form, one service, back to the preview; a refusal keeps what was typed."""
    year = staged.year
    back = reverse("enrollment:import-show", kwargs={**year.url_kwargs, "pk": staged.pk})
    if request.method == "POST" and form.is_valid():
        try:
            count = service()
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            done = ngettext(
                "%(n)s row has its institution now.", "%(n)s rows have their institution now.", count
            )
            messages.success(request, done % {"n": count})
            return redirect(back)
    crumbs = import_crumbs(year, (staged.file_name, back), (place.name, ""))
    context |= {"form": form, "place": place, "year": year, "crumbs": crumbs, "cancel_url": back}
    return render(request, template, context)
