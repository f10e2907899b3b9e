"""A role's deadlines as an iCalendar file (P2): nothing in it names a person."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from accounts.actors import scope_of
from accounts.models import Membership
from core.crypto import keyed_index
from core.templatetags.portal import deadline, name_of
from core.values import CHINA, printed_day
from programs.enums import DutyState, YearStatus
from programs.models import Duty, ProgramYear
from programs.queries import DutyLine, duty_lines
from programs.services import FEED

WARNED_BEFORE = (dt.timedelta(days=7), dt.timedelta(days=1))
_DONE = (DutyState.DONE, DutyState.LATE)
Address = Callable[[Duty], str]


def member_of(token: str, now: dt.datetime) -> Membership | None:
    """Whose calendar a secret address opens; nobody's once the role has ended (T06)."""
    members = Membership.objects.active(now).select_related("user", "unit")
    return members.filter(calendar_feed__token_index=keyed_index(token, FEED)).first()


def calendar_of(membership: Membership, now: dt.datetime, address: Address) -> bytes:
    """Every duty of the open years in the role's scope that its unit holds; of the office, what provinces owe it too."""
    calendar = Calendar()
    calendar.add("prodid", "-//training-portal//deadlines//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Deadlines of %(unit)s") % {"unit": name_of(membership.unit)})
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    for line in lines_of(membership, now):
        calendar.add_component(_event(line, membership, now, address(line.duty)))
    return bytes(calendar.to_ical())


def lines_of(membership: Membership, now: dt.datetime) -> Iterator[DutyLine]:
    scope = scope_of(membership)
    years = ProgramYear.objects.visible_to(scope).filter(status=YearStatus.OPEN)
    for year in years.select_related("program__owner"):
        duties = Duty.objects.visible_to(scope).filter(year=year).select_related("year__program")
        for line in duty_lines(list(duties), year, scope, now):
            if scope.is_national or line.of(membership.unit_id):
                yield line


def _event(line: DutyLine, membership: Membership, now: dt.datetime, url: str) -> Event:
    """A bare date is a whole day; an hour is an hour. Warned of 7 days and 1 day before, until it is done."""
    duty, own = line.duty, line.of(membership.unit_id)
    due_at = own.due_at if own else duty.due_at
    done = own.state in _DONE if own else line.count(*_DONE) == len(line.standings)
    event = Event()
    event.add("uid", f"duty-{duty.pk}-{membership.unit_id}@training-portal")
    event.add("dtstamp", now)
    local = due_at.astimezone(CHINA)
    event.add("dtstart", printed_day(due_at) if local.time() == dt.time.min else local)
    event.add("summary", f"{_state(line, membership)} · {name_of(duty)}")
    event.add("description", "\n".join(filter(None, [deadline(due_at), duty.printed, duty.clause])))
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    for before in () if done else WARNED_BEFORE:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", name_of(duty))
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event


def _state(line: DutyLine, membership: Membership) -> str:
    own = line.of(membership.unit_id)
    if own:
        return str(own.state.label)
    return _("%(done)s of %(total)s done") % {"done": line.count(*_DONE), "total": len(line.standings)}
