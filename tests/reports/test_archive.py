"""A trainee's archive has a place for everything kept, says where nothing is, and leaves as a workbook (E16)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.actors import system_actor
from core.models import Event
from courses.models import OfflineResult
from enrollment.columns import person_url
from enrollment.models import Enrollment
from exams.services import issue_certificate
from programs.enums import Track, YearStatus
from programs.models import Participation, ProgramYear
from reports.enums import ArchivePart
from tests.courses.factories import EntryFactory, attended, watched
from tests.exams.factories import EXAM_TIME, handed_in, signed_up
from tests.factories import NOW, EnrollmentFactory
from tests.helpers import assert_constant_queries, cells_of

pytestmark = pytest.mark.django_db


def url(row: Enrollment) -> str:
    return reverse("reports:archive-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


def places(page):
    return {place.part: place for place in page.context["places"]}


def cells(place) -> list[list[str]]:
    return [[cell["text"] for cell in row["cells"]] for row in place.table["rows"]]


def facts(place) -> dict[str, str]:
    return {str(fact["label"]): fact["value"] for fact in place.facts}


@pytest.fixture
def full() -> Enrollment:
    """Studied online and offline, failed once, passed, and holds the certificate."""
    row = EnrollmentFactory()
    watched(
        row, EntryFactory(specialty=row.specialty, lesson__title="防癌体检概论").lesson, homework_done=True
    )
    attended(row, topic="肺癌筛查带教", hours=Decimal("6.0"))
    OfflineResult.objects.create(
        enrollment=row, passed=True, score=Decimal(88), assessed_on=NOW.date(), recorded_at=NOW
    )
    signed_up(row)
    handed_in(row, 1, 60)
    passed = handed_in(row, 2, 96, passed=True)
    issue_certificate(attempt=passed, actor=system_actor(), now=EXAM_TIME)
    return row


def test_e16_every_place_is_filled_from_the_room_that_keeps_it(full, hebei_coordinator):
    found = places(hebei_coordinator.client.get(url(full)))
    assert list(found) == list(ArchivePart)
    assert facts(found[ArchivePart.BASIC])["姓名"] == full.person.name
    assert [row[0] for row in cells(found[ArchivePart.YEARS])] == [full.year.name]
    hours = facts(found[ArchivePart.HOURS])
    assert hours["线上课时"].startswith("1 / ")
    assert hours["线下课时"].startswith("6 / ")
    assert cells(found[ArchivePart.CONTENT])[0][0] == "防癌体检概论"
    assert cells(found[ArchivePart.ATTENDANCE])[0][1] == "肺癌筛查带教"
    assert "88" in facts(found[ArchivePart.ASSESSMENT])["线下考核"]
    assert [row[3] for row in cells(found[ArchivePart.ASSESSMENT])] == ["60 / 120", "96 / 120"]
    assert cells(found[ArchivePart.CERTIFICATES])[0][0] == full.certificates.get().number
    assert not any(place.is_empty for place in found.values())


def test_what_has_no_data_yet_says_so(hebei_coordinator):
    page = hebei_coordinator.client.get(url(EnrollmentFactory()))
    empty = {part for part, place in places(page).items() if place.is_empty}
    assert empty == {
        ArchivePart.CONTENT,
        ArchivePart.ATTENDANCE,
        ArchivePart.ASSESSMENT,
        ArchivePart.CERTIFICATES,
    }
    text = page.content.decode()
    assert all(place.empty in text for part, place in places(page).items() if part in empty)


def test_an_online_only_trainee_is_not_missing_offline_training(hebei_coordinator):
    row = EnrollmentFactory(track=Track.ONLINE_ONLY)
    found = places(hebei_coordinator.client.get(url(row)))
    assert "线下课时" not in facts(found[ArchivePart.HOURS])
    assert found[ArchivePart.ATTENDANCE].empty == "单纯线上学员不参加线下培训。"


def test_all_years_of_the_program_and_no_other_trainee(full, hebei_coordinator, henan_coordinator, henan):
    last = ProgramYear.objects.create(
        program=full.year.program, year=2021, name="2021", status=YearStatus.CLOSED, areas=full.year.areas
    )
    ours = Participation.objects.get(year=full.year, region=full.region)
    ours.pk, ours.year = None, last
    ours.save()
    before = EnrollmentFactory(person=full.person, registration=None, region=henan, status="withdrawn")
    Enrollment.objects.filter(pk=before.pk).update(year=last)
    EnrollmentFactory()
    assert len(cells(places(hebei_coordinator.client.get(url(full)))[ArchivePart.YEARS])) == 1
    Enrollment.objects.filter(pk=before.pk).update(region=full.region)
    rows = cells(places(hebei_coordinator.client.get(url(full)))[ArchivePart.YEARS])
    assert [row[1] for row in rows] == ["已审核", "已退出"]


def test_numbers_stay_masked_on_the_page_and_in_the_workbook(full, hebei_coordinator):
    page = hebei_coordinator.client.get(url(full)).content
    book = hebei_coordinator.client.post(url(full))
    text = str(cells_of(book.content))
    for secret in (full.person.id_number, full.person.phone):
        assert secret not in page.decode()
        assert secret not in text
    assert "肺癌筛查带教" in text
    event = Event.objects.get(verb="export")
    assert event.data["list"] == "reports.archive"
    assert full.person.name not in str(event.data)


def test_the_workbook_says_what_is_empty(hebei_coordinator):
    book = hebei_coordinator.client.post(url(EnrollmentFactory()))
    assert "尚未颁发证书。" in str(cells_of(book.content))


def test_the_own_archive_is_open_to_the_trainee_alone(trainee, other_trainee):
    assert trainee.client.get(url(trainee.enrollment)).status_code == 200
    assert other_trainee.client.get(url(trainee.enrollment)).status_code == 404


def test_the_archive_is_two_steps_from_the_list(full, hebei_coordinator, trainee):
    shown = hebei_coordinator.client.get(person_url(full)).content.decode()
    own = trainee.client.get(reverse("enrollment:own-show", kwargs=full.year.url_kwargs)).content.decode()
    assert url(full) in shown
    assert url(trainee.enrollment) in own


def test_a_longer_archive_asks_no_more_of_the_database(full, hebei_coordinator):
    def more(count: int) -> None:
        for _ in range(count):
            watched(full, EntryFactory(specialty=full.specialty).lesson)
            attended(full)

    assert_constant_queries(hebei_coordinator.client, url(full), more)
