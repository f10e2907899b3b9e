"""The annexes as they stand in the notice, filled in, for signature and seal (B4)."""

from typing import Any

from django.utils import translation

from bases.enums import BOXES, HospitalKind, PrintedForm
from bases.models import Application, Director
from bases.queries import box_labels, director_of
from core.documents import pdf

LINES_A_PAGE = 8


def application_pdf(application: Application, form: PrintedForm) -> bytes:
    """One of the forms, or all of them in the order of the annexes."""
    forms = [one for one in PrintedForm if one != PrintedForm.ALL] if form == PrintedForm.ALL else [form]
    trainers = list(application.trainers.all())
    context: dict[str, Any] = {
        "application": application,
        "call": application.call,
        "director": director_of(application) or Director(),
        "boxes": _boxes(application),
        "is_general": application.kind == HospitalKind.GENERAL,
        "is_specialized": application.kind == HospitalKind.SPECIALIZED,
        "pages": _pages(trainers),
        "conditions": [row for row in application.call.conditions.all() if row.supplementary],
        "forms": [f"bases/documents/{one.replace('-', '_')}.html" for one in forms],
    }
    # an official form of the notice: its language is the notice's, whoever prints it
    with translation.override("zh-hans"):
        return pdf("bases/documents/forms.html", context)


def _boxes(application: Application) -> list[dict[str, Any]]:
    """The five-year boxes under the labels of the call, each with its answer."""
    labels = box_labels(application.call)
    return [
        {
            "label": labels[kind],
            "answer": getattr(application, f"has_{kind}"),
            "text": getattr(application, f"{kind}_text"),
        }
        for kind in BOXES
        if kind in labels
    ]


def _pages(trainers: list[Any]) -> list[list[tuple[int, Any]]]:
    """Eight numbered lines a page, the last page filled up with empty ones; at least one page."""
    count = max(1, -(-len(trainers) // LINES_A_PAGE)) * LINES_A_PAGE
    lines = [
        (number, trainers[number - 1] if number <= len(trainers) else None) for number in range(1, count + 1)
    ]
    return [lines[start : start + LINES_A_PAGE] for start in range(0, count, LINES_A_PAGE)]
