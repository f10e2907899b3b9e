"""The read-only interface."""

from programs.models import Participation, Quota
from tests.access.world import Target, World, target
from tests.factories import EnrollmentFactory


@target("api:province-detail")
def province(world: World) -> Target:
    own, foreign = (
        Participation.objects.get(year=world.year_2022, region=one).pk for one in (world.hebei, world.henan)
    )
    return Target({"pk": own}, {"pk": foreign})


@target("api:quota-detail")
def quota(world: World) -> Target:
    own, foreign = (
        Quota.objects.filter(year=world.year_2022, region=one).first().pk
        for one in (world.hebei, world.henan)
    )
    return Target({"pk": own}, {"pk": foreign})


@target("api:enrollment-detail")
def enrollment(world: World) -> Target:
    own = world["trainee"].enrollment
    return Target({"pk": own.pk}, {"pk": EnrollmentFactory(region=world.henan).pk})
