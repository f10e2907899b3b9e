"""What a writer does with many items at once, and the items out in a file (X1, I2)."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from core.exceptions import NotAllowed, Refusal
from core.forms import ReasonForm, add_refusal
from core.lists import words_of
from core.values import some_of
from enrollment.views.shared import chosen
from exams.bank import items_with_words
from exams.columns.lists import ItemFilter
from exams.enums import ItemFormat, ItemStatus
from exams.formats.files import WRITTEN, losses_of
from exams.forms_upload import ExportForm
from exams.models import Item
from exams.rules.entries import count
from exams.services.entering import propose_sound, withdraw_items
from exams.services.exporting import export_items, exported_entries
from exams.services.pairs import NAMED
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

# of a long list the first ones say what kind of loss it is
_LOSSES = 100


def _list_url(request: PortalRequest, year: ProgramYear) -> str:
    """The list as it was filtered."""
    query = request.GET.urlencode()
    url = reverse("exams:item-list", kwargs=year.url_kwargs)
    return f"{url}?{query}" if query else url


def _listed(request: PortalRequest, year: ProgramYear) -> tuple[QuerySet[Item], Any]:
    """The items of the list as it is filtered, and the filter itself."""
    items = Item.objects.visible_to(request.scope)
    if request.scope.is_provincial:
        items = items.filter(year=year)
    bound = ItemFilter(request.GET, queryset=items_with_words(items), request=request)
    return (bound.qs if bound.is_valid() else items.none()), bound


def _chosen(request: PortalRequest, year: ProgramYear) -> QuerySet[Item]:
    """Those ticked, or with `everyone` all drafts that the list shows."""
    listed, _bound = _listed(request, year)
    if "everyone" in request.POST:
        return listed.filter(status=ItemStatus.DRAFT)
    return Item.objects.visible_to(request.scope).filter(year=year, pk__in=chosen(request))


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.EXAMS)
def item_propose(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Put before the reader what is sound; the rest is named."""
    items = list(_chosen(request, year))
    if not items:
        messages.error(request, _("Nothing is ticked. Tick drafts in the list, then press the button again."))
        return redirect(_list_url(request, year))
    try:
        proposed, unsound = propose_sound(items=items, year=year, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(_list_url(request, year))
    if proposed:
        text = ngettext(
            "%(n)s item is before the province's reader.",
            "%(n)s items are before the province's reader.",
            proposed,
        )
        messages.success(request, text % {"n": proposed})
    if unsound:
        text = _(
            "Not sound yet and left as drafts: %(codes)s. Open each: what is wrong stands beside its form."
        )
        messages.error(request, text % {"codes": some_of(unsound, NAMED)})
    return redirect(_list_url(request, year))


@require_POST
@year_page(Role.TECHNICAL_LEAD, area=Area.EXAMS)
def item_withdraw(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Take back what the office has not been given yet, with one reason for all that are ticked."""
    form, items = ReasonForm(request.POST), list(_chosen(request, year))
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        if not items:
            raise Refusal(
                _("Nothing is ticked."), remedy=_("Tick items in the list, then press the button again.")
            )
        gone = withdraw_items(items=items, reason=reason, year=year, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(n)s item is withdrawn.", "%(n)s items are withdrawn.", gone)
        messages.success(request, text % {"n": gone})
    return redirect(_list_url(request, year))


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TECHNICAL_LEAD, Role.NATIONAL_OFFICE, area=Area.EXAMS)
def item_export(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What would go out, and what each format cannot carry; POST gives the file."""
    listed, bound = _listed(request, year)
    words = [f"{label}: {value}" for label, value in words_of(bound)]
    form = ExportForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            return _file(request, year, listed, form.cleaned_data["form"], words)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
    entries = exported_entries(listed, request.actor)
    losses = {ItemFormat(one).label: losses_of(one, entries) for one in WRITTEN}
    context = {
        "year": year,
        "form": form,
        "words": words,
        "count": count(entries),
        "losses": [(label, found[:_LOSSES], len(found)) for label, found in losses.items() if found],
        "back_url": _list_url(request, year),
    }
    return render(request, "exams/item_export.html", context)


def _file(
    request: PortalRequest, year: ProgramYear, items: QuerySet[Item], form: str, words: list[str]
) -> HttpResponse:
    done = export_items(
        items=items,
        form=form,
        filters=words,
        year=year,
        unit=request.membership.unit,
        actor=request.actor,
        now=request.now,
    )
    response = HttpResponse(done.data, content_type=done.media_type)
    name = quote(f"{_('Items')}-{year.year}.{done.ending}")
    response["Content-Disposition"] = f"attachment; filename=\"items.{done.ending}\"; filename*=UTF-8''{name}"
    response["Cache-Control"] = "private, no-store"
    return response
