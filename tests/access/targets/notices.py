"""Notices belong to one person in one role, announcements to the unit that wrote them."""

from django.core.files.base import ContentFile

from accounts.enums import Role
from accounts.models import Announcement, AnnouncementFile
from tests.access.world import Target, World, target
from tests.accounts.notices import draft, notice, published
from tests.factories import NOW


@target("accounts:notice-detail", "accounts:notice-open")
def received(world: World) -> Target:
    own, foreign = (notice(world[name].membership) for name in ("hebei_coordinator", "henan_coordinator"))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


def attached(announcement: Announcement) -> AnnouncementFile:
    return AnnouncementFile.objects.create(
        announcement=announcement, file=ContentFile(b"%PDF-", name="a.pdf"), name="a.pdf", added_at=NOW
    )


@target("accounts:notice-file")
def received_file(world: World) -> Target:
    """The office writes to one province each."""
    own, foreign = (
        attached(published(world["national_officer"], regions=[region]))
        for region in (world.hebei, world.henan)
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


WRITTEN = {"title": "通知", "text": "请查收。", "roles": [Role.BASE_COORDINATOR], "reason": "写错了"}


@target("accounts:announcement-detail", "accounts:announcement-edit", "accounts:announcement-attach")
@target("accounts:announcement-publish", "accounts:announcement-withdraw", "accounts:announcement-discard")
@target("accounts:announcement-readers")
def written(world: World) -> Target:
    roles = [Role.BASE_COORDINATOR]
    own, foreign = (draft(world[name], roles=roles) for name in ("hebei_coordinator", "henan_coordinator"))
    return Target({"pk": own.pk}, {"pk": foreign.pk}, data=WRITTEN)


@target("accounts:announcement-create")
def new(world: World) -> Target:
    return Target(same_for_all="no object", data=WRITTEN)


@target("accounts:announcement-detach")
def written_file(world: World) -> Target:
    own, foreign = (attached(draft(world[name])) for name in ("hebei_coordinator", "henan_coordinator"))
    return Target({"pk": own.pk}, {"pk": foreign.pk})
