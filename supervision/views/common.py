"""What the pages of this room share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import add_refusal
from programs.http import PortalRequest
from programs.models import ProgramYear
from supervision.models import Scorecard

ASSESSED = (Role.TECHNICAL_LEAD, Role.ADMINISTRATIVE, Role.BASE_COORDINATOR)
REVIEWERS = (Role.NATIONAL_OFFICE, Role.EXPERT)
READERS = (*REVIEWERS, Role.AUDITOR, *ASSESSED)

Crumb = tuple[Text, str]


def crumbs(year: ProgramYear, *further: Crumb) -> list[Crumb]:
    return [(_("Scorecards"), reverse("supervision:scorecard-list", kwargs=year.url_kwargs)), *further]


def card_url(card: Scorecard, name: str = "scorecard-detail") -> str:
    return reverse(f"supervision:{name}", kwargs={**card.year.url_kwargs, "pk": card.pk})


def find_card(request: PortalRequest, year: ProgramYear, pk: int) -> Scorecard:
    cards = Scorecard.objects.visible_to(request.scope).select_related(
        "year__program", "region", "unit", "submission"
    )
    card: Scorecard = get_object_or_404(cards, year=year, pk=pk)
    return card


def acted(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Do it with a valid form; a refusal stands beside what was typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def tried(request: PortalRequest, act: Callable[[], Any], done: str) -> None:
    """An act of one button: its word, or why it was declined, stands on the next page."""
    try:
        act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    messages.success(request, done)
