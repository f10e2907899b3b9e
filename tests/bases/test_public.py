"""B5: what anyone may read: the notices, the hospitals on their days of publicity, the bases selected."""

import time_machine
from django.urls import reverse

from programs.models import ProgramYear
from tests.bases import factories as make
from tests.bases.factories import NOW

YEAR = {"program": "nuclear", "year": 2024}


def page(client, name, now=NOW, **kwargs):
    with time_machine.travel(now, tick=False):
        return client.get(reverse(f"publicity:{name}", kwargs=kwargs))


def test_b1_the_notice_is_for_everyone(client, call):
    assert call.title in page(client, "notice-list").content.decode()
    text = page(client, "notice-detail", **YEAR, pk=call.pk).content.decode()
    assert "三级医院。" in text
    assert "17:00" in text


def test_a_draft_year_shows_nothing(client, call):
    ProgramYear.objects.filter(pk=call.year_id).update(status="draft")
    assert call.title not in page(client, "notice-list").content.decode()
    assert page(client, "notice-detail", **YEAR, pk=call.pk).status_code == 404
    assert page(client, "publicity-list", **YEAR).status_code == 404


def test_b5_publicity_shows_the_hospital_and_how_to_object_and_no_person(
    client, applicant, nuclear_officer, nuclear_expert
):
    make.under_publicity(applicant, nuclear_officer, nuclear_expert)
    shown = page(client, "publicity-list", NOW.replace(day=21), **YEAR).content.decode()
    assert "测试申报医院" in shown
    assert "010-81138551" in shown
    for secret in ("田主任", "13912345678", "条件良好"):
        assert secret not in shown
    for day in (20, 28):
        assert (
            "测试申报医院"
            not in page(client, "publicity-list", NOW.replace(day=day), **YEAR).content.decode()
        )


def test_b5_the_result_stays_public(client, applicant, nuclear_officer, nuclear_expert):
    make.approved(applicant, nuclear_officer, nuclear_expert)
    answer = page(client, "publicity-list", make.AFTER_PUBLICITY, **YEAR)
    assert [row.hospital_name for row in answer.context["selected"]] == ["测试申报医院"]
    assert answer.context["shown"] == []


def test_a_program_without_a_call_has_no_publicity(client, year_2022):
    assert page(client, "publicity-list", program="cancer", year=2022).status_code == 404
