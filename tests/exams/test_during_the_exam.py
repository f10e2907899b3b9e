"""Whoever sits the exam sees no item of the bank, whatever other role they have (T12, X3)."""

from dataclasses import replace

import pytest

from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from accounts.scope import Scope
from enrollment.models import Enrollment
from exams.enums import ItemFormat
from exams.models import Attempt, Item, ItemUpload, ItemVersion
from exams.services import hand_in, start_attempt
from programs.models import ProgramYear
from tests.exams.factories import EXAM_TIME, signed_up, started
from tests.exams.sittings import MINUTE, at, text
from tests.factories import Persona, office_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def also_an_expert(trainee: Persona, autumn_2022: object) -> Persona:
    """The trainee, at work as an expert of the same office."""
    membership = Membership.objects.create(
        user=trainee.user, unit=office_of("cancer"), role=Role.EXPERT, starts_at=EXAM_TIME - MINUTE
    )
    autumn_2022.move_to(EXAM_TIME)
    session = trainee.client.session
    session[SESSION_KEY] = membership.pk
    session.save()
    return trainee


def seen_by(someone: Persona) -> tuple[int, bool]:
    """What an item's page answers, and whether the list has one."""
    item = Item.objects.in_bank().earliest("pk")
    stem = ItemVersion.objects.current().get(item=item).stem
    return someone.client.get(at("item-show", pk=item.pk)).status_code, stem in text(
        someone.client.get(at("item-list"), {"q": item.code})
    )


def test_t12_an_expert_who_sits_the_exam_sees_no_item_until_the_paper_is_handed_in(
    bank: None, enrollment: Enrollment, also_an_expert: Persona, expert: Persona
) -> None:
    open_to_all, closed = (200, True), (404, False)
    assert seen_by(also_an_expert) == open_to_all
    signed_up(enrollment)
    sit = {"enrollment": enrollment, "device": "d", "actor": also_an_expert.actor, "now": EXAM_TIME}
    attempt: Attempt = start_attempt(**sit)
    assert seen_by(also_an_expert) == closed
    assert seen_by(expert) == open_to_all
    hand_in(attempt=attempt, actor=also_an_expert.actor, now=EXAM_TIME + MINUTE)
    assert seen_by(also_an_expert) == open_to_all


def test_t12_nor_the_files_that_the_own_unit_sent_in(
    bank: None, enrollment: Enrollment, trainee: Persona, hebei_coordinator: Persona, year_2022: ProgramYear
) -> None:
    """A practice counts for nothing here; the same role of somebody else goes on seeing them."""
    upload = ItemUpload.objects.create(
        year=year_2022,
        unit=hebei_coordinator.unit,
        file_name="题目.xlsx",
        format=ItemFormat.XLSX,
        created_at=EXAM_TIME,
    )
    lead = hebei_coordinator.actor.scope
    mine: Scope = replace(lead, person_id=trainee.person.pk)
    attempt = started(enrollment)
    assert list(ItemUpload.objects.visible_to(mine)) == []
    assert list(ItemUpload.objects.visible_to(lead)) == [upload]
    Attempt.objects.filter(pk=attempt.pk).update(is_practice=True, window=None)
    assert list(ItemUpload.objects.visible_to(mine)) == [upload]
