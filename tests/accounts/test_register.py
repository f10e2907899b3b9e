"""PIPL 45, T48b: what is declared of people, and what each person sees and takes along of themselves."""

import io
import json

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from accounts.columns.personal import REGISTER
from accounts.models import Person, User
from accounts.personal import OWN_SECTIONS, PERSONAL_FIELDS, PERSONAL_ROWS
from accounts.queries.personal import own_data, place_of, register_rows
from core.fields import EncryptedTextField
from core.models import Event
from enrollment.models import ChangeRequest, Enrollment
from exams.models import Certificate
from programs.models import Specialty
from tests.exams.factories import handed_in
from tests.factories import NOW, PersonFactory, UserFactory
from tests.registries.rooms import all_models, keys_to, label
from tests.registries.test_personal_data import NOT_PERSONAL

pytestmark = pytest.mark.django_db
# rows of a person that own data leave out: model → why
NOT_SHOWN = {
    "accounts.accesscode": "a keyed digest that opens nothing any more once it is read",
    "accounts.disclosure": "what a unit asked for, on record with its events",
    "accounts.mailpreference": "a choice of one's own, on its own page",
    "accounts.notice": "the inbox itself shows them",
    "accounts.announcement": "written for a unit",
    "accounts.pastpassword": "hashes",
    "accounts.signinname": "login names, shown as the account's",
    "courses.watchstream": "where the person watches just now",
    "enrollment.changerequest": "declared field by field",
}


def cells(response) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


# The register


def test_the_register_lists_every_declared_field(national_officer, auditor):
    for reader in (national_officer, auditor):
        page = reader.client.get(reverse("accounts:register-list"))
        assert len(page.context["table"]["rows"]) == len(PERSONAL_FIELDS)
    rows = cells(auditor.client.post(reverse("accounts:register-list")))
    listed = {line[-1] for line in rows if line}
    assert set(PERSONAL_FIELDS.codes()) <= listed
    assert Event.objects.get(verb="export").data["list"] == REGISTER.code


@pytest.mark.parametrize("entry", PERSONAL_FIELDS, ids=lambda entry: entry.code)
def test_the_register_reads_in_chinese(entry):
    with override("zh-hans"):
        for text in (place_of(entry), str(entry.label), str(entry.reason)):
            assert any(ord(letter) > 0x2E80 for letter in text), text


def test_every_encrypted_column_stands_in_it():
    declared = {entry.code for entry in register_rows()}
    for model in all_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, EncryptedTextField):
                assert f"{label(model)}.{column.name}" in declared | set(NOT_PERSONAL)


# One's own data


def test_every_model_that_knows_a_person_is_in_their_own_data():
    known = {*OWN_SECTIONS.codes(), *(rows.code for rows in PERSONAL_ROWS if rows.of)}
    found = {label(model) for model in all_models() if keys_to(model, Person, User, Enrollment)}
    assert found - known - set(NOT_SHOWN) == set()


def test_all_declared_fields_of_a_person_are_shown(trainee):
    facts = {fact.code: fact.value for part in own_data(trainee.person) for row in part.rows for fact in row}
    person = trainee.person
    assert facts["accounts.person.id_number"] == person.id_number
    assert facts["accounts.person.phone"] == person.phone
    assert facts["accounts.user.username"] == trainee.user.username
    assert facts["enrollment.enrollment.institution"] == trainee.enrollment.institution.name
    wanted = {code for code in PERSONAL_FIELDS.codes() if code.startswith("accounts.person.")}
    assert wanted <= set(facts)


def test_a_key_without_a_label_is_called_after_what_it_leads_to(trainee):
    labels = {
        fact.code: str(fact.label) for part in own_data(trainee.person) for row in part.rows for fact in row
    }
    assert labels["enrollment.enrollment.year"] == "项目年度"
    assert labels["enrollment.enrollment.institution"] == "工作单位", "its own label stays"


def test_the_page_shows_the_own_data_and_nobody_else_s(trainee, other_trainee):
    page = trainee.client.get(reverse("accounts:own-show")).content.decode()
    assert trainee.person.id_number in page
    assert other_trainee.person.id_number not in page
    assert other_trainee.person.name not in page


def test_the_download_holds_what_the_page_shows_and_is_on_record(trainee, autumn_2022):
    answer = trainee.client.post(reverse("accounts:own-show"))
    text = str(cells(answer))
    for part in own_data(trainee.person):
        for row in part.rows:
            for fact in row:
                assert fact.code in text
    assert trainee.person.phone in text
    event = Event.objects.get(verb="download_own_data")
    assert (event.object_id, event.at) == (str(trainee.person.pk), NOW)
    assert trainee.person.phone not in str(event.__dict__)
    assert "no-store" in answer["Cache-Control"]


def test_staff_and_people_without_a_role_see_theirs(hebei_coordinator, client):
    page = hebei_coordinator.client.get(reverse("accounts:own-show"))
    assert hebei_coordinator.unit.name in page.content.decode()
    alone = UserFactory(person=PersonFactory(id_number="", phone=""))
    client.force_login(alone)
    assert alone.person.name in client.get(reverse("accounts:own-show")).content.decode()


def test_an_account_without_a_person_has_no_such_page(client):
    client.force_login(UserFactory(person=None))
    assert client.get(reverse("accounts:own-show")).status_code == 404


def test_what_others_wrote_of_a_certificate_reads_as_lines(trainee):
    Certificate.objects.create(
        enrollment=trainee.enrollment,
        attempt=handed_in(trainee.enrollment, passed=True),
        kind="completion",
        number="C1",
        content={"name": trainee.person.name, "score": 80, "program_en": "not shown twice"},
        issued_at=NOW,
    )
    facts = {fact.code: fact.value for part in own_data(trainee.person) for row in part.rows for fact in row}
    assert facts["exams.certificate.content"] == f"姓名: {trainee.person.name}；分数: 80"
    assert facts["exams.attempt.passed"] in {"是", "Yes"}


def test_a_correction_reads_field_by_field_in_the_person_s_words(trainee):
    """PIPL 45: as asked for, under labels, with names for numbers."""
    specialty = Specialty.objects.filter(year=trainee.enrollment.year).first()
    asked = {"name": "新名", "phone": "13700000001", "specialty": specialty.pk, "institution": 0}
    ChangeRequest.objects.create(
        enrollment=trainee.enrollment, values=json.dumps(asked), reason="更名", requested_at=NOW
    )
    facts = {fact.code: fact.value for part in own_data(trainee.person) for row in part.rows for fact in row}
    assert facts["enrollment.changerequest.values"] == (
        f"姓名: 新名；手机号: 13700000001；工作单位: –；专业方向: {specialty.name}"
    )


def test_a_registration_names_its_program_in_chinese(trainee):
    labels = {
        fact.code: str(fact.label) for part in own_data(trainee.person) for row in part.rows for fact in row
    }
    assert labels["enrollment.registration.program"] == "项目"


@pytest.mark.parametrize("method", ["get", "post"])
def test_own_data_are_closed_while_looking_as_somebody_else(method, national_officer, trainee, autumn_2022):
    """P3, T48b: neither the one looked as nor the one who looks is disclosed."""
    start = reverse("accounts:viewing-start", kwargs={"pk": trainee.membership.pk})
    national_officer.client.post(start, {"reason": "来电"})
    answer = getattr(national_officer.client, method)(reverse("accounts:own-show"))
    assert answer.status_code == 403
    for person in (trainee.person, national_officer.person):
        assert not person.id_number or person.id_number not in answer.content.decode()
    assert not Event.objects.filter(verb="download_own_data").exists()
