"""Conditions of a call (B2, B3, B4): what a hospital says of itself in, findings out. A row says which and how much."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bases.enums import (
    BOXES,
    SENIOR,
    SENIOR_PHYSICIANS,
    TERTIARY,
    ConditionGroup,
    ConditionKind,
    FileKind,
    Section,
)
from core.enums import FindingStatus, Operator, Severity
from core.findings import Amount, Finding, Remedy
from core.values import holds

EQUIPMENT_PARTS = ("exercise", "defibrillator", "ecg_monitor", "rescue_equipment")


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition as the call states it."""

    code: str
    kind: str
    group: str
    operator: str
    threshold: Decimal
    unit: str
    printed: str = ""
    clause: str = ""
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the conditions read of an application; None where nothing was filled in yet."""

    level: str = ""
    perfusion_years: int | None = None
    rest_count: int | None = None
    stress_count: int | None = None
    senior_titles: int | None = None
    full_senior_titles: int | None = None
    treadmill: bool | None = None
    bicycle: bool | None = None
    defibrillator: bool | None = None
    ecg_monitor: bool | None = None
    rescue_equipment: bool | None = None
    boxes: Mapping[str, bool | None] = field(default_factory=dict)
    director_title: str = ""
    trainer_titles: tuple[str, ...] = ()

    @property
    def perfusion_count(self) -> int | None:
        """Rest and stress together (B2, reading)."""
        if self.rest_count is None or self.stress_count is None:
            return None
        return self.rest_count + self.stress_count

    @property
    def equipment(self) -> dict[str, bool | None]:
        """The parts asked for; treadmill and bicycle stand for one another."""
        either = (self.treadmill, self.bicycle)
        exercise = True if True in either else (None if None in either else False)
        parts = (exercise, self.defibrillator, self.ecg_monitor, self.rescue_equipment)
        return dict(zip(EQUIPMENT_PARTS, parts, strict=True))


Measure = Callable[[ApplicationFacts], Amount]


def _tertiary(facts: ApplicationFacts) -> Amount:
    return facts.level in TERTIARY if facts.level else None


def _equipment(facts: ApplicationFacts) -> Amount:
    """False as soon as one part is known to be missing, no answer while one was not filled in."""
    parts = facts.equipment.values()
    if False in parts:
        return False
    return None if None in parts else True


def _mentors(facts: ApplicationFacts) -> Amount:
    return sum(title in SENIOR_PHYSICIANS for title in facts.trainer_titles) if facts.trainer_titles else None


def _box(kind: str) -> Measure:
    def measure(facts: ApplicationFacts) -> Amount:
        answer = facts.boxes.get(kind)
        return None if answer is None else int(answer)

    return measure


def _director(facts: ApplicationFacts) -> Amount:
    return facts.director_title in SENIOR if facts.director_title else None


def _trainers(facts: ApplicationFacts) -> Amount:
    """How many trainers lack the title asked for; a trainer without a title lacks it."""
    return sum(title not in SENIOR for title in facts.trainer_titles) if facts.trainer_titles else None


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is measured, in which section it is filled in, which operators and group make sense of it."""

    measure: Measure
    section: Section
    operators: Sequence[str] = (Operator.GE, Operator.GT)
    group: str = ConditionGroup.BASIC
    unit: str = "count"


_BINDING: dict[str, Kind] = {
    ConditionKind.TERTIARY_HOSPITAL: Kind(
        _tertiary, Section.HOSPITAL, (Operator.GE, Operator.EQ), unit="flag"
    ),
    ConditionKind.PERFUSION_YEARS: Kind(
        lambda facts: facts.perfusion_years, Section.SUPPLEMENT, unit="years"
    ),
    ConditionKind.PERFUSION_COUNT: Kind(lambda facts: facts.perfusion_count, Section.DEPARTMENT),
    ConditionKind.SENIOR_TITLES: Kind(lambda facts: facts.senior_titles, Section.DEPARTMENT, unit="people"),
    ConditionKind.FULL_SENIOR_TITLES: Kind(
        lambda facts: facts.full_senior_titles, Section.DEPARTMENT, unit="people"
    ),
    ConditionKind.EQUIPMENT: Kind(_equipment, Section.SUPPLEMENT, (Operator.GE, Operator.EQ), unit="flag"),
    ConditionKind.MENTOR: Kind(_mentors, Section.TRAINERS, unit="people"),
    ConditionKind.DIRECTOR_TITLE: Kind(
        _director, Section.DIRECTOR, (Operator.GE, Operator.EQ), ConditionGroup.PEOPLE, "flag"
    ),
    ConditionKind.TRAINER_TITLES: Kind(
        _trainers, Section.TRAINERS, (Operator.LE, Operator.EQ), ConditionGroup.PEOPLE, "people"
    ),
}
CONDITIONS: dict[str, Kind] = _BINDING | {
    str(kind): Kind(_box(kind), Section.RECORD, group=ConditionGroup.PRIORITY) for kind in BOXES
}


