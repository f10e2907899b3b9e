"""One trainee's archive (E16) and the acts on it; a trainee's own page; the country's list."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.personal import Secret
from accounts.queries import history
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import ReasonForm
from core.lists import list_view
from core.templatetags.portal import display, mask_id, mask_phone, name_of
from enrollment.columns import CHANGE_TONES, PEOPLE, TONES, person_url
from enrollment.enums import ChangeStatus, EnrollmentStatus, FundingKind
from enrollment.facts import LABELS
from enrollment.forms import FactsForm, FundingForm
from enrollment.models import Enrollment
from enrollment.permissions import can_keep_enrollment, can_reveal
from enrollment.services.access import needs_no_reason, reveal_of
from enrollment.services.people import edit_facts, refuse, set_funding
from enrollment.views.changes import VERBS as CHANGE_VERBS
from enrollment.views.remarks import remark_context
from enrollment.views.shared import act, ask_in_full_url, form_page, roster_crumbs
from programs.enums import Area, Track
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

READERS = (
    Role.NATIONAL_OFFICE,
    Role.AUDITOR,
    Role.TECHNICAL_LEAD,
    Role.ADMINISTRATIVE,
    Role.BASE_COORDINATOR,
)
VERBS: dict[str, Text] = {
    "approve": gettext_lazy("Approved"),
    "refuse": gettext_lazy("Not admitted"),
    "withdraw": gettext_lazy("Withdrawn"),
    "replace": gettext_lazy("Replaced"),
    "set_funding": gettext_lazy("Funding changed"),
    "edit_facts": gettext_lazy("Facts corrected"),
    "join_group": gettext_lazy("Joined the discussion group"),
    "place": gettext_lazy("Placed at a training base"),
    "issue_code": gettext_lazy("One-time code issued"),
    "reveal_id_number": gettext_lazy("Identity number looked at in full"),
    "reveal_phone": gettext_lazy("Phone looked at in full"),
}
coordinator = year_page(Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(
    Role.NATIONAL_OFFICE, Role.AUDITOR, Role.ADMINISTRATIVE, Role.BASE_COORDINATOR, area=Area.ENROLLMENT
)
def person_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Trainees of every province one may see."""
    rows = Enrollment.objects.visible_to(request.scope).of(year)
    context = {"crumbs": [(_("Trainees"), "")], "in_full_url": ask_in_full_url(request, year, PEOPLE)}
    return list_view(
        request, PEOPLE, rows, actor=request.actor, template="enrollment/person_list.html", context=context
    )


def person_of(request: PortalRequest, year: ProgramYear, pk: int) -> Enrollment:
    rows = (
        Enrollment.objects.visible_to(request.scope)
        .select_related(*PEOPLE.related, "replaces__person", "replaced_by__person", "roster_import")
        .prefetch_related("placements__base")
    )
    return get_object_or_404(rows, year=year, pk=pk)


