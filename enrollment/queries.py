"""Reads that span models; they build what the rules eat."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When

from accounts.enums import COUNTY_AND_BELOW
from accounts.models import Institution, InstitutionAlias, Region, Unit
from accounts.rules import fold
from core.findings import Finding
from core.models import Job
from core.templatetags.portal import name_of
from enrollment.enums import NURSES_AND_TECHNICIANS, EnrollmentStatus, Trait
from enrollment.models import (
    Applicant,
    DiscussionGroup,
    Enrollment,
    EnrollmentQuerySet,
    PastInstitution,
    Roster,
    RosterImport,
    Rule,
)
from enrollment.rules.feasibility import rule_findings
from enrollment.rules.outlook import Turn, turns
from enrollment.rules.recruitment import Group, RosterCounts, RuleRow, tally
from enrollment.rules.remedies import JointChange, evaluate, joint_change
from enrollment.rules.rows import KnownInstitution
from programs.enums import Generation, Track, YearStatus
from programs.models import Duty, Participation, ProgramYear, Quota, Specialty
from programs.queries import due_at, duty_of_kind

RECRUITMENT = "recruitment"
ROSTER = "roster"
_STANDING = (EnrollmentStatus.APPLIED, EnrollmentStatus.APPROVED)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


TRAIT_FILTERS: Mapping[str, Q] = {
    Trait.COUNTY: Q(institution_level__in=COUNTY_AND_BELOW),
    Trait.PRIORITY: Q(priority_program__isnull=False),
    Trait.HEALTH: Q(health_management=True),
    Trait.NURSE: Q(profession__in=NURSES_AND_TECHNICIANS),
}


# What the rules read


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person who is not approved yet, as the rules would count them."""

    institution: str
    traits: frozenset[str]
    track: str


def groups_by_region(people: QuerySet[Enrollment]) -> dict[str, list[Group]]:
    """Comprehensive people of each province by institution and traits; one query."""
    flags = {f"is_{trait}": _flag(condition) for trait, condition in TRAIT_FILTERS.items()}
    rows = (
        people.filter(track=Track.COMPREHENSIVE)
        .order_by()
        .annotate(**flags)
        .values("region_id", "institution_id", *flags)
        .annotate(people=Count("pk"))
    )
    groups: dict[str, list[Group]] = defaultdict(list)
    for row in rows:
        traits = frozenset(trait for trait in TRAIT_FILTERS if row[f"is_{trait}"])
        groups[row["region_id"]].append(Group(str(row["institution_id"]), traits, row["people"]))
    return groups


def counts_by_region(year: ProgramYear) -> dict[str, RosterCounts]:
    """What the rules read, of every province with anybody approved; a fixed number of queries."""
    people = Enrollment.objects.of(year).active()
    groups = groups_by_region(people)
    online = dict(
        people.filter(track=Track.ONLINE_ONLY)
        .order_by()
        .values("region_id")
        .annotate(n=Count("pk"))
        .values_list("region_id", "n")
    )
    known = known_institutions(year)
    return {
        code: tally(groups.get(code, []), online_only=online.get(code, 0), known=known.get(code))
        for code in {*groups, *online}
    }


def roster_counts(year: ProgramYear, region: Region) -> RosterCounts:
    """The counts of one province, all of them zero where nobody is approved."""
    return counts_with(year, region, ())


def counts_with(
    year: ProgramYear, region: Region, prospects: Iterable[Prospect], without: Collection[int] = ()
) -> RosterCounts:
    """The counts as they would be with these people approved too, and without those enrollments."""
    people = Enrollment.objects.of(year).active().filter(region=region).exclude(pk__in=without)
    groups = groups_by_region(people).get(region.pk, [])
    online = people.online_only().count()
    for prospect in prospects:
        if prospect.track == Track.COMPREHENSIVE:
            groups.append(Group(prospect.institution, prospect.traits))
        else:
            online += 1
    return tally(groups, online_only=online, known=known_institutions(year, region).get(region.pk))


def waiting_prospects(year: ProgramYear, region: Region) -> list[Prospect]:
    people = Enrollment.objects.of(year).waiting().filter(region=region)
    return [prospect_of(person) for person in people.select_related("institution__merged_into")]


