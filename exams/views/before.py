"""Before the exam: the rules, and the device (X4, X8)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from core.exceptions import Refusal
from core.forms import add_refusal
from exams.candidate import exam_place_of, rules_of
from exams.forms import RulesForm
from exams.services import confirm_rules
from exams.views.trainee import own_enrollment
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(Role.TRAINEE, area=Area.EXAMS)
def rules_show(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """What the exam is and what is noted in it; POST confirms that it was read."""
    enrollment = own_enrollment(request, year)
    form = RulesForm(request.POST or None)
    if form.is_valid():
        try:
            confirm_rules(enrollment=enrollment, actor=request.actor, now=request.now)
            messages.success(request, _("You have confirmed the rules of the exam."))
            return redirect("exams:exam-show", **year.url_kwargs)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {
        "year": year,
        "enrollment": enrollment,
        "exam": exam_place_of(enrollment, request.now),
        "rules": rules_of(year),
        "form": form,
    }
    return render(request, "exams/rules_show.html", context)
