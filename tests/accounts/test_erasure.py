"""T48b: what is not declared kept goes, of one person at once and of everybody after the term."""

import datetime as dt
import io

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import Membership, Person, User
from accounts.personal import PERSONAL_FIELDS, PERSONAL_ROWS, OnErase
from accounts.services.erasure import erase, people_not_needed, pseudonym, purge
from bases.enums import Section
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from core.values import CHINA, day_end
from enrollment.models import Enrollment, RosterImport
from enrollment.services.imports import stage_import
from exams.models import Certificate
from tests.bases.factories import draft, save
from tests.enrollment.sheets import line, sheet, upload
from tests.exams.factories import handed_in
from tests.factories import NOW, EnrollmentFactory, PersonFactory, id_number, trainee_persona

pytestmark = pytest.mark.django_db
WHY = "本人书面申请"
NAME, PHONE, MAIL = "金丝雀", "13912345670", "canary@example.org"
ID = id_number(777)
CANARIES = (NAME, PHONE, MAIL, ID)


@pytest.fixture
def canary():
    """A trainee with traces in every room that keeps some."""
    someone = trainee_persona("CA22990001")
    person = someone.person
    person.name, person.phone, person.email, person.id_number = NAME, PHONE, MAIL, ID
    person.save()
    User.objects.filter(pk=someone.user.pk).update(email=MAIL)
    someone.user.refresh_from_db()
    EmailAddress.objects.create(user=someone.user, email=MAIL)
    Authenticator.objects.create(user=someone.user, type="totp", data={"secret": "00"})
    return someone


def texts_of_database() -> dict[str, str]:
    """Every column of every table as text, the encrypted ones opened, without search engines and migrations."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            values = model._base_manager.values_list(column.attname, flat=True)
            found[f"{model._meta.label_lower}.{column.name}"] = "\n".join(map(str, values))
    return found


def kept() -> set[str]:
    return {field.code for field in PERSONAL_FIELDS if field.on_erase == OnErase.KEEP}


def places_of(*canaries: str) -> set[str]:
    return {code for code, text in texts_of_database().items() if any(canary in text for canary in canaries)}


def test_erasing_leaves_no_canary_outside_what_is_declared_kept(
    canary, hebei_coordinator, hebei, year_2022, work_jobs, system, autumn_2022
):
    staged = line(1, name=NAME, id_number=ID, phone=PHONE, institution=canary.enrollment.institution.name)
    stage_import(
        year=year_2022, region=hebei, file=upload(sheet(staged)), actor=hebei_coordinator.actor, now=NOW
    )
    work_jobs()
    before = places_of(*CANARIES)
    assert {
        "accounts.person.name",
        "accounts.person.id_number",
        "accounts.person.phone",
        "accounts.user.email",
        "account.emailaddress.email",
        "enrollment.importrow.cells",
        "enrollment.importrow.values",
    } <= before, "the canary sang where it should"
    erase(person=canary.person, reason=WHY, actor=system, now=NOW)
    assert places_of(*CANARIES) - kept() == set()
    assert not RosterImport.objects.exclude(status="discarded").exists()
    # the place in the year and its figures stay, under a pseudonym
    row = Enrollment.objects.select_related("person").get(pk=canary.enrollment.pk)
    assert row.person.name == pseudonym(row.person.pk)
    assert str(row.person.pk) in row.person.name


def test_a_certificate_keeps_its_name(canary, system):
    """Declared kept: whoever opens the certificate's code still reads whom it certifies."""
    content = {"name": NAME}
    certificate = Certificate.objects.create(
        enrollment=canary.enrollment,
        attempt=handed_in(canary.enrollment, passed=True),
        kind="completion",
        number="C1",
        content=content,
        issued_at=NOW,
    )
    erase(person=canary.person, reason=WHY, actor=system, now=NOW)
    assert Certificate.objects.get(pk=certificate.pk).content == content
    assert places_of(NAME) == {"exams.certificate.content"}


def test_the_account_is_closed_for_good(canary, system):
    client = canary.client
    assert client.get("/accounts/me/").status_code == 200
    erase(person=canary.person, reason=WHY, actor=system, now=NOW)
    user = User.objects.get(pk=canary.user.pk)
    assert (user.is_active, user.has_usable_password(), user.email) == (False, False, "")
    assert user.username == pseudonym(user.pk)
    assert not Membership.objects.active(NOW).filter(user=user).exists()
    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/accounts/me/").status_code == 302


def test_it_stands_in_the_record_without_a_value(canary, system):
    erase(person=canary.person, reason=WHY, actor=system, now=NOW)
    event = Event.objects.get(verb="erase_person")
    assert (event.object_id, event.reason) == (str(canary.person.pk), WHY)
    assert not any(one in str(event.__dict__) for one in CANARIES)


def test_a_rehearsal_counts_and_changes_nothing(canary, system):
    counts = erase(person=canary.person, reason=WHY, actor=system, now=NOW, dry_run=True)
    assert counts["accounts.person.id_number"] == 1
    assert Person.objects.get(pk=canary.person.pk).id_number == ID
    assert not Event.objects.filter(verb="erase_person").exists()


