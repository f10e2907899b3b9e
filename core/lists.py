"""The list page: search area, tool bar, table, pages; POST to the same address exports what is filtered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actor import Actor
from core.columns import Column, Listing
from core.events import record
from core.spreadsheets import Sheet, workbook_response
from core.templatetags.portal import display, name_of


@dataclass(frozen=True, slots=True)
class ListPage:
    """What templates/components/list.html renders."""

    listing: Listing
    table: dict[str, Any]
    page: Page[Any]
    filter: Any
    filters_in_words: list[tuple[str, str]]


def list_view(
    request: HttpRequest,
    listing: Listing,
    rows: QuerySet[Any],
    *,
    actor: Actor,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """GET renders the page, POST exports the same rows; the export is an event."""
    filtered, bound = _filtered(request, listing, rows)
    ordered = listing.ordered(filtered, request.GET.get("sort", ""))
    if request.method == "POST":
        return export(
            request, listing, ordered, actor=actor, words=words_of(bound), place=context.get("place", "")
        )
    page = Paginator(ordered, listing.page_size).get_page(request.GET.get("page"))
    table = build_table(request, listing, page.object_list)
    table["foot"] = _foot(listing, ordered)
    shown = ListPage(listing, table, page, bound, words_of(bound))
    return render(request, template, {**context, "list": shown})


def export(
    request: HttpRequest,
    listing: Listing,
    rows: Iterable[Any],
    *,
    actor: Actor,
    words: list[tuple[str, str]] | None = None,
    place: str = "",
) -> HttpResponse:
    """A workbook of the listing; heading rows say place, filters and time."""
    columns = [column for column in listing.columns if column.on_export]
    notes = [f"{label}: {value}" for label, value in words or []]
    now = request.now  # type: ignore[attr-defined]
    notes.append(_("Exported %(time)s") % {"time": timezone.localtime(now).strftime("%Y-%m-%d %H:%M")})
    sheet = Sheet(
        title=" · ".join(part for part in (place, str(listing.title)) if part),
        notes=notes,
        columns=columns,
        rows=rows.iterator(2000) if isinstance(rows, QuerySet) else rows,
        foot=_foot_values(columns, listing.totals(rows)) if isinstance(rows, QuerySet) else [],
        total=listing.summary(rows) if listing.summary and isinstance(rows, QuerySet) else [],
    )
    response, count = workbook_response(sheet, name=f"{listing.title}")
    record(
        "export",
        None,
        actor=actor,
        now=now,
        data={"list": listing.code, "rows": count, "filters": notes},
    )
    return response


def build_table(request: HttpRequest, listing: Listing, rows: Iterable[Any]) -> dict[str, Any]:
    """Columns with sort addresses and rows of display cells, for components/table.html."""
    columns = [column for column in listing.columns if column.on_page]
    sort = request.GET.get("sort", "")
    return {
        "caption": listing.title,
        "empty": listing.empty,
        "columns": [_head(request, column, sort) for column in columns],
        "rows": [
            {
                "key": getattr(row, "pk", ""),
                "url": listing.row_url(row) if listing.row_url else "",
                "cells": [_cell(column, row) for column in columns],
            }
            for row in rows
        ],
    }


def _head(request: HttpRequest, column: Column, sort: str) -> dict[str, Any]:
    current = sort.lstrip("-") == column.code
    query = request.GET.copy()
    query["sort"] = f"-{column.code}" if sort == column.code else column.code
    query.pop("page", None)
    return {
        "label": column.label,
        "align": "end" if column.kind in {"int", "decimal", "percent"} else "start",
        "sort_url": f"?{query.urlencode()}" if column.sort else "",
        "sorted": ("descending" if sort.startswith("-") else "ascending") if current else "",
    }


def _cell(column: Column, row: Any) -> dict[str, Any]:
    value = column.read(row)
    return {
        "text": display(value, column.kind),
        # a row with its source in the text carries no badge
        "kind": "text" if column.kind == "assumed" and not value else column.kind,
        "label": column.label,
        "align": "end" if column.kind in {"int", "decimal", "percent"} else "start",
        "url": column.url(row) if column.url else "",
        "tone": column.tone(row) if column.tone else "",
    }


def _foot_values(columns: list[Column], totals: dict[str, Any]) -> list[Any]:
    """One value per column; the first says that these are totals."""
    if not totals:
        return []
    return [_("Total"), *(totals.get(column.code) for column in columns[1:])]


def _foot(listing: Listing, rows: QuerySet[Any]) -> list[dict[str, Any]]:
    columns = [column for column in listing.columns if column.on_page]
    return [
        {
            "text": "" if value is None else display(value, column.kind),
            # on a phone the totals stand below each other, each with its name
            "label": column.label if column.total else "",
            "align": "end" if column.total else "start",
        }
        for column, value in zip(columns, _foot_values(columns, listing.totals(rows)), strict=False)
    ]


def _filtered(request: HttpRequest, listing: Listing, rows: QuerySet[Any]) -> tuple[QuerySet[Any], Any]:
    if listing.filters is None:
        return rows, None
    bound = listing.filters(request.GET, queryset=rows, request=request)
    return (bound.qs if bound.is_valid() else rows.none()), bound


def words_of(bound: Any) -> list[tuple[str, str]]:
    """The filters in force, as they are printed on page and export."""
    if bound is None or not bound.is_valid():
        return []
    form: Form = bound.form
    words = []
    for name, value in form.cleaned_data.items():
        if value not in (None, "", []):
            choices = dict(getattr(form.fields[name], "choices", []) or [])
            several = value if isinstance(value, list) else [value]
            said = "、".join(
                display(one) if isinstance(one, bool) else name_of(choices.get(one, one)) for one in several
            )
            words.append((str(form.fields[name].label or name), said))
    return words
