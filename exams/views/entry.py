"""Writing items on the screen: one form for every type, seen beside it as candidates will see it (X2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.forms import add_refusal
from core.lists import list_view
from exams.bank import affected_by, entries_of, touched_by
from exams.columns import AFFECTED
from exams.enums import ItemKind, ItemStatus
from exams.forms_entry import ItemForm, shape_of
from exams.models import Attempt, Item
from exams.permissions import check_manage_bank, check_write_items
from exams.previews import preview_of
from exams.rules import drafting
from exams.rules.entries import Entry
from exams.rules.validity import findings
from exams.services import propose_items
from exams.services.entering import fingerprint, revise_entry, save_entry
from exams.services.items import whole
from exams.services.writing import home_of
from exams.vocabulary import vocabulary_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

writer = year_page(Role.TECHNICAL_LEAD, Role.NATIONAL_OFFICE, area=Area.EXAMS)
CARRIED = ("theme", "outline", "source", "specialties")


@dataclass
class Desk:
    """What a writer has before them: a new item of a type, or the items of one that is kept, and who they are."""

    request: PortalRequest
    year: ProgramYear
    entry: Entry
    items: Sequence[Item] = ()
    affected: int = 0
    people: int = 0
    keys: str = ""
    lists: Sequence[tuple[str, str]] = ()
    form: ItemForm = field(init=False)

    @property
    def item(self) -> Item | None:
        return self.items[0] if self.items else None

    @property
    def is_kept(self) -> bool:
        """In the bank: what is written becomes a new version, with its reason."""
        return self.item is not None and self.item.status == ItemStatus.IN_BANK

    @property
    def may_propose(self) -> bool:
        """The office takes its own items in without a province's reader."""
        return self.request.scope.is_provincial

    @property
    def who(self) -> dict[str, Any]:
        return {"year": self.year, "actor": self.request.actor, "now": self.request.now}

    def show(self, entry: Entry, seen: str) -> None:
        self.form = ItemForm(None, entry=entry, words=vocabulary_of(self.year), seen=seen)

    def read(self, data: QueryDict) -> None:
        shape = shape_of(data, self.entry.kind, self.entry.code)
        self.form = ItemForm(data, entry=shape, words=vocabulary_of(self.year))


def kinds_for(request: PortalRequest) -> list[ItemKind]:
    """True/false items are the office's own (X2)."""
    return [kind for kind in ItemKind if not request.scope.is_provincial or kind != ItemKind.TRUE_FALSE]


