"""One application: as the hospital fills it in, as others read it; its hand-in and receipt; the list."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.queries import history
from bases.columns import APPLICATIONS
from bases.enums import STATUS_TONES, ApplicationStatus, PrintedForm, Section
from bases.models import Application
from bases.permissions import can_decide, can_fill, can_print
from bases.queries import (
    closes_at,
    findings_of,
    gap_label,
    grouped,
    progress,
    scan_is_older,
    takes_applications,
)
from bases.rules import Gap, Progress
from bases.services import submit_application
from bases.views.common import READERS, VERBS, application_crumbs, crumbs, find, kwargs_of
from bases.views.sheets import decision_context, sheets, trainer_table
from core.exceptions import NotAllowed, Refusal
from core.findings import blocking
from core.lists import list_view
from core.templatetags.portal import deadline
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*READERS, Role.APPLICANT, area=Area.BASES)
def application_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Applications in scope; POST exports what is filtered."""
    rows = Application.objects.visible_to(request.scope).of(year)
    context = {
        "title": APPLICATIONS.title,
        "crumbs": crumbs(year, (APPLICATIONS.title, "")),
        "place": str(year),
    }
    template = "bases/application_list.html"
    return list_view(request, APPLICATIONS, rows, actor=request.actor, template=template, context=context)


@require_safe
@year_page(*READERS, Role.APPLICANT, Role.EXPERT, Role.BASE_COORDINATOR, area=Area.BASES)
def application_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The hospital's task list, or the application as the others read it."""
    application = find(request, year, pk)
    if can_fill(request.actor, application):
        return render(request, "bases/application_fill.html", _fill_context(request, application))
    return render(request, "bases/application_detail.html", _read_context(request, application))


@require_POST
@year_page(Role.APPLICANT, area=Area.BASES)
def application_submit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Hand in; what stops it is listed with the way to each field."""
    application = find(request, year, pk)
    revision = request.POST.get("revision", "")
    try:
        submit_application(
            application=application,
            pledged=request.POST.get("pledge") == "yes",
            revision=int(revision) if revision.isdigit() else -1,
            actor=request.actor,
            now=request.now,
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        context = _fill_context(request, find(request, year, pk), refusal)
        return render(request, "bases/application_fill.html", context, status=refusal.status)
    return redirect("bases:application-receipt", **kwargs_of(application))


@require_safe
@year_page(*READERS, Role.APPLICANT, area=Area.BASES)
def application_receipt(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Number, time, seal of the content, and what comes next."""
    application = find(request, year, pk)
    if application.submission is None:
        return redirect("bases:application-detail", **kwargs_of(application))
    receipt = application.submission
    context = {
        "title": _("Receipt"),
        "application": application,
        "crumbs": application_crumbs(application, (_("Receipt"), "")),
        "receipt": {
            "title": _("Handed in: application of %(hospital)s") % {"hospital": application},
            "number": receipt.number,
            "time": receipt.submitted_at,
            "by": _name_of(receipt.submitted_by_number, request),
            "version": receipt.version,
            "digest": receipt.sha256,
            "next_step": _(
                "The office checks the form, then experts review it. Each step shows on the page of the application."
            ),
            "url": reverse("bases:application-detail", kwargs=kwargs_of(application)),
            "url_label": _("Back to the application"),
        },
    }
    return render(request, "bases/application_receipt.html", context)


def _name_of(user_id: int | None, request: PortalRequest) -> str:
    """The person who handed in, for readers of the receipt."""
    return str(request.user) if user_id == request.scope.user_id else _("the hospital")


# As the hospital fills it in