def faults_of(row: ConditionRow) -> list[str]:
    """Which fields of a row its kind cannot be measured by: operator, group, unit, threshold."""
    kind = CONDITIONS[row.kind]
    faults = []
    if row.operator not in kind.operators:
        faults.append("operator")
    if row.group != kind.group:
        faults.append("group")
    if row.unit != kind.unit:
        faults.append("unit")
    if row.threshold < 0 or (kind.unit == "flag" and row.threshold != 1):
        faults.append("threshold")
    return faults


def finding_of(row: ConditionRow, facts: ApplicationFacts) -> Finding:
    """One condition's answer: no data never passes; other conditions inform, the rest bind."""
    kind = CONDITIONS[row.kind]
    value = kind.measure(facts)
    return Finding(
        kind=f"base_{row.kind}",
        status=_status(row, value),
        severity=Severity.INFO if row.group == ConditionGroup.PRIORITY else Severity.HARD,
        value=value,
        threshold=row.threshold,
        operator=row.operator,
        unit=kind.unit,
        code=row.code,
        clause=row.clause,
        assumed=row.assumed,
        remedies=_remedies(row, value, facts),
        params={"printed": row.printed, "group": row.group, **_details(row, facts)},
    )


def _status(row: ConditionRow, value: Amount) -> FindingStatus:
    if value is None:
        return FindingStatus.NO_DATA
    return FindingStatus.PASSED if holds(row.operator, value, row.threshold) else FindingStatus.FAILED


def _details(row: ConditionRow, facts: ApplicationFacts) -> dict[str, object]:
    """What the sentence of a kind says beside its number."""
    if row.kind == ConditionKind.PERFUSION_COUNT:
        return {"rest": facts.rest_count, "stress": facts.stress_count}
    if row.kind == ConditionKind.EQUIPMENT:
        return {"missing": [part for part, there in facts.equipment.items() if there is False]}
    return {}


def _remedies(row: ConditionRow, value: Amount, facts: ApplicationFacts) -> tuple[Remedy, ...]:
    """What to fill in, or how much is short; nothing for what merely gives priority."""
    if row.group == ConditionGroup.PRIORITY:
        return ()
    if value is None:
        return (Remedy("base_fill_in", params={"section": str(CONDITIONS[row.kind].section)}),)
    if holds(row.operator, value, row.threshold):
        return ()
    if row.kind == ConditionKind.EQUIPMENT:
        missing = _details(row, facts)["missing"]
        return (Remedy("base_equip", params={"missing": missing}),)
    return (Remedy(f"base_{row.kind}", count=_short(row, value)),)


def _short(row: ConditionRow, value: Amount) -> int:
    """The smallest change of the number that makes the condition hold."""
    amount = Decimal(int(value)) if isinstance(value, int) else Decimal(0)
    gap = abs(row.threshold - amount)
    whole = int(gap) + (gap % 1 > 0)
    return whole + (1 if row.operator in (Operator.GT, Operator.LT) and gap == whole else 0)


def evaluate(rows: Iterable[ConditionRow], facts: ApplicationFacts) -> list[Finding]:
    """What binds in the order of the call, then whether any of the others gives priority, then those (B3)."""
    findings = [finding_of(row, facts) for row in rows]
    others = [finding for finding in findings if finding.params["group"] == ConditionGroup.PRIORITY]
    binding = [finding for finding in findings if finding not in others]
    return [*binding, priority_of(others), *others] if others else binding


