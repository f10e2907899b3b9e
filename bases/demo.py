"""A second year of the program that selects bases, its call open today, with two hospitals under way."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor, actor_of
from accounts.demo import login_name
from accounts.enums import Role, Sex, UnitKind
from accounts.models import Membership, Person, Unit, User
from bases import services
from bases.documents import application_pdf
from bases.enums import Advice, FileKind, HospitalKind, HospitalLevel, PrintedForm, Section, Title
from bases.models import Application, BaseApproval, Call, Review
from bases.queries import candidates
from core.demo import DemoContext
from core.events import record_many
from core.values import CHINA
from programs.enums import Area
from programs.models import ProgramYear
from programs.services import copy_year, edit_row, open_year

CLOSES_IN = dt.timedelta(days=20)
_EQUIPPED = {
    "treadmill": True,
    "bicycle": True,
    "defibrillator": True,
    "ecg_monitor": True,
    "rescue_equipment": True,
}
_DEPARTMENT = {
    "radiation_protection": True, "physicians": 9, "technicians": 6, "nurses": 5,
    "hardware": "示教室 1 间（40 座）、阅片室 2 间、SPECT/CT 2 台、PET/CT 1 台，配远程会诊终端。",
}  # fmt: skip
_SHORT = {"rest_count": 120, "stress_count": 96, "senior_titles": 1, "full_senior_titles": 0}
_AMPLE = {"rest_count": 310, "stress_count": 285, "senior_titles": 4, "full_senior_titles": 2}
_RECORD = {
    "has_research_project": True, "research_project_text": "省自然科学基金面上项目 1 项：核素心肌灌注显像定量分析研究（演示）。",
    "has_cme_course": True, "cme_course_text": "国家级继续教育项目“心血管核医学规范化诊断培训班”1 期（演示）。",
    "has_nsfc_grant": False, "nsfc_grant_text": "", "has_award": False, "award_text": "",
    "has_publication": True, "publication_text": "核心期刊论文 3 篇，通讯作者（演示）。",
}  # fmt: skip
_TRAINERS = (
    ("心血管核医学", "示例甲", 52, Title.CHIEF_PHYSICIAN),
    ("心血管核医学", "示例乙", 46, Title.ASSOCIATE_CHIEF_PHYSICIAN),
    ("核医学技术", "示例丙", 44, Title.ASSOCIATE_CHIEF_TECHNOLOGIST),
)


def build(context: DemoContext) -> None:
    """The bases of the exam year stand; what is applied for goes through the services the screens use."""
    _stand(context)
    printed = next(
        (call for call in Call.objects.select_related("year__program") if call.year.copied_from_id is None),
        None,
    )
    if printed is None or not printed.year.has(Area.BASES):
        return
    office = _actor(context, unit=printed.year.program.owner, role=Role.NATIONAL_OFFICE)
    call = _open_call(context, printed, office)
    context.shared["bases_year"] = call.year
    hospitals = list(
        Membership.objects.active(context.now).filter(
            role=Role.APPLICANT, unit__owner=call.year.program.owner_id
        )
    )
    for membership in hospitals[2:5]:
        _expert_at(context, membership.unit)
    _expert_at(context, hospitals[1].unit)
    _draft(context, call, actor_of(hospitals[0]))
    _in_review(context, call, actor_of(hospitals[1]), office)
    context.say(f"bases: {call.year}, call open, two applications")


def _stand(context: DemoContext) -> None:
    """The provinces' bases as named and filed at the beginning of the exam year."""
    year: ProgramYear = context.exam_year
    bases = Unit.objects.filter(kind=UnitKind.TRAINING_BASE, owner=year.program.owner).order_by("pk")
    begun = context.now - dt.timedelta(days=150)
    approvals = BaseApproval.objects.bulk_create(
        BaseApproval(
            year=year, region=base.region, base=base, reason="场地、设备和师资符合规定条件。", approved_at=begun, filed_at=begun,
        )
        for base in bases
    )  # fmt: skip
    record_many("name_base", approvals, actor=context.actor, now=begun, reason="演示数据")


def _actor(context: DemoContext, **where: Any) -> Actor:
    return actor_of(Membership.objects.active(context.now).get(**where))


def _open_call(context: DemoContext, printed: Call, office: Actor) -> Call:
    """The next year with its dates moved so that the call is open, its text rewritten as the office would."""
    source = printed.year
    number = max(context.now.astimezone(CHINA).year, source.year + 1)
    shift = dt.timedelta(days=(context.now + CLOSES_IN - printed.deadline).days)
    year: ProgramYear = copy_year(
        source=source, year=number, name=source.name.replace(str(source.year), str(number)),
        name_en=source.name_en.replace(str(source.year), str(number)), shift=shift, actor=office, now=context.now,
    )  # fmt: skip
    call = Call.objects.select_related("year__program").get(year=year, code=printed.code)
    edit_row(
        row=call,
        values=_rewritten(printed, call),
        reason="按新年度改写日期（演示）",
        actor=office,
        now=context.now,
    )
    open_year(year=year, actor=office, now=context.now)
    return Call.objects.select_related("year__program").get(pk=call.pk)