def _fill_context(
    request: PortalRequest, application: Application, refusal: Refusal | None = None
) -> dict[str, Any]:
    parts = progress(application)
    findings = findings_of(application)
    takes = takes_applications(application.call, application.unit, request.now)
    return {
        "title": _("Application for training base"),
        "application": application,
        "crumbs": crumbs(application.year, (str(application), "")),
        "status_tone": STATUS_TONES[ApplicationStatus(application.status)],
        "closes": deadline(closes_at(application.call, application.unit)),
        "may_fill": application.is_with_hospital and takes,
        "is_over": application.is_with_hospital and not takes,
        "steps": [_step(application, part, takes) for part in parts],
        "done": sum(part.done for part in parts),
        "total": sum(part.total for part in parts),
        "groups": grouped(findings),
        "unmet": len(blocking(findings)),
        "refusal": refusal,
        "problems": _problems(application, refusal),
        "forms": PrintedForm.choices,
        "files": list(application.attachments.all()),
        "scan_is_older": scan_is_older(application),
        "history": history(application, VERBS),
    }


def _section_url(application: Application, section: str) -> str:
    if section == Section.FILES:
        return reverse("bases:file-add", kwargs=kwargs_of(application))
    return reverse("bases:application-edit", kwargs=kwargs_of(application, section=section))


def _step(application: Application, part: Progress, takes: bool) -> dict[str, Any]:
    """A line of the task list: complete, begun with so many fields missing, or not begun."""
    begun = "doing" if part.done else "todo"
    step: dict[str, Any] = {"label": part.section.label, "state": "done" if part.is_complete else begun}
    if part.gaps:
        names = "、".join(gap_label(gap, application.call) for gap in part.gaps[:3])
        step["note"] = (
            _("Missing (%(count)s): %(names)s …")
            if len(part.gaps) > 3
            else _("Missing (%(count)s): %(names)s")
        )
        step["note"] %= {"count": len(part.gaps), "names": names}
    if application.is_with_hospital and takes:
        step |= {
            "url": _section_url(application, part.section),
            "action": _("Change") if part.is_complete else _("Fill in"),
        }
    return step


def _problems(application: Application, refusal: Refusal | None) -> list[dict[str, str]]:
    gaps: list[Gap] = list(refusal.params.get("gaps", [])) if refusal else []
    return [{"text": gap_label(gap, application.call), "url": _gap_url(application, gap)} for gap in gaps]


def _gap_url(application: Application, gap: Gap) -> str:
    anchor = f"id_trainers-{gap.row - 1}-{gap.field}" if gap.row else f"id_{gap.field}"
    if gap.section == Section.FILES:
        anchor = "id_file"
    return f"{_section_url(application, gap.section)}#{anchor}"


# As the others read it


def _read_crumbs(request: PortalRequest, application: Application) -> list[Any]:
    if request.scope.role not in READERS:
        return crumbs(application.year, (str(application), ""))
    listed = reverse("bases:application-list", kwargs=application.year.url_kwargs)
    return crumbs(application.year, (APPLICATIONS.title, listed), (str(application), ""))


def _steps_taken(application: Application) -> list[dict[str, Any]]:
    """What happened without the many saves, which are the hospital's own."""
    kept_out = {str(VERBS[verb]) for verb in ("save_application", "add_file", "remove_file")}
    return [event for event in history(application, VERBS) if event["text"] not in kept_out]


def _read_context(request: PortalRequest, application: Application) -> dict[str, Any]:
    may_decide = can_decide(request.actor, application)
    people = request.scope.role in {Role.EXPERT, Role.AUDITOR} or may_decide
    shown = not application.is_with_hospital or request.scope.role == Role.BASE_COORDINATOR
    return {
        "title": str(application),
        "application": application,
        "crumbs": _read_crumbs(request, application),
        "status_tone": STATUS_TONES[ApplicationStatus(application.status)],
        "groups": grouped(findings_of(application)),
        "shown": shown,
        "sheets": sheets(application, people=people, contacts=may_decide) if shown else [],
        "trainers": trainer_table(application, contacts=may_decide) if shown and people else None,
        "files": list(application.attachments.all()) if shown else [],
        "scan_is_older": shown and scan_is_older(application),
        "may_print": can_print(request.actor, application),
        "forms": PrintedForm.choices,
        "may_decide": may_decide,
        "history": _steps_taken(application) if request.scope.role != Role.EXPERT else None,
        **decision_context(application, request, may_decide=may_decide),
    }