def prospect_of(person: Enrollment) -> Prospect:
    """As approval would freeze the person: a merged institution is read as what it became."""
    place = person.institution.merged_into or person.institution
    traits = {
        Trait.COUNTY: place.level in COUNTY_AND_BELOW,
        Trait.PRIORITY: person.priority_program_id is not None,
        Trait.HEALTH: person.health_management,
        Trait.NURSE: person.profession in NURSES_AND_TECHNICIANS,
    }
    return Prospect(str(place.pk), frozenset(t for t, has in traits.items() if has), person.track)


def known_institutions(year: ProgramYear, region: Region | None = None) -> dict[str, frozenset[str]]:
    """Institutions of the year before, by province: from its roster, else from the list the province gave (E9).

    A province in neither is missing: nothing is known of it.
    """
    last = Enrollment.objects.filter(
        year__program=year.program_id,
        year__year=year.year - 1,
        registration__isnull=False,
        track=Track.COMPREHENSIVE,
    )
    listed = PastInstitution.objects.filter(year=year)
    if region is not None:
        last, listed = last.filter(region=region), listed.filter(region=region)
    known: dict[str, set[str]] = defaultdict(set)
    for code, institution in last.order_by().values_list("region_id", "institution_id").distinct():
        known[code].add(str(institution))
    names = defaultdict(list)
    for code, name in listed.values_list("region_id", "name"):
        known[code]
        names[fold(name)].append(code)
    for pk, name in _by_names(names.keys()):
        for code in names[fold(name)]:
            known[code].add(str(pk))
    return {code: frozenset(found) for code, found in known.items()}


def _by_names(folded: Iterable[str]) -> list[tuple[int, str]]:
    """Registry entries, under name or alias, whose folded name is asked for."""
    wanted = set(folded)
    if not wanted:
        return []
    entries = [
        *Institution.objects.values_list("pk", "name"),
        *InstitutionAlias.objects.values_list("institution_id", "name"),
    ]
    return [(pk, name) for pk, name in entries if fold(name) in wanted]


def rule_rows(year: ProgramYear) -> dict[str, list[RuleRow]]:
    """The rules of the year by the province they bind, "" for everywhere; two queries."""
    rows: dict[str, list[RuleRow]] = defaultdict(list)
    for rule in Rule.objects.of(year).order_by("order").prefetch_related("regions"):
        for code in [region.pk for region in rule.regions.all()] or [""]:
            rows[code].append(rule.row)
    return rows


def rule_findings_of(year: ProgramYear) -> list[Finding]:
    """Whether the year's rules can be met together, province by province; part of its review (P1)."""
    rows = rule_rows(year)
    quotas = Quota.objects.filter(year=year, track=Track.COMPREHENSIVE).select_related("region")
    seats = {quota.region_id: (name_of(quota.region), quota.available) for quota in quotas}
    return rule_findings(rows, seats) if rows else []


def rules_for(rows: Mapping[str, list[RuleRow]], region_code: str) -> list[RuleRow]:
    return sorted([*rows.get("", []), *rows.get(region_code, [])], key=lambda row: row.order)


@dataclass(frozen=True, slots=True)
class Health:
    """A province's roster against all rules that bind it."""

    counts: RosterCounts
    findings: list[Finding]
    joint: JointChange | None

    @property
    def failing(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.passed]


def health_of(year: ProgramYear, region: Region, counts: RosterCounts | None = None) -> Health:
    """Findings of the roster as it stands, or of the given counts (E15)."""
    counts = counts or roster_counts(year, region)
    rows = rules_for(rule_rows(year), region.pk)
    seats = Quota.objects.filter(year=year, region=region, track=Track.COMPREHENSIVE)
    free = sum(seats.values_list("available", flat=True)) - counts.people
    return Health(counts, evaluate(counts, rows), joint_change(counts, rows, max(0, free)))


def outlook(
    year: ProgramYear, region: Region, *, leaving: Collection[int], coming: Iterable[Prospect] = ()
) -> list[Turn]:
    """Which rules would not be met once these enrollments are gone and those people have come (E11, E15)."""
    rows = rules_for(rule_rows(year), region.pk)
    after = counts_with(year, region, coming, without=leaving)
    return turns(roster_counts(year, region), after, rows)


# Calendar


def lead_unit(year: ProgramYear, region: Region) -> Unit | None:
    """The technical lead unit that answers for the province in the year."""
    row = Participation.objects.filter(year=year, region=region).select_related("technical_unit").first()
    return row.technical_unit if row else None


