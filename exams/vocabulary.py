"""What an item of a year may name: themes, specialties, entries of the outline (X1, X2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.templatetags.portal import name_of
from exams.bank import BEGUN, READY, themes_of
from exams.formats.reading import Vocabulary
from exams.models import Item
from exams.outlines import outline_of
from programs.enums import Generation
from programs.models import ProgramYear, Specialty


def vocabulary_of(year: ProgramYear) -> Vocabulary:
    """Names by code, each in the order of the year's plan."""
    specialties = Specialty.objects.filter(year=year, generation=Generation.OLD).order_by("order")
    return Vocabulary(themes_of(year), {one.code: name_of(one) for one in specialties}, outline_of(year))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a province's items spread over one list of the plan; `everywhere` are those that name no entry of it."""

    label: str
    counts: Sequence[tuple[str, str, int]]
    everywhere: int
    field: str

    @property
    def gaps(self) -> list[str]:
        return [name for _code, name, count in self.counts if not count]


def coverage_of(year: ProgramYear, region_code: str) -> list[Coverage]:
    """The items written or begun for the year by theme, by specialty and by entry of the outline."""
    words = vocabulary_of(year)
    rows = Item.objects.filter(year=year, region=region_code, status__in=(*READY, *BEGUN))
    named = list(rows.values_list("theme", "specialties", "outline"))
    themes, specialties, places = ([row[at] for row in named] for at in range(3))
    return [
        _coverage("theme", _("Theme"), words.themes, [[code] if code else [] for code in themes]),
        _coverage("specialty", _("Specialty"), words.specialties, specialties),
        _coverage("outline", _("Outline"), words.outline, [[code] if code else [] for code in places]),
    ]


def _coverage(field: str, label: str, names: Mapping[str, str], rows: Sequence[Sequence[str]]) -> Coverage:
    counts = [(code, name, sum(code in row for row in rows)) for code, name in names.items()]
    return Coverage(label, counts, sum(not row for row in rows), field)
