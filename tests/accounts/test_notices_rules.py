"""Whom a unit may address, who is told by e-mail, how a kept text is filled in, who is named in a reminder."""

import pytest

from accounts.enums import NoticeKind, Role
from accounts.queries import Reach
from accounts.reminders import MOST_NAMES, reminder
from accounts.rules.notices import Audience, addressable_roles, bounded, in_language, wants_mail

OFFICE, LEAD = Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD


def test_only_the_office_and_technical_lead_units_address_anybody():
    assert {role for role in Role if addressable_roles(role)} == {OFFICE, LEAD}
    assert addressable_roles("") == ()


def test_the_office_writes_to_the_provinces_it_names():
    asked = Audience((LEAD, Role.TRAINEE), ("130000",), (7,))
    assert bounded(asked, OFFICE, "") == asked


def test_a_technical_lead_unit_stays_in_its_province_and_with_its_bases_and_trainees():
    asked = Audience((LEAD, Role.EXPERT, Role.TRAINEE), ("410000",), (7,))
    assert bounded(asked, LEAD, "130000") == Audience((Role.TRAINEE,), ("130000",), (7,))


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_a_person_chose_counts_before_the_default(kind):
    assert wants_mail(kind, {}) is (kind != NoticeKind.WORK)
    assert wants_mail(kind, {kind: True})
    assert not wants_mail(kind, {kind: False})


@pytest.mark.parametrize(
    ("language", "name_en", "expected"),
    [("zh-hans", "Hebei", "河北"), ("en", "Hebei", "Hebei"), ("en", "", "河北")],
)
def test_the_name_of_a_reference_row_is_in_the_reader_s_language(language, name_en, expected):
    kept = {"region": {"name": "河北", "name_en": name_en}, "year": 3}
    assert in_language(kept, language) == {"region": expected, "year": 3}


def test_a_reminder_names_units_and_trainees():
    text = reminder("通知", Reach(31, 40, 2, 3), ["甲单位", "乙单位"], ["张三"], "https://portal/x")
    assert "31家单位中2家尚未阅读：甲单位、乙单位" in text
    assert "张三" in text
    assert "https://portal/x" in text


def test_a_reminder_is_empty_where_everyone_has_read():
    assert reminder("通知", Reach(31, 40), [], [], "/") == ""


def test_a_reminder_does_not_name_thousands():
    names = [f"学员{number}" for number in range(MOST_NAMES + 5)]
    text = reminder("通知", Reach(0, 105, 0, 105), [], names, "/")
    assert f"学员{MOST_NAMES - 1}" in text
    assert f"学员{MOST_NAMES}" not in text
    assert "等另外5" in text
