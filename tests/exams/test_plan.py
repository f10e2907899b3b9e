"""What the office keeps of the exam: the parts of the paper, sample papers, counted use (X3)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core import jobs
from core.exceptions import NotAllowed, Refusal
from core.models import Event, Job
from exams.models import Attempt, AttemptItem, BlueprintRow, ExamWindow, Item, ItemUse
from exams.queries import worn_items
from exams.services import Part, edit_blueprint, sample_paper
from exams.services.plan import keep_uses
from programs.models import ProgramYear, Setting, Specialty
from tests.exams.factories import EXAM_TIME, places
from tests.factories import Persona

pytestmark = pytest.mark.django_db


def parts(year: ProgramYear, **counts: tuple[int, int]) -> list[Part]:
    rows = BlueprintRow.objects.filter(year=year)
    return [Part(row, *counts.get(row.code.replace("-", "_"), (row.count, row.points))) for row in rows]


def test_x3_parts_change_together_and_keep_the_points(
    year_2022: ProgramYear, national_officer: Persona
) -> None:
    act = {"year": year_2022, "reason": "委员会决定", "actor": national_officer.actor, "now": EXAM_TIME}
    edit_blueprint(parts=parts(year_2022, single=(70, 1), multiple=(15, 2)), **act)
    rows = {row.code: (row.count, row.is_provisional) for row in BlueprintRow.objects.filter(year=year_2022)}
    assert rows == {"single": (70, False), "multiple": (15, False), "true-false": (20, True)}
    for counts in ({"single": (69, 1)}, {"single": (71, 1)}):
        with pytest.raises(Refusal, match="120"):
            edit_blueprint(parts=parts(year_2022, **counts), **act)
    with pytest.raises(Refusal):
        edit_blueprint(**{**act, "reason": " "}, parts=parts(year_2022, single=(60, 1), multiple=(20, 2)))
    assert BlueprintRow.objects.get(year=year_2022, code="single").count == 70


def test_x3_nobody_else_changes_the_paper_and_nobody_once_somebody_sat(
    attempt: Attempt, year_2022: ProgramYear, national_officer: Persona, hebei_coordinator: Persona
) -> None:
    changed = parts(year_2022, single=(70, 1), multiple=(15, 2))
    with pytest.raises(NotAllowed):
        edit_blueprint(
            year=year_2022, parts=changed, reason="r", actor=hebei_coordinator.actor, now=EXAM_TIME
        )
    with pytest.raises(Refusal, match="已有人"):
        edit_blueprint(year=year_2022, parts=changed, reason="r", actor=national_officer.actor, now=EXAM_TIME)


def test_x3_a_sample_paper_is_drawn_and_recorded(
    bank: None, year_2022: ProgramYear, national_officer: Persona, hebei_coordinator: Persona
) -> None:
    specialty = Specialty.objects.get(year=year_2022, code="clinical")
    act: dict[str, Any] = {"year": year_2022, "specialty": specialty, "now": EXAM_TIME}
    paper = sample_paper(**act, actor=national_officer.actor)
    assert sum(place.points for place in paper) == 120
    event = Event.objects.get(verb="draw_sample")
    assert event.data["specialty"] == "clinical"
    assert not Attempt.objects.exists()
    with pytest.raises(NotAllowed):
        sample_paper(**act, actor=hebei_coordinator.actor)
    Item.objects.filter(kind="x").update(status="retired")
    with pytest.raises(Refusal) as caught:
        sample_paper(**act, actor=national_officer.actor)
    assert [short.line for short in caught.value.params["shortages"]] == ["multiple"]


def test_x3_uses_are_counted_by_the_job_and_never_doubled(
    attempt: Attempt, year_2022: ProgramYear, work_jobs: Callable[[], list[Job]]
) -> None:
    kind = jobs.JOB_KINDS.get("exams.count_uses")
    assert kind is not None
    for _again in range(2):
        job = Job.objects.create(kind=kind.code, created_at=EXAM_TIME)
        assert jobs.run(job.pk, lambda: EXAM_TIME).status == "done"  # type: ignore[union-attr]
    used = dict(ItemUse.objects.values_list("item", "papers"))
    assert used == {place.version.item_id: 1 for place in places(attempt)}
    assert len(used) == AttemptItem.objects.filter(attempt=attempt).count()


def test_x3_years_without_an_open_window_are_not_counted(attempt: Attempt) -> None:
    kind = jobs.JOB_KINDS.get("exams.count_uses")
    closes = ExamWindow.objects.get(pk=attempt.window_id).closes_at
    for moment, counted in ((closes + dt.timedelta(days=1), False), (closes + dt.timedelta(hours=23), True)):
        job = Job.objects.create(kind=kind.code, created_at=moment)  # type: ignore[union-attr]
        jobs.run(job.pk, lambda moment=moment: moment)  # type: ignore[misc]
        assert ItemUse.objects.exists() is counted


def test_x3_the_cap_is_the_years_and_a_year_without_one_wears_nothing_out(
    attempt: Attempt, year_2022: ProgramYear
) -> None:
    """One paper has been drawn: at a cap of a half nothing can be judged yet, at a whole one use is just allowed."""
    item, cap = (
        places(attempt)[0].version.item,
        Setting.objects.filter(year=year_2022, code="item-exposure-share"),
    )
    for share, used, worn in (("0.5", 2, set()), ("1", 1, set()), ("1", 2, {item.pk})):
        cap.update(value=share)
        keep_uses(year=year_2022, papers={item.pk: used})
        assert worn_items(year_2022) == worn, (share, used)
    cap.delete()
    assert worn_items(year_2022) == frozenset()
