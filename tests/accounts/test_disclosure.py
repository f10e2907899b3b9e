"""T47: no list in full without a second person; counted, marked, encrypted, over after a week."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.actors import actor_of
from accounts.disclosures import DISCLOSABLE, DisclosableList
from accounts.enums import DisclosureStatus, Role
from accounts.models import Disclosure, Membership, Person
from accounts.personal import Secret
from accounts.services.disclosure import (
    DOWNLOADS,
    KEEP,
    approve_in_full,
    ask_in_full,
    download_in_full,
    end_disclosures,
    refuse_in_full,
)
from accounts.services.erasure import erase, purge
from core import jobs
from core.columns import Column, Listing
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.models import Event, Job
from core.todos import TODO_SOURCES
from tests.factories import HEBEI, HENAN, NOW, EnrollmentFactory, PersonFactory, lead_unit, persona
from tests.helpers import assert_constant_queries

pytestmark = pytest.mark.django_db
ROSTER = "enrollment.roster"
PURPOSE = "报省卫生健康委核对"


@pytest.fixture
def people(year_2022):
    rows = EnrollmentFactory.create_batch(3)
    EnrollmentFactory(region_id=HENAN)
    return rows


@pytest.fixture
def colleague():
    """The second person of Hebei's technical lead unit."""
    return persona("hebei-2", Role.TECHNICAL_LEAD, lead_unit(HEBEI), name="冀二")


@pytest.fixture
def asked(people, year_2022, hebei_coordinator):
    return ask(hebei_coordinator, year_2022)


@pytest.fixture
def ready(asked, colleague, work_jobs, autumn_2022):
    approve_in_full(disclosure=asked, actor=colleague.actor, now=NOW)
    work_jobs()
    return Disclosure.objects.get(pk=asked.pk)


def ask(who, year, query="", secrets=("id_number",), purpose=PURPOSE):
    return ask_in_full(
        of=DISCLOSABLE[ROSTER],
        year_number=year.pk,
        query=query,
        secrets=secrets,
        purpose=purpose,
        actor=who.actor,
        now=NOW,
    )


def cells(data: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(data)).active
    return [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


# Asking


def test_a_request_makes_no_file(asked, hebei_coordinator):
    assert (asked.status, asked.row_count, asked.file.name) == (DisclosureStatus.WAITING, 3, "")
    event = Event.objects.get(verb="ask_disclosure")
    assert (event.reason, event.data) == (PURPOSE, {"list": ROSTER, "rows": 3})
    with pytest.raises(Refusal):
        download_in_full(disclosure=asked, actor=hebei_coordinator.actor, now=NOW)


@pytest.mark.parametrize(
    "wrong", [{"purpose": " "}, {"secrets": ()}, {"secrets": ("name",)}, {"query": "q=nobody"}]
)
def test_what_cannot_be_asked(people, year_2022, hebei_coordinator, wrong):
    with pytest.raises(Refusal):
        ask(hebei_coordinator, year_2022, **wrong)


def test_a_filter_that_means_nothing_gives_nothing(people, year_2022, hebei_coordinator):
    with pytest.raises(Refusal):
        ask(hebei_coordinator, year_2022, query="status=no-such-status")


@pytest.mark.parametrize("name", ["hebei_administrator", "base_coordinator", "auditor", "expert", "trainee"])
def test_others_do_not_ask(request, people, year_2022, name):
    with pytest.raises(NotAllowed):
        ask(request.getfixturevalue(name), year_2022)


# A second person


def test_the_one_who_asked_never_decides(asked, hebei_coordinator):
    for service, more in ((approve_in_full, {}), (refuse_in_full, {"reason": "不"})):
        with pytest.raises(NotAllowed):
            service(disclosure=asked, actor=hebei_coordinator.actor, now=NOW, **more)
    assert Disclosure.objects.get().status == DisclosureStatus.WAITING


def test_a_second_role_of_the_same_person_is_no_second_person(asked, hebei_coordinator):
    """Neither a role in the office nor another account's role of this unit that is the same user's."""
    other = Membership.objects.create(
        user=hebei_coordinator.user,
        unit=hebei_coordinator.unit,
        role=Role.TECHNICAL_LEAD,
        starts_at=NOW - dt.timedelta(days=2),
        ends_at=NOW + dt.timedelta(days=2),
    )
    with pytest.raises(NotAllowed):
        approve_in_full(disclosure=asked, actor=actor_of(other), now=NOW)


@pytest.mark.parametrize("name", ["henan_coordinator", "national_officer", "hebei_administrator", "auditor"])
def test_who_is_not_of_the_unit_does_not_decide(request, asked, name):
    with pytest.raises(NotAllowed):
        approve_in_full(disclosure=asked, actor=request.getfixturevalue(name).actor, now=NOW)


def test_a_refusal_wants_a_reason_and_ends_it(asked, colleague):
    with pytest.raises(Refusal):
        refuse_in_full(disclosure=asked, reason=" ", actor=colleague.actor, now=NOW)
    refuse_in_full(disclosure=asked, reason="用脱敏名单即可", actor=colleague.actor, now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == (DisclosureStatus.REFUSED, colleague.user)
    with pytest.raises(IllegalTransition):
        approve_in_full(disclosure=asked, actor=colleague.actor, now=NOW)
    assert not Job.objects.exists()


# The file


def test_the_file_has_the_numbers_in_full_and_marks_every_line(ready, people, hebei_coordinator):
    rows = cells(download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=NOW))
    lines = {row.person.id_number: row.pk for row in people}
    found = [line for line in rows if set(line) & set(lines)]
    assert len(found) == 3
    for line in found:
        (number,) = set(line) & set(lines)
        assert line[-1] == f"{ready.mark}-{lines[number]}"
    assert not any(row.person.phone in line for row in people for line in rows), "phones were not asked for"
    for edge in (rows[2], rows[-1]):
        stamp = " ".join(edge)
        assert ready.mark in stamp
        assert hebei_coordinator.person.name in stamp
        assert "2022-09-15" in stamp
    sheet = load_workbook(
        io.BytesIO(download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=NOW))
    ).active
    assert ready.mark in sheet.oddHeader.center.text
    assert ready.mark in sheet.oddFooter.center.text


