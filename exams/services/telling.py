"""Telling a trainee what the office decided about a sitting."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.actors import Actor
from accounts.enums import NoticeKind, Role
from accounts.models import Membership
from accounts.services.notices import notify
from exams.models import Attempt


def tell_trainee(attempt: Attempt, text: str, *, actor: Actor, now: dt.datetime, **params: Any) -> int:
    """Into the trainee's inbox, with the way to the attempt's result; `text` is a msgid."""
    year = attempt.enrollment.year
    owner = year.program.owner_id
    members = Membership.objects.active(now).filter(Q(unit=owner) | Q(unit__owner=owner))
    return notify(
        members.filter(role=Role.TRAINEE, user__person=attempt.enrollment.person_id),
        NoticeKind.DECISION,
        text,
        params={"year": year.year, "number": attempt.number, **params},
        url=reverse("exams:attempt-result", kwargs={**year.url_kwargs, "pk": attempt.pk}),
        actor=actor,
        now=now,
    )
