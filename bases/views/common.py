"""What the pages of this room share: finding in scope, crumbs, words, the shape of a button's act."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from bases.models import Application, Call
from core.exceptions import NotAllowed, Refusal, Text
from programs.http import PortalRequest
from programs.models import ProgramYear

DECIDERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)
READERS = (*DECIDERS, Role.AUDITOR, Role.ADMINISTRATIVE)
EVERYONE = (*READERS, Role.EXPERT, Role.BASE_COORDINATOR, Role.APPLICANT)
VERBS: dict[str, Text] = {
    "start_application": gettext_lazy("Begun"),
    "save_application": gettext_lazy("Saved"),
    "add_file": gettext_lazy("File added"),
    "remove_file": gettext_lazy("File removed"),
    "submit_application": gettext_lazy("Handed in"),
    "return_application": gettext_lazy("Returned for repair"),
    "accept_application": gettext_lazy("Formal check passed"),
    "start_review": gettext_lazy("Expert review began"),
    "open_publicity": gettext_lazy("Publicity opened"),
    "approve_application": gettext_lazy("Selected as a base"),
    "reject_application": gettext_lazy("Not selected"),
    "file_application": gettext_lazy("Filed"),
    "disqualify_application": gettext_lazy("Disqualified"),
}


def find_call(request: PortalRequest, year: ProgramYear, pk: int) -> Call:
    rows = Call.objects.visible_to(request.scope).select_related("year__program")
    call: Call = get_object_or_404(rows, year=year, pk=pk)
    return call


def find(request: PortalRequest, year: ProgramYear, pk: int) -> Application:
    """In scope or 404."""
    return get_object_or_404(Application.objects.visible_to(request.scope).detailed(), year=year, pk=pk)


def crumbs(year: ProgramYear, *further: tuple[Text, str]) -> list[tuple[Text, str]]:
    return [(_("Training bases"), reverse("bases:call-list", kwargs=year.url_kwargs)), *further]


def application_crumbs(application: Application, *further: tuple[Text, str]) -> list[tuple[Text, str]]:
    url = reverse("bases:application-detail", kwargs=kwargs_of(application))
    return crumbs(application.year, (str(application), url), *further)


def kwargs_of(application: Application, **more: Any) -> dict[str, Any]:
    return {**application.year.url_kwargs, "pk": application.pk, **more}


def sent(request: PortalRequest) -> QueryDict | None:
    """What was posted, also where nothing but the token was; None where the page was only asked for."""
    return request.POST if request.method == "POST" else None


def reason_of(request: PortalRequest) -> str:
    return request.POST.get("reason", "")[:2000]


def act(
    request: PortalRequest, back: str, done: Text, service: Callable[..., Any], **given: Any
) -> HttpResponse:
    """A button's act: what is refused is said on the page the button stands on; who may not gets 403."""
    try:
        service(actor=request.actor, now=request.now, **given)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(back)
