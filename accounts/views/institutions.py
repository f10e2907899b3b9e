"""The registry of institutions: list, one entry with its history, and the acts on it (E17)."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.columns import INSTITUTIONS
from accounts.enums import Role
from accounts.forms.institutions import (
    EditForm,
    InstitutionForm,
    IntoForm,
    MergeForm,
    institution_option,
    region_option,
    search_institutions,
)
from accounts.http import REGISTRY_READERS, ScopedRequest, role_page
from accounts.models import Institution, Region
from accounts.permissions import can_keep_institution
from accounts.queries import history
from accounts.queries.institutions import PLACE, likely_same, place_of, references_to, regions_named
from accounts.services.institutions import create_institution, edit_institution, merge_institutions
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import PickField, add_refusal
from core.lists import list_view
from core.templatetags.portal import display

VERBS: dict[str, Text] = {
    "create_institution": gettext_lazy("Entered in the registry"),
    "edit_institution": gettext_lazy("Corrected"),
    "add_alias": gettext_lazy("Another name given"),
    "merge_institution": gettext_lazy("Merged into another institution"),
    "take_in_institution": gettext_lazy("Another institution merged into this one"),
}
keepers = role_page(Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*REGISTRY_READERS)
def institution_list(request: ScopedRequest) -> HttpResponse:
    """Those that stand; a merged one is found by its name, which leads to what it became."""
    rows = Institution.objects.visible_to(request.scope).standing().prefetch_related("aliases")
    may_add = request.scope.role in {Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD}
    context = {"crumbs": [(_("Registry of institutions"), "")], "may_add": may_add}
    return list_view(
        request,
        INSTITUTIONS,
        rows,
        actor=request.actor,
        template="accounts/institution_list.html",
        context=context,
    )


def _institution(request: ScopedRequest, pk: int) -> Institution:
    rows = Institution.objects.visible_to(request.scope).select_related("merged_into", *PLACE)
    return get_object_or_404(rows, pk=pk)


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Registry of institutions"), reverse("accounts:institution-list")), *rest]


def _url(institution: Institution, name: str = "institution-show") -> str:
    return reverse(f"accounts:{name}", kwargs={"pk": institution.pk})


def _facts(row: Institution) -> list[dict[str, Any]]:
    names = row.aliases.order_by("pk").values_list("name", flat=True)
    return [
        {"label": _("Level"), "value": row.get_level_display()},
        {"label": _("Kind"), "value": row.get_kind_display()},
        {"label": _("Region"), "value": f"{place_of(row.region)} ({row.region_id})"},
        {"label": _("Special cancer check-ups"), "value": display(row.offers_checkup)},
        {"label": _("Cancer screening"), "value": display(row.offers_screening)},
        {"label": _("Other names"), "value": "、".join(names)},
    ]


@require_safe
@role_page(*REGISTRY_READERS)
def institution_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Everything the registry says of one institution, and how it came to it."""
    row = _institution(request, pk)
    keeps = can_keep_institution(request.actor, row.region_id) and row.merged_into is None
    alike = likely_same([row.name], row.region_id, row.pk)[row.name] if keeps else []
    context = {
        "row": row,
        "facts": _facts(row),
        "may_keep": keeps,
        "alike": [institution_option(one) for one in alike],
        "events": history(row, VERBS, details=True),
        "crumbs": _crumbs((row.name, "")),
    }
    return render(request, "accounts/institution_show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def institution_create(request: ScopedRequest) -> HttpResponse:
    form = InstitutionForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            row = create_institution(
                values=form.values(), aliases=form.other_names(), actor=request.actor, now=request.now
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("“%(name)s” stands in the registry.") % {"name": row})
            return redirect(_url(row))
    title = _("New institution")
    return _form_page(request, form, title, _crumbs((title, "")), reverse("accounts:institution-list"))


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def institution_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    row, shown = _institution(request, pk), _institution(request, pk)
    form = EditForm(request.POST or None, instance=row, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            edit_institution(
                institution=shown,
                values=form.values(),
                aliases=form.other_names(),
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                now=request.now,
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(_url(row))
    title = _("Correct the entry")
    return _form_page(request, form, title, _crumbs((shown.name, _url(row)), (title, "")), _url(row))


def _form_page(
    request: ScopedRequest, form: Any, title: str, crumbs: list[tuple[str, str]], back: str
) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": crumbs, "cancel_url": back}
    return render(request, "accounts/institution_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def institution_merge(request: ScopedRequest, pk: int) -> HttpResponse:
    """Choose which stays (`into` in the address), look at what would move, give the reason, merge."""
    row = _institution(request, pk)
    others = _others(request, row)
    choice = IntoForm(
        request.GET if {"into", "into-typed"} & request.GET.keys() else None, others=others, apart_from=pk
    )
    into = choice.cleaned_data["into"] if choice.is_bound and choice.is_valid() else None
    form = MergeForm(request.POST or None)
    if request.method == "POST" and into is not None and form.is_valid():
        try:
            moved = merge_institutions(
                duplicate=row, into=into, actor=request.actor, now=request.now, **form.cleaned_data
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, _("“%(name)s” is merged; rows moved: %(n)s.") % {"name": row, "n": moved}
            )
            return redirect(_url(into))
    return render(request, "accounts/institution_merge.html", _merge_context(row, into, choice, form))


def _others(request: ScopedRequest, row: Institution) -> QuerySet[Institution]:
    """What it may be merged into: those that stand, a coordinator's own province."""
    rows = Institution.objects.visible_to(request.scope).standing().exclude(pk=row.pk)
    return rows.select_related(*PLACE)


def _merge_context(row: Institution, into: Institution | None, choice: Any, form: Any) -> dict[str, Any]:
    alike = likely_same([row.name], row.region_id, row.pk)[row.name] if into is None else []
    return {
        "row": row,
        "into": into,
        "choice": choice,
        "form": form,
        "alike": [institution_option(one) for one in alike],
        "sides": [(one, _facts(one)) for one in (row, into)] if into else [],
        "moving": [one for one in references_to(row) if one.count] if into else [],
        "names": [row.name, *row.aliases.values_list("name", flat=True)],
        "crumbs": _crumbs((row.name, _url(row)), (_("Merge"), "")),
        "cancel_url": _url(row),
    }


@require_safe
@keepers
def institution_options(request: ScopedRequest) -> HttpResponse:
    """The answers to what is being typed, of institutions in scope; `apart` is the one that asks."""
    apart = request.GET.get("apart", "")
    rows = Institution.objects.visible_to(request.scope).standing()
    rows = rows.exclude(pk=apart) if apart.isdecimal() else rows
    return _options(
        request, lambda typed: map(institution_option, search_institutions(rows, typed)[: PickField.at_most])
    )


@require_safe
@keepers
def region_options(request: ScopedRequest) -> HttpResponse:
    rows = Region.objects.visible_to(request.scope)
    return _options(
        request, lambda typed: map(region_option, regions_named(rows, typed)[: PickField.at_most])
    )


def _options(request: ScopedRequest, answers: Any) -> HttpResponse:
    name = request.GET.get("name", "")
    typed = request.GET.get(f"{name}-typed", "").strip()
    context = {"name": name, "typed": typed, "options": list(answers(typed)) if typed else [], "chosen": None}
    return render(request, "forms/pick_options.html", context)
