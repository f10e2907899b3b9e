"""What supervision's tests make: sheets of a province, measured or not, and records."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from accounts.actors import system_actor
from accounts.enums import UnitKind
from accounts.models import Region, Unit
from programs.models import ProgramYear
from supervision.enums import ActivityKind, FundDirection, FundKind, SheetKind
from supervision.models import (
    Activity,
    Criterion,
    FundEntry,
    ProvincialFile,
    QualityVisit,
    Scorecard,
    ScorecardLine,
)
from supervision.services import Entry, refresh_scorecards, save_self_assessment, submit_self_assessment
from tests.factories import HEBEI, NOW, Persona, UnitFactory, cancer_2022, lead_unit

PDF = b"%PDF-1.4 a paper"
DAY = dt.date(2022, 9, 1)


def unit_of(region: str, kind: str) -> Unit:
    wanted = UnitKind.ADMINISTRATIVE if kind == SheetKind.ADMINISTRATIVE else UnitKind.TECHNICAL_LEAD
    return lead_unit(region, wanted)


def bare_card(kind: str = SheetKind.TECHNICAL, region: str = HEBEI, unit: Unit | None = None) -> Scorecard:
    """A sheet that nobody has measured: no lines yet."""
    return Scorecard.objects.create(
        year=cancer_2022(), kind=kind, region_id=region, unit=unit or unit_of(region, kind)
    )


def make_card(
    kind: str = SheetKind.TECHNICAL,
    region: str = HEBEI,
    year: ProgramYear | None = None,
    unit: Unit | None = None,
) -> Scorecard:
    """A sheet with its lines, measured from the records as they are."""
    year = year or cancer_2022()
    card = Scorecard.objects.create(
        year=year, kind=kind, region_id=region, unit=unit or unit_of(region, kind)
    )
    refresh_scorecards(cards=[card], actor=system_actor(), now=NOW)
    return fresh(card)


def fresh(card: Scorecard) -> Scorecard:
    return Scorecard.objects.select_related("year__program", "region", "unit", "submission").get(pk=card.pk)


def line(card: Scorecard, code: str) -> ScorecardLine:
    rows = ScorecardLine.objects.select_related("criterion", "scorecard__year__program")
    return rows.get(scorecard=card, criterion__code=code)


def criterion(code: str, year: ProgramYear | None = None) -> Criterion:
    return Criterion.objects.get(year=year or cancer_2022(), code=code)


def full_entries(card: Scorecard, points: Decimal | None = None) -> dict[int, Entry]:
    """The full points, with a word, for every line that nothing measures."""
    return {
        one.pk: Entry(points if points is not None else one.maximum, "材料齐备")
        for one in card.lines.all()
        if one.measured_points is None
    }


def handed_up(who: Persona, kind: str = SheetKind.TECHNICAL, region: str = HEBEI) -> Scorecard:
    """A sheet that its unit has filled in and handed up."""
    card = make_card(kind, region)
    save_self_assessment(card=card, entries=full_entries(card), actor=who.actor, now=NOW)
    submit_self_assessment(card=card, actor=who.actor, now=NOW)
    return fresh(card)


def make_activity(region: str = HEBEI, kind: str = ActivityKind.PUBLICITY, **values: Any) -> Activity:
    defaults = {
        "year": values.pop("year", None) or cancer_2022(),
        "unit": lead_unit(region),
        "region": Region.objects.get(pk=region),
        "title": "防癌科普进社区",
        "held_on": DAY,
        "recorded_at": NOW,
    }
    return Activity.objects.create(kind=kind, **{**defaults, **values})


def make_fund(
    kind: str, amount: str, region: str = HEBEI, booked_on: dt.date = DAY, **values: Any
) -> FundEntry:
    direction = FundDirection.OFFLINE if kind in {FundKind.BUDGET, FundKind.SPENDING} else ""
    defaults = {
        "year": cancer_2022(),
        "unit": lead_unit(region),
        "region": Region.objects.get(pk=region),
        "direction": direction,
        "recorded_at": NOW,
    }
    return FundEntry.objects.create(
        kind=kind, amount=Decimal(amount), booked_on=booked_on, **{**defaults, **values}
    )


def make_file(region: Region | None = None, **values: Any) -> ProvincialFile:
    """A provincial file with its year plan."""
    kept = ProvincialFile(
        year=cancer_2022(),
        region=region or Region.objects.get(pk=HEBEI),
        changed_at=NOW,
        **{"in_charge": "省项目负责人", **values},
    )
    kept.plan.save("plan.pdf", ContentFile(PDF), save=False)
    kept.save()
    return kept


def make_visit(region: Region | None = None, base: Unit | None = None) -> QualityVisit:
    place = region or Region.objects.get(pk=HEBEI)
    visit = QualityVisit(
        year=cancer_2022(),
        region=place,
        base=base or UnitFactory(region=place),
        visited_on=DAY,
        visitors="省质控专家组",
        result="带教计划齐全",
        recorded_at=NOW,
    )
    visit.file.save("visit.pdf", ContentFile(PDF), save=False)
    visit.save()
    return visit
