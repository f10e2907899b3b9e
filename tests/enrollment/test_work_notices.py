"""Whoever sends a list hears when it is read and taken in, and when it is not; whose role ended hears nothing (T06)."""

import pytest

from accounts.enums import NoticeKind
from accounts.models import Membership, Notice
from core.models import Job
from enrollment.services.imports import confirm_import
from tests.enrollment.factories import AUGUST
from tests.enrollment.sheets import line

pytestmark = pytest.mark.django_db


def told():
    return list(Notice.objects.filter(kind=NoticeKind.WORK).order_by("pk"))


def test_the_sender_hears_that_the_list_is_read_and_taken_in(read, act, known_hospital, work_jobs, hebei):
    staged = read(line(901))
    (heard,) = told()
    assert heard.membership_id == act["actor"].membership_id
    assert heard.url.endswith(f"/imports/{staged.pk}/")
    assert heard.params == {"province": {"name": hebei.name, "name_en": hebei.name_en}}
    confirm_import(staged=staged, only_good=False, **act)
    work_jobs()
    assert [notice.text.split(" is ")[-1] for notice in told()][1:] == ["taken in."]


def test_the_sender_hears_that_it_failed(read, act, known_hospital, work_jobs):
    staged = read(line(901))
    confirm_import(staged=staged, only_good=False, **act)
    type(staged).objects.filter(pk=staged.pk).update(status="discarded")
    (job,) = work_jobs()
    assert job.status == "failed"
    assert "could not be taken in" in told()[-1].text


def test_whose_role_has_ended_is_told_nothing(read, act, known_hospital, work_jobs):
    staged = read(line(901))
    before = len(told())
    confirm_import(staged=staged, only_good=False, **act)
    Membership.objects.filter(pk=act["actor"].membership_id).update(ends_at=AUGUST)
    work_jobs()
    assert Job.objects.get(pk=Job.objects.latest("pk").pk).status == "failed"
    assert len(told()) == before
