"""Rows of a year's plan."""

from collections.abc import Callable

from django.core.files.base import ContentFile

from accounts.actors import system_actor
from enrollment.models import Rule
from programs.models import (
    Duty,
    DutyRecord,
    Participation,
    PriorityProgram,
    Quota,
    Setting,
    Specialty,
    Theme,
    YearRow,
)
from programs.models import Target as Lessons
from programs.services import make_feed
from tests.access.world import Target, World, target
from tests.factories import NOW, lead_unit


def of_province(model: type[YearRow]) -> Callable[[World], Target]:
    def build(world: World) -> Target:
        own, foreign = (
            model._default_manager.filter(year=world.year_2022, region=one).first().pk
            for one in (world.hebei, world.henan)
        )
        return Target({"pk": own}, {"pk": foreign})

    return build


def of_year(model: type[YearRow]) -> Callable[[World], Target]:
    """Rows that are the same for all who see the year; the foreign one is a row of another year."""

    def build(world: World) -> Target:
        own = model._default_manager.filter(year=world.year_2022).first()
        other = model._default_manager.get(pk=own.pk)
        other.pk, other.year = None, world.year_2024
        other.save()
        return Target({"pk": own.pk}, {"pk": other.pk}, nobodys=True)

    return build


@target("programs_open:feed-show")
def feed(world: World) -> Target:
    token = make_feed(membership=world["hebei_coordinator"].membership, actor=system_actor(), now=NOW)
    return Target({"token": token}, same_for_all="the address is a secret of whoever has it")


target("programs:quota-edit")(of_province(Quota))
target("programs:target-edit")(of_province(Lessons))
target("programs:province-edit")(of_province(Participation))
target("programs:specialty-edit")(of_year(Specialty))
target("programs:theme-edit")(of_year(Theme))
target("programs:priority-program-edit")(of_year(PriorityProgram))
target("programs:setting-edit")(of_year(Setting))
target("enrollment:rule-edit")(of_year(Rule))


@target("programs:duty-detail", "programs:duty-edit", "programs:duty-record", "programs:duty-extend")
def duty(world: World) -> Target:
    own = Duty.objects.get(year=world.year_2022, code="kickoff-meeting")
    foreign = Duty.objects.filter(year=world.year_2024).first()
    return Target({"pk": own.pk}, {"pk": foreign.pk}, nobodys=True)


@target("programs:duty-record-file")
def duty_record(world: World) -> Target:
    duty = Duty.objects.get(year=world.year_2022, code="kickoff-meeting")
    own, foreign = (
        DutyRecord.objects.create(
            year=world.year_2022,
            duty=duty,
            unit=lead_unit(region.pk),
            done_on=NOW.date(),
            recorded_at=NOW,
            file=ContentFile(b"%PDF-", name="scan.pdf"),
        ).pk
        for region in (world.hebei, world.henan)
    )
    return Target({"pk": own}, {"pk": foreign})


@target("programs:assumption-confirm")
def assumption(world: World) -> Target:
    own = Theme.objects.filter(year=world.year_2022).first()
    other = Theme.objects.create(year=world.year_2024, code="x", name="x", order=1, assumed="x")
    return Target(
        {"kind": "programs.theme", "pk": own.pk}, {"kind": "programs.theme", "pk": other.pk}, nobodys=True
    )
