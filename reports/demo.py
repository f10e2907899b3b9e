"""The reports of the demo: one province's filed, a few begun, the country's with its narrative."""

import datetime as dt

from django.utils.translation import override

from accounts.actors import Actor, actor_of, actor_of_job
from accounts.enums import Role
from accounts.models import Membership, Region
from core.demo import DemoContext
from core.jobs import run
from programs.models import Participation, ProgramYear
from reports.enums import Section
from reports.models import AnnualReport
from reports.services import build_report, file_report, start_report, write_report

BEGUN = 3
_WORDS = {
    Section.ACHIEVEMENTS: (
        "{place}按国家项目办公室部署，组织召开项目启动会，完成学员招生、审核与注册，线上必修课程与线下实训同步推进。\n"
        "各培训基地以床旁示教、阅片和操作带教为主安排线下课程，学员出勤稳定；省级统一组织线下考核，合格学员参加国家级考试。\n"
        "项目带动县级医疗机构开展癌症机会性筛查，学员回到岗位后已在本单位推广规范流程。"
    ),
    Section.PROBLEMS: (
        "部分基层学员工学矛盾突出，线上学习进度前松后紧；个别基地直播条件不足，直播课时未能按计划完成。\n"
        "下一年度拟提前排课，按月通报学习进度，并为直播条件不足的基地安排联合授课。"
    ),
    Section.FUNDS: (
        "项目资金专款专用，按线上课程制作、线下培训、组织管理三个方向列支，支出以省级财务凭证为准。\n"
        "结余资金按规定结转，用于补训与质量控制。"
    ),
}


def build(context: DemoContext) -> None:
    """Through the services the screens use, with the documents really printed for the province that files."""
    year = context.exam_year
    rows = list(
        Participation.objects.filter(year=year)
        .exclude(technical_unit=None)
        .select_related("region")
        .order_by("order")
    )
    full = [row for row in rows if row.region_id in context.full_regions] or rows[:1]
    begun = [row for row in rows if row not in full][:BEGUN]
    for row in (full[0], *begun):
        _write(year, row.region, _coordinator(row, context.now), context)
    country = start_report(year=year, region=None, actor=context.actor, now=context.now)
    write_report(report=country, sections=_narrative("全国"), actor=context.actor, now=context.now)
    _file(year, full[0], context)
    context.say(f"annual reports: 1 filed, {len(begun) + 1} being written")


def _narrative(place: str) -> dict[str, str]:
    return {section: text.format(place=place) for section, text in _WORDS.items()}


def _coordinator(row: Participation, now: dt.datetime) -> Actor:
    members = Membership.objects.active(now).filter(role=Role.TECHNICAL_LEAD)
    return actor_of(members.get(unit=row.technical_unit_id))


def _write(year: ProgramYear, region: Region, actor: Actor, context: DemoContext) -> None:
    report = start_report(year=year, region=region, actor=actor, now=context.now)
    write_report(report=report, sections=_narrative(region.name), actor=actor, now=context.now)


def _file(year: ProgramYear, row: Participation, context: DemoContext) -> None:
    report = AnnualReport.objects.get(year=year, region=row.region_id)
    with override("zh-hans"):
        job = build_report(report=report, actor=_coordinator(row, context.now), now=context.now)
        run(job.pk, lambda: context.now)
    file_report(report=report, actor=actor_of_job(job, context.now), now=context.now)
