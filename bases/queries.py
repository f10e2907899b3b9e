"""Reads of calls and applications; builds what the rules eat."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Region, Unit
from bases.enums import (
    BOXES,
    SELECTED,
    ApplicationStatus,
    ConditionGroup,
    FileKind,
    ObjectionStatus,
    ReviewStatus,
    Section,
)
from bases.models import Application, BaseApproval, Call, Condition, Director, Review, Trainer
from bases.rules import (
    REQUIRED,
    ApplicationFacts,
    ConditionRow,
    Gap,
    Progress,
    Ties,
    conflicted,
    evaluate,
    faults_of,
    new_bases_finding,
    progress_of,
)
from core.enums import FindingStatus, Severity
from core.exceptions import Text
from core.findings import Finding
from core.models import Event
from core.values import CHINA
from programs.enums import SettingCode, YearStatus
from programs.models import DutyExtension, ProgramYear, Setting

# Calls


def closes_at(call: Call, unit: Unit | None) -> dt.datetime:
    """The printed deadline, unless the calendar gives this hospital an extension (B1, P2)."""
    extension = (
        DutyExtension.objects.filter(duty=call.duty_id, unit=unit).first() if unit and call.duty_id else None
    )
    return extension.due_at if extension else call.deadline


def takes_applications(call: Call, unit: Unit | None, now: dt.datetime) -> bool:
    """Open from the day of the notice, closed at the deadline to the minute."""
    return call.year.status == YearStatus.OPEN and call.has_opened(now) and now < closes_at(call, unit)


def condition_row(row: Condition) -> ConditionRow:
    return ConditionRow(
        row.code, row.kind, row.group, row.operator, row.threshold, row.unit, row.printed, row.clause,
        row.assumed if row.is_provisional else "",
    )  # fmt: skip


def call_checks(year: ProgramYear) -> Iterable[Finding]:
    """Whether call and calendar name the same instant; a difference stops the opening of the year."""
    for call in Call.objects.filter(year=year).select_related("duty"):
        if call.duty:
            yield Finding(
                kind="base_call_deadline",
                status=FindingStatus.PASSED if call.deadline == call.duty.due_at else FindingStatus.FAILED,
                severity=Severity.HARD,
                code=call.code,
                params={"call": call.title, "deadline": call.deadline, "duty": call.duty.due_at},
            )


def condition_checks(year: ProgramYear) -> Iterable[Finding]:
    """Conditions that their kind cannot be measured by."""
    for row in Condition.objects.filter(year=year):
        faults = faults_of(condition_row(row))
        yield Finding(
            kind="base_condition_row",
            status=FindingStatus.FAILED if faults else FindingStatus.PASSED,
            severity=Severity.HARD,
            code=row.code,
            params={"condition": row.printed, "fields": faults},
        )


# One application


def director_of(application: Application) -> Director | None:
    return getattr(application, "director", None)


def scan_is_older(application: Application) -> bool:
    """Whether something was changed after the sealed scan was uploaded: paper and entries may differ (B4)."""
    sealed = application.attachments.filter(kind=FileKind.SEALED_FORM).first()
    if sealed is None:
        return False
    saves = Event.objects.of(application).filter(verb="save_application", at__gt=sealed.added_at)
    return any(save.data["fields"] for save in saves)


def facts_of(
    application: Application, director: Director | None, trainers: Iterable[Trainer]
) -> ApplicationFacts:
    """From the objects as they are in memory, so that what is typed and not saved can be asked too."""
    columns = (
        "level", "perfusion_years", "rest_count", "stress_count", "senior_titles", "full_senior_titles", "treadmill",
        "bicycle", "defibrillator", "ecg_monitor", "rescue_equipment", "boxes",
    )  # fmt: skip
    return ApplicationFacts(
        **{name: getattr(application, name) for name in columns},
        director_title=director.title if director else "",
        trainer_titles=tuple(trainer.title for trainer in trainers),
    )


def findings_of(application: Application) -> list[Finding]:
    """The conditions of the call on what is saved."""
    facts = facts_of(application, director_of(application), application.trainers.all())
    return findings_on(application.call, facts)


def findings_on(call: Call, facts: ApplicationFacts) -> list[Finding]:
    return evaluate([condition_row(row) for row in call.conditions.all()], facts)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings under the heading of their group."""

    label: Text
    findings: tuple[Finding, ...]


def grouped(findings: Sequence[Finding]) -> list[FindingGroup]:
    """As the notice groups its conditions; what belongs to no group stands first."""
    found = []
    for group in ("", *ConditionGroup):
        members = tuple(one for one in findings if one.params.get("group", "") == group)
        if members:
            found.append(FindingGroup(ConditionGroup(group).label if group else "", members))
    return found


def progress(application: Application) -> list[Progress]:
    """Section by section what is filled in and what is still empty."""
    return [progress_of(section, _records(application, section)) for section in Section]


def _records(application: Application, section: Section) -> list[dict[str, Any]]:
    if section == Section.FILES:
        present = set(application.attachments.values_list("kind", flat=True))
        return [{kind: kind if kind in present else None for kind in FileKind}]
    if section == Section.DIRECTOR:
        return [_plain(director_of(application) or Director(), REQUIRED[section])]
    if section == Section.TRAINERS:
        return [_plain(trainer, REQUIRED[section]) for trainer in application.trainers.all()]
    names = REQUIRED[section]
    if section == Section.RECORD:
        names += tuple(f"{kind}_text" for kind in BOXES)
    return [_plain(application, names)]


