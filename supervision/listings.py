"""The lists in which the rows behind figures are shown: those of this room and the rooms below."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig
from core.columns import Column, Listing

PLAIN = Listing(code="plain", title=_("Records"), columns=(Column("row", _("Record"), str, width=60),))


@cache
def listings() -> dict[str, Listing]:
    """Every declared list by its code."""
    return {
        entry.code: entry
        for module in _modules()
        for entry in vars(module).values()
        if isinstance(entry, Listing)
    }


def _modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if not isinstance(config, RoomConfig) or not module_has_submodule(config.module, "columns"):
            continue
        module = import_module(f"{config.name}.columns")
        yield module
        for part in pkgutil.iter_modules(getattr(module, "__path__", ())):
            yield import_module(f"{module.__name__}.{part.name}")


def listing_of(code: str) -> Listing:
    """The list named by a figure; one plain column where its room declares none."""
    return listings().get(code, PLAIN)
