"""Proof and sealed scan: added, removed, downloaded."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from bases.documents import application_pdf
from bases.enums import FileKind, PrintedForm, Section
from bases.forms.drafts import AttachmentForm, notes_of
from bases.models import Attachment
from bases.permissions import check_fill, check_print
from bases.services import add_attachment, remove_attachment
from bases.views.common import DECIDERS, EVERYONE, act, application_crumbs, find, kwargs_of, sent
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from core.uploads import served
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.APPLICANT, area=Area.BASES)
def file_add(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The forms to print, what was uploaded, and the upload."""
    application = find(request, year, pk)
    check_fill(request.actor, application)
    initial = {"kind": FileKind.SEALED_FORM}
    form = AttachmentForm(sent(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        kind, file = FileKind(form.cleaned_data["kind"]), form.cleaned_data["file"]
        try:
            add_attachment(
                application=application, kind=kind, file=file, actor=request.actor, now=request.now
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal, "file")
        else:
            messages.success(request, _("The file was added."))
            return redirect(request.path)
    context = {
        "application": application,
        "title": Section.FILES.label,
        "form": form,
        "files": list(application.attachments.all()),
        "forms": PrintedForm.choices,
        "notes": notes_of(application.call, Section.FILES),
        "back_url": reverse("bases:application-detail", kwargs=kwargs_of(application)),
        "crumbs": application_crumbs(application, (Section.FILES.label, "")),
    }
    return render(request, "bases/file_add.html", context)


@require_POST
@year_page(Role.APPLICANT, area=Area.BASES)
def file_remove(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    attachment = _find(request, year, pk)
    back = reverse("bases:file-add", kwargs=kwargs_of(attachment.application))
    return act(request, back, _("The file was removed."), remove_attachment, attachment=attachment)


@require_safe
@year_page(*EVERYONE, area=Area.BASES)
def file_detail(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """As an attachment, for whoever sees the application."""
    attachment = _find(request, year, pk)
    return served(attachment.file, attachment.name)


def _find(request: PortalRequest, year: ProgramYear, pk: int) -> Attachment:
    rows = Attachment.objects.visible_to(request.scope).select_related(
        "application__year__program", "application__call"
    )
    attachment: Attachment = get_object_or_404(rows, application__year=year, pk=pk)
    return attachment


@require_safe
@year_page(Role.APPLICANT, *DECIDERS, area=Area.BASES)
def application_print(request: PortalRequest, year: ProgramYear, pk: int, form: str) -> HttpResponse:
    """The forms for signature and seal, as PDF."""
    application = find(request, year, pk)
    check_print(request.actor, application)
    if form not in PrintedForm.values:
        raise Http404
    wanted = PrintedForm(form)
    response = HttpResponse(application_pdf(application, wanted), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{application.pk}-{wanted}.pdf"'
    return response