@require_http_methods(["GET", "HEAD", "POST"])
@writer
def item_new(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """First the type, then the form."""
    home = home_of(year, request.membership.unit)
    check_write_items(request.actor, year, home.region.pk if home.region else None)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in kinds_for(request):
        return render(request, "exams/item_kinds.html", {"year": year, "kinds": kinds_for(request)})
    blank = replace(drafting.blank(kind), **_carried(request.GET))
    return _at_desk(Desk(request, year, blank))


def _carried(query: QueryDict) -> dict[str, Any]:
    """What stays the same from one item to the next."""
    told = {name: query.get(name, "") for name in CARRIED}
    return {**told, "specialties": tuple(query.getlist("specialties"))}


@require_http_methods(["GET", "HEAD", "POST"])
@writer
def item_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """A draft of the own unit, or for the office an item in the bank; a group as a whole."""
    rows = Item.objects.visible_to(request.scope)
    rows = rows.filter(year=year) if request.scope.is_provincial else rows
    item = get_object_or_404(rows.select_related("group", "unit"), pk=pk)
    _check_open(request, year, item)
    items = whole([item])
    (entry,) = entries_of(items)
    return _at_desk(Desk(request, year, entry, items))


def _check_open(request: PortalRequest, year: ProgramYear, item: Item) -> None:
    """Raises NotAllowed for who may not, IllegalTransition for where it stands."""
    if item.status == ItemStatus.IN_BANK:
        check_manage_bank(request.actor, year)
        return
    check_write_items(request.actor, year, item.region_id)
    if item.status != ItemStatus.DRAFT:
        raise IllegalTransition(
            _("Only a draft is written on; this item is “%(status)s”.")
            % {"status": item.get_status_display()},
            remedy=_("Whoever reads it can give it back; then it is a draft again."),
        )


@require_POST
@writer
def item_preview(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What stands on the screen as candidates would see it, with what is wrong with it; nothing is kept."""
    kind = request.POST.get("kind", "")
    desk = Desk(request, year, Entry(kind if kind in ItemKind else ItemKind.A1))
    desk.read(request.POST)
    return render(request, "exams/_entry_preview.html", _seen(desk.form.typed()))


def _seen(typed: Entry) -> dict[str, Any]:
    entry = drafting.trimmed(typed)
    found = [(finding, drafting.field_of(finding)) for finding in findings(entry)]
    return {
        "candidate": preview_of(entry),
        "blocking": [one for one in found if one[0].blocks],
        "warnings": [one for one in found if not one[0].blocks],
        "is_empty": drafting.is_empty(entry),
    }


def _at_desk(desk: Desk) -> HttpResponse:
    if desk.request.method != "POST":
        desk.show(desk.entry, fingerprint(desk.entry) if desk.items else "")
        return _page(desk)
    data = desk.request.POST
    desk.read(data)
    act = data.get("act", "save")
    moved = drafting.done(act, desk.form.typed())
    if moved is not None:
        desk.show(moved, data.get("seen", ""))
    elif act != "preview" and desk.form.is_valid():
        try:
            return _revised(desk) if desk.is_kept else _saved(desk, act)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(desk.form, refusal)
    return _page(desk)


def _page(desk: Desk) -> HttpResponse:
    year = desk.year
    title = desk.entry.code if desk.items else _("New item")
    context = {
        "year": year,
        "form": desk.form,
        "desk": desk,
        "title": f"{title} · {ItemKind(desk.entry.kind).label}",
        "preview_url": reverse("exams:item-preview", kwargs=year.url_kwargs),
        "cancel_url": reverse("exams:item-list", kwargs=year.url_kwargs),
        "reason": desk.request.POST.get("reason", ""),
        **_seen(desk.form.typed()),
    }
    return render(desk.request, "exams/item_edit.html", context)


def _saved(desk: Desk, act: str) -> HttpResponse:
    """A draft, kept; then on to the reader, to the next one, or back to it."""
    entry = desk.form.written()
    item = save_entry(
        entry=entry,
        items=desk.items,
        seen=desk.form.cleaned_data["seen"],
        unit=desk.request.membership.unit,
        **desk.who,
    )
    messages.success(desk.request, _("Item %(code)s is saved.") % {"code": item.group or item.code})
    if act == "next":
        url = reverse("exams:item-new", kwargs=desk.year.url_kwargs)
        query = {"kind": entry.kind, **{name: getattr(entry, name) for name in CARRIED}}
        return redirect(f"{url}?{urlencode(query, doseq=True)}")
    if act == "propose" and _proposed(desk, item):
        return redirect("exams:item-list", **desk.year.url_kwargs)
    return redirect("exams:item-edit", **desk.year.url_kwargs, pk=item.pk)


def _proposed(desk: Desk, item: Item) -> bool:
    """The item is kept all the same where it is not sound yet."""
    try:
        propose_items(items=[item], **desk.who)
    except Refusal as refusal:
        messages.error(desk.request, str(refusal))
        return False
    messages.success(desk.request, _("It is before the province's reader now."))
    return True


def _revised(desk: Desk) -> HttpResponse:
    """A correction in the bank; where it changes a key, who is affected is said first."""
    data, entry = desk.request.POST, desk.form.written()
    touched = _touched(desk, entry)
    desk.affected = touched.count()
    desk.people = touched.values("enrollment__person").distinct().count()
    if desk.affected and data.get("confirmed") != desk.keys:
        return _page(desk)
    changed = revise_entry(
        entry=entry,
        items=desk.items,
        seen=desk.form.cleaned_data["seen"],
        reason=data.get("reason", ""),
        **desk.who,
    )
    text = _("A new version is in the bank.") if changed else _("Nothing was changed.")
    messages.success(desk.request, text)
    return redirect("exams:item-show", **desk.year.url_kwargs, pk=desk.items[0].pk)


def _touched(desk: Desk, entry: Entry) -> Any:
    """Sittings whose paper has an item of which the key is to change; `keys` tells one intention from another."""
    items = {item.code: item for item in desk.items}
    before = {part.code: part.key for part in desk.entry.parts}
    new = {
        part.code: part.key for part in entry.parts if part.code in items and part.key != before[part.code]
    }
    url = "exams:item-affected"
    desk.lists = [
        (
            code,
            f"{reverse(url, kwargs={**desk.year.url_kwargs, 'pk': items[code].pk})}?{urlencode({'key': key}, doseq=True)}",
        )
        for code, key in sorted(new.items())
    ]
    desk.keys = ";".join(f"{items[code].pk}:{''.join(key)}" for code, key in sorted(new.items()))
    return touched_by({items[code]: key for code, key in new.items()})


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def item_affected(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Whose papers have the item under another key than `key`, or than the present one."""
    item = get_object_or_404(Item.objects.visible_to(request.scope), pk=pk)
    found = affected_by(item, request.GET.getlist("key") or None)
    rows = Attempt.objects.visible_to(request.scope).filter(pk__in=found.values("pk"))
    context = {"year": year, "item": item, "place": item.code}
    template = "exams/item_affected.html"
    return list_view(request, AFFECTED, rows, actor=request.actor, template=template, context=context)
