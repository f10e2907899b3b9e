"""What the room puts into the registries: figures with their rows, to-do lines, year models, personal data, demo."""

import datetime as dt
import random

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password

from accounts.actors import system_actor
from accounts.enums import Role, UnitKind
from accounts.models import Institution, Membership, Unit, User
from accounts.personal import PERSONAL_FIELDS
from bases import services
from bases.columns import APPLICATIONS, APPROVALS
from bases.demo import build
from bases.enums import ApplicationStatus
from bases.models import Application, BaseApproval, Call, Director, Objection, Review, Trainer
from bases.queries import takes_applications
from core.demo import DEMO_BUILDERS, DemoContext
from core.fields import EncryptedTextField
from core.figures import FIGURES
from core.todos import TODO_SOURCES
from core.values import CHINA
from programs.models import ProgramYear
from programs.where import Where
from programs.yearmodels import LIVE_MODELS, YEAR_MODELS
from tests.bases import factories as make
from tests.bases.factories import AFTER_PUBLICITY, DEADLINE, NOW
from tests.factories import HENAN, UnitFactory, cancer_2022, office_of, persona


@pytest.mark.parametrize("code", ["bases.applications", "bases.conditions_met", "bases.approved"])
def test_a_figure_equals_its_rows(applicant, nuclear_officer, nuclear_expert, code):
    make.approved(applicant, nuclear_officer, nuclear_expert)
    make.draft(make.hospital("second", HENAN))
    figure, where = FIGURES[code], Where(make.call_2024().year_id)
    value = figure.value(nuclear_officer.scope, where)
    assert value.amount == figure.rows(nuclear_officer.scope, where).count() == 1
    by_province = figure.values(nuclear_officer.scope, where, "province")
    assert sum(one.amount for one in by_province.values()) == value.amount
    assert figure.value(nuclear_officer.scope, where.at(region=HENAN)).amount == 0
    assert figure.columns in {APPLICATIONS.code, APPROVALS.code}


def test_the_share_of_those_who_meet_the_conditions(applicant, nuclear_officer):
    make.complete(applicant)
    make.draft(make.hospital("second", HENAN))
    value = FIGURES["bases.conditions_met"].value(nuclear_officer.scope, Where(make.call_2024().year_id))
    assert (value.amount, value.base) == (1, 2)


def test_approved_bases_by_base(applicant, nuclear_officer, nuclear_expert):
    make.approved(applicant, nuclear_officer, nuclear_expert)
    base = BaseApproval.objects.get().base
    figure, where = FIGURES["bases.approved"], Where(make.call_2024().year_id)
    assert set(figure.values(nuclear_officer.scope, where, "base")) == {base.pk}
    assert figure.value(nuclear_officer.scope, where.at(base_id=base.pk)).amount == 1
    assert figure.value(nuclear_officer.scope, where.at(base_id=0)).amount == 0


# To-do lines


def lines(source, someone, now=NOW, year=None):
    return list(TODO_SOURCES[source].find(someone.actor, year or make.call_2024().year, now))


def test_a_hospital_is_told_until_the_call_closes(applicant):
    (line,) = lines("bases.hospital", applicant)
    assert (line.due_at, line.url.endswith(f"/bases/calls/{make.call_2024().pk}/")) == (DEADLINE, True)
    application = make.draft(applicant)
    (line,) = lines("bases.hospital", applicant)
    assert f"/applications/{application.pk}/" in line.url
    assert line.tone == ""
    (line,) = lines("bases.hospital", applicant, DEADLINE - dt.timedelta(days=2))
    assert line.tone == "warning"
    assert lines("bases.hospital", applicant, DEADLINE) == []


def test_a_returned_application_comes_back_to_the_list(applicant, nuclear_officer):
    application = make.handed_in(applicant)
    assert lines("bases.hospital", applicant) == []
    services.return_application(application=application, reason="x", actor=nuclear_officer.actor, now=NOW)
    (line,) = lines("bases.hospital", applicant)
    assert line.tone == "warning"


def test_the_office_is_told_what_waits_at_every_step(applicant, nuclear_officer, nuclear_expert):
    def waits(now=NOW):
        return [
            (line.count, line.url.partition("?status=")[2])
            for line in lines("bases.decider", nuclear_officer, now)
        ]

    assert waits() == []
    application = make.handed_in(applicant)
    assert waits() == [(1, "submitted")]
    given = {"actor": nuclear_officer.actor, "now": NOW}
    services.accept_application(application=application, **given)
    assert waits() == [(1, "formal_ok")]
    assert lines("bases.expert", nuclear_expert) == []
    services.assign_reviewers(
        application=make.again(application), experts=[nuclear_expert.membership], **given
    )
    assert waits() == []
    (line,) = lines("bases.expert", nuclear_expert)
    assert line.count == 1
    make.score(make.review_of(application, nuclear_expert), nuclear_expert)
    assert lines("bases.expert", nuclear_expert) == []
    assert waits() == [(1, "in_review")]
    days = {"starts_on": NOW.date(), "ends_on": NOW.date()}
    services.open_publicity(application=make.again(application), **days, **given)
    assert waits() == []
    assert waits(AFTER_PUBLICITY) == [(1, "publicity")]
    services.approve_application(
        application=make.again(application), reason="x", actor=nuclear_officer.actor, now=AFTER_PUBLICITY
    )
    assert waits(AFTER_PUBLICITY) == [(1, "approved")]
    services.file_application(application=make.again(application), **given)
    assert waits(AFTER_PUBLICITY) == []


