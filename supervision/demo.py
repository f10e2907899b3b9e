"""The exam year's supervision in mid-flight: activities, money, half-filled scorecards."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.actors import Actor, actor_of
from accounts.enums import UnitKind
from accounts.models import Membership, Unit
from core.demo import DemoContext
from core.figures import FIGURES
from core.values import CHINA
from programs.enums import Track
from programs.models import Duty, DutyRecord, Participation, Quota
from programs.where import Where
from supervision.enums import (
    KICKOFF_FIGURE,
    ActivityKind,
    CriterionMeasure,
    FundDirection,
    FundKind,
    ScorecardStatus,
    SheetKind,
)
from supervision.models import Activity, FundEntry, Scorecard, ScorecardLine
from supervision.queries import lines_of, owner_scope
from supervision.services import (
    Entry,
    confirm_line,
    confirm_measured_lines,
    confirm_scorecard,
    finalize_scorecard,
    open_scorecards,
    record_activity,
    record_fund,
    refresh_scorecards,
    save_self_assessment,
    submit_self_assessment,
)
from supervision.services.files import record_visit, save_provincial_file

_YUAN_A_SEAT = 1500
_TITLES = {
    ActivityKind.PUBLICITY: (
        "全国肿瘤防治宣传周进社区",
        "癌症早诊早治媒体见面会",
        "健康体检与防癌科普大讲堂",
        "基层医务人员防癌宣传月",
    ),
    ActivityKind.POPULAR_SCIENCE: ("肠镜检查前怎么准备", "肺结节不必慌", "乳腺自查三步法"),
    ActivityKind.PROGRESS: ("早期胃癌内镜诊断新进展",),
    ActivityKind.CASE_REPORT: ("一例体检发现的早期食管癌",),
    ActivityKind.NEWS: ("本省线下培训班顺利开班", "项目培训质控专家到基地调研"),
}
_NOTES = (
    "按要求落实，相关文件存档备查。",
    "已按计划完成，材料齐备。",
    "原始材料已整理归档，可现场核验。",
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One activity or entry before it is recorded by a service or in bulk."""

    days_ago: int
    kind: str
    text: str = ""
    people: int | None = None
    direction: str = ""
    amount: Decimal = Decimal(0)


def build(context: DemoContext) -> None:
    """Two provinces record everything through the services, the others in bulk; then every sheet is measured."""
    year, now = context.exam_year, context.now
    open_scorecards(year=year, actor=context.actor, now=now)
    rows = Participation.objects.filter(year=year).select_related(
        "year__program", "administrative_unit", "technical_unit", "region"
    )
    provinces = list(rows.order_by("order"))
    full = context.full_regions or tuple(row.region_id for row in provinces[:2])
    for row in provinces:
        (_by_services if row.region_id in full else _in_bulk)(context, row)
    refresh_scorecards(cards=Scorecard.objects.filter(year=year), actor=context.actor, now=now)
    _fill_half(context, full)
    _assess(context, full)
    context.say(f"scorecards: {Scorecard.objects.filter(year=year).count()}")


def _activities(context: DemoContext, row: Participation) -> Iterator[Happened]:
    chance, today = context.random, context.now.astimezone(CHINA).date()
    yield Happened(chance.randint(100, 130), ActivityKind.KICKOFF, "项目启动会", chance.randint(40, 120))
    where = Where(row.year_id, region=row.region_id)
    opened = FIGURES["courses.offline_opening_on"].value(owner_scope(row.year), where).amount
    if opened:
        days_ago = (today - opened).days
        yield Happened(days_ago, ActivityKind.OPENING, "线下培训开班仪式", chance.randint(40, 120))
    for kind, titles in _TITLES.items():
        for title in chance.sample(titles, chance.randint(1, len(titles))):
            people = chance.randint(30, 400) if kind == ActivityKind.PUBLICITY else None
            yield Happened(chance.randint(5, 120), kind, title, people)


def _money(context: DemoContext, row: Participation) -> Iterator[Happened]:
    seats = Quota.objects.get(year=row.year_id, region=row.region_id, track=Track.COMPREHENSIVE).seats
    total = Decimal(seats * _YUAN_A_SEAT)
    yield Happened(170, FundKind.ALLOCATION, "中央财政补助资金下达", amount=total)
    yield Happened(context.random.randint(60, 150), FundKind.ARRIVAL, "资金到位", amount=total)
    yield Happened(90, FundKind.LOCAL_MATCHING, "省级配套", amount=total / 10)
    shares = ((FundDirection.ONLINE, 40), (FundDirection.OFFLINE, 50), (FundDirection.MANAGEMENT, 10))
    for direction, percent in shares:
        yield Happened(120, FundKind.BUDGET, "年度预算", direction=direction, amount=total * percent / 100)
        spent = total * percent * context.random.randint(60, 108) / 10000
        yield Happened(
            context.random.randint(3, 50),
            FundKind.SPENDING,
            "支出",
            direction=direction,
            amount=spent.quantize(Decimal("0.01")),
        )


def _day(context: DemoContext, days_ago: int) -> dt.date:
    return (context.now - dt.timedelta(days=days_ago)).astimezone(CHINA).date()


def _member(context: DemoContext, unit: Unit | None) -> Actor:
    membership = Membership.objects.active(context.now).filter(unit=unit).order_by("pk").first()
    return actor_of(membership)


