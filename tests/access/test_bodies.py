"""What belongs to Henan or to another owner, named in the body of a POST, is answered as what does not exist (T02).

Where one of the people bound to Hebei, or one of an office, may send a form that names an object, the form is filled in
so that it goes through, and then names theirs instead, and then one that nobody has.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, UnitKind
from accounts.models import Institution, Membership, Region, Unit
from courses.models import Faculty
from enrollment.enums import SheetStatus
from enrollment.models import Applicant, Enrollment, Sheet
from exams.models import Item
from programs.models import PriorityProgram, Specialty
from tests.access.filled import again, forms_of, sending
from tests.access.requests import ask, lasting
from tests.access.table import METHODS, everyone, expected, rows, urls
from tests.access.targets.collecting import applicants, sheets
from tests.access.test_matrix import OUTSIDER, bound_to_hebei, plain
from tests.access.world import TARGETS, Target, World
from tests.courses.factories import FacultyFactory, question
from tests.factories import (
    HENAN,
    EnrollmentFactory,
    InstitutionFactory,
    MembershipFactory,
    UnitFactory,
    lead_unit,
)
from tests.helpers import undone

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
SENT = {"200", "302", "409"}
THEIRS, OTHERS, NOBODYS = 7_000_001, 8_000_001, 9_000_001
NO_REGION = "999999"
# read by views themselves, in no form
TICKED: dict[str, dict[str, type[models.Model]]] = {
    "accounts:code-issue": {"chosen": Membership, "unit": Unit},
    "accounts:switch-role": {"membership": Membership},
    "enrollment:roster-approve": {"chosen": Enrollment},
    "enrollment:roster-join": {"chosen": Enrollment},
    "enrollment:roster-codes": {"chosen": Enrollment},
    "enrollment:roster-place": {"chosen": Enrollment, "base": Unit},
    "enrollment:roster-refuse": {"chosen": Enrollment},
    "enrollment:sheet-merge-many": {"chosen": Sheet},
    "enrollment:applicant-take": {"chosen": Applicant},
    "enrollment:applicant-refuse": {"chosen": Applicant},
    "bases:review-assign": {"experts": Membership},
}
# a field for each row of a sheet: what its name begins with
SHEETS: dict[str, type[models.Model]] = {"mode": Enrollment, "result": Enrollment, "score": Enrollment}
SHEET_WORDS = {"mode": "on_site", "result": "passed", "score": "12"}
# may name what is another's: (URL, field) → why
OPEN = {
    ("enrollment:transfer-create", "giver"): "seats go from any province to any; one of the two is one's own",
    ("enrollment:transfer-create", "taker"): "seats go from any province to any; one of the two is one's own",
}


def elsewhere(world: World) -> Mapping[type[models.Model], tuple[Any, ...]]:
    """What Henan has, and what another owner has, each with a number that nothing else has."""
    third = UnitFactory(kind=UnitKind.NATIONAL_OFFICE, owner=None, region=None)
    for pk, unit in ((THEIRS, lead_unit(HENAN)), (OTHERS, UnitFactory(owner=third))):
        base = UnitFactory(pk=pk, region=world.henan, owner=unit.owner)
        MembershipFactory(pk=pk, unit=base, role=Role.BASE_COORDINATOR)
        FacultyFactory(pk=pk, unit=unit, owner=unit.owner, region=world.henan)
        question(f"elsewhere-{pk}", pk=pk, unit=unit, owner=unit.owner, region=world.henan, status="draft")
    for year, pk in ((world.year_2022, THEIRS), (world.year_2024, OTHERS)):
        specialty = Specialty.objects.filter(year=world.year_2022, generation="old").first()
        EnrollmentFactory(pk=pk, year=year, region=world.henan, applied=True, specialty=specialty)
        sheets(world, SheetStatus.HANDED_IN, year=year, pk=pk)
        applicants(world, year=year, pk=pk)
    InstitutionFactory(pk=THEIRS, region=world.henan)
    for model in (Specialty, PriorityProgram):
        row = model.objects.filter(year=world.year_2022).first()
        assert row is not None
        row.pk, row.year, row.code = OTHERS, world.year_2024, "of-another-year"
        row.save()
    both = (THEIRS, OTHERS)
    return {
        Unit: both,
        Membership: both,
        Item: both,
        Faculty: both,
        Enrollment: both,
        Sheet: both,
        Applicant: both,
        Institution: (THEIRS,),
        Specialty: (OTHERS,),
        PriorityProgram: (OTHERS,),
        Region: (HENAN,),
    }


@dataclass(frozen=True)
class Named:
    """A field that names an object; with `word` one of a sheet, whose own name holds the object's number."""

    name: str
    model: type[models.Model]
    many: bool = False
    word: str = ""

    def sent(self, pk: Any) -> dict[str, Any]:
        if self.word:
            return {f"{self.name.rpartition('-')[0]}-{pk}": self.word}
        return {self.name: [str(pk)] if self.many else str(pk)}


