"""What waits for whom in recruitment."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Region
from core.templatetags.portal import deadline
from core.todos import Todo, TodoSource
from enrollment.collecting import missing, reminder_of
from enrollment.enums import (
    ApplicantStatus,
    ChangeStatus,
    EnrollmentStatus,
    ImportStatus,
    RosterStatus,
    SheetStatus,
)
from enrollment.models import Applicant, ChangeRequest, Enrollment, Roster, RosterImport, Sheet
from enrollment.queries import recruitment_term
from programs.enums import Area, TransferStatus
from programs.models import Participation, ProgramYear, QuotaTransfer
from programs.queries import duty_of_kind

_HANDED_IN = (RosterStatus.SUBMITTED, RosterStatus.ACCEPTED, RosterStatus.LOCKED)


def for_coordinator(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Applications that wait, uploads to confirm, corrections to decide on, the roster to hand in."""
    if not year.has(Area.ENROLLMENT):
        return
    region = Region.objects.get(pk=actor.scope.region_code)
    roster_url = reverse("enrollment:roster-list", kwargs=year.url_kwargs)
    waiting = Enrollment.objects.visible_to(actor.scope).of(year).waiting().count()
    if waiting:
        yield Todo(
            gettext_lazy("Applications wait for approval"),
            f"{roster_url}?status={EnrollmentStatus.APPLIED}",
            gettext_lazy("Review them"),
            count=waiting,
            tone="info",
        )
    uploads = (
        RosterImport.objects.visible_to(actor.scope).filter(year=year, status=ImportStatus.PREVIEW).count()
    )
    if uploads:
        yield Todo(
            gettext_lazy("Uploaded files to be confirmed"),
            reverse("enrollment:import-list", kwargs=year.url_kwargs),
            gettext_lazy("Look at them"),
            count=uploads,
        )
    asked = ChangeRequest.objects.visible_to(actor.scope).filter(
        enrollment__year=year, status=ChangeStatus.WAITING
    )
    if count := asked.count():
        yield Todo(
            gettext_lazy("Corrections that trainees ask for"),
            f"{reverse('enrollment:change-list', kwargs=year.url_kwargs)}?status={ChangeStatus.WAITING}",
            gettext_lazy("Decide"),
            count=count,
            tone="info",
        )
    yield from _collecting_todos(actor, year, now)
    yield from _roster_todo(year, region, now)


def _collecting_todos(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Sheets to merge, hospitals to remind, people who applied for themselves."""
    sheets = list(Sheet.objects.visible_to(actor.scope).filter(year=year).select_related("institution"))
    url = reverse("enrollment:sheet-list", kwargs=year.url_kwargs)
    handed_in = sum(sheet.status == SheetStatus.HANDED_IN for sheet in sheets)
    if handed_in:
        yield Todo(
            gettext_lazy("Hospitals' sheets to be merged"),
            f"{url}?status={SheetStatus.HANDED_IN}",
            gettext_lazy("Look at them"),
            count=handed_in,
            tone="info",
        )
    if late := missing(sheets):
        due_at = min(sheet.closes_at for sheet in late)
        yield Todo(
            gettext_lazy("Hospitals that have not handed in"),
            url,
            gettext_lazy("See which"),
            count=len(late),
            due_at=due_at,
            tone="danger" if now >= due_at else "",
            reminder=reminder_of(late, len(sheets)),
        )
    waiting = Applicant.objects.visible_to(actor.scope).filter(year=year, status=ApplicantStatus.WAITING)
    if count := waiting.count():
        applicants = reverse("enrollment:applicant-list", kwargs=year.url_kwargs)
        yield Todo(
            gettext_lazy("Applications by invitation"),
            f"{applicants}?status={ApplicantStatus.WAITING}",
            gettext_lazy("Decide"),
            count=count,
            tone="info",
        )


def _roster_todo(year: ProgramYear, region: Region, now: dt.datetime) -> Iterator[Todo]:
    status = Roster.objects.filter(year=year, region=region).values_list("status", flat=True).first()
    if status in _HANDED_IN:
        return
    term = recruitment_term(year, region)
    late = term is not None and term.is_late(now)
    label = (
        gettext_lazy("The roster was returned")
        if status == RosterStatus.RETURNED
        else gettext_lazy("The roster is not submitted")
    )
    yield Todo(
        label,
        reverse("enrollment:roster-submit", kwargs=year.url_kwargs),
        gettext_lazy("Check and submit"),
        due_at=term.due_at if term else None,
        tone="danger" if late else "warning",
    )


def for_office(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Rosters to decide on, and provinces that owe theirs with a text to chase them."""
    if not year.has(Area.ENROLLMENT):
        return
    url = reverse("enrollment:province-list", kwargs=year.url_kwargs)
    submitted = Roster.objects.of(year).filter(status=RosterStatus.SUBMITTED).count()
    if submitted:
        yield Todo(
            gettext_lazy("Rosters to be accepted or returned"),
            url,
            gettext_lazy("Decide"),
            count=submitted,
            tone="info",
        )
    asked = QuotaTransfer.objects.filter(year=year, status=TransferStatus.ASKED).count()
    if asked:
        yield Todo(
            gettext_lazy("Transfers of seats to be decided"),
            reverse("enrollment:quota-ledger", kwargs=year.url_kwargs),
            gettext_lazy("Decide"),
            count=asked,
            tone="info",
        )
    handed_in = Roster.objects.of(year).filter(status__in=_HANDED_IN).values("region")
    missing = list(
        Participation.objects.filter(year=year)
        .exclude(region__in=handed_in)
        .order_by("order")
        .values_list("region__short_name", flat=True)
    )
    duty = duty_of_kind(year, "recruitment")
    if missing and duty is not None:
        yield Todo(
            gettext_lazy("Provinces without a submitted roster"),
            url,
            gettext_lazy("See which"),
            count=len(missing),
            due_at=duty.due_at,
            tone="danger" if now >= duty.due_at else "",
            reminder=_reminder(missing, duty.due_at),
        )


def _reminder(missing: list[str], due_at: dt.datetime) -> str:
    """Ready to be copied into the chat of the coordinators."""
    text = ngettext(
        "%(n)s province has not submitted its roster yet: %(names)s. Due %(due)s.",
        "%(n)s provinces have not submitted their roster yet: %(names)s. Due %(due)s.",
        len(missing),
    )
    return text % {"n": len(missing), "names": _(", ").join(missing), "due": deadline(due_at)}


SOURCES = (
    TodoSource("enrollment.coordinator", frozenset({Role.TECHNICAL_LEAD}), for_coordinator),
    TodoSource("enrollment.office", frozenset({Role.NATIONAL_OFFICE}), for_office),
)
