"""Hospitals' sheets in mid-flight and some applications by invitation, in the demo's full provinces."""

import datetime as dt
import json
from typing import Any

from django.db import transaction

from accounts.actors import Actor, actor_of
from accounts.enums import Role
from accounts.models import Institution, Membership
from core.demo import DemoContext
from core.values import CHINA, day_end
from enrollment.collecting import to_typed
from enrollment.demo import made_up_person
from enrollment.enums import Profession
from enrollment.models import Sheet, SheetLine
from enrollment.services.collecting import Wanted, merge_sheet, reopen_sheet, send_sheets
from enrollment.services.invitations import apply_by_invitation, make_invitation
from enrollment.services.sheets import begin_sheet, hand_in_sheet, save_line
from programs.enums import Generation, Track
from programs.models import Participation, Specialty
from programs.queries import provinces_of

SHEETS, SEATS, APPLICANTS = 10, 3, 4
_DAYS_OPEN = 6


def build(context: DemoContext) -> None:
    """One province after the other, each by the acts of its coordinator and its hospitals."""
    for participation in provinces_of(context.recruiting_year):
        if participation.region_id in context.full_regions:
            with transaction.atomic():
                _province(context, participation)


def _province(context: DemoContext, participation: Participation) -> None:
    members = Membership.objects.active(context.now).filter(role=Role.TECHNICAL_LEAD)
    membership = members.filter(unit=participation.technical_unit).first()
    if membership is None:
        return
    town = _Town(context, participation, actor_of(membership))
    hospitals = Institution.objects.standing().in_province(participation.region_id).order_by("pk")[:SHEETS]
    sheets = send_sheets(
        wanted=[Wanted(one, SEATS, 1) for one in hospitals],
        contact=str(membership.user),
        **town.place,
        closes_at=town.closes_at,
        **town.act,
    )
    for number, sheet in enumerate(sheets):
        town.fill_in(sheet, number)
    town.invite(list(hospitals)[:APPLICANTS])
    context.say(f"{participation.region}: {len(sheets)} sheets of hospitals")


class _Town:
    """One province while its sheets are being filled in."""

    def __init__(self, context: DemoContext, participation: Participation, actor: Actor) -> None:
        self.context = context
        self.place: dict[str, Any] = {"year": participation.year, "region": participation.region}
        self.act: dict[str, Any] = {"actor": actor, "now": context.now - dt.timedelta(hours=2)}
        self.closes_at = day_end(context.now.astimezone(CHINA).date() + dt.timedelta(days=_DAYS_OPEN))

    def fill_in(self, sheet: Sheet, number: int) -> None:
        """In turn: not opened, begun, over the seats, handed in, merged, opened again."""
        if number % 5 == 0:
            return
        begin_sheet(sheet=sheet, **self.act)
        people = SEATS + 1 if number == 3 else 2 if number % 5 == 1 else SEATS
        for _ in range(people):
            save_line(sheet=sheet, number=None, cells=self.somebody(), **self.act)
        if number == 1:
            save_line(sheet=sheet, number=None, cells={**self.somebody(), "phone": "154"}, **self.act)
        if number % 5 == 1:
            return
        hand_in_sheet(sheet=sheet, **self.act)
        if number == 4:
            merge_sheet(sheet=self.again(sheet), **self.act)
        if number == 9:
            reopen_sheet(sheet=self.again(sheet), reason="第2位学员的专业方向请核实", **self.act)
        if number == 8:
            self._same_person(sheet)

    def again(self, sheet: Sheet) -> Sheet:
        return Sheet.objects.select_related("year__program", "region", "institution").get(pk=sheet.pk)

    def _same_person(self, sheet: Sheet) -> None:
        """Two hospitals name one person, as it happens in August."""
        twin = SheetLine.objects.filter(sheet__year=sheet.year, sheet__region=sheet.region).exclude(
            sheet=sheet
        )
        first, own = twin.exclude(id_number_index="").first(), sheet.lines.first()
        if first is not None and own is not None:
            cells = {**first.typed, "institution": own.typed["institution"]}
            own.cells, own.id_number_index = json.dumps(cells, ensure_ascii=False), first.id_number_index
            own.save()

    def somebody(self) -> dict[str, str]:
        """What a hospital types about one comprehensive trainee."""
        year, chance = self.place["year"], self.context.random
        person = made_up_person(self.context, self.place["region"])
        lists = {
            generation: list(Specialty.objects.filter(year=year, generation=generation, online_only=False))
            for generation in (Generation.OLD, Generation.FINE)
        }
        values = {
            "name": person.name,
            "id_number": person.id_number,
            "phone": person.phone,
            "profession": Profession.PHYSICIAN,
            "track": Track.COMPREHENSIVE,
            "specialty": chance.choice(lists[Generation.OLD]).pk,
            "fine_specialty": chance.choice(lists[Generation.FINE]).pk,
            "health_management": chance.random() < 0.4,
        }
        return to_typed(values, year)

    def invite(self, hospitals: list[Institution]) -> None:
        invitation = make_invitation(**self.place, closes_at=self.closes_at, **self.act)
        for hospital in hospitals:
            cells = {**self.somebody(), "institution": hospital.name}
            apply_by_invitation(invitation=invitation, cells=cells, consent=True, **self.act)