def _by_services(context: DemoContext, row: Participation) -> None:
    common = {"year": row.year, "now": context.now, "file": None}
    for one in _activities(context, row):
        record_activity(
            kind=one.kind,
            title=one.text,
            held_on=_day(context, one.days_ago),
            participants=one.people,
            note="",
            actor=_member(context, row.technical_unit),
            **common,  # type: ignore[arg-type]
        )
    _keep_file(context, row)
    for one in _money(context, row):
        record_fund(
            kind=one.kind,
            direction=one.direction,
            amount=one.amount,
            booked_on=_day(context, one.days_ago),
            note=one.text,
            actor=_member(context, row.technical_unit),
            **common,  # type: ignore[arg-type]
        )


def _keep_file(context: DemoContext, row: Participation) -> None:
    """The province's file, its papers still to come, and a visit to each of its bases."""
    act: dict[str, Any] = {"year": row.year, "region": row.region, "now": context.now}
    actor = _member(context, row.technical_unit)
    place = row.region.short_name
    texts = {
        "in_charge": f"{place}癌症筛查项目负责人（演示）",
        "contact": "0000-0000000",
        "working_group": f"{place}卫生健康委员会（演示）\n{place}癌症中心（演示）",
        "expert_group": f"{place}内镜专家（演示）\n{place}影像专家（演示）",
        "nominees": f"{place}推荐专家（演示）",
    }
    save_provincial_file(texts=texts, papers={}, actor=actor, **act)
    bases = Unit.objects.filter(kind=UnitKind.TRAINING_BASE, region=row.region, closed_at=None)
    for number, base in enumerate(bases.order_by("pk")):
        record_visit(
            base=base,
            visited_on=_day(context, 20 + 7 * number),
            visitors="省质控专家组",
            result="带教计划和考勤记录齐全；实操课次需补登记。",
            file=None,
            actor=actor,
            **act,
        )


def _in_bulk(context: DemoContext, row: Participation) -> None:
    common = {"year": row.year, "region": row.region, "unit": row.technical_unit, "recorded_at": context.now}
    held = list(_activities(context, row))
    Activity.objects.bulk_create(
        Activity(
            kind=one.kind,
            title=one.text,
            held_on=_day(context, one.days_ago),
            participants=one.people,
            **common,
        )
        for one in held
    )
    FundEntry.objects.bulk_create(
        FundEntry(
            kind=one.kind,
            direction=one.direction,
            amount=one.amount,
            booked_on=_day(context, one.days_ago),
            note=one.text,
            **common,
        )
        for one in _money(context, row)
    )
    duty = Duty.objects.filter(year=row.year_id, figure=KICKOFF_FIGURE).first()
    if duty:
        kickoff = next(one for one in held if one.kind == ActivityKind.KICKOFF)
        values = {
            "year": row.year,
            "done_on": _day(context, kickoff.days_ago),
            "note": kickoff.text,
            "recorded_at": context.now,
        }
        DutyRecord.objects.get_or_create(duty=duty, unit=row.technical_unit, defaults=values)


def _papers() -> "dict[str, object]":
    """Lines that wait for the unit: nothing measures them."""
    return {"measured_points": None, "scorecard__status": ScorecardStatus.DRAFT}


def _fill_half(context: DemoContext, full: tuple[str, ...]) -> None:
    """Half of what needs papers is claimed in the other provinces."""
    lines = ScorecardLine.objects.filter(scorecard__year=context.exam_year, **_papers()).exclude(
        scorecard__region__in=full
    )
    half = [line for line in lines.order_by("pk") if context.random.random() < 0.5]
    for line in half:
        line.self_points = line.points = line.maximum - Decimal(context.random.choice(("0", "0", "0.5", "1")))
        line.note = context.random.choice(_NOTES)
    ScorecardLine.objects.bulk_update(half, ["self_points", "points", "note"], batch_size=200)


def _assess(context: DemoContext, full: tuple[str, ...]) -> None:
    """In the first province both sheets are handed up and one is final, in the next one is under review."""
    cards = Scorecard.objects.filter(year=context.exam_year, region__in=full).exclude(kind=SheetKind.BASE)
    for card in cards.select_related("year__program", "region", "unit").order_by("region__order", "kind"):
        actor = _member(context, card.unit)
        save_self_assessment(card=card, entries=_entries(context, card), actor=actor, now=context.now)
        first = card.region_id == full[0]
        if first or card.kind == SheetKind.ADMINISTRATIVE:
            submit_self_assessment(card=card, actor=actor, now=context.now)
        if first and card.kind == SheetKind.ADMINISTRATIVE:
            _review(context, card)


def _entries(context: DemoContext, card: Scorecard) -> dict[int, Entry]:
    return {
        line.pk: Entry(points=line.maximum, note=context.random.choice(_NOTES))
        for line in lines_of(card)
        if line.measured_points is None
    }


def _review(context: DemoContext, card: Scorecard) -> None:
    stamp = {"actor": context.actor, "now": context.now}
    confirm_measured_lines(card=card, **stamp)
    for line in ScorecardLine.objects.filter(scorecard=card, criterion__measure=CriterionMeasure.EVIDENCE):
        confirm_line(line=line, **stamp)
    confirm_scorecard(card=card, **stamp)
    finalize_scorecard(card=card, **stamp)