def test_it_holds_what_the_filter_said(
    people, year_2022, hebei_coordinator, colleague, work_jobs, autumn_2022
):
    name = people[0].person.name
    asked = ask(hebei_coordinator, year_2022, query=f"q={name}", secrets=("phone", "id_number"))
    approve_in_full(disclosure=asked, actor=colleague.actor, now=NOW)
    work_jobs()
    rows = cells(
        download_in_full(disclosure=Disclosure.objects.get(), actor=hebei_coordinator.actor, now=NOW)
    )
    text = str(rows)
    assert people[0].person.phone in text
    assert people[1].person.id_number not in text
    assert any(name in note and ":" in note for line in rows[:4] for note in line)


def test_the_file_rests_encrypted(ready, people):
    with ready.file.open("rb") as file:
        raw = file.read()
    assert not raw.startswith(b"PK")
    assert people[0].person.id_number.encode() not in raw


def test_a_role_that_ended_before_the_file_was_made_gets_none(asked, colleague, work_jobs, autumn_2022):
    Membership.objects.filter(pk=asked.membership_id).update(ends_at=NOW - dt.timedelta(hours=1))
    approve_in_full(disclosure=asked, actor=colleague.actor, now=NOW)
    (job,) = work_jobs()
    assert job.status == "failed"
    assert not Disclosure.objects.get().file


def test_only_the_one_who_asked_downloads(ready, colleague, henan_coordinator):
    for stranger in (colleague, henan_coordinator):
        with pytest.raises(NotAllowed):
            download_in_full(disclosure=ready, actor=stranger.actor, now=NOW)


def test_three_downloads_and_the_file_is_gone(ready, hebei_coordinator, django_capture_on_commit_callbacks):
    storage, name = ready.file.storage, ready.file.name
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(DOWNLOADS):
            download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=NOW)
    ready.refresh_from_db()
    assert (ready.status, ready.downloads) == (DisclosureStatus.ENDED, DOWNLOADS)
    assert not storage.exists(name)
    assert Event.objects.filter(verb="download_disclosure").count() == DOWNLOADS
    with pytest.raises(Refusal):
        download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=NOW)


