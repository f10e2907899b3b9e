"""The province's invitation link, applications under it, and what becomes of them (E11)."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region
from core.crypto import keyed_index
from core.events import record
from core.exceptions import Refusal
from core.transitions import advance
from enrollment.collecting import index_of, read_typed, words_of
from enrollment.enums import ApplicantStatus
from enrollment.models import Applicant, Invitation, RosterImport
from enrollment.models.collecting import LINK
from enrollment.permissions import check_keep_roster
from enrollment.services.collecting import check_ahead, fresh_secret, take_in
from enrollment.services.flows import APPLICANT_FLOW
from enrollment.services.guards import STANDING, open_for
from programs.models import ProgramYear

# of the sentence in templates/enrollment/open_consent.html; kept with each application
CONSENT = "1"


@transaction.atomic
def make_invitation(
    *, year: ProgramYear, region: Region, closes_at: dt.datetime, actor: Actor, now: dt.datetime
) -> Invitation:
    """The province's one link, open until `closes_at`; an earlier one opens nothing any more."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *STANDING)
    check_ahead(closes_at, now)
    found = Invitation.objects.filter(year=year, region=region).first()
    invitation = fresh_secret(found or Invitation(year=year, region=region))
    invitation.closes_at = closes_at
    invitation.save()
    record("make_invitation", invitation, actor=actor, now=now, data={"closes_at": closes_at})
    return invitation


@transaction.atomic
def extend_invitation(
    *, invitation: Invitation, closes_at: dt.datetime, actor: Actor, now: dt.datetime
) -> Invitation:
    """Another end for the same address."""
    check_keep_roster(actor, invitation.year, invitation.region_id)
    check_ahead(closes_at, now)
    invitation.closes_at = closes_at
    invitation.save(update_fields=["closes_at"])
    record("extend_invitation", invitation, actor=actor, now=now, data={"closes_at": closes_at})
    return invitation


@transaction.atomic
def void_invitation(*, invitation: Invitation, actor: Actor, now: dt.datetime) -> Invitation:
    """The link opens nothing from now on; who has applied keeps their own address."""
    check_keep_roster(actor, invitation.year, invitation.region_id)
    if invitation.voided_at is not None:
        raise Refusal(_("The link is void already."), remedy=_("Reload the page."))
    invitation.voided_at = now
    invitation.save(update_fields=["voided_at"])
    record("void_link", invitation, actor=actor, now=now)
    return invitation


@transaction.atomic
def apply_by_invitation(
    *, invitation: Invitation, cells: Mapping[str, str], consent: bool, actor: Actor, now: dt.datetime
) -> tuple[Applicant, str]:
    """An application that waits for the province, and the secret of the address that tells what becomes of it.

    The answer is the same whoever the identity number belongs to: who is known is for the province to see (T20).
    """
    if not consent:
        raise Refusal(_("Without your consent nothing is kept."), remedy=_("Tick the sentence."))
    if not Invitation.objects.select_for_update().get(pk=invitation.pk).opens(now):
        raise Refusal(
            _("The time for applications is over."), remedy=_("Call the coordinator of your province.")
        )
    reading = read_typed(cells, words_of(invitation.region, invitation.year), now)
    if reading.is_bad:
        raise Refusal(_("Something is still to be corrected."), remedy=_("Look at the fields marked."))
    token = secrets.token_hex(16)
    applicant = Applicant.objects.create(
        year=invitation.year,
        region=invitation.region,
        cells=json.dumps(dict(cells), ensure_ascii=False),
        id_number_index=index_of(reading),
        token_index=keyed_index(token, LINK),
        consent=CONSENT,
        applied_at=now,
    )
    data = {"receipt": applicant.receipt_number, "consent": CONSENT}
    record("apply_by_invitation", applicant, actor=actor, now=now, to_state=applicant.status, data=data)
    return applicant, token


def _waiting(year: ProgramYear, region: Region, chosen: Iterable[int]) -> list[Applicant]:
    found = Applicant.objects.select_for_update(of=("self",)).filter(
        year=year, region=region, pk__in=set(chosen), status=ApplicantStatus.WAITING
    )
    rows = list(found.select_related("year__program", "region").order_by("pk"))
    if not rows:
        raise Refusal(_("None of these applications waits."), remedy=_("Reload the page and choose again."))
    return rows


@transaction.atomic
def take_applicants(
    *, year: ProgramYear, region: Region, applicants: Iterable[int], actor: Actor, now: dt.datetime
) -> RosterImport:
    """Those chosen go onto the roster and wait for approval there; all of them, or none where one cannot."""
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *STANDING)
    rows = _waiting(year, region, applicants)
    name = _("Applications by invitation, %(n)s") % {"n": len(rows)}
    given: dict[str, Any] = {"year": year, "region": region, "name": name, "actor": actor, "now": now}
    staged = take_in([row.typed for row in rows], **given)
    if staged.taken_count < len(rows):
        raise Refusal(
            _("%(n)s of them cannot be taken onto the roster.") % {"n": len(rows) - staged.taken_count},
            remedy=_("Open those that are marked; correct nothing yourself, refuse with the reason."),
        )
    for row in rows:
        advance(row, APPLICANT_FLOW, "take_applicant", actor=actor, now=now)
        row.roster_import, row.decided_at = staged, now
        row.save(update_fields=["roster_import", "decided_at"])
    return staged


@transaction.atomic
def refuse_applicants(
    *,
    year: ProgramYear,
    region: Region,
    applicants: Iterable[int],
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Turn down those chosen for one reason, which each reads under their address; returns how many."""
    check_keep_roster(actor, year, region.pk)
    rows = _waiting(year, region, applicants)
    for row in rows:
        advance(row, APPLICANT_FLOW, "refuse_applicant", actor=actor, now=now, reason=reason)
        row.reason, row.decided_at = reason.strip(), now
        row.save(update_fields=["reason", "decided_at"])
    return len(rows)
