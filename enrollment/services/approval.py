"""Approving people: number, seat, account; all of it in one act under the roster's lock (E3, E11)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Institution, Membership, Region, SignInName, User
from core.counters import next_numbers
from core.events import record_many
from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus, FundingKind
from enrollment.models import Enrollment, Registration
from enrollment.permissions import check_keep_roster
from enrollment.quotas import free_seats
from enrollment.services.flows import ENROLLMENT_FLOW
from enrollment.services.guards import COLLECTING, is_late, open_for
from programs.enums import Track
from programs.models import ProgramYear

_FROZEN = ["status", "registration", "funding", "approved_at", "late", "institution", "institution_level"]


@dataclass(frozen=True, slots=True)
class Approval:
    """Who is approved now; `skipped` were not waiting any more."""

    approved: Sequence[Enrollment]
    skipped: int = 0

    @property
    def funded(self) -> int:
        return sum(person.funding == FundingKind.FUNDED for person in self.approved)

    @property
    def local(self) -> int:
        return sum(person.funding == FundingKind.LOCAL for person in self.approved)


@transaction.atomic
def approve(
    *, year: ProgramYear, region: Region, people: Iterable[int], actor: Actor, now: dt.datetime
) -> Approval:
    """Approve those of `people` who wait, in the order in which they applied.

    Issues numbers, gives funded seats while there are any, freezes the facts and opens study. Someone else's people
    and those not waiting are left alone; raises Refusal when nobody is left, or when the roster is handed in.
    """
    check_keep_roster(actor, year, region.pk)
    open_for(year, region, *COLLECTING)
    late = is_late(year, region, now)
    wanted = set(people)
    waiting = list(
        Enrollment.objects.select_for_update(of=("self",))
        .of(year)
        .waiting()
        .filter(region=region, pk__in=wanted)
        .select_related("person", "institution__merged_into")
        .order_by("applied_at", "pk")
    )
    if not waiting:
        raise Refusal(
            _("Nobody among those chosen waits for approval."), remedy=_("Reload the page and choose again.")
        )
    admit(waiting, year=year, region=region, late=late, actor=actor, now=now)
    return Approval(waiting, skipped=len(wanted) - len(waiting))


def admit(
    waiting: Sequence[Enrollment],
    *,
    year: ProgramYear,
    region: Region,
    late: bool,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """The effect of an approval on people the caller has locked, together with the roster."""
    numbers = _numbers_for(waiting, year, region, now)
    free = free_seats(year, region, Track.COMPREHENSIVE)
    for person in waiting:
        person.registration = numbers[person.person_id]
        if person.track == Track.COMPREHENSIVE:
            person.funding = FundingKind.FUNDED if free > 0 else FundingKind.LOCAL
            free -= 1
        person.status, person.approved_at, person.late = EnrollmentStatus.APPROVED, now, late
        _freeze(person)
    Enrollment.objects.bulk_update(waiting, _FROZEN, batch_size=200)
    _open_study(waiting, year, now)
    edge = ENROLLMENT_FLOW.edge("approve")
    record_many(edge.verb, waiting, actor=actor, now=now, from_state=edge.sources[0], to_state=edge.target)


def _freeze(person: Enrollment) -> None:
    """What rules read stands on the enrollment from now on; a merged institution is read as what it became."""
    institution: Institution = person.institution.merged_into or person.institution
    person.institution = institution
    person.institution_level = institution.level


def number_prefix(year: ProgramYear, region: Region) -> str:
    """Two letters of the program, two digits of the year, two of the province (GB/T 2260)."""
    return f"{year.program.code[:2].upper()}{year.year % 100:02d}{region.pk[:2]}"


def _numbers_for(
    waiting: Sequence[Enrollment], year: ProgramYear, region: Region, now: dt.datetime
) -> dict[int, Registration]:
    """A number once per person and program: kept from an earlier year, else the next of the series (E11, E14)."""
    people = [person.person_id for person in waiting]
    numbers = {
        row.person_id: row for row in Registration.objects.filter(program=year.program_id, person__in=people)
    }
    fresh = [pk for pk in dict.fromkeys(people) if pk not in numbers]
    if fresh:
        prefix = number_prefix(year, region)
        series = next_numbers(f"registration:{prefix}", len(fresh))
        rows = [
            Registration(
                program_id=year.program_id, person_id=pk, number=f"{prefix}{number:04d}", issued_at=now
            )
            for pk, number in zip(fresh, series, strict=True)
        ]
        numbers |= {row.person_id: row for row in Registration.objects.bulk_create(rows, batch_size=500)}
    return numbers


def _open_study(waiting: Sequence[Enrollment], year: ProgramYear, now: dt.datetime) -> None:
    """Everyone gets an account named by the number, if they have none, and the role of a trainee of the program's owner.

    The password is set later, when the person is handed one; until then nobody can sign in with the account.
    """
    people = [person.person_id for person in waiting]
    has_user = set(User.objects.filter(person__in=people).values_list("person_id", flat=True))
    locked = User()
    locked.set_unusable_password()
    User.objects.bulk_create(
        [
            User(
                username=person.registration.number,
                person_id=person.person_id,
                password=locked.password,
                created_at=now,
            )
            for person in waiting
            if person.registration and person.person_id not in has_user
        ],
        batch_size=500,
    )
    _name_by_number(waiting)
    owner = year.program.owner_id
    without = User.objects.filter(person__in=people).exclude(
        pk__in=Membership.objects.filter(unit=owner, role=Role.TRAINEE, ends_at=None).values("user")
    )
    Membership.objects.bulk_create(
        [
            Membership(user_id=pk, unit_id=owner, role=Role.TRAINEE, starts_at=now)
            for pk in without.values_list("pk", flat=True)
        ],
        batch_size=500,
    )


def _name_by_number(waiting: Sequence[Enrollment]) -> None:
    """Who had an account before signs in with the registration number, too."""
    numbers = {
        person.person_id: person.registration.number for person in waiting if person.registration is not None
    }
    named = User.objects.filter(person__in=numbers).exclude(username__in=numbers.values())
    SignInName.objects.bulk_create(
        [SignInName(user_id=pk, name=numbers[person]) for pk, person in named.values_list("pk", "person_id")],
        batch_size=500,
        ignore_conflicts=True,
    )