def test_a_second_time_finds_nothing(canary, system):
    erase(person=canary.person, reason=WHY, actor=system, now=NOW)
    person = Person.objects.get(pk=canary.person.pk)
    assert erase(person=person, reason=WHY, actor=system, now=NOW) == {}


def test_a_person_without_an_account_or_number(system):
    person = PersonFactory(name=NAME, id_number="", phone=PHONE)
    erase(person=person, reason=WHY, actor=system, now=NOW)
    assert places_of(NAME, PHONE) == set()


def test_nobody_erases_by_a_page(canary, national_officer):
    with pytest.raises(NotAllowed):
        erase(person=canary.person, reason=WHY, actor=national_officer.actor, now=NOW)
    with pytest.raises(NotAllowed):
        purge(actor=national_officer.actor, now=NOW)


def test_a_reason_is_wanted(canary, system):
    with pytest.raises(Refusal):
        erase(person=canary.person, reason=" ", actor=system, now=NOW)


# The commands


@pytest.mark.parametrize("how", ["login", "number"])
def test_the_command_finds_the_person(canary, how):
    said = io.StringIO()
    who = canary.user.username if how == "login" else f"#{canary.person.pk}"
    call_command("erase_person", who, reason=WHY, dry_run=True, stdout=said)
    assert "accounts.person.phone: 1" in said.getvalue()
    assert "nothing was changed" in said.getvalue()
    call_command("erase_person", who, reason=WHY, stdout=said)
    assert Person.objects.get(pk=canary.person.pk).phone == ""


@pytest.mark.parametrize("who", ["nobody", "#999999", "123"])
def test_the_command_says_whom_it_does_not_find(db, who):
    with pytest.raises(CommandError, match=who):
        call_command("erase_person", who, reason=WHY)


# Terms


def end_of(year: int, days: int) -> dt.datetime:
    return day_end(dt.date(year, 12, 31)) + dt.timedelta(days=days)


def test_a_phone_goes_a_year_after_the_last_program_year(system):
    row = EnrollmentFactory()
    assert purge(actor=system, now=end_of(2022, 365) - dt.timedelta(seconds=1)) == {}
    rehearsed = purge(actor=system, now=end_of(2022, 365), dry_run=True)
    done = purge(actor=system, now=end_of(2022, 365))
    assert rehearsed == done == {"accounts.person.phone": 1, "accounts.person.phone_index": 1}
    person = Person.objects.get(pk=row.person.pk)
    assert (person.phone, person.phone_index, person.id_number) == ("", "", row.person.id_number)
    assert purge(actor=system, now=end_of(2022, 366)) == {}
    assert Event.objects.get(verb="purge_personal_data").data == {"rows": 2}


def test_staff_in_office_keep_theirs(hebei_coordinator, system):
    assert purge(actor=system, now=end_of(2030, 0)) == {}
    Membership.objects.update(ends_at=dt.datetime(2030, 6, 30, tzinfo=CHINA))
    assert purge(actor=system, now=dt.datetime(2031, 6, 29, tzinfo=CHINA)) == {}
    assert "accounts.person.phone" in purge(actor=system, now=dt.datetime(2031, 7, 1, tzinfo=CHINA))


def test_who_was_never_needed_may_be_about_to_be(system):
    PersonFactory()
    assert not people_not_needed(end_of(2030, 0)).exists()


def test_a_trainee_s_open_role_does_not_keep_the_phone(trainee):
    assert trainee.membership.role == Role.TRAINEE
    assert trainee.membership.ends_at is None
    assert people_not_needed(end_of(2023, 0)).filter(pk=trainee.person.pk).exists()


def test_the_command_purges(system):
    EnrollmentFactory()
    said = io.StringIO()
    call_command("purge_personal_data", dry_run=True, stdout=said)
    call_command("purge_personal_data", stdout=said)
    assert "nothing was changed" in said.getvalue()
    assert "accounts.person.phone: 1" in said.getvalue()


# The registry is whole


def test_every_declared_field_has_its_rows():
    tables = {field.code.rpartition(".")[0] for field in PERSONAL_FIELDS}
    assert tables - set(PERSONAL_ROWS.codes()) == set()


def test_every_term_can_run_out():
    wanting = {field.code.rpartition(".")[0] for field in PERSONAL_FIELDS if field.term_days}
    served = {rows.code for rows in PERSONAL_ROWS if rows.past or PERSONAL_ROWS.get(rows.part_of)}
    assert wanting - served == set()


def test_contacts_on_an_application_go_after_their_term(system, applicant):
    director = save(draft(applicant), applicant, Section.DIRECTOR).director
    counts = purge(actor=system, now=end_of(2024, 365))
    assert counts["bases.director.phone"] == 1
    director.refresh_from_db()
    assert (director.phone, director.email, director.address, director.name) == ("", "", "", "田主任")
