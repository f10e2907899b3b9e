"""Class sessions, attendance and results of the exam year: two provinces through the services, the rest in bulk."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from accounts.actors import Actor, actor_of
from accounts.enums import Role
from accounts.models import Membership
from core.demo import DemoContext
from core.values import CHINA
from courses.enums import AttendanceMode, Occasion, SessionKind
from courses.models import Attendance, ClassSession, Faculty, OfflineResult
from courses.queries import study_span
from courses.services import ResultRow, record_attendance, record_results, record_session
from enrollment.models import Enrollment
from programs.enums import TargetKind
from programs.models import Participation, Target

_HOURS = Decimal(8)
# forms and topics of the sessions in their order; a province holds as many days as its turn says
_DAYS = (
    (SessionKind.THEORY, "开班仪式与癌症早诊总论"), (SessionKind.THEORY, "上消化道癌筛查与早诊"),
    (SessionKind.SKILLS, "胃肠镜检查操作示教"), (SessionKind.PRACTICE, "内镜中心跟班实践"),
    (SessionKind.THEORY, "肺癌低剂量CT筛查质量控制"), (SessionKind.OBSERVATION, "影像阅片现场观摩"),
    (SessionKind.CASE, "典型早诊早治病例分享"), (SessionKind.VISIT, "防癌体检中心参观"),
    (SessionKind.MDT, "多学科会诊病例演示"), (SessionKind.SALON, "健康管理学术沙龙"),
    (SessionKind.THEORY, "乳腺癌与子宫颈癌筛查"), (SessionKind.PRACTICE, "体检报告解读实践"),
    (SessionKind.SKILLS, "病理现场阅片"), (SessionKind.THEORY, "肿瘤营养与康复"),
    (SessionKind.CASE, "高危人群管理案例"), (SessionKind.THEORY, "线下培训总结与考核"),
)  # fmt: skip
_LENGTHS = (16, 15, 16, 14, 16, 12, 16, 15)
# from this many hours on the province lets a trainee sit its assessment
_ASSESSED_FROM = Decimal(70)


def build_offline(context: DemoContext) -> None:
    """Sessions over some weeks between recruitment and the end of training, attendance by diligence, results."""
    year = context.exam_year
    rows = (
        Participation.objects.filter(year=year).select_related("technical_unit", "region").order_by("order")
    )
    for number, row in enumerate(rows):
        sessions = _sessions(context, row, number)
        people = list(
            Enrollment.objects.of(year).active().comprehensive().filter(region=row.region_id).order_by("pk")
        )
        hours = _attend(context, row, sessions, people)
        _assess(context, row, people, hours)
    context.say(
        f"courses: {ClassSession.objects.filter(year=year).count()} sessions, {Attendance.objects.count()} attendances"
    )


def _coordinator(context: DemoContext, row: Participation) -> Actor:
    members = Membership.objects.active(context.now).filter(unit=row.technical_unit, role=Role.TECHNICAL_LEAD)
    return actor_of(members.first())


def _sessions(context: DemoContext, row: Participation, number: int) -> list[ClassSession]:
    year, days = context.exam_year, _LENGTHS[number % len(_LENGTHS)]
    plan = [*_DAYS[: days - 1], _DAYS[-1]]
    begins, ends = study_span(year) or (context.now - dt.timedelta(days=90), context.now)
    first = (begins.astimezone(CHINA) + dt.timedelta(days=14 + number % 30)).replace(hour=8, minute=30)
    apart = (min(ends - dt.timedelta(days=3), first + dt.timedelta(days=42)) - first) / (days - 1)
    live = Target.objects.filter(year=year, kind=TargetKind.LIVE_LESSONS, region=row.region_id).values_list(
        "amount", flat=True
    )
    live_days = -(-(live.first() or 0) // int(_HOURS))
    lecturers = list(Faculty.objects.filter(region=row.region_id, teaches_offline=True).order_by("pk"))
    sessions = [
        ClassSession(
            year=year,
            region=row.region,
            kind=kind,
            topic=topic,
            place=f"{row.region.short_name}培训教室"
            if kind == SessionKind.THEORY
            else f"{row.region.short_name}培训基地",
            starts_at=(first + apart * place).replace(hour=8, minute=30, second=0, microsecond=0),
            hours=_HOURS,
            lecturer=lecturers[place % len(lecturers)],
            is_live=place < live_days,
            occasion={0: Occasion.OPENING, days - 1: Occasion.CLOSING}.get(place, Occasion.NONE),
        )
        for place, (kind, topic) in enumerate(plan)
    ]
    if row.region_id in context.full_regions:
        return _through_service(context, row, sessions)
    return ClassSession.objects.bulk_create(sessions)


def _through_service(
    context: DemoContext, row: Participation, sessions: Iterable[ClassSession]
) -> list[ClassSession]:
    actor = _coordinator(context, row)
    names = ("kind", "topic", "place", "starts_at", "hours", "lecturer", "is_live", "occasion")
    return [
        record_session(
            year=context.exam_year, region=row.region, base=None, actor=actor, now=context.now,
            values={name: getattr(session, name) for name in names},
        )
        for session in sessions
    ]  # fmt: skip


def _attend(
    context: DemoContext, row: Participation, sessions: Sequence[ClassSession], people: Sequence[Enrollment]
) -> dict[int, Decimal]:
    """Hours by trainee: who is to be ready misses hardly a day, the others many."""
    chance, ready = context.random, context.shared.get("exam_ready", set())
    diligence = {one.pk: 0.97 if one.pk in ready else chance.choice((0.0, 0.3, 0.55, 0.8)) for one in people}
    present = {
        session.pk: [one.pk for one in people if chance.random() < diligence[one.pk]] for session in sessions
    }
    least = -(-_ASSESSED_FROM // _HOURS)
    for pk in (one.pk for one in people if one.pk in ready):
        missed = [session.pk for session in sessions if pk not in present[session.pk]]
        for session_pk in missed[: max(0, int(least) - (len(sessions) - len(missed)))]:
            present[session_pk].append(pk)
    if row.region_id in context.full_regions:
        actor = _coordinator(context, row)
        for session in sessions:
            modes = dict.fromkeys(present[session.pk], AttendanceMode.ON_SITE.value)
            record_attendance(session=session, modes=modes, actor=actor, now=context.now)
    else:
        Attendance.objects.bulk_create(
            (
                Attendance(
                    session=session, enrollment_id=pk, mode=AttendanceMode.ON_SITE, hours=session.hours
                )
                for session in sessions
                for pk in present[session.pk]
            ),
            batch_size=2000,
        )
    counts: dict[int, int] = {}
    for attended in present.values():
        for pk in attended:
            counts[pk] = counts.get(pk, 0) + 1
    return {pk: _HOURS * count for pk, count in counts.items()}


def _assess(
    context: DemoContext, row: Participation, people: Sequence[Enrollment], hours: dict[int, Decimal]
) -> None:
    """Those ready pass; of the others with enough hours most are assessed and some fail."""
    chance, ready = context.random, context.shared.get("exam_ready", set())
    lines = []
    for one in people:
        if one.pk in ready:
            lines.append(ResultRow(one.pk, True, Decimal(chance.randint(60, 98))))
        elif hours.get(one.pk, 0) >= _ASSESSED_FROM and chance.random() < 0.8:
            passed = chance.random() < 0.85
            lines.append(
                ResultRow(
                    one.pk, passed, Decimal(chance.randint(60, 90) if passed else chance.randint(35, 59))
                )
            )
    day = context.now.astimezone(CHINA).date() - dt.timedelta(days=2)
    if row.region_id in context.full_regions:
        actor = _coordinator(context, row)
        record_results(
            year=context.exam_year,
            region=row.region,
            rows=lines,
            assessed_on=day,
            actor=actor,
            now=context.now,
        )
        return
    OfflineResult.objects.bulk_create(
        OfflineResult(
            enrollment_id=line.enrollment_id,
            passed=line.passed,
            score=line.score,
            assessed_on=day,
            recorded_at=context.now,
        )
        for line in lines
    )
