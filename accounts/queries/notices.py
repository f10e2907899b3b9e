"""Who is told, and who has read it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.audience import WHEREABOUTS
from accounts.enums import MailState, Role, UnitKind
from accounts.models import Announcement, MailPreference, Membership, Notice, Unit
from accounts.rules.notices import Audience, bounded
from core.enums import JobStatus
from core.models import Job

DELIVER_JOB = "accounts.deliver"
MAILS = 10
_SENDER = {UnitKind.NATIONAL_OFFICE: Role.NATIONAL_OFFICE, UnitKind.TECHNICAL_LEAD: Role.TECHNICAL_LEAD}


def members_of(unit: Unit | int | None, *roles: Role, now: dt.datetime) -> QuerySet[Membership]:
    """A unit's people in these roles, in force at `now`."""
    return Membership.objects.active(now).filter(unit=unit, role__in=roles)


def unread_counts(memberships: Iterable[int]) -> dict[int | None, int]:
    """How many unread notices wait for each of a person's roles, by the membership's number; one query."""
    rows = Notice.objects.unread().filter(membership__in=list(memberships))
    return dict(rows.order_by().values_list("membership").annotate(unread=Count("pk")))


def recipients(announcement: Announcement, now: dt.datetime) -> QuerySet[Membership]:
    """The people in force at `now` whom it addresses, within what its unit may address."""
    unit = announcement.unit
    owner = unit.owner_id or unit.pk
    audience = bounded(announcement.audience(), _SENDER[UnitKind(unit.kind)], unit.region_id or "")
    under = Q(unit__owner=owner) | Q(unit=owner)
    chosen = Q(pk__in=())
    for role in audience.roles:
        chosen |= _in_role(role, audience, owner)
    return Membership.objects.active(now).filter(under, chosen).order_by("pk")


def delivery_batch(
    announcement: Announcement, at: dt.datetime, *, after: int, limit: int
) -> list[Membership]:
    """The next of those whom it addressed `at` its publication, in the order of their numbers."""
    return list(recipients(announcement, at).filter(pk__gt=after)[:limit])


def _in_role(role: str, audience: Audience, owner: int) -> Q:
    """A role of the audience, narrowed to its provinces and units."""
    of_role = Q(role=role)
    if not audience.regions and not audience.units:
        return of_role
    whereabouts = WHEREABOUTS.get(role)
    if whereabouts:
        people = whereabouts.people(owner, audience.regions, audience.units)
        return of_role & Q(user__person__in=people)
    if audience.regions:
        of_role &= Q(unit__region__in=audience.regions)
    if audience.units:
        of_role &= Q(unit__in=audience.units)
    return of_role


@dataclass(frozen=True, slots=True)
class Reach:
    """Units (a trainee stands for no unit) and people, and those of them that have not opened it."""

    units: int
    people: int
    units_unread: int = 0
    people_unread: int = 0


def reach_of(memberships: QuerySet[Membership]) -> Reach:
    """Whom a draft would reach."""
    units = memberships.exclude(role=Role.TRAINEE).order_by().values("unit").distinct()
    return Reach(units.count(), memberships.count())


def receivers(announcement: Announcement, now: dt.datetime) -> QuerySet[Notice]:
    """The read list: its notices to people whose role has not ended."""
    return announcement.notices.of_people_in_force(now).select_related(
        "membership__user__person", "membership__unit__region"
    )


def read_reach(announcement: Announcement, now: dt.datetime) -> Reach:
    """How many of the read list; a unit has read it when one of its people has."""
    rows = receivers(announcement, now)
    people = rows.aggregate(all=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    staff = rows.exclude(membership__role=Role.TRAINEE).order_by()
    units = staff.values("membership__unit").distinct().count()
    return Reach(units, people["all"], len(unread_units(announcement, now)), people["unread"])


def unread_units(announcement: Announcement, now: dt.datetime) -> list[Unit]:
    """Units of which nobody has opened it, provinces in their order."""
    rows = receivers(announcement, now).exclude(membership__role=Role.TRAINEE)
    read = rows.filter(membership__unit=OuterRef("pk"), read_at__isnull=False)
    told = rows.values("membership__unit")
    return list(
        Unit.objects.filter(Q(pk__in=told), ~Exists(read))
        .select_related("region")
        .order_by("region__order", "kind", "code")
    )


def unread_people(announcement: Announcement, now: dt.datetime) -> QuerySet[Notice]:
    return receivers(announcement, now).filter(read_at=None).order_by("membership__user__person__name", "pk")


def mail_choices(users: Iterable[int]) -> dict[int, dict[str, bool]]:
    """What these people chose: user → kind → by e-mail."""
    chosen: dict[int, dict[str, bool]] = {}
    for row in MailPreference.objects.filter(user__in=set(users)):
        chosen.setdefault(row.user_id, {})[row.kind] = row.by_mail
    return chosen


def waiting_mails() -> list[Notice]:
    """The next few to be sent, those the server has refused last; one connection sends them within a job's lease."""
    rows = Notice.objects.filter(mail=MailState.QUEUED).order_by("mail_tries", "pk")
    return list(rows.select_related("membership__user__person", "announcement__unit")[:MAILS])


def worth_mailing(batch: Sequence[Notice], now: dt.datetime) -> set[int]:
    """Those not opened or withdrawn meanwhile, to people whose role has not ended, at an address they still have."""
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in batch]).unread().of_people_in_force(now)
    reached = {notice.pk for notice in batch if notice.membership.user.mail_address}
    return reached & set(rows.values_list("pk", flat=True))


def with_counts(announcements: QuerySet[Announcement], now: dt.datetime) -> QuerySet[Announcement]:
    """Each with `told` and `unread`: people of its read list, and those who have not opened it."""
    counted = Notice.objects.of_people_in_force(now).filter(announcement=OuterRef("pk")).order_by()
    per = counted.values("announcement")
    unread = per.filter(read_at=None)
    return announcements.annotate(
        told=Coalesce(Subquery(per.annotate(n=Count("pk")).values("n")), 0),
        unread=Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), 0),
    )


def delivery_job(announcement: Announcement) -> Job | None:
    """The work that still tells the rest of a large audience."""
    return Job.objects.filter(key=f"{DELIVER_JOB}:{announcement.pk}").exclude(status=JobStatus.DONE).first()
