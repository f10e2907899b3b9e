"""The recruitment rules of a year: read by everyone who plans with them, changed by the office with a reason (E4–E10)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing
from core.templatetags.portal import measure, name_of, operator_sign
from enrollment.forms import RuleForm
from enrollment.models import Rule
from programs.columns import ASSUMED, CLAUSE
from programs.enums import Area
from programs.views.rows import PlanTable


def _rule_url(row: Rule) -> str:
    return reverse("enrollment:rule-edit", kwargs={**row.year.url_kwargs, "pk": row.pk})


def _asked(row: Rule) -> str:
    return f"{operator_sign(row.operator)}\N{NO-BREAK SPACE}{measure(row.threshold, row.unit)}"


def _binds_in(row: Any) -> str:
    return "、".join(name_of(region) for region in row.regions.all()) or str(_("every province"))


LISTING = Listing(
    code="enrollment.rules",
    title=_("Recruitment rules"),
    columns=(
        Column("kind", _("Rule"), str, url=_rule_url, width=28),
        Column("track", _("Training track"), lambda row: row.get_track_display()),
        Column("asked", _("Asked for"), _asked, width=12),
        Column("base", _("Measured on"), lambda row: row.get_base_display(), width=36),
        Column("severity", _("If it is not met"), lambda row: row.get_severity_display()),
        Column("regions", _("Binds in"), _binds_in, width=40),
        Column("printed", _("As printed"), "printed", on_page=False, width=60),
        CLAUSE,
        ASSUMED,
    ),
    order=("order", "pk"),
    related=("year__program",),
)
TABLE = PlanTable(
    code="rule",
    path="rules",
    model=Rule,
    listing=LISTING,
    rows=lambda scope, year: Rule.objects.visible_to(scope).filter(year=year).prefetch_related("regions"),
    area=Area.ENROLLMENT,
    namespace="enrollment",
    form=RuleForm,
)
