"""People, institutions and rosters of the demo: seeded, plausible, and belonging to no one."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from django.db import transaction

from accounts.actors import Actor, actor_of
from accounts.enums import COUNTY_AND_BELOW, InstitutionKind, InstitutionLevel, Role, Sex, UnitKind
from accounts.models import Institution, Membership, Person, Region, Unit, User
from accounts.rules import check_digit
from core.demo import DemoContext
from core.exceptions import Refusal
from enrollment.enums import EnrollmentStatus, Profession, RuleKind
from enrollment.models import Enrollment, Rule
from enrollment.queries import recruitment_term
from enrollment.services.approval import approve
from enrollment.services.placement import place
from enrollment.services.roster import (
    accept_roster,
    list_past_institutions,
    lock_roster,
    note_warning_reason,
    submit_roster,
)
from programs.enums import Generation, Track
from programs.models import PriorityProgram, ProgramYear, Quota, Specialty
from programs.queries import provinces_of
from programs.services import edit_row

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰红梅春燕海波志鹏宇浩然欣怡佳慧思雨晨曦子轩雅琴云飞峰雪松柏林泽民安康宁远航嘉瑞祥瑾瑜琳珊岚岩"
_PLACE = ("永安长平和新临清东定广宜兴泰", "安宁和平清阳川山河泉源城丰县")
_TITLES = ("主任医师", "副主任医师", "主治医师", "住院医师")
_DEPARTMENTS = (
    "体检中心",
    "健康管理科",
    "消化内科",
    "肿瘤科",
    "影像科",
    "病理科",
    "妇科",
    "内镜中心",
    "防癌办公室",
)
# within a province: institutions of each level, per hundred
_LEVELS = (
    (InstitutionLevel.PROVINCE, 12),
    (InstitutionLevel.CITY, 28),
    (InstitutionLevel.COUNTY, 42),
    (InstitutionLevel.TOWNSHIP, 18),
)
FEWEST_PLACES = 18
# a code of GB/T 2260 that names no county, so that no number can be somebody's
_NO_COUNTY = "9900"


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of a province's comprehensive trainees; the defaults pass every printed rule."""

    county: float = 0.56
    priority: float = 0.34
    health: float = 0.27
    nurse: float = 0.08
    new_known: bool = True
    approved: float = 1.0
    online: float = 1.0


# every eighth province has something short, so that the board and the findings have something to say
_MIXES = {1: Mix(county=0.44), 4: Mix(health=0.15), 5: Mix(nurse=0.14), 6: Mix(new_known=False)}


@dataclass
class _Town:
    """One province in one year while it is being made."""

    context: DemoContext
    year: ProgramYear
    region: Region
    actor: Actor
    mix: Mix
    places: dict[bool, list[Institution]] = field(default_factory=dict)

    @property
    def when(self) -> dt.datetime:
        """In the last weeks of recruitment, never after now."""
        term = recruitment_term(self.year, self.region)
        before = (term.due_at if term else self.context.now) - dt.timedelta(days=12)
        return min(before, self.context.now - dt.timedelta(hours=1))


def build(context: DemoContext) -> None:
    """The exam year with rosters handed in, then the recruiting year with people still coming."""
    for year in (context.exam_year, context.recruiting_year):
        _scale_floor(context, year)
        for number, participation in enumerate(provinces_of(year)):
            with transaction.atomic():
                _province(context, year, participation.region, participation.technical_unit, number)
        people = Enrollment.objects.of(year)
        context.say(f"{year.year}: {people.active().count()} trainees, {people.waiting().count()} waiting")


def _scale_floor(context: DemoContext, year: ProgramYear) -> None:
    """A small demo lowers the floor of online-only trainees as the office would: with a reason, on the rule itself."""
    if context.scale >= 1:
        return
    for rule in Rule.objects.of(year).filter(kind=RuleKind.ONLINE_ONLY_FLOOR):
        floor = max(1, round(float(rule.threshold) * context.scale))
        edit_row(
            row=rule,
            values={"threshold": floor},
            reason="演示数据按比例缩小",
            actor=context.actor,
            now=context.now,
        )


def _province(
    context: DemoContext, year: ProgramYear, region: Region, unit: Unit | None, number: int
) -> None:
    membership = Membership.objects.active(context.now).filter(unit=unit, role=Role.TECHNICAL_LEAD).first()
    if membership is None:
        return
    town = _Town(context, year, region, actor_of(membership), _mix_of(context, year, region, number))
    _make_places(town)
    waiting = _make_people(town)
    _approve(town, waiting)
    if year == context.exam_year:
        _place(town)
        _hand_in(town)


