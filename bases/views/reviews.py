"""The expert's own pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from bases.columns import REVIEW_TONES, REVIEWS
from bases.enums import Advice, ApplicationStatus, ReviewStatus
from bases.forms.decisions import ReviewForm
from bases.models import Review
from bases.queries import findings_of, grouped
from bases.services import decline_review, submit_review
from bases.views.common import act, crumbs, reason_of, sent
from bases.views.sheets import sheets, trainer_table
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from core.lists import list_view
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.EXPERT, area=Area.BASES)
def review_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What was given to this expert; POST exports it."""
    rows = Review.objects.visible_to(request.scope).filter(application__year=year)
    context = {"title": REVIEWS.title, "crumbs": crumbs(year, (REVIEWS.title, "")), "place": str(year)}
    template = "bases/review_list.html"
    return list_view(request, REVIEWS, rows, actor=request.actor, template=template, context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.EXPERT, area=Area.BASES)
def review_edit(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The application on one side, the scoring sheet on the other; final once sent."""
    review = _find(request, year, pk)
    form = ReviewForm(sent(request), review=review)
    if request.method == "POST" and form.is_valid() and _sent(request, review, form):
        messages.success(request, _("Thank you. Your review was sent."))
        return redirect("bases:review-list", **year.url_kwargs)
    return render(request, "bases/review_edit.html", _context(review, form))


@require_POST
@year_page(Role.EXPERT, area=Area.BASES)
def review_decline(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """The expert says that there is a conflict of interest."""
    review = _find(request, year, pk)
    back = reverse("bases:review-list", kwargs=year.url_kwargs)
    done = _("The office knows of your conflict of interest and asks somebody else.")
    return act(request, back, done, decline_review, review=review, conflict=reason_of(request))


def _find(request: PortalRequest, year: ProgramYear, pk: int) -> Review:
    rows = Review.objects.visible_to(request.scope).select_related(
        "application__year__program", "application__call", "application__director", "application__region",
        "application__unit",
    )  # fmt: skip
    return get_object_or_404(rows, application__year=year, pk=pk)


def _sent(request: PortalRequest, review: Review, form: ReviewForm) -> bool:
    try:
        submit_review(
            review=review, points=form.points(), advice=Advice(form.cleaned_data["advice"]),
            opinion=form.cleaned_data["opinion"], actor=request.actor, now=request.now,
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _context(review: Review, form: ReviewForm) -> dict[str, Any]:
    application = review.application
    declined = review.status == ReviewStatus.DECLINED
    in_review = application.status == ApplicationStatus.IN_REVIEW
    return {
        "title": _("Review: %(hospital)s") % {"hospital": application},
        "review": review,
        "application": application,
        "crumbs": crumbs(
            application.year,
            (REVIEWS.title, reverse("bases:review-list", kwargs=application.year.url_kwargs)),
            (str(application), ""),
        ),
        "tone": REVIEW_TONES[ReviewStatus(review.status)],
        "form": form,
        "may_review": review.status == ReviewStatus.ASSIGNED and in_review,
        "sheets": [] if declined else sheets(application, people=True, contacts=False),
        "trainers": None if declined else trainer_table(application, contacts=False),
        "groups": [] if declined else grouped(findings_of(application)),
        "files": [] if declined else list(application.attachments.all()),
        "scores": list(review.scores.select_related("row")),
    }
