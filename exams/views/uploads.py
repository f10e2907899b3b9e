"""Items in from a file or a pasted text: sent, looked through, taken in or discarded (I2)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from core.exceptions import NotAllowed, Refusal
from core.findings import Finding
from core.forms import add_refusal
from core.spreadsheets import XLSX
from exams.enums import Fate, UploadStatus
from exams.formats import xlsx
from exams.formats.files import place_of, thawed
from exams.formats.reports import Outcome, Place, Report
from exams.formats.samples import GIFT, PASTED
from exams.forms_upload import UploadForm
from exams.models import ItemUpload
from exams.papers import Block
from exams.previews import preview_of
from exams.rules.entries import Entry, count
from exams.rules.validity import findings
from exams.services.arriving import TAKEN, arrivals_of
from exams.services.uploads import (
    apply_upload,
    discard_upload,
    entries_in,
    job_of,
    stage_upload,
    taken_before,
)
from exams.vocabulary import vocabulary_of
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

writer = year_page(Role.TECHNICAL_LEAD, Role.NATIONAL_OFFICE, area=Area.EXAMS)
A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Line:
    """An item of the file as the page shows it."""

    first: int
    place: Place
    entry: Entry
    fate: Fate
    code_taken: str
    findings: list[Finding]
    reports: list[Report]

    @property
    def is_taken(self) -> bool:
        return self.fate in TAKEN

    @property
    def blocks(self) -> bool:
        return any(finding.blocks for finding in self.findings)

    @property
    def block(self) -> Block:
        return preview_of(self.entry, self.first)

    @property
    def keys(self) -> list[str]:
        return ["".join(part.key) for part in self.entry.parts]


# What may be looked at: all, what is not sound, what was reduced, what is left out
SHOWN: dict[str, Callable[[Line], bool]] = {
    "": lambda line: True,
    "unsound": lambda line: line.blocks,
    "reported": lambda line: bool(line.reports),
    "left": lambda line: not line.is_taken,
}


@require_http_methods(["GET", "HEAD", "POST"])
@writer
def upload_create(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Choose a file or paste a text; what waits is listed below."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            upload = stage_upload(
                **form.content(),
                year=year,
                unit=request.membership.unit,
                actor=request.actor,
                now=request.now,
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("exams:upload-show", **year.url_kwargs, pk=upload.pk)
    own = ItemUpload.objects.visible_to(request.scope).filter(year=year)
    context = {
        "year": year,
        "form": form,
        "uploads": own.exclude(status=UploadStatus.DISCARDED).defer("entries", "reports", "source")[:A_PAGE],
        "crumbs": upload_crumbs(year),
        "pasted": PASTED,
        "gift": GIFT,
        "template_url": reverse("exams:item-template", kwargs=year.url_kwargs),
    }
    return render(request, "exams/upload_create.html", context)


def upload_crumbs(year: ProgramYear, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Items"), reverse("exams:item-list", kwargs=year.url_kwargs)),
        (_("Items from a file"), reverse("exams:upload-create", kwargs=year.url_kwargs) if rest else ""),
        *rest,
    ]


@require_safe
@writer
def item_template(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The empty workbook with the year's own lists."""
    response = HttpResponse(xlsx.template(vocabulary_of(year), str(year)), content_type=XLSX)
    name = quote(f"{_('Items')}-{year.year}")
    response["Content-Disposition"] = f"attachment; filename=\"items.xlsx\"; filename*=UTF-8''{name}.xlsx"
    return response


def _upload_in_scope(request: PortalRequest, year: ProgramYear, pk: int) -> ItemUpload:
    rows = ItemUpload.objects.visible_to(request.scope).select_related("year__program", "unit", "region")
    return get_object_or_404(rows.defer("source"), year=year, pk=pk)


@require_safe
@writer
def upload_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """How many items, each as candidates would see it, what is wrong with it, and all that was refused or reduced."""
    upload = _upload_in_scope(request, year, pk)
    context: dict[str, Any] = {
        "year": year,
        "upload": upload,
        "job": job_of(upload),
        "poll_url": reverse("exams:upload-job", kwargs={**year.url_kwargs, "pk": pk}),
        "crumbs": upload_crumbs(year, (upload.file_name, "")),
    }
    if upload.status == UploadStatus.PREVIEW:
        context |= _preview(request, upload)
    return render(request, "exams/upload_show.html", context)


def _preview(request: PortalRequest, upload: ItemUpload) -> dict[str, Any]:
    reports = [thawed(data) for data in upload.reports]
    lines = _lines(upload, reports)
    asked = request.GET.get("show", "")
    shown = SHOWN.get(asked, SHOWN[""])
    page = Paginator([line for line in lines if shown(line)], A_PAGE).get_page(request.GET.get("page"))
    taken = [line.entry for line in lines if line.is_taken]
    return {
        "page": page,
        "asked": asked,
        "ways": _ways(lines),
        "to_take": count(taken),
        "unsound": sum(line.blocks for line in lines if line.is_taken),
        "apart": [report for report in reports if report.item is None],
        "refused": sum(report.severity == Outcome.REFUSED for report in reports),
        "earlier": taken_before(upload),
        "by_kind": sorted(
            Counter(str(line.entry.kind).upper() for line in lines for _part in line.entry.parts).items()
        ),
    }


def _lines(upload: ItemUpload, reports: list[Report]) -> list[Line]:
    own: dict[int, list[Report]] = {}
    for report in reports:
        if report.item is not None:
            own.setdefault(report.item, []).append(report)
    entries = entries_in(upload)
    lines: list[Line] = []
    first = 1
    for at, (entry, arrival) in enumerate(zip(entries, arrivals_of(entries, upload.unit), strict=True)):
        place = place_of(upload.entries[at]["place"])
        found = findings(entry)
        lines.append(Line(first, place, entry, arrival.fate, arrival.code_taken, found, own.get(at, [])))
        first += len(entry.parts)
    return lines


def _ways(lines: list[Line]) -> list[tuple[str, str, int]]:
    """The parts of the list with their addresses and counts."""
    labels = {
        "": _("All"),
        "unsound": _("Not sound yet"),
        "reported": _("With a loss or a note"),
        "left": _("Will be left out"),
    }
    return [(f"?show={name}", labels[name], sum(map(shown, lines))) for name, shown in SHOWN.items()]


@require_safe
@writer
def upload_job(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The progress alone, asked for by the page; the whole page is loaded anew when the work is over."""
    upload = _upload_in_scope(request, year, pk)
    job = job_of(upload)
    if job is None:
        raise Http404
    poll_url = reverse("exams:upload-job", kwargs={**year.url_kwargs, "pk": pk})
    context = {"job": job, "poll_url": poll_url, "label": _("The file is being read")}
    response = render(request, "components/job.html", context)
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@writer
def upload_apply(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    upload = _upload_in_scope(request, year, pk)
    try:
        done = apply_upload(upload=upload, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:upload-show", **year.url_kwargs, pk=pk)
    taken = len(done.created) + len(done.revised)
    text = ngettext(
        "%(count)s item is taken in as a draft.", "%(count)s items are taken in as drafts.", taken
    )
    messages.success(request, text % {"count": taken})
    return redirect("exams:item-list", **year.url_kwargs)


@require_POST
@writer
def upload_discard(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    upload = _upload_in_scope(request, year, pk)
    try:
        discard_upload(upload=upload, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("exams:upload-show", **year.url_kwargs, pk=pk)
    messages.success(request, _("The file and what was read of it are deleted."))
    return redirect("exams:upload-create", **year.url_kwargs)
