"""Allauth's pages with a key in their address: the key decides, not who asks."""

from tests.access.world import Target, World, target


@target("account_confirm_email")
def confirmation(world: World) -> Target:
    return Target({"key": "no-such-key"}, same_for_all="the key in the mail decides")


@target("account_reset_password_from_key")
def reset(world: World) -> Target:
    return Target({"uidb36": "1", "key": "no-such-key"}, same_for_all="the key in the mail decides")