def _rewritten(old: Call, new: Call) -> dict[str, str]:
    """The printed days of the notice, and the year whose figures it asks for."""
    replaced = {
        _printed(old.deadline.astimezone(CHINA)): _printed(new.deadline.astimezone(CHINA)),
        _printed(old.opens_on): _printed(new.opens_on),
        f"{old.year.year - 1}年底": f"{new.year.year - 1}年底",
    }
    values = {"text": new.text, "application_notes": new.application_notes}
    for name, text in values.items():
        for before, after in replaced.items():
            text = text.replace(before, after)
        values[name] = text
    return values


def _printed(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _expert_at(context: DemoContext, unit: Unit) -> None:
    username = login_name(unit, Role.EXPERT)
    person = Person.objects.create(name=f"{unit.region.short_name if unit.region else ''}评审专家")
    user = User.objects.create(
        username=username, person=person, password=context.password_hash, created_at=context.now
    )
    Membership.objects.create(user=user, unit=unit, role=Role.EXPERT, starts_at=context.now)


def _draft(context: DemoContext, call: Call, hospital: Actor) -> None:
    """Begun, short of examinations and senior titles, people and files still missing."""
    application = services.start_application(call=call, actor=hospital, now=context.now)
    _save(context, application, hospital, Section.HOSPITAL, _hospital(application))
    _save(context, application, hospital, Section.DEPARTMENT, _DEPARTMENT | _SHORT)
    supplement = {
        "perfusion_years": 2,
        **_EQUIPPED,
        "bicycle": False,
        "ecg_monitor": None,
        "equipment_text": "",
    }
    _save(context, application, hospital, Section.SUPPLEMENT, supplement)


def _in_review(context: DemoContext, call: Call, hospital: Actor, office: Actor) -> None:
    """Complete, handed in, checked, with the experts; one of them has answered."""
    application = services.start_application(call=call, actor=hospital, now=context.now)
    stamp: dict[str, Any] = {"actor": hospital, "now": context.now}
    _save(context, application, hospital, Section.HOSPITAL, _hospital(application))
    _save(context, application, hospital, Section.DEPARTMENT, _DEPARTMENT | _AMPLE)
    _save(context, application, hospital, Section.RECORD, _RECORD)
    supplement = {"perfusion_years": 8, **_EQUIPPED, "equipment_text": "简易呼吸器、吸引器、急救车"}
    _save(context, application, hospital, Section.SUPPLEMENT, supplement)
    _save(context, application, hospital, Section.DIRECTOR, _director(application))
    rows = [_trainer(number, *line) for number, line in enumerate(_TRAINERS, 1)]
    fresh = Application.objects.get(pk=application.pk)
    services.save_trainers(application=fresh, rows=rows, revision=fresh.revision, **stamp)
    fresh = Application.objects.detailed().get(pk=application.pk)
    paper = application_pdf(fresh, PrintedForm.ALL)
    for kind in FileKind:
        file = SimpleUploadedFile(f"{kind.label}.pdf", paper, "application/pdf")
        services.add_attachment(application=fresh, kind=kind, file=file, **stamp)
    services.submit_application(application=fresh, pledged=True, revision=fresh.revision, **stamp)
    _review(context, Application.objects.detailed().get(pk=application.pk), office)


def _review(context: DemoContext, application: Application, office: Actor) -> None:
    services.accept_application(application=application, actor=office, now=context.now)
    free = [one.membership for one in candidates(application, context.now) if one.is_free][:3]
    reviews = services.assign_reviewers(application=application, experts=free, actor=office, now=context.now)
    first = Review.objects.select_related("application__call", "expert").get(pk=reviews[0].pk)
    points = {row.pk: row.points * 9 // 10 for row in application.call.scoring.all()}
    services.submit_review(
        review=first, points=points, advice=Advice.SELECT, opinion="学科基础扎实，检查量充足，师资和设备满足培训需要（演示）。",
        actor=actor_of(first.expert), now=context.now,
    )  # fmt: skip


def _save(
    context: DemoContext, application: Application, actor: Actor, section: Section, values: Mapping[str, Any]
) -> None:
    revision = Application.objects.get(pk=application.pk).revision
    services.save_section(
        application=application,
        section=section,
        values=values,
        revision=revision,
        actor=actor,
        now=context.now,
    )


def _hospital(application: Application) -> dict[str, Any]:
    return {
        "hospital_name": application.unit.name, "level": HospitalLevel.TERTIARY_A, "kind": HospitalKind.GENERAL,
        "city": application.region.name, "address": "示例路 1 号", "postcode": "100000", "teaching_hospital": True,
    }  # fmt: skip


def _director(application: Application) -> dict[str, Any]:
    return {
        "name": "示例甲", "age": 52, "sex": Sex.FEMALE, "ethnicity": "汉族", "title": Title.CHIEF_PHYSICIAN,
        "post": "核医学科主任", "years_of_practice": 28, "phone": "13900000001", "email": "director@example.org",
        "address": f"{application.region.name}示例路 1 号", "experience": "从事心血管核医学临床、教学与培训工作 28 年（演示）。",
    }  # fmt: skip


def _trainer(number: int, specialty: str, name: str, age: int, title: Title) -> dict[str, Any]:
    return {
        "specialty": specialty, "name": name, "age": age, "department": "核医学科", "title": title,
        "phone": f"1390000{number:04d}", "email": f"trainer{number}@example.org",
    }  # fmt: skip
