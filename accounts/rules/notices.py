"""Whom a unit may address, who is told by e-mail, and how a kept text is filled in; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.enums import NoticeKind, Role

_OF_THE_OFFICE = (
    Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE, Role.BASE_COORDINATOR, Role.APPLICANT, Role.EXPERT, Role.TRAINEE,
)  # fmt: skip
_OF_A_PROVINCE = (Role.BASE_COORDINATOR, Role.TRAINEE)
_BY_MAIL = frozenset({NoticeKind.ANNOUNCEMENT, NoticeKind.DECISION, NoticeKind.DEADLINE, NoticeKind.ACCOUNT})


@dataclass(frozen=True, slots=True)
class Audience:
    """Roles, and within them only those of some provinces or units where any are named."""

    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    units: tuple[int, ...] = ()


def addressable_roles(sender: str) -> tuple[Role, ...]:
    """The roles that a sender may write to: the office all of its program, a technical lead unit its province's."""
    return {Role.NATIONAL_OFFICE.value: _OF_THE_OFFICE, Role.TECHNICAL_LEAD.value: _OF_A_PROVINCE}.get(
        sender, ()
    )


def bounded(audience: Audience, sender: str, region: str) -> Audience:
    """The audience within what the sender may address; a province's stays in the province."""
    allowed = {str(role) for role in addressable_roles(sender)}
    roles = tuple(role for role in audience.roles if role in allowed)
    regions = audience.regions if sender == Role.NATIONAL_OFFICE else (region,)
    return Audience(roles, regions, audience.units)


def wants_mail(kind: str, chosen: Mapping[str, bool]) -> bool:
    """What the person chose, else by mail all but finished work, which is looked for in the portal anyway."""
    return chosen.get(kind, kind in _BY_MAIL)


def in_language(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Kept parameters for a reader: a reference row's name is in both languages."""
    english = language.startswith("en")
    return {
        name: ((value["name_en"] if english else "") or value["name"]) if isinstance(value, dict) else value
        for name, value in params.items()
    }
