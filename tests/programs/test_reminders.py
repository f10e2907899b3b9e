"""Units are told of deadlines: a week before, a day before, once it has passed, each once (P2, P4, T06)."""

import datetime as dt

import pytest

from accounts.enums import NoticeKind
from accounts.models import Notice
from core import jobs
from core.models import Job
from programs.enums import DeadlineStage, YearStatus
from programs.models import Duty, DutyExtension, DutyRecord, DutyWarning
from programs.reminders import warn_of
from programs.rules import warning_at
from tests.factories import HEBEI, NOW, lead_unit

DUE = dt.datetime(2022, 8, 31, 16, tzinfo=dt.UTC)  # 24:00 of 31 August in China
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (7 * DAY + SECOND, None),
        (7 * DAY, DeadlineStage.WEEK),
        (DAY + SECOND, DeadlineStage.WEEK),
        (DAY, DeadlineStage.DAY),
        (SECOND, DeadlineStage.DAY),
        (0 * DAY, DeadlineStage.OVERDUE),
        (-7 * DAY + SECOND, DeadlineStage.OVERDUE),
        (-7 * DAY, None),
    ],
)
def test_when_a_unit_is_told(left, stage):
    assert warning_at(DUE, DUE - left) == stage


@pytest.fixture
def kickoff(year_2022) -> Duty:
    return Duty.objects.select_related("year__program").get(year=year_2022, code="kickoff-meeting")


def told(persona) -> list[str]:
    rows = Notice.objects.filter(membership=persona.membership, kind=NoticeKind.DEADLINE).order_by("pk")
    return [row.text for row in rows]


@pytest.mark.django_db
def test_each_stage_once_however_often_the_clock_strikes(kickoff, hebei_coordinator, hebei_administrator):
    for moment in (DUE - 6 * DAY, DUE - 5 * DAY, DUE - SECOND, DUE + SECOND, DUE + DAY):
        warn_of(kickoff, now=moment)
    assert len(told(hebei_coordinator)) == 3
    assert told(hebei_administrator) == []  # not a duty of that unit
    assert warn_of(kickoff, now=DUE + DAY) == 0
    stages = DutyWarning.objects.filter(unit=lead_unit(HEBEI)).order_by("pk").values_list("stage", flat=True)
    assert list(stages) == ["week", "day", "overdue"]


@pytest.mark.django_db
def test_who_has_done_it_is_left_in_peace(kickoff, hebei_coordinator, henan_coordinator):
    DutyRecord.objects.create(
        year=kickoff.year,
        duty=kickoff,
        unit=lead_unit(HEBEI),
        done_on=dt.date(2022, 8, 20),
        recorded_at=NOW,
    )
    warn_of(kickoff, now=DUE - DAY)
    assert (len(told(hebei_coordinator)), len(told(henan_coordinator))) == (0, 1)


@pytest.mark.django_db
def test_an_extension_moves_the_reminders_with_the_date(kickoff, hebei_coordinator):
    later = DUE + 60 * DAY
    DutyExtension.objects.create(
        year=kickoff.year, duty=kickoff, unit=lead_unit(HEBEI), due_at=later, reason="疫情"
    )
    warn_of(kickoff, now=DUE - DAY)
    assert told(hebei_coordinator) == []
    warn_of(kickoff, now=later - DAY)
    assert len(told(hebei_coordinator)) == 1


@pytest.mark.django_db
def test_t06_nobody_whose_role_has_ended_is_told(kickoff, hebei_coordinator):
    membership = hebei_coordinator.membership
    membership.ends_at = DUE - 2 * DAY
    membership.save(update_fields=["ends_at"])
    warn_of(kickoff, now=DUE - DAY)
    assert told(hebei_coordinator) == []


def struck(now: dt.datetime) -> Job:
    job = Job.objects.create(kind="programs.warn", lane="now", created_at=now)
    done = jobs.run(job.pk, clock=lambda: now)
    assert done is not None
    return done


@pytest.mark.django_db
def test_the_job_goes_through_every_near_duty_of_open_years(kickoff, year_2022, hebei_coordinator):
    assert struck(DUE - DAY).status == "done"
    assert len(told(hebei_coordinator)) >= 1
    count = Notice.objects.count()
    struck(DUE - DAY + SECOND)
    assert Notice.objects.count() == count
    year_2022.status = YearStatus.CLOSED
    year_2022.save(update_fields=["status"])
    struck(DUE + SECOND)
    assert Notice.objects.count() == count
