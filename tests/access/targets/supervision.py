"""Scorecards and records of a province."""

from typing import Any

from django.core.files.base import ContentFile

from supervision.enums import FundKind, SheetKind
from supervision.models import Criterion, Evidence, QualityVisit, Scorecard, ThresholdOverride
from tests.access.world import Target, World, target
from tests.factories import NOW
from tests.supervision.factories import make_activity, make_card, make_file, make_fund, make_visit

PAPER = {"name": "x.pdf"}


def cards(world: World) -> tuple[Scorecard, Scorecard]:
    return make_card(SheetKind.TECHNICAL, world.hebei.pk), make_card(SheetKind.TECHNICAL, world.henan.pk)


@target("supervision:scorecard-detail", "supervision:scorecard-save", "supervision:scorecard-submit")
@target(
    "supervision:scorecard-receipt", "supervision:scorecard-print", "supervision:scorecard-confirm-measured"
)
@target("supervision:scorecard-return", "supervision:scorecard-confirm", "supervision:scorecard-finalize")
@target("supervision:scorecard-reopen")
def card(world: World) -> Target:
    own, foreign = cards(world)
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target(
    "supervision:line-detail",
    "supervision:line-confirm",
    "supervision:line-override",
    "supervision:line-return",
)
def line(world: World) -> Target:
    own, foreign = (one.lines.first() for one in cards(world))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("supervision:evidence-file")
def evidence(world: World) -> Target:
    own, foreign = (
        Evidence.objects.create(
            line=one.lines.first(), file=ContentFile(b"%PDF-", name="x.pdf"), uploaded_at=NOW, **PAPER
        )
        for one in cards(world)
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("supervision:criterion-edit", "supervision:threshold-set")
def criterion(world: World) -> Target:
    own = Criterion.objects.filter(year=world.year_2022).first()
    assert own is not None
    other = Criterion.objects.get(pk=own.pk)
    other.pk, other.year = None, world.year_2024
    other.save()
    return Target({"pk": own.pk}, {"pk": other.pk}, nobodys=True)


@target("supervision:threshold-remove")
def threshold(world: World) -> Target:
    one = Criterion.objects.filter(year=world.year_2022).first()
    own = ThresholdOverride.objects.create(
        year=world.year_2022, criterion=one, region=world.hebei, threshold="1", reason="x", set_at=NOW
    )
    return Target({"pk": own.pk}, same_for_all="only the national office sets thresholds")


@target("supervision:figure-show", "reports:figure-show")
def figure(world: World) -> Target:
    return Target(
        {"code": "enrollment.approved"}, same_for_all="a figure is no object: its rows are asked for in scope"
    )


def two(make: Any, world: World, **values: Any) -> Target:
    own, foreign = (
        make(region=region.pk, file=ContentFile(b"%PDF-", name="x.pdf"), **values)
        for region in (world.hebei, world.henan)
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("supervision:activity-detail", "supervision:activity-file", "supervision:activity-remove")
def activity(world: World) -> Target:
    return two(make_activity, world)


@target("supervision:fund-detail", "supervision:fund-file", "supervision:fund-remove")
def fund(world: World) -> Target:
    return two(make_fund, world, kind=FundKind.ALLOCATION, amount="100")


def visits(world: World) -> tuple[QualityVisit, QualityVisit]:
    return make_visit(world.hebei), make_visit(world.henan)


@target("supervision:visit-file", "supervision:visit-remove")
def visit(world: World) -> Target:
    own, foreign = visits(world)
    return Target({"pk": own.pk}, {"pk": foreign.pk}, data={"reason": "重复登记"})


@target("supervision:file-show")
def provincial_file(world: World) -> Target:
    return Target({"region": world.hebei.pk}, {"region": world.henan.pk})


@target("supervision:file-paper")
def provincial_paper(world: World) -> Target:
    for region in (world.hebei, world.henan):
        make_file(region)
    return Target({"region": world.hebei.pk, "paper": "plan"}, {"region": world.henan.pk, "paper": "plan"})
