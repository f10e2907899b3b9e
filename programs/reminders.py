"""Telling units of deadlines that come and have passed (P2, P4)."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.actors import system_actor
from accounts.enums import NoticeKind, Role
from accounts.queries import members_of
from accounts.scope import Scope
from accounts.services.notices import notify
from core.values import printed_day
from programs.enums import DeadlineStage, DutyState, YearStatus
from programs.models import Duty, DutyWarning
from programs.permissions import RECORDING_ROLES
from programs.queries import Standing, duty_lines
from programs.rules import warning_at

TEXTS = {
    DeadlineStage.WEEK: gettext_noop("“%(duty)s” is due by the end of %(due)s."),
    DeadlineStage.DAY: gettext_noop("“%(duty)s” is due by the end of %(due)s: a day is left."),
    DeadlineStage.OVERDUE: gettext_noop(
        "“%(duty)s” was due by the end of %(due)s and is not recorded as done."
    ),
}
_WAITS = frozenset({DutyState.DUE, DutyState.OVERDUE})
_WEEK = dt.timedelta(days=8)


def near_duties(now: dt.datetime) -> list[int]:
    """Duties of open years whose date, or an extended one, is near enough for anybody to be told."""
    span = (now - _WEEK, now + _WEEK)
    near = Q(due_at__range=span) | Q(extensions__due_at__range=span)
    duties = Duty.objects.filter(near, year__status=YearStatus.OPEN)
    return list(duties.order_by("pk").values_list("pk", flat=True).distinct())


def _waiting(duty: Duty, now: dt.datetime) -> Iterator[tuple[Standing, DeadlineStage]]:
    owner = duty.year.program.owner_id
    scope = Scope(role=Role.NATIONAL_OFFICE, owner_id=owner, unit_id=owner)
    for line in duty_lines([duty], duty.year, scope, now):
        for standing in line.standings:
            stage = warning_at(standing.due_at, now) if standing.state in _WAITS else None
            if stage:
                yield standing, stage


@transaction.atomic
def warn_of(duty: Duty, *, now: dt.datetime) -> int:
    """Tell the people of every unit that has not done it and was not told at this stage; returns how many units."""
    told = 0
    for standing, stage in _waiting(duty, now):
        _row, new = DutyWarning.objects.get_or_create(
            duty=duty, unit=standing.unit, stage=stage, due_at=standing.due_at, defaults={"told_at": now}
        )
        if new:
            told += 1
            _tell(duty, standing, stage, now)
    return told


def _tell(duty: Duty, standing: Standing, stage: DeadlineStage, now: dt.datetime) -> None:
    notify(
        members_of(standing.unit.pk, *(Role(role) for role in RECORDING_ROLES), now=now),
        NoticeKind.DEADLINE,
        TEXTS[stage],
        params={"duty": duty, "due": printed_day(standing.due_at).isoformat()},
        url=reverse("programs:duty-detail", kwargs={**duty.year.url_kwargs, "pk": duty.pk}),
        actor=system_actor(str(duty.year.program.owner_id)),
        now=now,
    )
