"""An application as terms and values, and what the deciding body can do with it."""

from typing import Any

from django.db import models
from django.db.models import Sum

from bases.enums import BOXES, ApplicationStatus, ReviewStatus, Section
from bases.models import Application, Objection, Review, Trainer
from bases.queries import box_labels, closes_at, director_of, label_of, review_summary
from bases.services.drafts import DIRECTOR_FIELDS, SECTION_FIELDS, TRAINER_FIELDS
from bases.services.flows import APPLICATION_FLOW
from core.templatetags.portal import display, mask_phone
from programs.http import PortalRequest
from programs.permissions import can_manage_year

CONTACTS = frozenset({"phone", "address", "email"})
# on a phone the first cell heads the card
TRAINERS_READ = ("name", *(name for name in TRAINER_FIELDS if name != "name"))


def sheets(application: Application, *, people: bool, contacts: bool) -> list[dict[str, Any]]:
    """Annexes 2 and 3 as lists of facts; phones masked, addresses left out where contacts are not the reader's."""
    found = [
        {"label": section.label, "facts": [_fact(application, name) for name in names]}
        for section, names in SECTION_FIELDS.items()
        if section != Section.RECORD
    ]
    found.insert(2, {"label": Section.RECORD.label, "facts": _box_facts(application)})
    director = director_of(application)
    if people and director:
        facts = [_fact(director, name, contacts) for name in DIRECTOR_FIELDS]
        found.append({"label": Section.DIRECTOR.label, "facts": facts})
    return found


def trainer_table(application: Application, *, contacts: bool) -> dict[str, Any]:
    """Annex 4 for components/table.html."""
    lines = [[_fact(row, name, contacts) for name in TRAINERS_READ] for row in application.trainers.all()]
    rows = [
        {"cells": [{"text": fact["value"], "kind": "text", "label": fact["label"]} for fact in line]}
        for line in lines
    ]
    columns = [{"label": label_of(Trainer, name)} for name in TRAINERS_READ]
    return {"caption": Section.TRAINERS.label, "columns": columns, "rows": rows}


def _fact(obj: models.Model, name: str, contacts: bool = True) -> dict[str, Any]:
    field: Any = obj._meta.get_field(name)
    value = getattr(obj, name)
    shown = getattr(obj, f"get_{name}_display")() if field.choices else value
    if name in CONTACTS and not contacts:
        shown = mask_phone(str(value)) if name == "phone" else ""
    return {"label": field.verbose_name, "value": display(shown)}


def _box_facts(application: Application) -> list[dict[str, Any]]:
    labels = box_labels(application.call)
    facts = []
    for kind in BOXES:
        answer = display(getattr(application, f"has_{kind}"))
        text = getattr(application, f"{kind}_text")
        label = labels.get(kind) or label_of(Application, f"has_{kind}")
        facts.append({"label": label, "value": f"{answer} · {text}" if text else answer})
    return facts


def decision_context(application: Application, request: PortalRequest, *, may_decide: bool) -> dict[str, Any]:
    """Reviews and objections for who decides and who audits, and the verbs that are open now."""
    verbs = APPLICATION_FLOW.verbs_from(application.status) if may_decide else []
    returns = request.now < closes_at(application.call, application.unit)
    may_file = application.status == ApplicationStatus.APPROVED and can_manage_year(
        request.actor, application.year
    )
    reviews = Review.objects.visible_to(request.scope).filter(application=application)
    return {
        "reviews": list(reviews.annotate(total=Sum("scores__points")).select_related("expert__user__person")),
        "summary": review_summary(application),
        "objections": list(Objection.objects.visible_to(request.scope).filter(application=application))
        if may_decide
        else [],
        "may_return": "return_application" in verbs and returns,
        "may_accept": "accept_application" in verbs,
        "may_assign": may_decide
        and application.status in {ApplicationStatus.FORMAL_OK, ApplicationStatus.IN_REVIEW},
        "may_publish": "open_publicity" in verbs,
        "may_approve": "approve_application" in verbs,
        "may_reject": "reject_application" in verbs,
        "may_disqualify": "disqualify_application" in verbs and not application.is_with_hospital,
        "may_file": may_file,
        "review_tones": {
            ReviewStatus.DONE: "success",
            ReviewStatus.ASSIGNED: "info",
            ReviewStatus.DECLINED: "neutral",
        },
    }