def named(name: str, page: HttpResponse) -> Iterator[Named]:
    for key, model in TICKED.get(name, {}).items():
        yield Named(key, model, many=True)
    for form in forms_of(page):
        for bound in form:
            key, field = bound.html_name, bound.field
            if isinstance(field, ModelChoiceField):
                assert field.queryset is not None
                yield Named(key, field.queryset.model, isinstance(field, ModelMultipleChoiceField))
            elif (start := re.match(r"(\w+)-\d+$", key)) and start[1] in SHEETS:
                yield Named(key, SHEETS[start[1]], word=SHEET_WORDS[start[1]])


# status, body, and what was written that lasts
Answer = tuple[int, str, list[str]]


def senders(name: str) -> list[str]:
    """Those whose POST is answered; `switch-role` gives 404 to whoever names no role of their own."""
    post = METHODS.index("post")
    answers = SENT | ({"404"} if name in TICKED else set())
    return [key for key in everyone() if key != OUTSIDER and expected(rows()[name], key)[post] in answers]


def told(pk: Any, text: str) -> str:
    """An answer or a statement without the number that was sent."""
    return text.replace(str(pk), "#")


class Sweep:
    def __init__(self, world: World) -> None:
        self.world, self.there, self.wrong = world, elsewhere(world), list[str]()
        self.bodies = self.paths = 0
        self.named: set[tuple[str, str]] = set()

    def answer(self, client: Client, url: str, rest: dict[str, Any], sent: dict[str, Any], pk: Any) -> Answer:
        """Status, body, and what it wrote that lasts."""

        def post() -> Answer:
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                response = client.post(url, again({**rest, **sent}))
            wrote = lasting(query["sql"] for query in asked.captured_queries)
            return response.status_code, told(pk, plain(response, url)), wrote

        cookies = deepcopy(client.cookies)
        found: Answer = undone(post)
        client.cookies = cookies
        return found

    def run(self, name: str) -> None:
        built = TARGETS.get(name, lambda _world: Target())(self.world)
        if built.foreign is not None:
            self.paths += len(bound_to_hebei(self.world, built)) * len(METHODS)
        if name.endswith("-list") and name != "courses:result-list":
            return
        bare: set[bool] = set()
        for who in senders(name):
            bound = self.is_bound(who)
            # of a form that names nothing one of the office and one of a province are asked
            if bound not in bare and not undone(partial(self.ask, name, who, built)):
                bare.add(bound)

    def is_bound(self, who: str) -> bool:
        return who in self.world.people and not self.world[who].scope.is_national

    def ask(self, name: str, who: str, built: Target) -> int:
        """How many fields name an object."""
        client = self.world.client(who)
        url, data = sending(self.world, name, who, built)
        page = ask(client, "get", url, {})
        page = ask(client, "post", url, {}) if page.status_code == 405 else page
        fields = list(named(name, page))
        for field in fields:
            self.named.add((name, field.name))
            if (name, field.name) not in OPEN:
                rest = {key: value for key, value in data.items() if key != field.name}
                self.try_field(name, who, field, partial(self.answer, client, url, rest))
        return len(fields)

    def try_field(self, name: str, who: str, field: Named, answer: Callable[[Any, Any], Answer]) -> None:
        nobodys = NO_REGION if field.model is Region else NOBODYS
        absent = answer(field.sent(nobodys), nobodys)
        for pk in self.there[field.model]:
            if self.is_bound(who) or pk == OTHERS:
                self.bodies += 1
                found = answer(field.sent(pk), pk)
                kept = [text[:160] for text in found[2] if str(pk) in text]
                if found[:2] != absent[:2] or kept:
                    self.wrong.append(f"{name} {who} {field.name}={pk}: {found[0]} not {absent[0]} {kept}")


def test_t02_a_foreign_object_in_a_body_is_no_object(world: World) -> None:
    sweep = Sweep(world)
    for name in filter(urls().__contains__, rows()):
        if not name.startswith(("account_", "mfa_")):
            undone(partial(sweep.run, name))
    assert not sweep.wrong, "\n".join(sweep.wrong)
    assert set(OPEN) <= sweep.named
    # the paths are asked for in test_matrix.py
    assert sweep.bodies >= 60, sweep.bodies
    assert sweep.paths + sweep.bodies >= 2000, (sweep.paths, sweep.bodies)
