"""The hospital fills in its application, section by section, with the findings beside it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from bases.enums import Section
from bases.forms.drafts import SECTION_FORMS, DraftForm, notes_of, trainer_lines, typed_trainers
from bases.models import Application, Director, Trainer
from bases.permissions import check_fill
from bases.queries import director_of, facts_of, findings_of, findings_on, grouped, progress
from bases.rules import CONDITIONS
from bases.services import save_section, save_trainers
from bases.views.common import application_crumbs, find, kwargs_of, sent
from core.exceptions import NotAllowed, Refusal
from core.findings import Finding
from core.forms import add_refusal
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

FILLED: list[Section] = [section for section in Section if section != Section.FILES]


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.APPLICANT, area=Area.BASES)
def application_edit(request: PortalRequest, year: ProgramYear, pk: int, section: str) -> HttpResponse:
    """One section; a save takes what is there and stays what it is when it is refused."""
    application, part = find(request, year, pk), section_of(section)
    check_fill(request.actor, application)
    form = typed(application, part, sent(request))
    if request.method == "POST" and form.is_valid() and _saved(request, application, part, form):
        messages.success(request, _("Saved: %(section)s.") % {"section": part.label})
        return redirect(_next(application, part, request))
    context = _context(find(request, year, pk), part, form)
    return render(
        request, f"bases/application_{'trainers' if part == Section.TRAINERS else 'edit'}.html", context
    )


@require_POST
@year_page(Role.APPLICANT, area=Area.BASES)
def application_check(request: PortalRequest, year: ProgramYear, pk: int, section: str) -> HttpResponse:
    """What the conditions say to what is typed and not saved; writes nothing (E15, B5)."""
    application, part = find(request, year, pk), section_of(section)
    check_fill(request.actor, application)
    findings = _findings_typed(application, part, typed(application, part, request.POST))
    return render(request, "bases/_findings.html", {"groups": grouped(of_section(findings, part))})


def section_of(name: str) -> Section:
    if name not in FILLED:
        raise Http404
    return Section(name)


def typed(application: Application, section: Section, data: Any) -> Any:
    """The section's form; its own copy of the application, because a form writes into what it is given."""
    if section == Section.TRAINERS:
        return trainer_lines(application, data)
    if section == Section.DIRECTOR:
        instance: Any = director_of(application) or Director(application=application)
    else:
        instance = application
    return SECTION_FORMS[section](data, instance=instance)


def _saved(request: PortalRequest, application: Application, section: Section, form: Any) -> bool:
    revision = request.POST.get("revision", "")
    stamp: dict[str, Any] = {
        "application": application,
        "revision": int(revision) if revision.isdigit() else -1,
        "actor": request.actor,
        "now": request.now,
    }
    try:
        if section == Section.TRAINERS:
            save_trainers(rows=typed_trainers(form), **stamp)
        else:
            save_section(section=section, values=form.cleaned_data, **stamp)
    except NotAllowed:
        raise
    except Refusal as refusal:
        _refuse(request, form, refusal)
        return False
    return True


def _refuse(request: PortalRequest, form: Any, refusal: Refusal) -> None:
    """Above a form as its error; above the lines of annex 4 as a message."""
    if isinstance(form, DraftForm):
        add_refusal(form, refusal)
    else:
        messages.error(request, str(refusal))


def _next(application: Application, section: Section, request: PortalRequest) -> str:
    """The next section, the same for more lines of annex 4, or the overview."""
    if "more" in request.POST:
        return request.path
    later = FILLED[FILLED.index(section) + 1 :]
    if "onward" in request.POST and later:
        return reverse("bases:application-edit", kwargs=kwargs_of(application, section=later[0].value))
    return reverse("bases:application-detail", kwargs=kwargs_of(application))


def _context(application: Application, section: Section, form: Any) -> dict[str, Any]:
    """`application` is as saved: its revision goes out with the page, so that a second save knows of the first."""
    by_section = {part.section: part for part in progress(application)}
    return {
        "application": application,
        "section": section,
        "title": section.label,
        "form": form,
        "progress": by_section[section],
        "notes": notes_of(application.call, section),
        "groups": grouped(of_section(findings_of(application), section)),
        "check_url": reverse("bases:application-check", kwargs=kwargs_of(application, section=section.value)),
        "back_url": reverse("bases:application-detail", kwargs=kwargs_of(application)),
        "has_next": section != FILLED[-1],
        "crumbs": application_crumbs(application, (section.label, "")),
    }


def of_section(findings: list[Finding], section: Section) -> list[Finding]:
    """Those that this section decides, and the priority beside the five boxes."""
    kinds = {f"base_{kind}" for kind, entry in CONDITIONS.items() if entry.section == section}
    if section == Section.RECORD:
        kinds.add("base_priority")
    return [finding for finding in findings if finding.kind in kinds]


def _findings_typed(application: Application, section: Section, form: Any) -> list[Finding]:
    """A form writes every field that is valid into its instance, also when another is not."""
    form.is_valid()
    director, trainers = director_of(application), list(application.trainers.all())
    if section == Section.DIRECTOR:
        director = form.instance
    elif section == Section.TRAINERS:
        trainers = [Trainer(title=row["title"]) for row in typed_trainers(form)]
    return findings_on(application.call, facts_of(application, director, trainers))
