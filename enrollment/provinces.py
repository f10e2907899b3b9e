"""The office's board of provinces: one line each, computed with a fixed number of queries."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.columns import Column, Listing
from core.templatetags.portal import name_of
from enrollment.columns import ROSTER_TONES
from enrollment.enums import RosterStatus
from enrollment.figures import ROSTERS
from enrollment.queries import (
    counts_by_region,
    known_institutions,
    rosters_by_region,
    rule_rows,
    rules_for,
)
from enrollment.quotas import QuotaUse, quota_use_by_region
from enrollment.rules.recruitment import finding_of, tally
from programs.enums import Track
from programs.models import Participation, ProgramYear


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """`failing` are the kinds of rules that are not met, with nothing to measure among them."""

    participation: Participation
    comprehensive: QuotaUse
    online_only: QuotaUse
    institutions: int
    failing: tuple[str, ...]
    status: str
    submitted_at: object = None

    @property
    def pk(self) -> str:
        return self.participation.region_id


def province_lines(year: ProgramYear, scope: Scope) -> list[ProvinceLine]:
    """In the official order, those in scope."""
    counts, rows, rosters = counts_by_region(year), rule_rows(year), rosters_by_region(year)
    quotas, known = quota_use_by_region(year), known_institutions(year)
    lines = []
    for row in (
        Participation.objects.visible_to(scope).filter(year=year).select_related("region", "year__program")
    ):
        code = row.region_id
        counted = counts.get(code) or tally([], known=known.get(code))
        roster, use = rosters.get(code), quotas.get(code, {})
        submission = roster.submission if roster else None
        lines.append(
            ProvinceLine(
                participation=row,
                comprehensive=use.get(Track.COMPREHENSIVE) or QuotaUse(Track.COMPREHENSIVE, 0),
                online_only=use.get(Track.ONLINE_ONLY) or QuotaUse(Track.ONLINE_ONLY, 0),
                institutions=counted.institutions,
                failing=tuple(
                    f.kind
                    for f in (finding_of(rule, counted) for rule in rules_for(rows, code))
                    if not f.passed
                ),
                status=roster.status if roster else RosterStatus.OPEN,
                submitted_at=submission.submitted_at if submission else None,
            )
        )
    return lines


def _url(line: ProvinceLine) -> str:
    return reverse(
        "enrollment:province-show",
        kwargs={**line.participation.year.url_kwargs, "region": line.participation.region_id},
    )


PROVINCES = Listing(
    code=ROSTERS,
    title=_("Rosters of the provinces"),
    columns=(
        Column("region", _("Province"), lambda line: name_of(line.participation.region), width=18),
        Column(
            "status",
            _("Status"),
            lambda line: RosterStatus(line.status).label,
            kind="status",
            tone=lambda line: ROSTER_TONES[RosterStatus(line.status)],
        ),
        Column("seats", _("Seats"), "comprehensive.seats", kind="int"),
        Column("approved", _("Approved"), "comprehensive.approved", kind="int"),
        Column("local", _("Locally funded"), "comprehensive.local", kind="int"),
        Column("online", _("Online-only"), "online_only.approved", kind="int"),
        Column(
            "waiting",
            _("Waiting for approval"),
            lambda line: line.comprehensive.waiting + line.online_only.waiting,
            kind="int",
        ),
        Column("institutions", _("Institutions"), "institutions", kind="int"),
        Column("failing", _("Rules not met"), lambda line: len(line.failing), kind="int"),
        Column("submitted_at", _("Submitted at"), "submitted_at", kind="datetime", width=18),
    ),
    row_url=_url,
)
