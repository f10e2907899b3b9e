"""Hospitals' sheets and invitations in one line."""

import datetime as dt
from typing import Any

from accounts.models import Institution, Region
from core.values import day_end
from enrollment.collecting import to_typed
from enrollment.models import Invitation, Sheet
from enrollment.services.collecting import Wanted, send_sheets
from enrollment.services.invitations import make_invitation
from enrollment.services.sheets import begin_sheet, save_line
from programs.enums import Generation, Track
from programs.models import ProgramYear, Specialty
from tests.enrollment.factories import AUGUST
from tests.factories import HEBEI, InstitutionFactory, cancer_2022, id_number

# of a day on which nobody of the factories is born
_BORN = dt.date(1979, 3, 5)
CLOSES = day_end(dt.date(2022, 8, 28))


def number_of(sequence: int) -> str:
    return id_number(sequence, _BORN)


def typed(number: int, **changes: Any) -> dict[str, Any]:
    """What a person types into the form, without fault."""
    year = changes.pop("year", None) or cancer_2022()
    old, fine = (
        Specialty.objects.filter(year=year, generation=one, online_only=False).order_by("order").first()
        for one in (Generation.OLD, Generation.FINE)
    )
    assert old is not None
    assert fine is not None
    return {
        "name": f"钱{number}",
        "id_number": number_of(number),
        "phone": f"138{number:08d}",
        "profession": "physician",
        "track": Track.COMPREHENSIVE.value,
        "specialty": str(old.pk),
        "fine_specialty": str(fine.pk),
        **changes,
    }


def cells(number: int, **changes: Any) -> dict[str, str]:
    return to_typed(typed(number, **changes), cancer_2022())


def sent(actor: Any, *institutions: Institution, region: str = HEBEI, seats: int = 2) -> list[Sheet]:
    """Sheets of a province's hospitals; with none named, of one new hospital."""
    place = Region.objects.get(pk=region)
    found = institutions or (InstitutionFactory(region=place),)
    return send_sheets(
        year=cancer_2022(),
        region=place,
        wanted=[Wanted(one, seats, 1) for one in found],
        closes_at=CLOSES,
        contact="冀明 0311-1234567",
        actor=actor,
        now=AUGUST,
    )


def begun(actor: Any, *numbers: int, **options: Any) -> Sheet:
    """A sheet being filled in, with a faultless person for each number."""
    (sheet,) = sent(actor, **options) if "sheet" not in options else [options["sheet"]]
    begin_sheet(sheet=sheet, actor=actor, now=AUGUST)
    for number in numbers:
        save_line(sheet=sheet, number=None, cells=cells(number), actor=actor, now=AUGUST)
    return Sheet.objects.select_related("year__program", "region", "institution").get(pk=sheet.pk)


def invited(actor: Any, region: str = HEBEI, year: ProgramYear | None = None) -> Invitation:
    place = Region.objects.get(pk=region)
    return make_invitation(
        year=year or cancer_2022(), region=place, closes_at=CLOSES, actor=actor, now=AUGUST
    )
