"""A list that comes again: what a line says of somebody who stands on the roster already, and what of it is new."""

from collections.abc import Mapping
from typing import Any

from core.values import visible

FACTS = (
    "specialty",
    "fine_specialty",
    "institution",
    "department",
    "title",
    "profession",
    "priority_program",
    "health_management",
    "licensed_physician",
    "checkup_head",
    "in_shortage",
)
LISTED = ("name", "phone", *FACTS)


def said(cells: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a line (as typed, as understood) says of a person; an empty cell says nothing.

    A workplace that the registry does not have stands there by its name.
    """
    given = {name: values[name] for name in LISTED}
    given["institution"] = values["institution_id"] or values["institution"]
    return {name: value for name, value in given.items() if visible(cells.get(name, "")).strip()}


def differing(
    held: Mapping[str, Any], asked: Mapping[str, Any], says: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """What is said and neither held nor asked for already, as {name: (held, said)}."""
    return {
        name: (held[name], value)
        for name, value in says.items()
        if value != held[name] and value != asked.get(name)
    }
