import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Case, Value, When
from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.enums import Role
from accounts.models import Membership, User
from enrollment.models import Enrollment
from programs.demo import FULL
from programs.models import ProgramYear
from programs.queries import provinces_of

Login = dict[str, str]


class Command(BaseCommand):
    help = "A sign-in per role of the demo, and trainees at each point of their exam year."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        logins = [*_staff(), *_trainees()]
        if options["json"]:
            self.stdout.write(json.dumps(logins, ensure_ascii=False, indent=1))
            return
        for login in logins:
            self.stdout.write(f"{login['role']:<16} {login['username']:<28} {login['note']}")
        if logins:
            self.stdout.write(f"password of all: {PASSWORD}")


def _regions() -> list[str]:
    """The provinces that went wholly through the services, the last one first."""
    for year in ProgramYear.objects.filter(copied_from=None):
        found = [row.region_id for row in provinces_of(year)[FULL]]
        if found:
            return found[::-1]
    return []


def _staff() -> Iterator[Login]:
    """One member of each role who still signs in with the demo's password; of offices everybody, of experts one per program."""
    preferred = Case(When(unit__region__in=_regions()[:1], then=Value(0)), default=Value(1))
    seen = set()
    rows = Membership.objects.active(timezone.now()).exclude(role=Role.TRAINEE)
    for row in rows.order_by("role", preferred, "pk"):
        owner = row.unit.owner_id or row.unit_id
        among = {Role.NATIONAL_OFFICE: row.pk, Role.EXPERT: owner}
        key = (row.role, among.get(Role(row.role), 0))
        if key not in seen and row.user.password == _shared_hash():
            seen.add(key)
            yield _login(row.role, row.user, row.unit.name)


def _trainees() -> Iterator[Login]:
    """In the latest year with certificates: certified, about to sit, still studying."""
    mine = Enrollment.objects.active().comprehensive().filter(region__in=_regions()[:1])
    year = ProgramYear.objects.filter(enrollments__certificates__isnull=False).order_by("-year").first()
    points = {
        "certified": mine.filter(year=year, certificates__isnull=False),
        "passed at the second attempt": mine.filter(year=year, attempts__passed=True, attempts__number=2),
        "failed three times": mine.filter(year=year, attempts__number=3, attempts__passed=False),
        "sitting the exam": mine.filter(year=year, attempts__state="open", attempts__is_practice=False),
        "in a practice exam": mine.filter(year=year, attempts__state="open", attempts__is_practice=True),
        "signed up, rules not read": mine.filter(year=year, sign_up__rules_read_at=None).exclude(
            sign_up=None
        ),
        "about to sit the exam": mine.filter(year=year, sign_up__rules_read_at__isnull=False, attempts=None),
        "still studying": mine.filter(year=year, sign_up=None),
    }
    for note, people in points.items():
        person = people.filter(person__user__password=_shared_hash()).select_related("person__user").first()
        if person:
            yield _login(Role.TRAINEE, person.person.user, note)


def _login(role: str, user: User, note: str) -> Login:
    return {"role": role, "username": user.username, "password": PASSWORD, "note": note}


@cache
def _shared_hash() -> str:
    """The demo's people share one hash; comparing it asks the slow hasher once instead of thousands of times."""
    for user in User.objects.filter(memberships__role=Role.NATIONAL_OFFICE).distinct():
        if user.check_password(PASSWORD):
            return user.password
    return ""