def _mix_of(context: DemoContext, year: ProgramYear, region: Region, number: int) -> Mix:
    full = region.pk in context.full_regions
    if year == context.exam_year:
        return Mix() if full else _MIXES.get(number % 8, Mix())
    if full:
        return Mix(county=0.42, approved=0.8)
    return Mix(
        county=0.5 + 0.1 * (number % 3), approved=0.3 + 0.1 * (number % 5), online=0.4 + 0.2 * (number % 4)
    )


# Institutions


def _make_places(town: _Town) -> None:
    """Made once per province; the next year adds a few that were not there (E9)."""
    region = town.region
    known = list(Institution.objects.filter(region=region, name__contains="（演示）"))
    fresh = list(
        _new_places(town, len(known), 3 if known else max(FEWEST_PLACES, round(26 * town.context.scale)))
    )
    Institution.objects.bulk_create(fresh)
    everyone = [*known, *fresh]
    town.places = {
        below: [place for place in everyone if (place.level in COUNTY_AND_BELOW) is below]
        for below in (True, False)
    }
    if town.year == town.context.exam_year and town.mix.new_known:
        names = [place.name for place in everyone[: len(everyone) // 2]]
        list_past_institutions(year=town.year, region=region, names=names, actor=town.actor, now=town.when)


def _new_places(town: _Town, have: int, count: int) -> Iterator[Institution]:
    for number in range(have, have + count):
        level = _level_at(number * 100 // max(count, FEWEST_PLACES) % 100)
        yield Institution(
            name=_place_name(town.region, level, number),
            level=level,
            region=town.region,
            kind=_kind_of(level, number),
            offers_checkup=number % 2 == 0,
            offers_screening=number % 3 != 0,
        )


def _level_at(percent: int) -> str:
    passed = 0
    for level, share in _LEVELS:
        passed += share
        if percent < passed:
            return level
    return InstitutionLevel.COUNTY


def _place_name(region: Region, level: str, number: int) -> str:
    first, second = _PLACE
    town = first[number % len(first)] + second[(number * 5 + number // len(first)) % len(second)]
    kind = {
        InstitutionLevel.PROVINCE: f"第{number + 1}医院",
        InstitutionLevel.CITY: f"{town}市医院",
        InstitutionLevel.COUNTY: f"{town}县医院",
        InstitutionLevel.TOWNSHIP: f"{town}社区卫生服务中心",
    }[InstitutionLevel(level)]
    return f"{region.short_name}{kind}（演示）"


def _kind_of(level: str, number: int) -> str:
    if level == InstitutionLevel.TOWNSHIP:
        return InstitutionKind.PRIMARY_CARE
    kinds = (
        InstitutionKind.GENERAL_HOSPITAL,
        InstitutionKind.CHECKUP_CENTER,
        InstitutionKind.SPECIALIZED_HOSPITAL,
    )
    return kinds[number % len(kinds)]


# People


def _make_people(town: _Town) -> list[Enrollment]:
    """Applications of the province in the order in which they came."""
    seats = dict(Quota.objects.filter(year=town.year, region=town.region).values_list("track", "seats"))
    scale = town.context.scale
    comprehensive = max(FEWEST_PLACES + 2, round(seats.get(Track.COMPREHENSIVE, 0) * scale))
    online = max(1, round(seats.get(Track.ONLINE_ONLY, 0) * scale))
    people = Person.objects.bulk_create(
        [made_up_person(town.context, town.region) for _ in range(comprehensive + online)], batch_size=500
    )
    drafts = [*_comprehensive(town, comprehensive), *_online(town, online)]
    start = town.when - dt.timedelta(days=40)
    step = (town.when - start) / (len(people) + 1)
    rows = [
        Enrollment(
            year=town.year,
            region=town.region,
            person=person,
            applied_at=start + step * number,
            status=EnrollmentStatus.APPLIED,
            **draft,
        )
        for number, (person, draft) in enumerate(zip(people, drafts, strict=True))
    ]
    return Enrollment.objects.bulk_create(rows, batch_size=500)


def made_up_person(context: DemoContext, region: Region) -> Person:
    """Not saved; with a number and a phone that nobody has."""
    chance, taken = context.random, context.shared.setdefault("demo_numbers", set())
    while True:
        born = dt.date(1970, 1, 1) + dt.timedelta(days=chance.randrange(28 * 365))
        first17 = f"{region.pk[:2]}{_NO_COUNTY}{born:%Y%m%d}{chance.randrange(1000):03d}"
        if first17 not in taken:
            break
    taken.add(first17)
    # 154 is given out to nobody
    phone = f"154{len(taken):08d}"
    given = "".join(chance.sample(_GIVEN, 1 if chance.random() < 0.2 else 2))
    return Person(
        name=chance.choice(_SURNAMES) + given,
        id_number=first17 + check_digit(first17),
        phone=phone,
        sex=Sex.MALE if int(first17[16]) % 2 else Sex.FEMALE,
        birth_date=born,
    )


def _flags(town: _Town, count: int, share: float, *, at_most: bool = False) -> list[bool]:
    """Just enough of `count`, spread by chance."""
    have = int(count * share) if at_most else -int(-count * share // 1)
    flags = [number < have for number in range(count)]
    town.context.random.shuffle(flags)
    return flags


def _comprehensive(town: _Town, count: int) -> Iterator[dict[str, Any]]:
    chance, mix = town.context.random, town.mix
    programs = list(PriorityProgram.objects.filter(year=town.year).order_by("order"))
    old, fine = _specialties(town, online_only=False), _specialties(town, generation=Generation.FINE)
    county, priority = _flags(town, count, mix.county), _flags(town, count, mix.priority)
    health, nurse = _flags(town, count, mix.health), _flags(town, count, mix.nurse, at_most=True)
    turn = {below: cycle(places) for below, places in town.places.items()}
    for number in range(count):
        institution = next(turn[county[number]])
        yield {
            "track": Track.COMPREHENSIVE,
            "specialty": chance.choice(old),
            "fine_specialty": chance.choice(fine),
            "institution": institution,
            "institution_level": institution.level,
            "department": chance.choice(_DEPARTMENTS),
            "title": "主管护师" if nurse[number] else chance.choice(_TITLES),
            "profession": chance.choice((Profession.NURSE, Profession.TECHNICIAN))
            if nurse[number]
            else Profession.PHYSICIAN,
            "priority_program": chance.choice(programs) if priority[number] and programs else None,
            "health_management": health[number],
            "licensed_physician": not nurse[number],
            "checkup_head": chance.random() < 0.1,
            "in_shortage": chance.random() < 0.15,
        }


def _online(town: _Town, count: int) -> Iterator[dict[str, Any]]:
    chance = town.context.random
    (fixed,) = _specialties(town, online_only=True)
    everyone = [*town.places[True], *town.places[False]]
    for _ in range(count):
        institution = chance.choice(everyone)
        yield {
            "track": Track.ONLINE_ONLY,
            "specialty": fixed,
            "institution": institution,
            "institution_level": institution.level,
            "profession": chance.choice(list(Profession)),
        }


def _specialties(town: _Town, **filters: Any) -> list[Specialty]:
    filters.setdefault("generation", Generation.OLD)
    return list(Specialty.objects.filter(year=town.year, **filters).order_by("order"))


# What the coordinator and the office do


def _approve(town: _Town, waiting: list[Enrollment]) -> None:
    """The first of each track are approved, the rest waits; everybody approved can sign in with the demo's password."""
    chosen = []
    for track, share in ((Track.COMPREHENSIVE, town.mix.approved), (Track.ONLINE_ONLY, town.mix.online)):
        people = [row.pk for row in waiting if row.track == track]
        chosen += people[: -int(-len(people) * share // 1)]
    done = approve(year=town.year, region=town.region, people=chosen, actor=town.actor, now=town.when)
    User.objects.filter(person__in=[row.person_id for row in done.approved]).update(
        password=town.context.password_hash
    )
    Enrollment.objects.filter(pk__in=chosen[: len(chosen) * 4 // 5]).update(joined_group=True)


def _place(town: _Town) -> None:
    bases = list(
        Unit.objects.filter(kind=UnitKind.TRAINING_BASE, region=town.region, owner=town.year.program.owner_id)
    )
    trainees = list(
        Enrollment.objects.of(town.year)
        .active()
        .comprehensive()
        .filter(region=town.region)
        .values_list("pk", flat=True)
    )
    for number, base in enumerate(bases):
        place(
            year=town.year,
            region=town.region,
            people=trainees[number :: len(bases)],
            base=base,
            actor=town.actor,
            now=town.when,
        )


def _hand_in(town: _Town) -> None:
    """Rosters whose rules pass are handed in, accepted and locked; the others stay open, as they would."""
    act: dict[str, Any] = {"actor": town.actor, "now": town.when}
    if town.mix.nurse > Mix().nurse:
        reason = "病理与内镜检查需要护师、技师同步培训"
        note_warning_reason(year=town.year, region=town.region, reason=reason, **act)
    try:
        roster = submit_roster(year=town.year, region=town.region, **act)
    except Refusal:
        return
    office: dict[str, Any] = {"actor": town.context.actor, "now": town.when + dt.timedelta(days=3)}
    lock_roster(roster=accept_roster(roster=roster, **office), **office)
