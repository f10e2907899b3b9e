"""Applications at every step, made through the services as the people would."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role, Sex, UnitKind
from accounts.models import Region
from bases import services
from bases.enums import Advice, FileKind, HospitalKind, HospitalLevel, Section, Title
from bases.models import Application, Call, Review
from core.values import CHINA
from tests import factories
from tests.factories import HEBEI, Persona, nuclear_2024, office_of, persona

# inside the 2024 call: it opened on 3 April and closes on 30 April at 17:00
NOW = dt.datetime(2024, 4, 20, 10, tzinfo=CHINA)
DEADLINE = dt.datetime(2024, 4, 30, 17, tzinfo=CHINA)
AFTER_PUBLICITY = dt.datetime(2024, 5, 20, 9, tzinfo=CHINA)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"

HOSPITAL = {
    "hospital_name": "测试申报医院", "level": HospitalLevel.TERTIARY_A, "kind": HospitalKind.GENERAL, "city": "河北省石家庄市",
    "address": "测试路 1 号", "postcode": "050000", "teaching_hospital": False,
}  # fmt: skip
DEPARTMENT = {
    "rest_count": 200, "stress_count": 150, "radiation_protection": True, "senior_titles": 3, "full_senior_titles": 1,
    "physicians": 8, "technicians": 5, "nurses": 0, "hardware": "示教室一间",
}  # fmt: skip
RECORD = {
    "has_research_project": True, "research_project_text": "省级课题一项", "has_cme_course": False, "cme_course_text": "",
    "has_nsfc_grant": False, "nsfc_grant_text": "", "has_award": False, "award_text": "", "has_publication": False,
    "publication_text": "",
}  # fmt: skip
SUPPLEMENT = {
    "perfusion_years": 5, "treadmill": True, "bicycle": False, "defibrillator": True, "ecg_monitor": True,
    "rescue_equipment": True, "equipment_text": "急救车",
}  # fmt: skip
DIRECTOR = {
    "name": "田主任", "age": 51, "sex": Sex.FEMALE, "ethnicity": "汉族", "title": Title.CHIEF_PHYSICIAN, "post": "科主任",
    "years_of_practice": 27, "phone": "13912345678", "email": "director@example.org", "address": "石家庄市测试路 1 号",
    "experience": "从事核医学临床工作 27 年",
}  # fmt: skip
SECTIONS = {
    Section.HOSPITAL: HOSPITAL, Section.DEPARTMENT: DEPARTMENT, Section.RECORD: RECORD,
    Section.SUPPLEMENT: SUPPLEMENT, Section.DIRECTOR: DIRECTOR,
}  # fmt: skip


def trainer(number: int = 1, **changes: Any) -> dict[str, Any]:
    line = {
        "specialty": "心血管核医学", "name": f"培训师{number}", "age": 45, "department": "核医学科",
        "title": Title.ASSOCIATE_CHIEF_PHYSICIAN, "phone": f"1370000{number:04d}", "email": f"t{number}@example.org",
    }  # fmt: skip
    return line | changes


def call_2024() -> Call:
    return Call.objects.select_related("year__program").get(year=nuclear_2024(), code="bases-2024")


def hospital(username: str = "hospital", region: str = HEBEI, **unit: Any) -> Persona:
    """The applicant of a hospital under the office of the nuclear program."""
    fields = {
        "kind": UnitKind.HOSPITAL, "name": "测试申报医院", "owner": office_of("nuclear"),
        "region": Region.objects.get(pk=region), "code": f"hospital-{username}",
    }  # fmt: skip
    return persona(username, Role.APPLICANT, factories.UnitFactory(**(fields | unit)), name="申抱")


def expert(username: str, region: str | None = None) -> Persona:
    """An expert of the office itself, or of a hospital in a province."""
    if region is None:
        return persona(username, Role.EXPERT, office_of("nuclear"), name=f"专家{username}")
    unit = factories.UnitFactory(
        kind=UnitKind.HOSPITAL,
        code=f"of-{username}",
        owner=office_of("nuclear"),
        region=Region.objects.get(pk=region),
    )
    return persona(username, Role.EXPERT, unit, name=f"专家{username}")


def again(application: Application) -> Application:
    return Application.objects.detailed().get(pk=application.pk)


def draft(applicant: Persona, call: Call | None = None) -> Application:
    return services.start_application(call=call or call_2024(), actor=applicant.actor, now=NOW)


def save(application: Application, applicant: Persona, section: Section, **changes: Any) -> Application:
    revision = again(application).revision
    services.save_section(
        application=application, section=section, values=SECTIONS[section] | changes, revision=revision,
        actor=applicant.actor, now=NOW,
    )  # fmt: skip
    return again(application)


def attach(application: Application, applicant: Persona, kind: FileKind = FileKind.SEALED_FORM) -> Any:
    file = SimpleUploadedFile(f"{kind}.pdf", PDF, "application/pdf")
    return services.add_attachment(
        application=application, kind=kind, file=file, actor=applicant.actor, now=NOW
    )


def complete(applicant: Persona, call: Call | None = None) -> Application:
    """Everything filled in, every condition met, nothing handed in."""
    application = draft(applicant, call)
    for section in SECTIONS:
        save(application, applicant, section)
    revision = again(application).revision
    services.save_trainers(
        application=application,
        rows=[trainer(1), trainer(2)],
        revision=revision,
        actor=applicant.actor,
        now=NOW,
    )
    for kind in FileKind:
        attach(application, applicant, kind)
    return again(application)


def hand_in(
    application: Application, applicant: Persona, now: dt.datetime = NOW, **given: Any
) -> Application:
    values = {"pledged": True, "revision": application.revision} | given
    services.submit_application(application=application, actor=applicant.actor, now=now, **values)
    return again(application)


def handed_in(applicant: Persona, call: Call | None = None) -> Application:
    return hand_in(complete(applicant, call), applicant)


def in_review(applicant: Persona, office: Persona, *experts: Persona) -> Application:
    application = handed_in(applicant)
    services.accept_application(application=application, actor=office.actor, now=NOW)
    memberships = [one.membership for one in experts]
    services.assign_reviewers(
        application=again(application), experts=memberships, actor=office.actor, now=NOW
    )
    return again(application)


def review_of(application: Application, someone: Persona) -> Review:
    rows = Review.objects.select_related("application__call", "application__year__program", "expert")
    return rows.get(application=application, expert=someone.membership)


def score(review: Review, someone: Persona, share: float = 0.8) -> Review:
    points = {row.pk: int(row.points * share) for row in review.application.call.scoring.all()}
    return services.submit_review(
        review=review, points=points, advice=Advice.SELECT, opinion="条件良好", actor=someone.actor, now=NOW
    )


def under_publicity(applicant: Persona, office: Persona, someone: Persona) -> Application:
    """From 21 to 27 April."""
    application = in_review(applicant, office, someone)
    score(review_of(application, someone), someone)
    services.open_publicity(
        application=again(application), starts_on=dt.date(2024, 4, 21), ends_on=dt.date(2024, 4, 27),
        actor=office.actor, now=NOW,
    )  # fmt: skip
    return again(application)


def approved(applicant: Persona, office: Persona, someone: Persona) -> Application:
    application = under_publicity(applicant, office, someone)
    services.approve_application(
        application=application, reason="同意", actor=office.actor, now=AFTER_PUBLICITY
    )
    return again(application)
