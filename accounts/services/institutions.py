"""The registry of institutions: entered, corrected, given other names, merged (E17)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Institution, InstitutionAlias, Region
from accounts.permissions import check_keep_institution
from accounts.queries.institutions import Reference, owner_of_name, references_to
from accounts.rules import fold
from core.events import changes, record
from core.exceptions import Refusal

FIELDS = ("name", "level", "kind", "region", "offers_checkup", "offers_screening")


@transaction.atomic
def create_institution(
    *, values: Mapping[str, Any], aliases: Iterable[str] = (), actor: Actor, now: dt.datetime
) -> Institution:
    """Enter an institution under a name that no other of its province goes by."""
    region: Region = values["region"]
    check_keep_institution(actor, region.pk)
    _one_after_the_other(region.pk)
    _check_free(values["name"], region.pk)
    institution = Institution.objects.create(**{name: values[name] for name in FIELDS if name in values})
    kept = _set_aliases(institution, aliases)
    record(
        "create_institution",
        institution,
        actor=actor,
        now=now,
        data=_difference({}, _shown(institution, kept)),
    )
    return institution


@transaction.atomic
def edit_institution(
    *,
    institution: Institution,
    values: Mapping[str, Any],
    aliases: Iterable[str],
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Institution:
    """Correct what the registry says of it. What was copied from it at an approval stays as it was."""
    check_keep_institution(actor, institution.region_id)
    check_keep_institution(actor, values["region"].pk)
    _one_after_the_other(institution.region_id, values["region"].pk)
    locked = _standing(institution)
    _check_free(values["name"], values["region"].pk, locked)
    before = _shown(locked, _names(locked))
    for name in FIELDS:
        setattr(locked, name, values[name])
    locked.save(update_fields=FIELDS)
    after = _shown(locked, _set_aliases(locked, aliases))
    if before != after:
        data = _difference(before, after)
        record("edit_institution", locked, actor=actor, now=now, reason=reason, data=data)
    return locked


@transaction.atomic
def add_alias(*, institution: Institution, name: str, actor: Actor, now: dt.datetime) -> Institution:
    """One more name that leads to it; a name it has already changes nothing."""
    check_keep_institution(actor, institution.region_id)
    _one_after_the_other(institution.region_id)
    locked = _standing(institution)
    before = _names(locked)
    after = _set_aliases(locked, [*before, name])
    if before != after:
        record("add_alias", locked, actor=actor, now=now, data={"aliases": "、".join(after)})
    return locked


@transaction.atomic
def merge_institutions(
    *, duplicate: Institution, into: Institution, reason: str, actor: Actor, now: dt.datetime
) -> int:
    """Everything that points at `duplicate` points at `into` from now on, its names become aliases; there is no way back.

    The duplicate's row stays and says what it became; returns how many rows moved. Values that were copied from it
    (a level at an approval, a name in something filed) do not change.
    """
    check_keep_institution(actor, duplicate.region_id)
    check_keep_institution(actor, into.region_id)
    _check_two(duplicate, into, reason)
    _one_after_the_other(duplicate.region_id, into.region_id)
    gone, stays = _standing(duplicate), _standing(into)
    names = [*_names(stays), gone.name, *_names(gone)]
    moved = {one.model._meta.label_lower: one.count for one in references_to(gone) if _move(one, gone, stays)}
    gone.aliases.all().delete()
    gone.merged_into = stays
    gone.save(update_fields=["merged_into"])
    _keep_names(stays, names)
    total = sum(moved.values())
    record(
        "merge_institution",
        gone,
        actor=actor,
        now=now,
        reason=reason,
        data={"into": stays.name, "moved": total},
    )
    data = {"merged": gone.name, "moved": total, "rows": moved}
    record("take_in_institution", stays, actor=actor, now=now, reason=reason, data=data)
    return total


def _check_two(duplicate: Institution, into: Institution, reason: str) -> None:
    if duplicate.pk == into.pk:
        raise Refusal(
            _("An institution cannot be merged into itself."),
            remedy=_("Choose the other one, which stays."),
        )
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))


def _move(reference: Reference, gone: Institution, stays: Institution) -> bool:
    """Point these rows at the one that stays; True where there were any."""
    rows = reference.model._base_manager.filter(**{reference.field: gone.pk})
    try:
        with transaction.atomic():
            return bool(rows.update(**{reference.field: stays.pk}))
    except IntegrityError as error:
        raise Refusal(
            _("Both institutions have a row of “%(kind)s” that may exist only once.")
            % {"kind": reference.label},
            remedy=_("Settle which of the two rows is right, then merge."),
        ) from error


def _one_after_the_other(*region_codes: str) -> None:
    """Writers of a province's registry wait for each other, so that a name is not given twice."""
    provinces = {f"{code[:2]}0000" for code in region_codes}
    list(Region.objects.select_for_update().filter(pk__in=provinces).order_by("pk"))


def _standing(institution: Institution) -> Institution:
    """Its row, locked; raises Refusal where it was merged."""
    locked = (
        Institution.objects.select_for_update(of=("self",)).select_related("region").get(pk=institution.pk)
    )
    if locked.merged_into is not None:
        raise Refusal(
            _("“%(name)s” was merged into “%(into)s”.") % {"name": locked, "into": locked.merged_into},
            remedy=_("Go on with the one it was merged into."),
        )
    return locked


def _check_free(name: str, region_code: str, own: Institution | None = None) -> None:
    other = owner_of_name(name, region_code, own.pk if own else 0)
    if other is None:
        return
    raise Refusal(
        _("“%(name)s” is a name of “%(other)s” of the same province already.")
        % {"name": name, "other": other.merged_into or other},
        remedy=_("Use that one; if two entries are one institution, merge them."),
    )


def _names(institution: Institution) -> list[str]:
    return list(institution.aliases.order_by("pk").values_list("name", flat=True))


def _set_aliases(institution: Institution, names: Iterable[str]) -> list[str]:
    """Exactly these other names, each once and none that another institution has; returns what stands."""
    wanted = _other_names(institution, names)
    for name in wanted.values():
        _check_free(name, institution.region_id, institution)
    _keep_names(institution, wanted.values())
    return _names(institution)


def _keep_names(institution: Institution, names: Iterable[str]) -> None:
    wanted = _other_names(institution, names)
    standing = {fold(alias.name): alias for alias in institution.aliases.all()}
    for key in standing.keys() - wanted.keys():
        standing[key].delete()
    for key, name in wanted.items():
        if key not in standing:
            InstitutionAlias.objects.create(institution=institution, name=name)


def _other_names(institution: Institution, names: Iterable[str]) -> dict[str, str]:
    """By folded name, each as first written; its own name is none."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(fold(name), name.strip())
    return {key: name for key, name in wanted.items() if key not in {"", fold(institution.name)}}


def _shown(institution: Institution, aliases: list[str]) -> dict[str, str]:
    """As the history prints it."""
    return {name: _told(institution, name) for name in FIELDS} | {"aliases": "、".join(aliases)}


def _told(institution: Institution, name: str) -> str:
    value = getattr(institution, name)
    if isinstance(value, models.Model):
        return f"{value} {value.pk}"
    if isinstance(value, bool):
        return "✓" if value else ""
    if name in {"level", "kind"}:
        return str(getattr(institution, f"get_{name}_display")())
    return str(value)


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Any]:
    """What changed, as [old, new]; of the other names how they stand now."""
    found: dict[str, Any] = {name: pair for name, pair in changes(before, after).items() if any(pair)}
    if "aliases" in found:
        found["aliases"] = after["aliases"]
    return found
