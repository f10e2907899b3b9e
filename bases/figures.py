"""Figures of this room, by province."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from bases.models import Application, BaseApproval
from core.enums import Measure
from core.figures import FIGURES, Figure
from programs.where import Where


def _at(rows: QuerySet[Any], where: Where) -> QuerySet[Any]:
    rows = rows.filter(year=where.year_id)
    return rows.filter(region=where.region) if where.region else rows


def begun(scope: Scope, where: Where) -> QuerySet[Application]:
    return _at(Application.objects.visible_to(scope), where)


def handed_in(scope: Scope, where: Where) -> QuerySet[Application]:
    return _at(Application.objects.visible_to(scope).handed_in(), where)


def meeting_the_conditions(scope: Scope, where: Where) -> QuerySet[Application]:
    return begun(scope, where).filter(conditions_met=True)


def approved(scope: Scope, where: Where) -> QuerySet[BaseApproval]:
    rows = _at(BaseApproval.objects.visible_to(scope).in_force(), where)
    return rows.filter(base=where.base_id) if where.base_id is not None else rows


BY_PROVINCE = {"province": "region"}
FIGURES.add(
    Figure(
        code="bases.applications",
        label=_("Applications for training bases"),
        definition=_("Applications of hospitals that were handed in, whatever became of them."),
        rows=handed_in,
        by=BY_PROVINCE,
        columns="bases.applications",
    ),
    Figure(
        code="bases.conditions_met",
        label=_("Applications that meet the basic conditions"),
        definition=_(
            "Of all applications begun, those whose last save meets every basic condition of the call."
        ),
        rows=meeting_the_conditions,
        base_rows=begun,
        unit=Measure.SHARE,
        by=BY_PROVINCE,
        columns="bases.applications",
    ),
    Figure(
        code="bases.approved",
        label=_("Training bases approved this year"),
        definition=_(
            "Approved under a call or named by the province this year, and not revoked or replaced."
        ),
        rows=approved,
        by={"province": "region", "base": "base"},
        columns="bases.approvals",
    ),
)