def priority_of(others: Sequence[Finding]) -> Finding:
    """Any one of the other conditions is enough."""
    met = [finding.code for finding in others if finding.passed]
    unknown = not met and any(finding.status == FindingStatus.NO_DATA for finding in others)
    known = FindingStatus.PASSED if met else FindingStatus.FAILED
    return Finding(
        kind="base_priority",
        status=FindingStatus.NO_DATA if unknown else known,
        severity=Severity.INFO,
        value=len(met),
        threshold=1,
        operator=Operator.GE,
        code="priority",
        clause=others[0].clause.split("(")[0],
        remedies=(Remedy("base_fill_in", params={"section": str(Section.RECORD)}),) if unknown else (),
        params={"group": ConditionGroup.PRIORITY, "of": len(others)},
    )


def has_priority(findings: Iterable[Finding]) -> bool:
    return any(finding.kind == "base_priority" and finding.passed for finding in findings)


# What must be filled in before an application can be handed in

REQUIRED: dict[Section, tuple[str, ...]] = {
    Section.HOSPITAL: ("hospital_name", "level", "kind", "city", "address", "postcode", "teaching_hospital"),
    Section.DEPARTMENT: (
        "rest_count", "stress_count", "radiation_protection", "senior_titles", "full_senior_titles", "physicians",
        "technicians", "nurses", "hardware",
    ),
    Section.RECORD: tuple(f"has_{kind}" for kind in BOXES),
    Section.SUPPLEMENT: ("perfusion_years", "treadmill", "bicycle", "defibrillator", "ecg_monitor", "rescue_equipment"),
    Section.DIRECTOR: (
        "name", "age", "sex", "ethnicity", "title", "post", "years_of_practice", "phone", "email", "address",
        "experience",
    ),
    Section.TRAINERS: ("specialty", "name", "age", "department", "title", "phone", "email"),
    Section.FILES: tuple(FileKind),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that is still empty; `row` is the trainer's number in annex 4, 0 elsewhere."""

    section: Section
    field: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one section is."""

    section: Section
    done: int
    total: int
    gaps: tuple[Gap, ...]

    @property
    def is_complete(self) -> bool:
        return not self.gaps


Values = Mapping[str, object]


def empty(value: object) -> bool:
    """A false answer and a zero are answers."""
    return value is None or (isinstance(value, str) and not value.strip())


def progress_of(section: Section, rows: Sequence[Values]) -> Progress:
    """`rows` are the section's records: one everywhere, one for each trainer in annex 4, none where none was begun."""
    wanted = [
        (number if section == Section.TRAINERS else 0, name, row)
        for number, row in enumerate(rows or [{}], 1)
        for name in wanted_of(section, row)
    ]
    gaps = tuple(Gap(section, name, number) for number, name, row in wanted if empty(row.get(name)))
    return Progress(section, len(wanted) - len(gaps), len(wanted), gaps)


def wanted_of(section: Section, row: Values) -> tuple[str, ...]:
    """The required fields of a record; a five-year box answered with yes must say what."""
    if section != Section.RECORD:
        return REQUIRED[section]
    return REQUIRED[section] + tuple(f"{kind}_text" for kind in BOXES if row.get(f"has_{kind}"))


# The other decisions


@dataclass(frozen=True, slots=True)
class Ties:
    """Where a person belongs: units, provinces, institutions."""

    units: frozenset[int] = frozenset()
    regions: frozenset[str] = frozenset()
    institutions: frozenset[int] = frozenset()


def conflicted(expert: Ties, hospital: Ties) -> bool:
    """An expert of the same hospital or province does not review it (B5)."""
    return bool(
        expert.units & hospital.units
        or expert.regions & hospital.regions
        or expert.institutions & hospital.institutions
    )


def new_bases_finding(count: int, limit: Decimal, *, clause: str = "", assumed: str = "") -> Finding:
    """At most so many new bases a province and year; a replacement is not new (B6)."""
    return Finding(
        kind="base_new_bases",
        status=FindingStatus.PASSED if count <= limit else FindingStatus.FAILED,
        severity=Severity.HARD,
        value=count,
        threshold=limit,
        operator=Operator.LE,
        code="new-bases",
        clause=clause,
        assumed=assumed,
        params={"left": max(0, int(limit) - count)},
    )
