"""Everything the portal keeps of one trainee's training, from the rooms that keep it (E16)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.scope import Scope
from courses.models import Attendance, Credit, LessonProgress, OfflineResult
from courses.queries import has_offline, targets_of, totals_of
from courses.rules import Targets, Totals
from enrollment.models import Enrollment
from exams.models import Attempt, Certificate, SignUp


@dataclass(frozen=True, slots=True)
class Archive:
    """One enrollment with what hangs on it; `years` are all enrollments of the person in the program."""

    row: Enrollment
    years: QuerySet[Enrollment]
    targets: Targets
    totals: Totals
    lessons: QuerySet[Any]
    attendance: QuerySet[Any]
    result: OfflineResult | None
    credit: Credit | None
    sign_up: SignUp | None
    attempts: QuerySet[Any]
    certificates: QuerySet[Any]

    @property
    def offline(self) -> bool:
        return has_offline(self.row)


def archive_of(row: Enrollment, scope: Scope) -> Archive:
    """As far as the reader sees: who does not see an earlier year's enrollment finds nothing of it here."""
    people = Enrollment.objects.visible_to(scope).filter(person=row.person_id)

    def of(model: Any) -> Any:
        found: Any = model.objects.visible_to(scope).filter(enrollment=row)
        return found

    return Archive(
        row=row,
        years=people.filter(year__program=row.year.program_id),
        targets=targets_of(row.year),
        totals=totals_of(row),
        lessons=of(LessonProgress),
        attendance=of(Attendance),
        result=of(OfflineResult).first(),
        credit=of(Credit).first(),
        sign_up=of(SignUp).first(),
        attempts=of(Attempt).with_chance(),
        certificates=of(Certificate),
    )
