"""B6: a province names at most two new bases a year; a replacement is not new; the committee files them."""

import datetime as dt

import pytest

from accounts.enums import UnitKind
from accounts.models import Unit
from bases import services
from bases.models import BaseApproval
from bases.queries import new_bases
from core.exceptions import Closed, NotAllowed, Refusal
from core.values import CHINA
from programs.models import Setting
from programs.services import close, edit_row
from tests.factories import UnitFactory

NOW = dt.datetime(2022, 7, 1, 9, tzinfo=CHINA)


def name_one(year, someone, name, replaces=None, reason="场地、设备、师资齐全"):
    return services.name_base(
        year=year, name=name, replaces=replaces, reason=reason, actor=someone.actor, now=NOW
    )


def test_b6_two_new_bases_and_no_third(year_2022, hebei_coordinator, henan_coordinator, hebei):
    for name in ("甲基地", "乙基地"):
        name_one(year_2022, hebei_coordinator, name)
    finding = new_bases(year_2022, hebei)
    assert (finding.value, finding.params["left"], finding.clause, finding.passed) == (
        2,
        0,
        "000 三(四)2",
        True,
    )
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "丙基地")
    assert name_one(year_2022, henan_coordinator, "丙基地").region_id == "410000"


def test_b6_a_replacement_is_not_new(year_2022, hebei_coordinator, hebei):
    first = name_one(year_2022, hebei_coordinator, "甲基地")
    name_one(year_2022, hebei_coordinator, "乙基地")
    third = name_one(year_2022, hebei_coordinator, "丙基地", replaces=first.base)
    first.refresh_from_db()
    assert first.revoked_at == NOW
    assert third.replaces == first.base
    assert new_bases(year_2022, hebei).value == 2
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "丁基地")


def test_b6_a_base_is_replaced_once(year_2022, hebei_coordinator, hebei):
    old = UnitFactory(name="旧基地")
    name_one(year_2022, hebei_coordinator, "甲基地", replaces=old)
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "乙基地", replaces=old)
    assert new_bases(year_2022, hebei).value == 0


def test_b6_the_limit_is_a_row_of_the_year(year_2022, hebei_coordinator, national_officer, hebei):
    row = Setting.objects.get(year=year_2022, code="new-bases-max")
    edit_row(row=row, values={"value": 1}, reason="试", actor=national_officer.actor, now=NOW)
    name_one(year_2022, hebei_coordinator, "甲基地")
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "乙基地")


def test_an_assumed_limit_is_shown_as_such(year_2022, hebei):
    Setting.objects.filter(year=year_2022, code="new-bases-max").update(assumed="暂定。")
    assert new_bases(year_2022, hebei).assumed == "暂定。"


def test_a_base_is_a_unit_of_the_province(year_2022, hebei_coordinator):
    base = name_one(year_2022, hebei_coordinator, " 甲基地 ").base
    assert (base.kind, base.name, base.region_id, base.owner_id) == (
        UnitKind.TRAINING_BASE, "甲基地", "130000", year_2022.program.owner_id,
    )  # fmt: skip
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "甲基地")


def test_a_reason_is_wanted(year_2022, hebei_coordinator):
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "甲基地", reason=" ")


def test_a_year_without_the_setting_takes_bases_by_application(year_2022, hebei_coordinator, hebei):
    Setting.objects.filter(year=year_2022, code="new-bases-max").delete()
    assert new_bases(year_2022, hebei) is None
    with pytest.raises(Refusal):
        name_one(year_2022, hebei_coordinator, "甲基地")


def test_a_closed_subject_takes_no_more(year_2022, hebei_coordinator, national_officer, hebei):
    close(year=year_2022, region=hebei, subject="bases", actor=national_officer.actor, now=NOW)
    with pytest.raises(Closed):
        name_one(year_2022, hebei_coordinator, "甲基地")


def test_only_the_technical_lead_unit_names(year_2022, national_officer, hebei_administrator, applicant):
    for someone in (national_officer, hebei_administrator, applicant):
        with pytest.raises(NotAllowed):
            name_one(year_2022, someone, "甲基地")


def test_b6_the_committee_files_once(year_2022, hebei_coordinator, national_officer):
    approval = name_one(year_2022, hebei_coordinator, "甲基地")
    with pytest.raises(NotAllowed):
        services.file_base(approval=approval, actor=hebei_coordinator.actor, now=NOW)
    services.file_base(approval=approval, actor=national_officer.actor, now=NOW)
    assert BaseApproval.objects.get().filed_at == NOW
    with pytest.raises(Refusal):
        services.file_base(approval=approval, actor=national_officer.actor, now=NOW)


def test_a_replaced_base_is_not_filed(year_2022, hebei_coordinator, national_officer):
    first = name_one(year_2022, hebei_coordinator, "甲基地")
    name_one(year_2022, hebei_coordinator, "乙基地", replaces=first.base)
    first.refresh_from_db()
    with pytest.raises(Refusal):
        services.file_base(approval=first, actor=national_officer.actor, now=NOW)


def test_a_base_of_earlier_years_can_be_replaced(year_2022, hebei_coordinator):
    old = UnitFactory(name="旧基地")
    assert name_one(year_2022, hebei_coordinator, "新基地", replaces=old).replaces == Unit.objects.get(
        pk=old.pk
    )