def test_b5_when_every_expert_declined_the_office_is_told(applicant, nuclear_officer, nuclear_expert):
    application = make.in_review(applicant, nuclear_officer, nuclear_expert)
    services.decline_review(
        review=make.review_of(application, nuclear_expert),
        conflict="同学",
        actor=nuclear_expert.actor,
        now=NOW,
    )
    (line,) = lines("bases.decider", nuclear_officer)
    assert (line.count, line.url.partition("?status=")[2]) == (1, "in_review")


def test_b6_a_base_that_a_province_named_waits_on_the_list_of_bases(
    year_2022, hebei_coordinator, national_officer
):
    services.name_base(
        year=year_2022, name="甲基地", replaces=None, reason="齐全", actor=hebei_coordinator.actor, now=NOW
    )
    (line,) = lines("bases.decider", national_officer, year=year_2022)
    assert line.url.endswith("/bases/list/")


def test_p4_the_calendar_does_not_ask_a_hospital_to_say_that_it_applied(applicant):
    make.draft(applicant)
    assert lines("programs.duties", applicant) == []


def test_b1_what_a_province_decides_waits_for_the_province(applicant, nuclear_officer):
    make.handed_in(applicant)
    unit = UnitFactory(kind=UnitKind.TECHNICAL_LEAD, owner=office_of("nuclear"), code="tl-niha")
    year = make.call_2024().year
    year.participation_rows.create(code="hebei", clause="002", region=unit.region)
    lead = persona("lead", Role.TECHNICAL_LEAD, unit)
    assert lines("bases.decider", lead) == []
    Call.objects.update(deciding="province")
    assert [line.count for line in lines("bases.decider", lead)] == [1]
    assert lines("bases.decider", nuclear_officer) == []


def test_a_year_without_bases_asks_for_nothing(applicant, nuclear_officer, nuclear_expert):
    year = make.call_2024().year
    year.areas = []
    sources = {"bases.hospital": applicant, "bases.decider": nuclear_officer, "bases.expert": nuclear_expert}
    assert all(lines(code, someone, year=year) == [] for code, someone in sources.items())


# Totality


def test_every_model_with_a_year_is_copied_or_lived():
    models = {model._meta.label_lower for model in apps.get_app_config("bases").get_models()}
    with_year = {
        label
        for label in models
        if any(f.name == "year" for f in apps.get_model(label)._meta.concrete_fields)
    }
    assert with_year == {
        code for code in (*YEAR_MODELS.codes(), *LIVE_MODELS.codes()) if code.startswith("bases.")
    }


def test_every_encrypted_field_is_declared():
    fields = {
        f"{model._meta.label_lower}.{field.name}"
        for model in (Director, Trainer, Objection, Application)
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    }
    assert fields
    assert fields <= set(PERSONAL_FIELDS.codes())


# Demo


def demo_context():
    moment = dt.datetime(2026, 3, 2, 9, tzinfo=CHINA)
    password = make_password("x" * 12)
    return DemoContext(
        now=moment,
        scale=0.1,
        random=random.Random(1),
        actor=system_actor(),
        exam_year=cancer_2022(),
        password_hash=password,
        say=lambda text: None,
    )


def test_the_demo_opens_a_call_today_with_two_hospitals_under_way(call, nuclear_officer, nuclear_expert):
    for number, region in enumerate(("110000", "120000", "130000", "140000", "150000"), 1):
        make.hospital(f"demo-{number}", region, name=f"演示医院{number}")
    context = demo_context()
    assert "bases" in DEMO_BUILDERS
    build(context)
    year = context.shared["bases_year"]
    assert (year.year, year.status, year.copied_from) == (2026, "open", call.year)
    copy = Call.objects.select_related("year").get(year=year)
    assert takes_applications(copy, None, context.now)
    assert "2024" not in copy.text
    assert f"{copy.deadline.astimezone(CHINA).day}日下午17:00" in copy.text
    draft, reviewed = Application.objects.filter(year=year).order_by("pk")
    assert (draft.status, draft.conditions_met) == (ApplicationStatus.DRAFT, False)
    assert (reviewed.status, reviewed.conditions_met) == (ApplicationStatus.IN_REVIEW, True)
    assert Review.objects.filter(application=reviewed, status="done").count() == 1
    regions = Review.objects.filter(application=reviewed).values_list("expert__unit__region", flat=True)
    assert reviewed.region_id not in regions
    assert Call.objects.get(pk=call.pk).deadline == DEADLINE


def test_the_demos_bases_stand_in_the_exam_year(call, nuclear_officer, base_coordinator, national_officer):
    for number, region in enumerate(("110000", "120000", "130000", "140000", "150000"), 1):
        make.hospital(f"demo-{number}", region, name=f"演示医院{number}")
    context = demo_context()
    build(context)
    here = Where(context.exam_year.pk)
    rows = FIGURES["bases.approved"].rows(national_officer.scope, here)
    assert list(rows.values_list("base", flat=True)) == [base_coordinator.unit.pk]


def test_the_demo_needs_a_printed_call(db):
    Call.objects.all().update(year=ProgramYear.objects.get(program__code="cancer"))
    before = User.objects.count()
    ProgramYear.objects.filter(program__code="cancer").update(areas=[])
    build(demo_context())
    assert (User.objects.count(), Institution.objects.count()) == (before, 0)
    assert not Membership.objects.filter(role=Role.EXPERT).exists()
    assert not Unit.objects.filter(code__startswith="base-").exists()
