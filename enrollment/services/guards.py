"""What every act on a roster asks first."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import Region
from core.exceptions import Refusal
from core.templatetags.portal import deadline
from enrollment.enums import RosterStatus
from enrollment.models import Roster
from enrollment.queries import ROSTER, recruitment_term
from programs.models import ProgramYear
from programs.queries import check_not_closed

COLLECTING = (RosterStatus.OPEN, RosterStatus.RETURNED)
STANDING = (*COLLECTING, RosterStatus.ACCEPTED)


def locked_roster(year: ProgramYear, region: Region) -> Roster:
    """The province's roster under a row lock: acts on seats and numbers of a province come one after the other."""
    Roster.objects.get_or_create(year=year, region=region)
    roster: Roster = Roster.objects.select_for_update().get(year=year, region=region)
    return roster


def open_for(year: ProgramYear, region: Region, *states: RosterStatus) -> Roster:
    """The locked roster, if it stands in one of `states` and the subject is not closed; raises Refusal."""
    check_not_closed(year, region.pk, ROSTER)
    roster = locked_roster(year, region)
    if roster.status not in states:
        raise Refusal(
            _("The roster is “%(status)s”; it takes no such change now.")
            % {"status": RosterStatus(roster.status).label},
            remedy=_(
                "After submission the national office accepts or returns it first; then people are replaced one by one."
            ),
        )
    return roster


def is_late(year: ProgramYear, region: Region, now: dt.datetime) -> bool:
    """Whether a registration now is late; a duty that is a wall refuses it (P2)."""
    term = recruitment_term(year, region)
    late = term is not None and term.is_late(now)
    if term is not None and late and term.wall:
        raise Refusal(
            _("Registration closed on %(time)s.") % {"time": deadline(term.due_at)},
            remedy=_("Ask the national office for an extension, with a reason."),
        )
    return late