def test_after_a_week_it_is_over_to_the_second(ready, hebei_coordinator, django_capture_on_commit_callbacks):
    end = ready.expires_at
    assert end == NOW + KEEP
    download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=end - dt.timedelta(seconds=1))
    with pytest.raises(Refusal):
        download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=end)
    storage, name = ready.file.storage, ready.file.name
    assert end_disclosures(now=end - dt.timedelta(seconds=1)) == 0
    job = Job.objects.create(kind="accounts.disclosures", created_at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.run(job.pk, clock=lambda: end).result == {"ended": 1}
    assert not storage.exists(name)
    assert Disclosure.objects.get().status == DisclosureStatus.ENDED


def test_a_request_nobody_answers_is_over_after_a_week_too(asked):
    assert end_disclosures(now=NOW + KEEP) == 1
    assert Disclosure.objects.get().status == DisclosureStatus.ENDED


def test_the_purge_takes_what_the_duty_missed(ready, system):
    assert purge(actor=system, now=NOW + KEEP)["accounts.disclosure"] == 1


def test_erasing_a_person_takes_the_files_too(ready, people, system):
    erase(person=people[0].person, reason="本人申请", actor=system, now=NOW)
    assert Disclosure.objects.get().status == DisclosureStatus.ENDED


def test_a_key_that_was_dropped_is_said(ready, hebei_coordinator, settings):
    settings.PERSONAL_DATA_KEYS = ["7:" + "z" * 48]
    with pytest.raises(Refusal):
        download_in_full(disclosure=ready, actor=hebei_coordinator.actor, now=NOW)


def test_a_list_without_filters_and_secrets_it_does_not_have(hebei_coordinator):
    person = PersonFactory()
    listing = Listing(code="plain", title="Plain", columns=(Column("name", "Name", "name"),))
    of = DisclosableList(
        "plain",
        "Plain",
        listing,
        lambda scope, number: Person.objects.filter(pk=number),
        lambda row: row,
        str,
    )
    rows, words = of.filtered(hebei_coordinator.scope, person.pk, "")
    assert (list(rows), words) == ([person], [])
    assert [column.code for column in of.columns(["id_number"], "m")] == ["name", "mark"]


def test_every_list_says_its_page_and_masks_what_it_offers(year_2022):
    for of in DISCLOSABLE:
        assert of.page(year_2022.pk).startswith("/cancer/2022/")
        assert {column.code for column in of.listing.columns} >= set(Secret.values)


# On screen


def test_from_the_list_to_the_file(
    people, year_2022, hebei_coordinator, colleague, henan_coordinator, work_jobs, autumn_2022
):
    page = hebei_coordinator.client.get(reverse("enrollment:roster-list", kwargs=year_2022.url_kwargs))
    address = page.context["in_full_url"]
    assert hebei_coordinator.client.get(address).context["count"] == 3
    wrong = hebei_coordinator.client.post(address, {"secrets": [], "purpose": PURPOSE})
    assert PURPOSE in wrong.content.decode()
    made = hebei_coordinator.client.post(address, {"secrets": ["id_number"], "purpose": PURPOSE})
    shown = made["Location"]
    assert "approve" not in hebei_coordinator.client.get(shown).content.decode()
    assert henan_coordinator.client.get(shown).status_code == 404
    assert f"{shown}approve/" in colleague.client.get(shown).content.decode()
    colleague.client.post(f"{shown}approve/")
    work_jobs()
    answer = hebei_coordinator.client.post(f"{shown}download/")
    assert people[0].person.id_number in str(cells(answer.content))
    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    assert colleague.client.post(f"{shown}download/").status_code == 403
    verbs = list(Event.objects.filter(object_type="accounts.disclosure").values_list("verb", flat=True))
    assert set(verbs) == {"ask_disclosure", "approve_disclosure", "build_disclosure", "download_disclosure"}


def test_the_colleague_turns_it_down(asked, colleague, autumn_2022):
    address = reverse("accounts:disclosure-refuse", kwargs={"pk": asked.pk})
    colleague.client.post(address)
    assert Disclosure.objects.get().status == DisclosureStatus.WAITING
    colleague.client.post(address, {"reason": "用脱敏名单即可"})
    assert Disclosure.objects.get().status == DisclosureStatus.REFUSED


def test_it_waits_on_the_colleague_s_desk_alone(
    asked, hebei_coordinator, colleague, henan_coordinator, year_2022
):
    source = TODO_SOURCES["accounts.disclosures"]

    def counts(who):
        return [todo.count for todo in source.find(who.actor, year_2022, NOW)]

    assert (counts(colleague), counts(hebei_coordinator), counts(henan_coordinator)) == ([1], [], [])


def test_an_unknown_list_is_no_page(hebei_coordinator, autumn_2022):
    address = reverse("accounts:disclosure-create")
    for query in ("", "?of=nothing&in=1", f"?of={ROSTER}&in=x"):
        assert hebei_coordinator.client.get(address + query).status_code == 404


def test_the_list_needs_the_same_queries_for_one_and_for_thirty(year_2022, hebei_coordinator, autumn_2022):
    def make(count):
        for _number in range(count):
            Disclosure.objects.create(
                membership=hebei_coordinator.membership,
                listing=ROSTER,
                year_number=year_2022.pk,
                secrets=["phone"],
                purpose=PURPOSE,
                row_count=1,
                requested_at=NOW,
                decided_by=hebei_coordinator.user,
            )

    assert_constant_queries(hebei_coordinator.client, reverse("accounts:disclosure-list"), make)


def test_the_plain_export_stays_masked(people, hebei_coordinator, year_2022, autumn_2022):
    answer = hebei_coordinator.client.post(reverse("enrollment:roster-list", kwargs=year_2022.url_kwargs))
    text = str(cells(answer.content))
    assert people[0].person.name in text
    assert people[0].person.id_number not in text
    assert people[0].person.phone not in text