def _crumbs(request: PortalRequest, year: ProgramYear, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    if request.scope.role == Role.TECHNICAL_LEAD:
        return roster_crumbs(year, *rest)
    return [(_("Trainees"), reverse("enrollment:person-list", kwargs=year.url_kwargs)), *rest]


def basic_facts(row: Enrollment) -> list[dict[str, Any]]:
    person = row.person
    return [
        {"label": _("Full name"), "value": person.name},
        {
            "label": _("Registration number"),
            "value": display(row.registration and row.registration.number, "code"),
        },
        {"label": _("Sex"), "value": display(person.get_sex_display())},
        # its day stands in the identity number, between what the mask leaves to read
        {"label": _("Year of birth"), "value": display(person.birth_date and str(person.birth_date.year))},
        {"label": _("Identity number"), "value": mask_id(person.id_number), "code": Secret.ID_NUMBER},
        {"label": _("Mobile phone"), "value": mask_phone(person.phone), "code": Secret.PHONE},
    ]


def _revealable(request: PortalRequest, row: Enrollment, facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same facts, those that are masked with the way to see them in full where the reader may."""
    for fact in facts:
        secret = fact.get("code")
        if secret and getattr(row.person, secret) and can_reveal(request.actor, row, secret):
            name = "person-reveal-id" if secret == Secret.ID_NUMBER else "person-reveal-phone"
            fact["reveal"] = {
                "url": reverse(f"enrollment:{name}", kwargs={**row.year.url_kwargs, "pk": row.pk}),
                "id": f"reveal-{secret}",
                "ask": not needs_no_reason(request.actor, row, secret),
            }
    return facts


def training_facts(row: Enrollment) -> list[dict[str, Any]]:
    return [
        {"label": _("Province"), "value": name_of(row.region)},
        {"label": _("Training track"), "value": row.get_track_display()},
        {"label": _("Specialty"), "value": name_of(row.specialty)},
        {"label": _("Fine specialty"), "value": name_of(row.fine_specialty)},
        {"label": _("Funded by"), "value": display(row.get_funding_display())},
        {
            "label": _("Training base"),
            "value": display("、".join(placed.base.name for placed in row.placements.all())),
        },
        {"label": _("Applied at"), "value": display(row.applied_at)},
        {"label": _("Approved at"), "value": display(row.approved_at)},
        {"label": _("Registered late"), "value": display(row.late)},
        {"label": _("Joined the discussion group"), "value": display(row.joined_group)},
    ]


def work_facts(row: Enrollment) -> list[dict[str, Any]]:
    return [
        {"label": _("Workplace"), "value": row.institution.name},
        {"label": _("Workplace level"), "value": row.get_institution_level_display()},
        {"label": _("Department"), "value": display(row.department)},
        {"label": _("Professional title"), "value": display(row.title)},
        {"label": _("Profession"), "value": row.get_profession_display()},
        {"label": _("Works in health management"), "value": display(row.health_management)},
        {"label": _("National early-detection program"), "value": name_of(row.priority_program)},
        {"label": _("Licensed physician"), "value": display(row.licensed_physician)},
        {"label": _("Head or chief examiner of check-ups"), "value": display(row.checkup_head)},
        {"label": _("Urgently needed specialty"), "value": display(row.in_shortage)},
    ]


def _archive(row: Enrollment) -> dict[str, Any]:
    return {
        "row": row,
        "year": row.year,
        "state": {"label": row.get_status_display(), "tone": TONES[EnrollmentStatus(row.status)]},
        "basic": basic_facts(row),
        "training": training_facts(row),
        "work": work_facts(row),
        "frozen": row.status != EnrollmentStatus.APPLIED,
    }


@require_safe
@year_page(*READERS, area=Area.ENROLLMENT)
def person_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The archive of one trainee: basic data, facts, history, and for the coordinator the acts."""
    row = person_of(request, year, pk)
    context = _archive(row)
    _revealable(request, row, context["basic"])
    context |= {
        "crumbs": _crumbs(request, year, (row.person.name, "")),
        "events": history(row, VERBS),
        "may_keep": can_keep_enrollment(request.actor, row),
        "applied": row.status == EnrollmentStatus.APPLIED,
        "approved": row.status == EnrollmentStatus.APPROVED,
        "comprehensive": row.track == Track.COMPREHENSIVE,
        "code_fields": [("chosen", row.pk)],
        "replaced": row.replaces,
        "replaced_by": getattr(row, "replaced_by", None),
        **remark_context(request, row),
    }
    return render(request, "enrollment/person_show.html", context)


@require_safe
@year_page(Role.TRAINEE, area=Area.ENROLLMENT)
def own_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A trainee's own archive."""
    rows = Enrollment.objects.visible_to(request.scope).of(year).select_related(*PEOPLE.related)
    row = rows.order_by("-pk").first()
    context = {"crumbs": [(_("My archive"), "")], "row": row}
    if row:
        context |= _archive(row) | {"changes": _own_changes(row)}
    return render(request, "enrollment/own_show.html", context)


def _own_changes(row: Enrollment) -> list[dict[str, Any]]:
    """The trainee's requests, newest first, each with its answer and the reason for it."""
    return [
        {
            "pk": change.pk,
            "what": "、".join(str(LABELS[name]) for name in change.asked),
            "state": {
                "label": change.get_status_display(),
                "tone": CHANGE_TONES[ChangeStatus(change.status)],
            },
            "waiting": change.status == ChangeStatus.WAITING and change.roster_import_id is None,
            "events": history(change, CHANGE_VERBS),
        }
        for change in row.changes.all()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def person_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Correct what was applied with, until approval."""
    row = person_of(request, year, pk)
    form = FactsForm(request.POST or None, instance=row)
    return form_page(
        request,
        row,
        form,
        _("Correct the facts"),
        lambda data: edit_facts(enrollment=row, values=data, actor=request.actor, now=request.now),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def person_fund(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """Move between funded and locally funded (E3)."""
    row = person_of(request, year, pk)
    return form_page(
        request,
        row,
        FundingForm(request.POST or None, initial={"funding": row.funding}),
        _("Change the funding"),
        lambda data: set_funding(
            enrollment=row,
            funding=FundingKind(data["funding"]),
            reason=data["reason"],
            actor=request.actor,
            now=request.now,
        ),
    )


@require_POST
@coordinator
def person_refuse(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    row, form = person_of(request, year, pk), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return act(
        request,
        lambda: refuse(
            year=year, region=row.region, people=[row.pk], reason=reason, actor=request.actor, now=request.now
        ),
        lambda _count: _("%(name)s is not admitted.") % {"name": row.person.name},
        person_url(row),
    )


@never_cache
@require_POST
@year_page(*READERS, area=Area.ENROLLMENT)
def person_reveal(request: PortalRequest, year: ProgramYear, pk: int, secret: Secret) -> HttpResponse:
    """A masked value in full, in its place on the page, or on a page of its own where no script runs (T47)."""
    row = person_of(request, year, pk)
    context: dict[str, Any] = {"label": secret.label, "url": person_url(row)}
    try:
        context["value"] = reveal_of(
            enrollment=row,
            secret=secret,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            now=request.now,
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        if not request.headers.get("HX-Request"):
            raise
        context["refusal"] = str(refusal)
    if request.headers.get("HX-Request"):
        return render(request, "components/_revealed.html", context)
    crumbs = _crumbs(request, year, (row.person.name, person_url(row)), (str(secret.label), ""))
    return render(request, "accounts/revealed.html", context | {"name": row.person.name, "crumbs": crumbs})
