"""Who acts."""

from dataclasses import dataclass

from core.enums import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Stamped on every event: the person (by membership), token, public visitor or the system.

    `realm` is the owner of the program acted in; it bounds what an auditor sees;
    `address` is the network address that the request came from.
    """

    kind: ActorKind
    user_id: int | None = None
    membership_id: int | None = None
    on_behalf_of_id: int | None = None
    role: str = ""
    label: str = ""
    realm: str = ""
    request_id: str = ""
    address: str = ""
