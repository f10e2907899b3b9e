"""A province of which nothing may be seen: every text of its rows carries a mark that no text of the portal holds."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import IntegrityError, models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from accounts.models import Region
from tests.access import targets  # noqa: F401 - fills TARGETS
from tests.access.world import TARGETS, Target, World
from tests.factories import Persona
from tests.helpers import undone
from tests.registries.rooms import all_models

CANARY = "豫省暗记"
_ROOM = 12  # shorter columns hold codes
_MARK = Concat(Value(CANARY), Cast("pk", models.CharField()))  # names may have to differ


Build = Callable[[World], Target]


def _built(world: World, builds: Iterable[Build]) -> dict[Build, Target]:
    """Those that stand beside each other; one that clashes with another waits."""
    built: dict[Build, Target] = {}
    for build in builds:
        with (
            suppress(IntegrityError, AssertionError, ObjectDoesNotExist, MultipleObjectsReturned),
            transaction.atomic(),
        ):
            built[build] = build(world)
    return built


def _fitting(world: World, builds: list[Build]) -> list[Build]:
    return list(_built(world, builds))


def rounds(world: World) -> list[list[Build]]:
    """Every target once, in as few furnished worlds as their clashes allow; the first holds most of them."""
    waiting, found = list(dict.fromkeys(TARGETS.values())), []
    while waiting:
        fit = undone(partial(_fitting, world, waiting))
        assert fit, f"cannot be built in a plain world: {waiting}"
        found.append(fit)
        waiting = [build for build in waiting if build not in fit]
    return found


def furnish(world: World, builds: Iterable[Build]) -> dict[str, Target]:
    """What the URLs ask for, of Hebei and of Henan, by the name of the URL."""
    built = _built(world, builds)
    return {name: built[build] for name, build in TARGETS.items() if build in built}


def stamp(here: Persona, there: Persona) -> dict[str, int]:
    """Mark every text of what `there` sees and `here` does not; how many rows of each model."""
    marked = {}
    for model in all_models():
        if model is Region or not hasattr(model._default_manager, "visible_to"):
            continue  # the names of provinces are no secret
        own = model._default_manager.visible_to(here.scope).values("pk")
        theirs = model._default_manager.visible_to(there.scope).exclude(pk__in=own)
        keys = list(theirs.values_list("pk", flat=True))
        texts = {field.name: _MARK for field in model._meta.concrete_fields if _is_free_text(field)}
        for name, mark in texts.items():
            # some columns are empty by a constraint
            with suppress(IntegrityError), transaction.atomic():
                marked[model._meta.label_lower] = model._base_manager.filter(pk__in=keys).update(
                    **{name: mark}
                )
    return marked


def _is_free_text(field: models.Field) -> bool:
    plain = isinstance(field, models.CharField | models.TextField) and not isinstance(
        field, models.SlugField | models.EmailField
    )
    roomy = field.max_length is None or field.max_length >= _ROOM
    return (
        plain
        and roomy
        and field.get_internal_type() in {"CharField", "TextField"}
        and not (field.choices or field.unique or field.primary_key)
        and field.name not in {"code", "kind", "listing", "status", "sha256", "number", "realm"}
    )