def _plain(obj: models.Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(obj, name) for name in names}


def label_of(model: type[models.Model], name: str) -> str:
    """A column as the form calls it."""
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


def gap_label(gap: Gap, call: Call) -> str:
    """The field as the form calls it."""
    if gap.section == Section.FILES:
        return str(FileKind(gap.field).label)
    if gap.section == Section.TRAINERS:
        label = label_of(Trainer, gap.field)
        return _("Trainer %(number)s: %(field)s") % {"number": gap.row, "field": label}
    if gap.section == Section.DIRECTOR:
        return _("Director: %(field)s") % {"field": label_of(Director, gap.field)}
    box = box_labels(call).get(gap.field.removeprefix("has_").removesuffix("_text"))
    return box or label_of(Application, gap.field)


def box_labels(call: Call) -> dict[str, str]:
    """The five-year boxes as annex 2 of this call prints them."""
    return {row.kind: row.box_label for row in call.conditions.all() if row.box_label}


# Review


def ties_of_unit(unit: Unit) -> Ties:
    return Ties(
        frozenset({unit.pk}),
        frozenset({unit.region_id} if unit.region_id else ()),
        frozenset({unit.institution_id} if unit.institution_id else ()),
    )


def ties_of_users(user_ids: Iterable[int]) -> dict[int, Ties]:
    """Units, provinces and institutions of every membership a person has or had."""
    found: dict[int, list[set[Any]]] = defaultdict(lambda: [set(), set(), set()])
    rows = Membership.objects.filter(user__in=list(user_ids))
    for user, *keys in rows.values_list("user_id", "unit_id", "unit__region_id", "unit__institution_id"):
        for kept, key in zip(found[user], keys, strict=True):
            if key:
                kept.add(key)
    return {user: Ties(*map(frozenset, kept)) for user, kept in found.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who could be asked; `conflict` where hospital or province are their own, `review` where asked already."""

    membership: Membership
    conflict: bool
    review: Review | None

    @property
    def is_free(self) -> bool:
        return not self.conflict and self.review is None


def candidates(application: Application, now: dt.datetime) -> list[Candidate]:
    """Every expert of the program's owner."""
    owner = application.year.program.owner_id
    rows = Membership.objects.active(now).filter(Q(unit__owner=owner) | Q(unit=owner), role=Role.EXPERT)
    experts = list(rows.order_by("user__person__name", "pk"))
    ties = ties_of_users(row.user_id for row in experts)
    hospital = ties_of_unit(application.unit)
    asked = {review.expert_id: review for review in application.reviews.all()}
    return [Candidate(row, conflicted(ties[row.user_id], hospital), asked.get(row.pk)) for row in experts]


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What the experts said together."""

    asked: int
    done: int
    total: Decimal | None
    points: int

    @property
    def is_complete(self) -> bool:
        return self.done > 0 and self.done == self.asked


def review_summary(application: Application) -> ReviewSummary:
    """The mean of the finished reviews' totals; declined ones do not count."""
    reviews = list(
        application.reviews.exclude(status=ReviewStatus.DECLINED).annotate(total=Sum("scores__points"))
    )
    done = [review.total or 0 for review in reviews if review.status == ReviewStatus.DONE]
    mean = (Decimal(sum(done)) / len(done)).quantize(Decimal("0.1")) if done else None
    points = application.call.scoring.aggregate(points=Sum("points"))["points"] or 0
    return ReviewSummary(len(reviews), len(done), mean, points)


def open_objections(application: Application) -> int:
    return application.objections.filter(status=ObjectionStatus.OPEN).count()


# The public


def published_calls() -> models.QuerySet[Call]:
    """Calls of years that have left preparation, newest first; a notice is for everyone."""
    rows = Call.objects.exclude(year__status=YearStatus.DRAFT)
    return rows.select_related("year__program").order_by("-opens_on", "pk")


def under_publicity(year: ProgramYear, now: dt.datetime) -> models.QuerySet[Application]:
    """Hospitals shown to the public today (B5)."""
    today = now.astimezone(CHINA).date()
    rows = Application.objects.of(year).filter(status=ApplicationStatus.PUBLICITY)
    return rows.filter(publicity_starts_on__lte=today, publicity_ends_on__gte=today).select_related(
        "region", "call"
    )


def selected(year: ProgramYear) -> models.QuerySet[Application]:
    return Application.objects.of(year).filter(status__in=SELECTED).select_related("region", "call")


# Bases of a province


def new_bases(year: ProgramYear, region: Region) -> Finding | None:
    """How many new bases the province named this year; None where the year names none without a call (B6)."""
    limit = Setting.objects.filter(year=year, code=SettingCode.NEW_BASES_MAX).first()
    if limit is None:
        return None
    count = BaseApproval.objects.filter(year=year, region=region).new().count()
    assumed = limit.assumed if limit.is_provisional else ""
    return new_bases_finding(count, limit.value, clause=limit.clause, assumed=assumed)
