"""What waits for whom with the annual reports."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.actors import Actor
from accounts.enums import Role
from core.submissions import SubmissionStatus
from core.templatetags.portal import deadline
from core.todos import Todo, TodoSource
from programs.enums import Area
from programs.models import Participation, ProgramYear
from programs.queries import due_at
from reports.enums import ReportStatus
from reports.models import AnnualReport
from reports.queries.reports import missing_reports, report_duty

# a report asked for long before the year is over would only hide what is due now
AHEAD = dt.timedelta(days=60)


def for_coordinator(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """The province's report, from two months before it is due until it is filed; a returned one at once."""
    report = (
        AnnualReport.objects.visible_to(actor.scope).filter(year=year).select_related("submission").first()
    )
    duty = report_duty(year)
    if duty is None or (report and report.is_filed):
        return
    own = (
        Participation.objects.visible_to(actor.scope)
        .filter(year=year)
        .select_related("technical_unit")
        .first()
    )
    until = due_at(duty, own.technical_unit if own else None)
    returned = bool(report and report.submission)
    if not returned and now < until - AHEAD:
        return
    label = (
        gettext_lazy("The annual report was returned")
        if returned
        else gettext_lazy("The annual report is not filed")
    )
    url = reverse("reports:report-list", kwargs=year.url_kwargs)
    yield Todo(
        label,
        url,
        gettext_lazy("Go to the report"),
        due_at=until,
        tone="danger" if now >= until else "warning",
    )


def for_office(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    """Reports to decide on, and provinces that owe theirs, with a text to chase them."""
    url = reverse("reports:report-list", kwargs=year.url_kwargs)
    filed = AnnualReport.objects.visible_to(actor.scope).filter(year=year).of_provinces().filed()
    waiting = filed.filter(submission__status=SubmissionStatus.SUBMITTED).count()
    if waiting:
        query = f"{url}?status={ReportStatus.FILED}"
        yield Todo(
            gettext_lazy("Annual reports to accept or return"),
            query,
            gettext_lazy("Decide"),
            count=waiting,
            tone="info",
        )
    duty = report_duty(year)
    missing = (
        [row.region.short_name for row in missing_reports(year)]
        if duty and now >= duty.due_at - AHEAD
        else []
    )
    if missing and duty:
        tone = "danger" if now >= duty.due_at else ""
        yield Todo(
            gettext_lazy("Provinces without an annual report"), url, gettext_lazy("See which"), count=len(missing),
            due_at=duty.due_at, tone=tone, reminder=_reminder(missing, duty.due_at),
        )  # fmt: skip


def _reminder(missing: list[str], until: dt.datetime) -> str:
    text = ngettext(
        "%(n)s province has not filed its annual report yet: %(names)s. Due %(due)s.",
        "%(n)s provinces have not filed their annual report yet: %(names)s. Due %(due)s.",
        len(missing),
    )
    return text % {"n": len(missing), "names": _(", ").join(missing), "due": deadline(until)}


_BY_ROLE = {Role.TECHNICAL_LEAD: for_coordinator, Role.NATIONAL_OFFICE: for_office}


def _find(actor: Actor, year: ProgramYear, now: dt.datetime) -> Iterator[Todo]:
    if year.has(Area.REPORTS):
        yield from _BY_ROLE[Role(actor.scope.role)](actor, year, now)


SOURCE = TodoSource("reports", frozenset(_BY_ROLE), _find)
