"""Staff bring in what a candidate's device could not send (X8)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from exams.answer_files import AnswerFile, read_file
from exams.enums import AttemptState, LateReason
from exams.models import Answer, Attempt, LateAnswer
from exams.permissions import check_take_file
from programs.models import ProgramYear


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How many answers were laid before the office, how many the server holds already, how many lie in the pile already."""

    attempt: Attempt
    laid: int
    saved: int
    lying: int


@transaction.atomic
def take_file(*, data: bytes, year: ProgramYear, actor: Actor, now: dt.datetime) -> FileOutcome:
    """Lay the answers of a genuine file before the office; the same file again lays nothing more.

    Nothing of it counts before a person decides. Raises Refusal when the file is not believed, belongs to no sitting in
    the actor's care, to a practice or void attempt, or does not fit the paper.
    """
    check_take_file(actor, year)
    file = read_file(data)
    attempt = _attempt_of(file, year, actor)
    held = set(Answer.objects.filter(attempt=attempt).values_list("ordinal", "generation", "sequence"))
    fresh = [one for one in file.answers if (one[0], file.generation, one[2]) not in held]
    before = LateAnswer.objects.filter(attempt=attempt).count()
    LateAnswer.objects.bulk_create(
        (
            LateAnswer(
                attempt=attempt, ordinal=ordinal, value=value, generation=file.generation, sequence=sequence,
                arrived_at=now, reason=LateReason.FILE,
            )
            for ordinal, value, sequence in fresh
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    laid = LateAnswer.objects.filter(attempt=attempt).count() - before
    outcome = FileOutcome(attempt, laid, len(file.answers) - len(fresh), len(fresh) - laid)
    record(
        "take_answer_file", attempt, actor=actor, now=now,
        data={
            "sha256": file.digest, "device": file.generation, "made_at": file.made_at.isoformat(),
            "laid": outcome.laid, "saved": outcome.saved, "lying": outcome.lying,
        },
    )  # fmt: skip
    return outcome


def _attempt_of(file: AnswerFile, year: ProgramYear, actor: Actor) -> Attempt:
    """The sitting under its lock, so that two uploads count truly; who does not see it learns nothing of it."""
    seen = Attempt.sittings.visible_to(actor.scope).filter(enrollment__year=year)
    attempt: Attempt | None = (
        seen.select_for_update(of=("self",))
        .select_related("enrollment__person", "enrollment__year__program")
        .filter(pk=file.attempt_id)
        .first()
    )
    if attempt is None:
        raise Refusal(
            _("The file belongs to no sitting of this year in your care."),
            remedy=_("Send the trainee to their own base or province, or to the national office."),
        )
    if attempt.is_practice:
        raise Refusal(_("The file belongs to a practice exam, which counts for nothing."))
    if attempt.state == AttemptState.VOID:
        raise Refusal(_("The attempt is void; nothing of it can count."))
    if max(ordinal for ordinal, _value, _sequence in file.answers) > attempt.item_count:
        raise Refusal(
            _("The file names questions that are not on this paper."),
            remedy=_("Ask the trainee for the file of this attempt."),
        )
    return attempt
