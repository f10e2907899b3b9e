"""What trainees do online: open a stream, answer homework, earn credit (C5–C7)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Closed, Refusal
from core.models import public_code
from courses.enums import Requirement
from courses.ledger import recount
from courses.models import Credit, Ledger, LessonProgress, PlanEntry, WatchStream
from courses.permissions import check_study
from courses.queries import Question, questions_of, targets_of
from courses.rules import meets_homework_standard
from courses.watching import SUBJECT, issue_token
from enrollment.enums import EnrollmentStatus
from enrollment.models import Enrollment
from exams.candidate import running_exam
from exams.rules import ScoredItem, score
from programs.enums import SettingCode, YearStatus
from programs.models import ProgramYear
from programs.queries import check_not_closed, setting


def check_study_open(enrollment: Enrollment) -> None:
    """Study opens with the approval and ends with the year (C1, E11); raises Closed or Refusal."""
    if enrollment.status != EnrollmentStatus.APPROVED:
        raise Refusal(_("Study opens when the province has approved you."))
    if enrollment.year.status != YearStatus.OPEN:
        raise Closed(_("The program year is over; its lessons are closed."))
    check_not_closed(enrollment.year, enrollment.region_id, SUBJECT)


@transaction.atomic
def start_stream(
    *, enrollment: Enrollment, entry: PlanEntry, actor: Actor, now: dt.datetime
) -> tuple[str, LessonProgress | None]:
    """Open the person's one stream on a lesson of their plan; whatever plays elsewhere counts no more (C5).

    Returns the token for the beats and the progress so far.
    """
    check_study(actor, enrollment)
    check_study_open(enrollment)
    nonce = public_code()
    WatchStream.objects.update_or_create(
        person_id=enrollment.person_id,
        defaults={
            "enrollment": enrollment,
            "lesson_id": entry.lesson_id,
            "nonce": nonce,
            "sequence": 0,
            "last_beat_at": now,
        },
    )
    progress = LessonProgress.objects.filter(enrollment=enrollment, lesson=entry.lesson_id).first()
    return issue_token(enrollment.person_id, enrollment.pk, entry.lesson_id, nonce), progress


@dataclass(frozen=True, slots=True)
class Marked:
    """The outcome of a homework: `done` says whether the year's standard is met now."""

    correct: int
    asked: int
    done: bool


@transaction.atomic
def answer_homework(
    *,
    enrollment: Enrollment,
    entry: PlanEntry,
    answers: Mapping[int, Iterable[str]],
    actor: Actor,
    now: dt.datetime,
) -> Marked:
    """Mark the answers to a required lesson's homework, by item; every question must have one (C6).

    May be repeated: the best result stays, the latest answers are shown. Once the standard is met it stays met. Raises
    Closed while the person sits the exam: marking would tell which answers are right.
    """
    check_study(actor, enrollment)
    check_study_open(enrollment)
    check_no_exam(enrollment)
    questions = _questions(entry)
    given = {question.item_id: frozenset(answers.get(question.item_id, ())) for question in questions}
    if not all(given.values()):
        raise Refusal(
            _("Every question needs an answer."), remedy=_("Answer the questions that are still empty.")
        )
    keys = [ScoredItem(q.item_id, frozenset(q.version.key), 1) for q in questions]
    correct = score(keys, given).total
    share = setting(enrollment.year, SettingCode.HOMEWORK_MIN_SCORE)
    met = meets_homework_standard(correct, len(questions), len(given), share)
    done = _keep(
        enrollment, entry, {str(item): sorted(labels) for item, labels in given.items()}, correct, met, now
    )
    data = {"lesson": entry.lesson_id, "correct": correct, "asked": len(questions)}
    record("answer_homework", enrollment, actor=actor, now=now, data=data)
    return Marked(correct, len(questions), done)


def check_no_exam(enrollment: Enrollment) -> None:
    """Raises Closed while the person sits the exam: its paper is drawn from the same items (T12)."""
    if running_exam(enrollment.person_id) is not None:
        raise Closed(
            _("While you sit the exam the homework and its answers are closed."),
            remedy=_("They open again when the paper is handed in."),
        )


def _questions(entry: PlanEntry) -> list[Question]:
    questions = questions_of(entry.lesson) if entry.requirement == Requirement.REQUIRED else []
    if not questions:
        raise Refusal(_("This lesson asks for no homework."))
    return questions


def _keep(
    enrollment: Enrollment,
    entry: PlanEntry,
    answers: dict[str, list[str]],
    correct: int,
    met: bool,
    now: dt.datetime,
) -> bool:
    """Whether the homework counts as done; only a watched lesson has homework to hand in."""
    row = (
        LessonProgress.objects.select_for_update(of=("self",))
        .filter(enrollment=enrollment, lesson=entry.lesson_id, completed_at__isnull=False)
        .first()
    )
    if row is None:
        raise Refusal(
            _("The homework opens when the lesson has been watched through."),
            remedy=_("Watch the parts that are missing."),
        )
    fresh = met and row.homework_at is None
    row.answers, row.answered_at, row.asked = answers, now, len(answers)
    row.correct = max(correct, min(row.correct or 0, len(answers)))
    if fresh:
        row.homework_at = now
    row.save(update_fields=["answers", "answered_at", "asked", "correct", "homework_at"])
    if fresh:
        recount([enrollment.pk])
    return row.homework_at is not None


@transaction.atomic
def award_credits(*, year: ProgramYear, actor: Actor, now: dt.datetime, limit: int = 500) -> int:
    """Record the credit of everybody who has done all required and the set electives and has none yet (C7)."""
    targets, amount = targets_of(year), setting(year, SettingCode.CREDIT_AMOUNT)
    earned = Ledger.objects.filter(
        enrollment__year=year,
        enrollment__status=EnrollmentStatus.APPROVED,
        enrollment__credit=None,
        required_done__gte=targets.required,
        elective_done__gte=targets.elective,
    )
    fresh = [
        Credit(enrollment_id=pk, amount=amount, awarded_at=now)
        for pk in earned.order_by("pk").values_list("pk", flat=True)[:limit]
    ]
    Credit.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        record("award_credits", year, actor=actor, now=now, data={"people": len(fresh), "amount": amount})
    return len(fresh)
