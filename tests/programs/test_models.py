"""P1: who sees which year, and which rows of it; what the tables refuse by themselves."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Region
from accounts.scope import NOBODY
from core.submissions import SubmissionStatus
from programs.enums import Area, SettingCode, YearStatus
from programs.models import (
    Closing,
    Duty,
    DutyExtension,
    DutyRecord,
    Participation,
    ProgramYear,
    Quota,
    Setting,
    Submission,
    Target,
    Theme,
)
from tests.factories import HEBEI, HENAN, NOW, lead_unit

pytestmark = pytest.mark.django_db
CANCER = (
    "national_officer", "auditor", "expert", "hebei_coordinator", "henan_coordinator", "hebei_administrator",
    "base_coordinator", "trainee", "other_trainee",
)  # fmt: skip
NUCLEAR = ("nuclear_officer", "applicant")


def scope(request, name):
    return request.getfixturevalue(name).scope


@pytest.mark.parametrize("name", CANCER)
def test_people_of_one_owner_see_its_open_years_and_no_others(request, year_2022, name):
    assert list(ProgramYear.objects.visible_to(scope(request, name))) == [year_2022]


@pytest.mark.parametrize("name", NUCLEAR)
def test_people_of_another_owner_see_theirs(request, year_2024, name):
    assert list(ProgramYear.objects.visible_to(scope(request, name))) == [year_2024]


@pytest.mark.parametrize("name", CANCER)
def test_a_draft_is_seen_by_the_office_and_the_auditor_alone(request, year_2022, name):
    draft = ProgramYear.objects.create(
        program=year_2022.program, year=2023, name="草", status=YearStatus.DRAFT
    )
    seen = ProgramYear.objects.visible_to(scope(request, name)).filter(pk=draft.pk).exists()
    assert seen is (name in {"national_officer", "auditor"})


def test_a_province_that_does_not_take_part_sees_no_year(
    year_2022, hebei_coordinator, hebei_administrator, henan_coordinator
):
    Participation.objects.filter(year=year_2022, region=HEBEI).delete()
    assert not ProgramYear.objects.visible_to(hebei_coordinator.scope).exists()
    assert not ProgramYear.objects.visible_to(hebei_administrator.scope).exists()
    assert ProgramYear.objects.visible_to(henan_coordinator.scope).exists()


@pytest.mark.parametrize("model", [Participation, Quota, Target])
@pytest.mark.parametrize(
    ("name", "regions"),
    [
        ("national_officer", 31), ("auditor", 31), ("expert", 31), ("hebei_coordinator", {HEBEI}),
        ("hebei_administrator", {HEBEI}), ("henan_coordinator", {HENAN}), ("base_coordinator", set()), ("trainee", set()),
        ("applicant", set()), ("nuclear_officer", set()),
    ],
)  # fmt: skip
def test_rows_of_provinces(request, year_2022, model, name, regions):
    seen = set(
        model.objects.visible_to(scope(request, name)).filter(year=year_2022).values_list("region", flat=True)
    )
    assert len(seen) == regions if isinstance(regions, int) else seen == regions


@pytest.mark.parametrize("name", CANCER)
def test_rows_that_are_the_same_for_all_are_seen_with_the_year(request, year_2022, name):
    for model in (Theme, Setting, Duty):
        seen = model.objects.visible_to(scope(request, name))
        assert seen.count() == model.objects.of(year_2022).count() > 0


@pytest.mark.parametrize(
    ("name", "hebei", "henan"),
    [
        ("national_officer", True, True), ("auditor", True, True), ("expert", True, True),
        ("hebei_coordinator", True, False), ("hebei_administrator", True, False), ("henan_coordinator", False, True),
        ("base_coordinator", False, False), ("trainee", False, False), ("nuclear_officer", False, False),
    ],
)  # fmt: skip
def test_rows_of_units(request, year_2022, name, hebei, henan):
    duty = Duty.objects.of(year_2022).first()
    rows = {}
    for code in (HEBEI, HENAN):
        unit = lead_unit(code)
        rows[code] = (
            DutyExtension.objects.create(year=year_2022, duty=duty, unit=unit, due_at=NOW, reason="雨"),
            DutyRecord.objects.create(
                year=year_2022, duty=duty, unit=unit, done_on=NOW.date(), recorded_at=NOW
            ),
            Submission.objects.create(
                year=year_2022, unit=unit, kind="k", number=code, content={}, sha256="", submitted_at=NOW
            ),
        )
    for code, expected in ((HEBEI, hebei), (HENAN, henan)):
        for row in rows[code]:
            assert type(row).objects.visible_to(scope(request, name)).filter(pk=row.pk).exists() is expected


@pytest.mark.parametrize("model", [ProgramYear, Quota, Setting, DutyRecord, Submission, Closing])
def test_without_a_role_nothing_is_seen(model):
    assert not model.objects.visible_to(NOBODY).exists()


def refused(model, **values):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**values)


def test_what_the_tables_refuse(year_2022, hebei):
    setting = {"year": year_2022, "value": 1, "unit": "x", "name": "x", "clause": "x"}
    refused(Setting, **setting, code="no-such-setting")
    refused(Setting, **setting, code=SettingCode.PASS_POINTS)
    refused(Theme, year=year_2022, code="new", name="x", order=1)  # neither clause nor reason
    refused(Quota, year=year_2022, code="new", clause="x", region=hebei, track="comprehensive", seats=1)
    refused(ProgramYear, program=year_2022.program, year=2022, name="x")
    Closing.objects.create(year=year_2022, region=hebei, subject="roster", closed_at=NOW)
    refused(Closing, year=year_2022, region=hebei, subject="roster", closed_at=NOW)


def test_a_row_is_provisional_until_it_is_confirmed(year_2022):
    theme = Theme.objects.of(year_2022).first()
    assert theme.is_provisional
    theme.confirmed_at = NOW
    assert not theme.is_provisional
    assert not Quota.objects.of(year_2022).first().is_provisional


def test_a_year_knows_its_areas_address_and_name(year_2022, year_2024):
    assert year_2022.has(Area.EXAMS)
    assert not year_2024.has(Area.EXAMS)
    assert year_2022.url_kwargs == {"program": "cancer", "year": 2022}
    assert str(year_2022).endswith("2022")


def test_names_of_rows(year_2022, hebei):
    assert str(Participation.objects.get(year=year_2022, region=hebei)) == "河北省"
    assert str(Quota.objects.get(year=year_2022, region=hebei, track="comprehensive")).startswith("河北省 ")
    assert str(Target.objects.filter(year=year_2022, region=hebei).first()).startswith("河北省 ")
    assert str(Theme.objects.get(year=year_2022, code="lung")) == "肺癌"
    assert str(Closing(region=hebei, subject="roster")) == "河北省 roster"
    assert str(Submission(number="CA2022-00001", status=SubmissionStatus.SUBMITTED)) == "CA2022-00001 v1"


def test_every_province_of_the_year_has_both_units(year_2022):
    assert Region.objects.provinces().count() == 31
    for one in Participation.objects.of(year_2022).select_related("administrative_unit", "technical_unit"):
        assert one.administrative_unit.region_id == one.technical_unit.region_id == one.region_id
