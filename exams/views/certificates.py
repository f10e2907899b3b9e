"""A certificate for its holder and for anyone who is shown it (X7)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import ReasonForm, add_refusal
from exams.documents import certificate_pdf as pdf_of
from exams.documents import masked, verify_url
from exams.forms import LookupForm
from exams.models import Certificate
from exams.permissions import can_manage_bank
from exams.queries import certificate_named
from exams.services import revoke_certificate
from exams.views.office import READERS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

HOLDERS = (*READERS, Role.TRAINEE)


def _certificate(request: PortalRequest, year: ProgramYear, pk: int) -> Certificate:
    rows = Certificate.objects.visible_to(request.scope).select_related("enrollment__year__program__owner")
    return get_object_or_404(rows, enrollment__year=year, pk=pk)


@require_safe
@year_page(*HOLDERS, area=Area.EXAMS)
def certificate_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    certificate = _certificate(request, year, pk)
    context = {
        "year": year,
        "certificate": certificate,
        "verify_url": verify_url(certificate),
        "may_revoke": certificate.is_valid and can_manage_bank(request.actor, year),
    }
    return render(request, "exams/certificate_show.html", context)


@require_safe
@year_page(*HOLDERS, area=Area.EXAMS)
def certificate_pdf(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    certificate = _certificate(request, year, pk)
    response = HttpResponse(pdf_of(certificate), content_type="application/pdf")
    header = content_disposition_header(as_attachment=True, filename=f"{certificate.number}.pdf")
    response["Content-Disposition"] = header or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.EXAMS)
def certificate_revoke(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    certificate = _certificate(request, year, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            revoke_certificate(
                certificate=certificate, **form.cleaned_data, actor=request.actor, now=request.now
            )
            return redirect("exams:certificate-show", **year.url_kwargs, pk=pk)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(
        request, "exams/certificate_revoke.html", {"year": year, "certificate": certificate, "form": form}
    )


@login_not_required
@require_safe
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """Anyone who holds the code sees whether the certificate is genuine, and no more of the person than needed."""
    certificate = get_object_or_404(Certificate, code=code)
    return _shown(request, certificate)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_lookup(request: HttpRequest) -> HttpResponse:
    """Number and name together find it; what is wrong of the two is not told."""
    form = LookupForm(request.POST or None)
    found = None
    if form.is_valid():
        found = certificate_named(form.cleaned_data["number"], form.cleaned_data["name"])
        if found is not None:
            return _shown(request, found)
    context = {
        "form": form,
        "nothing": form.is_bound and form.is_valid(),
        "lookup_url": reverse("exams_open:certificate-lookup"),
    }
    return render(request, "exams/certificate_lookup.html", context)


def _shown(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    context = {"certificate": certificate, "name": masked(certificate.content["name"])}
    response = render(request, "exams/certificate_verify.html", context)
    # the address is a secret between holder and reader
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
