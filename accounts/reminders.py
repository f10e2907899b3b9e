"""Texts ready to be copied into a chat."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.queries import Reach
from core.values import some_of

MOST_NAMES = 100


def reminder(title: str, reach: Reach, units: Sequence[str], people: Sequence[str], url: str) -> str:
    """Who has not opened an announcement: units, then trainees by name; empty where everyone has."""
    if not units and not people:
        return ""
    parts = [_("“%(title)s” waits to be read.") % {"title": title}]
    if units:
        words = {"all": reach.units, "unread": reach.units_unread, "names": some_of(units, MOST_NAMES)}
        parts.append(_("Of %(all)s units, %(unread)s have not opened it: %(names)s.") % words)
    if people:
        parts.append(
            _("%(count)s trainees have not opened it: %(names)s.")
            % {"count": len(people), "names": some_of(people, MOST_NAMES)}
        )
    parts.append(_("Please sign in and open it: %(url)s") % {"url": url})
    return "\n".join(parts)
