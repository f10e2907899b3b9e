"""The pile of late answers: by sitting, decided with a reason, and the answer files that staff bring in (X8)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.queries import history
from core.exceptions import NotAllowed, Refusal
from core.forms import add_refusal
from core.lists import list_view
from exams.columns import LATE_SITTINGS
from exams.enums import AttemptState
from exams.forms import AnswerFileForm, LateForm
from exams.models import Attempt
from exams.permissions import can_manage_bank
from exams.pile import pile_of, sittings_with_pile
from exams.services import FileOutcome, LateOutcome, decide_late, take_file
from exams.words import WORDS
from programs.enums import Area
from programs.http import PortalRequest, year_page
from programs.models import ProgramYear

KEEPERS = (Role.NATIONAL_OFFICE, Role.AUDITOR)
TAKERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD, Role.BASE_COORDINATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*KEEPERS, area=Area.EXAMS)
def late_list(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """Sittings with answers that came too late, kept for a person's decision."""
    rows = sittings_with_pile(year, request.scope)
    context = {"year": year, "place": str(year), "takes": request.scope.role in TAKERS}
    return list_view(
        request, LATE_SITTINGS, rows, actor=request.actor, template="exams/late_list.html", context=context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*KEEPERS, area=Area.EXAMS)
def late_show(request: PortalRequest, year: ProgramYear, pk: int) -> HttpResponse:
    """One sitting's pile beside what the server holds; the office decides about all of it or what it ticks."""
    attempt = _attempt(request, year, pk)
    pile = pile_of(attempt)
    waiting = [line.row.pk for question in pile for line in question.lines if line.waits]
    form = LateForm(request.POST or None, waiting=waiting)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = decide_late(
                attempt=attempt, year=year, **form.cleaned_data, actor=request.actor, now=request.now
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told(outcome))
            return redirect("exams:late-show", **year.url_kwargs, pk=pk)
    context = {
        "year": year,
        "attempt": attempt,
        "pile": pile,
        "waiting": len(waiting),
        "form": form,
        "ticked": {str(key) for key in form["chosen"].value() or []},
        **_state(request, year, attempt),
    }
    return render(request, "exams/late_show.html", context)


def _attempt(request: PortalRequest, year: ProgramYear, pk: int) -> Attempt:
    rows = Attempt.objects.visible_to(request.scope).filter(enrollment__year=year)
    related = ("enrollment__person", "enrollment__region", "enrollment__year__program")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _state(request: PortalRequest, year: ProgramYear, attempt: Attempt) -> dict[str, Any]:
    """Whether there is anything to decide here for this reader, and what was done with the sitting so far."""
    return {
        "may_decide": can_manage_bank(request.actor, year) and attempt.state == AttemptState.CLOSED,
        "running": attempt.is_open,
        "void": attempt.state == AttemptState.VOID,
        "events": history(attempt, WORDS),
    }


def told(outcome: LateOutcome) -> str:
    """What the decision did, in words."""
    if not outcome.counted:
        words = [_("Decided: the answers do not count; the result stays.")]
    else:
        counted = ngettext("%(n)s answer counts.", "%(n)s answers count.", outcome.counted)
        words = [
            counted % {"n": outcome.counted},
            _("Score before: %(before)s, now: %(after)s.")
            % {"before": outcome.before, "after": outcome.after},
        ]
    if outcome.older:
        older = ngettext(
            "%(n)s answer is older than what the server holds and does not count.",
            "%(n)s answers are older than what the server holds and do not count.",
            outcome.older,
        )
        words.append(older % {"n": outcome.older})
    return " ".join(words)


@require_http_methods(["GET", "HEAD", "POST"])
@year_page(*TAKERS, area=Area.EXAMS)
def answer_file_upload(request: PortalRequest, year: ProgramYear) -> HttpResponse:
    """A trainee's answer file, brought in by whoever looks after them; nothing counts before the office decides."""
    form = AnswerFileForm(request.POST, request.FILES) if request.method == "POST" else AnswerFileForm()
    if form.is_bound and form.is_valid():
        try:
            outcome = take_file(**form.cleaned_data, year=year, actor=request.actor, now=request.now)
        except NotAllowed:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, taken(outcome))
            return redirect("exams:answer-file-upload", **year.url_kwargs)
    context = {"year": year, "form": form, "multipart": True, "submit_label": _("Read the file")}
    return render(request, "exams/answer_file_upload.html", context)


def taken(outcome: FileOutcome) -> str:
    """What became of the file's answers, in words."""
    counts = (
        (
            outcome.laid,
            ngettext(
                "%(n)s answer laid before the office.", "%(n)s answers laid before the office.", outcome.laid
            ),
        ),
        (
            outcome.saved,
            ngettext("%(n)s is already saved.", "%(n)s are already saved.", outcome.saved),
        ),
        (
            outcome.lying,
            ngettext(
                "%(n)s was laid before the office earlier.",
                "%(n)s were laid before the office earlier.",
                outcome.lying,
            ),
        ),
    )
    whose = _("%(name)s, attempt %(number)s:") % {
        "name": outcome.attempt.enrollment.person.name,
        "number": outcome.attempt.number,
    }
    return " ".join([whose, *(words % {"n": count} for count, words in counts if count)])
