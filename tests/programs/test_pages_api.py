"""The API: reading in scope, problem details, nothing personal (I1, T40)."""

import pytest
from django.core.management import call_command

from tests.factories import HEBEI, HENAN, EnrollmentFactory
from tests.helpers import assert_constant_queries

PROVINCES, QUOTAS, ENROLLMENTS = "/api/v1/provinces/", "/api/v1/quotas/", "/api/v1/enrollments/"
ALL = [PROVINCES, QUOTAS, ENROLLMENTS]
PERSONAL = {"id_number", "phone", "email", "id_number_index", "phone_index", "birth_date"}


@pytest.fixture
def enrollments(year_2022):
    return [EnrollmentFactory(region_id=region, person__name="欧阳测试") for region in (HEBEI, HENAN)]


def rows(someone, url, **asked):
    response = someone.client.get(url, asked)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("url", ALL)
def test_nobody_reads_without_signing_in(url, client, db):
    response = client.get(url)
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"


def test_the_office_reads_every_province_in_the_official_order(national_officer):
    found = rows(national_officer, PROVINCES, year=2022)
    assert len(found) == 31
    assert [row["province"] for row in found][:3] == ["110000", "120000", "130000"]
    assert found[2]["technical_lead_unit"] == "河北医科大学第四医院"


def test_e1_the_quotas_add_up(national_officer):
    found = rows(national_officer, QUOTAS, program="cancer", year=2022, limit=100)
    assert sum(row["seats"] for row in found if row["track"] == "comprehensive") == 5850
    assert sum(row["seats"] for row in found if row["track"] == "online_only") == 1550


def test_the_coordinator_reads_one_province(hebei_coordinator, enrollments):
    for url in ALL:
        assert {row["province"] for row in rows(hebei_coordinator, url)} == {HEBEI}
    assert rows(hebei_coordinator, ENROLLMENTS, province=HENAN) == []


def test_another_owner_reads_nothing(nuclear_officer, enrollments):
    for url in ALL:
        assert rows(nuclear_officer, url, program="cancer") == []


def test_a_row_out_of_scope_is_not_found(henan_coordinator, enrollments):
    hebei_row, henan_row = enrollments
    assert henan_coordinator.client.get(f"{ENROLLMENTS}{henan_row.pk}/").status_code == 200
    response = henan_coordinator.client.get(f"{ENROLLMENTS}{hebei_row.pk}/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


def test_names_are_in_full_for_the_own_province_alone(
    hebei_coordinator, national_officer, auditor, enrollments
):
    assert [row["name"] for row in rows(hebei_coordinator, ENROLLMENTS)] == ["欧阳测试"]
    for someone in (national_officer, auditor):
        assert {row["name"] for row in rows(someone, ENROLLMENTS)} == {"欧***"}


def test_a_trainee_reads_themself(trainee, other_trainee):
    (row,) = rows(trainee, ENROLLMENTS)
    assert (row["name"], row["id"]) == (trainee.person.name, trainee.enrollment.pk)


def test_nothing_personal_leaves_by_this_door(national_officer, hebei_coordinator, enrollments):
    for someone in (national_officer, hebei_coordinator):
        for row in rows(someone, ENROLLMENTS):
            assert not PERSONAL & row.keys()
        text = someone.client.get(ENROLLMENTS).content.decode()
        for enrollment in enrollments:
            assert enrollment.person.id_number not in text
            assert enrollment.person.phone not in text


def test_filters_narrow(national_officer, enrollments):
    EnrollmentFactory(applied=True)
    assert len(rows(national_officer, ENROLLMENTS, status="applied")) == 1
    assert len(rows(national_officer, ENROLLMENTS, province=HENAN)) == 1
    assert rows(national_officer, QUOTAS, year=2021) == []


def test_a_wrong_parameter_is_named(national_officer):
    response = national_officer.client.get(QUOTAS, {"track": "both"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == ["track"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written(method, national_officer):
    response = getattr(national_officer.client, method)(QUOTAS)
    assert response.status_code == 405
    assert response.json()["title"]


def test_pages_have_an_end(national_officer):
    page = national_officer.client.get(QUOTAS, {"year": 2022, "limit": 10**6}).json()
    assert page["count"] == len(page["results"]) == 62
    first = national_officer.client.get(QUOTAS, {"year": 2022}).json()
    assert (len(first["results"]), bool(first["next"])) == (50, True)


def test_as_many_queries_for_1_enrollment_as_for_30(year_2022, national_officer):
    assert_constant_queries(national_officer.client, ENROLLMENTS, EnrollmentFactory.create_batch)


def test_the_schema_is_behind_the_sign_in(client, trainee):
    assert client.get("/api/schema/").status_code == 403
    response = trainee.client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    assert set(ALL) <= set(response.json()["paths"])


def test_t40_the_schema_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))
    text = (tmp_path / "schema.yaml").read_text(encoding="utf-8")
    assert not [name for name in PERSONAL if f"{name}:" in text]
