"""The national discussion group (E13)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import add_refusal
from core.uploads import served
from enrollment.forms import GroupForm
from enrollment.models import DiscussionGroup, Enrollment
from enrollment.services.group import join_group, set_group
from enrollment.views.shared import act
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.NATIONAL_OFFICE, area=Area.ENROLLMENT)
def group_edit(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The office says how trainees get into the group."""
    group = DiscussionGroup.objects.visible_to(request.scope).filter(year=year).first()
    told = {"name": group.name, "text": group.text} if group else {}
    form = GroupForm(request.POST or None, request.FILES or None, initial=told)
    back = reverse("enrollment:province-list", kwargs=year.url_kwargs)
    if request.method == "POST" and form.is_valid() and _saved(request, year, form):
        messages.success(request, _("Trainees now see the group on their first page."))
        return redirect(back)
    context = {
        "year": year,
        "group": group,
        "form": form,
        "multipart": True,
        "cancel_url": back,
        "crumbs": [(_("Rosters of the provinces"), back), (_("Discussion group"), "")],
    }
    return render(request, "enrollment/group_edit.html", context)


def _saved(request: PortalRequest, year: ProgramYear, form: GroupForm) -> bool:
    try:
        set_group(year=year, actor=request.actor, now=request.now, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


@require_safe
@year_page(Role.TRAINEE, Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, area=Area.ENROLLMENT)
def group_picture(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """The QR code, for those whom it concerns."""
    group: Any = get_object_or_404(DiscussionGroup.objects.visible_to(request.scope), year=year)
    return served(group.picture)


@require_POST
@year_page(Role.TRAINEE, area=Area.ENROLLMENT)
def group_join(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """“I have joined.”"""
    rows = Enrollment.objects.visible_to(request.scope).of(year).select_related("year__program")
    row = get_object_or_404(rows.order_by("-pk")[:1])
    return act(
        request,
        lambda: join_group(enrollment=row, actor=request.actor, now=request.now),
        lambda _row: _("Recorded: you have joined the group."),
        reverse("home"),
    )