@dataclass(frozen=True, slots=True)
class Term:
    """Until when people are to be registered; later is late, and refused only where the duty is a wall (P2)."""

    due_at: dt.datetime
    wall: bool

    def is_late(self, now: dt.datetime) -> bool:
        return now >= self.due_at


def recruitment_term(year: ProgramYear, region: Region) -> Term | None:
    duty: Duty | None = duty_of_kind(year, RECRUITMENT)
    return Term(due_at(duty, lead_unit(year, region)), duty.wall) if duty else None


# Reading of workbooks


def institutions_by_name(region: Region) -> dict[str, KnownInstitution]:
    """The registry's institutions of a province under every name they go by; merged ones lead to what they became."""
    found: dict[str, KnownInstitution] = {}
    here = Q(region__code__startswith=region.pk[:2])
    entries = Institution.objects.filter(here).annotate(
        final=Case(When(merged_into__isnull=False, then=F("merged_into")), default=F("pk")),
        final_level=Case(When(merged_into__isnull=False, then=F("merged_into__level")), default=F("level")),
    )
    by_pk = {}
    for pk, name, final, level in entries.values_list("pk", "name", "final", "final_level"):
        by_pk[pk] = found[fold(name)] = KnownInstitution(final, level)
    for pk, name in InstitutionAlias.objects.filter(institution__in=by_pk).values_list(
        "institution_id", "name"
    ):
        found.setdefault(fold(name), by_pk[pk])
    return found


def online_specialty_of(year: ProgramYear) -> int | None:
    """The specialty that online-only trainees are fixed to (E12)."""
    fixed = Specialty.objects.filter(year=year, generation=Generation.OLD, online_only=True)
    return fixed.values_list("pk", flat=True).first()


def rosters_by_region(year: ProgramYear) -> dict[str, Roster]:
    return {roster.region_id: roster for roster in Roster.objects.of(year).select_related("submission")}


def institutions_near(region: Region) -> QuerySet[Institution]:
    """The registry of a province, by name; merged ones are left out."""
    return Institution.objects.standing().in_province(region.pk).order_by("name")


def workplaces_for(enrollment: Enrollment) -> QuerySet[Institution]:
    """The registry of the trainee's province and the own workplace, wherever that is."""
    own = Institution.objects.filter(pk=enrollment.institution_id)
    return (institutions_near(enrollment.region).order_by() | own).order_by("name")


def job_of(staged: RosterImport) -> Job | None:
    """The work that reads or applies an upload."""
    return Job.objects.filter(pk=staged.job_number or 0).first()


def group_for(enrollment: Enrollment) -> DiscussionGroup | None:
    """The year's group, as long as the trainee is admitted and has not joined (E13)."""
    if enrollment.joined_group or enrollment.status != EnrollmentStatus.APPROVED:
        return None
    return DiscussionGroup.objects.filter(year=enrollment.year_id).first()


def joined_of(people: EnrollmentQuerySet) -> tuple[int, int]:
    """How many of those admitted have joined the discussion group, and of how many (E13)."""
    found = people.active().aggregate(joined=Count("pk", filter=Q(joined_group=True)), people=Count("pk"))
    return found["joined"], found["people"]


def roster_of(year: ProgramYear, region: Region) -> Roster:
    """The roster's row, or what it would be: a page never writes one."""
    rows = Roster.objects.filter(year=year, region=region).select_related(
        "submission", "year__program", "region"
    )
    return rows.first() or Roster(year=year, region=region)


def standing_of(applicant: Applicant) -> EnrollmentStatus | None:
    """How far somebody taken onto the roster has come there; nothing before, and nothing of anybody else."""
    if not applicant.id_number_index:
        return None
    rows = Enrollment.objects.filter(
        roster_import=applicant.roster_import_id or 0, person__id_number_index=applicant.id_number_index
    )
    found = rows.values_list("status", flat=True).first()
    return EnrollmentStatus(found) if found else None


# Who is told


def trainees_of(owner: int, regions: Sequence[str], units: Sequence[int]) -> QuerySet:
    """The ids of the people approved in an open year of the office, in these provinces, placed with these bases."""
    people = Enrollment.objects.active().filter(year__program__owner=owner, year__status=YearStatus.OPEN)
    if regions:
        people = people.filter(region__in=regions)
    if units:
        people = people.filter(placements__base__in=units)
    return people.values("person")
