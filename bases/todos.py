"""What waits for whom in this room."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Unit
from bases.enums import ApplicationStatus, DecidingBody, ReviewStatus
from bases.models import Application, BaseApproval, Call, Review
from bases.queries import closes_at, takes_applications
from core.todos import TODO_SOURCES, Todo, TodoSource
from core.values import CHINA
from programs.enums import Area
from programs.models import ProgramYear

SOON = dt.timedelta(days=3)


def for_hospital(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Every open call: to begin, to complete, to repair, with the minute at which it closes."""
    if not year.has(Area.BASES):
        return
    unit = Unit.objects.filter(pk=actor.scope.unit_id or 0).first()
    mine = {row.call_id: row for row in Application.objects.visible_to(actor.scope).of(year)}
    for call in Call.objects.filter(year=year).select_related("year__program"):
        if not takes_applications(call, unit, now):
            continue
        application = mine.get(call.pk)
        if application is None or application.is_with_hospital:
            yield _hospital_todo(call, application, closes_at(call, unit), now)


def _hospital_todo(
    call: Call, application: Application | None, due_at: dt.datetime, now: dt.datetime
) -> Todo:
    tone = "warning" if due_at - now < SOON else ""
    if application is None:
        url = reverse("bases:call-detail", kwargs={**call.year.url_kwargs, "pk": call.pk})
        return Todo(
            _("A call for training bases is open: %(call)s") % {"call": call},
            url,
            _("Read the call"),
            due_at=due_at,
        )
    url = reverse("bases:application-detail", kwargs={**call.year.url_kwargs, "pk": application.pk})
    if application.status == ApplicationStatus.RETURNED:
        return Todo(
            _("Your application was returned for repair"), url, _("Put right"), due_at=due_at, tone="warning"
        )
    return Todo(
        _("Your application is not complete or not handed in"), url, _("Go on"), due_at=due_at, tone=tone
    )


def for_decider(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Formal check, experts to ask, publicity to open, decisions to take, bases to file."""
    if not year.has(Area.BASES):
        return
    body = DecidingBody.NATIONAL if actor.scope.role == Role.NATIONAL_OFFICE else DecidingBody.PROVINCE
    rows = Application.objects.visible_to(actor.scope).of(year).filter(call__deciding=body)
    listed = reverse("bases:application-list", kwargs=year.url_kwargs)
    counts = rows.aggregate(**_waiting(now))
    labels = (
        ("check", ApplicationStatus.SUBMITTED, _("Applications wait for the formal check"), _("Check")),
        ("ask", ApplicationStatus.FORMAL_OK, _("Applications have no expert yet"), _("Ask experts")),
        ("decide", ApplicationStatus.PUBLICITY, _("The publicity of applications is over"), _("Decide")),
    )
    for key, status, label, action in labels:
        if counts[key]:
            yield Todo(label, f"{listed}?status={status}", action, count=counts[key])
    yield from _reviewed(rows, listed)
    if body == DecidingBody.NATIONAL:
        yield from _to_file(actor, year, listed)


def _waiting(now: dt.datetime) -> dict[str, Count]:
    today = now.astimezone(CHINA).date()
    over = Q(status=ApplicationStatus.PUBLICITY, publicity_ends_on__lt=today)
    return {
        "check": Count("pk", filter=Q(status=ApplicationStatus.SUBMITTED)),
        "ask": Count("pk", filter=Q(status=ApplicationStatus.FORMAL_OK)),
        "decide": Count("pk", filter=over),
    }


def _reviewed(rows: QuerySet[Application], listed: str) -> Iterator[Todo]:
    waiting = Q(reviews__status=ReviewStatus.ASSIGNED)
    done = Q(reviews__status=ReviewStatus.DONE)
    counted = rows.filter(status=ApplicationStatus.IN_REVIEW).annotate(
        open_reviews=Count("reviews", filter=waiting), done_reviews=Count("reviews", filter=done)
    )
    url = f"{listed}?status={ApplicationStatus.IN_REVIEW}"
    if count := counted.filter(open_reviews=0, done_reviews__gt=0).count():
        yield Todo(_("The expert review of applications is complete"), url, _("Open publicity"), count=count)
    if count := counted.filter(open_reviews=0, done_reviews=0).count():
        yield Todo(_("Every expert asked has declined"), url, _("Ask experts"), count=count)


def _to_file(actor: Actor, year: ProgramYear, listed: str) -> Iterator[Todo]:
    """A base of a call is filed with its application, one that a province named on the list of bases."""
    rows = BaseApproval.objects.visible_to(actor.scope).in_force().filter(year=year, filed_at=None)
    named = reverse("bases:approval-list", kwargs=year.url_kwargs)
    selected = f"{listed}?status={ApplicationStatus.APPROVED}"
    for by_name, url in ((False, selected), (True, named)):
        if count := rows.filter(application__isnull=by_name).count():
            yield Todo(_("Approved bases are not filed yet"), url, _("File the base"), count=count)


def for_expert(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    if not year.has(Area.BASES):
        return
    mine = Review.objects.visible_to(actor.scope).filter(
        application__year=year, application__status=ApplicationStatus.IN_REVIEW, status=ReviewStatus.ASSIGNED
    )
    count = mine.count()
    if count:
        url = reverse("bases:review-list", kwargs=year.url_kwargs)
        yield Todo(_("Applications for training bases wait for your review"), url, _("Review"), count=count)


TODO_SOURCES.add(
    TodoSource("bases.hospital", frozenset({Role.APPLICANT}), for_hospital),
    TodoSource("bases.decider", frozenset({Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD}), for_decider),
    TodoSource("bases.expert", frozenset({Role.EXPERT}), for_expert),
)
