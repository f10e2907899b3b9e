"""What the office sets beside the printed thresholds (S4)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Region
from core.events import record
from core.exceptions import Refusal
from programs.models import Participation
from supervision.models import Criterion, ThresholdOverride
from supervision.permissions import check_manage_scorecards


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("A reason is needed."), remedy=_("Write in a sentence why, then try again."))


@transaction.atomic
def set_threshold_override(
    *, criterion: Criterion, region: Region, threshold: str, reason: str, actor: Actor, now: dt.datetime
) -> ThresholdOverride:
    """A province's own threshold, with the reason; the printed one stays on the criterion (S4)."""
    check_manage_scorecards(actor, criterion.year)
    _check_reason(reason)
    if not criterion.is_measured:
        raise Refusal(_("This criterion is judged by papers and has no threshold."))
    if not Participation.objects.filter(year=criterion.year, region=region).exists():
        raise Refusal(_("The province does not take part in this year."))
    own = ThresholdOverride.objects.filter(criterion=criterion, region=region).first()
    before = own.threshold if own else criterion.threshold
    own = own or ThresholdOverride(year=criterion.year, criterion=criterion, region=region)
    own.threshold, own.reason, own.set_at = threshold.strip(), reason.strip(), now
    try:
        own.full_clean()
    except ValidationError as error:
        raise Refusal(
            " ".join(error.messages), remedy=_("A share is a fraction of 1, a day is written YYYY-MM-DD.")
        ) from error
    own.save()
    data = {"criterion": criterion.code, "region": region.pk, "threshold": [before, own.threshold]}
    record("set_threshold_override", own, actor=actor, now=now, reason=reason, data=data)
    return own


@transaction.atomic
def remove_threshold_override(
    *, override: ThresholdOverride, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """The printed threshold binds the province again."""
    check_manage_scorecards(actor, override.year)
    _check_reason(reason)
    data = {
        "criterion": override.criterion.code,
        "region": override.region_id,
        "threshold": override.threshold,
    }
    record("remove_threshold_override", override, actor=actor, now=now, reason=reason, data=data)
    override.delete()
