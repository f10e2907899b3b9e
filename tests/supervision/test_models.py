"""What a row of the plan must be, and who reads a sheet."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import Job
from supervision.enums import ScorecardStatus, SheetKind
from supervision.models import CriterionStep, Scorecard
from tests.factories import HENAN
from tests.supervision.factories import criterion, full_entries, line, make_activity, make_card, make_fund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def test_s1_the_27_criteria_of_2022_hold_together(year_2022):
    rows = list(year_2022.criterion_rows.all())
    for row in rows:
        row.full_clean()
    assert [row.order for row in rows] == list(range(1, 28))


@pytest.mark.parametrize(("code", "threshold"), [("kickoff-on", "August"), ("pass-rate", "80 %")])
def test_a_threshold_that_its_unit_cannot_compare_is_refused(year_2022, code, threshold):
    row = criterion(code)
    row.threshold = threshold
    with pytest.raises(ValidationError, match=threshold):
        row.full_clean()


def test_s3_a_step_is_worth_less_than_its_criterion(year_2022):
    step = CriterionStep(
        year=year_2022, code="s", criterion=criterion("institutions"), threshold="5", points=4, clause="x"
    )
    with pytest.raises(ValidationError):
        step.full_clean()
    step.points = 3
    step.full_clean()
    assert "5" in str(step)


def test_a_measured_criterion_without_threshold_does_not_stand(year_2022):
    row = criterion("institutions")
    row.threshold = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("points", 0, "points"), ("threshold", None, "threshold"), ("operator", "", "threshold")],
)
def test_s1_what_the_office_enters_wrong_is_said_at_its_field(year_2022, field, value, told):
    row = criterion("institutions")
    setattr(row, field, value)
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert set(error.value.message_dict) == {told}


def test_a_final_sheet_has_points(year_2022):
    card = make_card()
    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.filter(pk=card.pk).update(status=ScorecardStatus.FINAL)


def test_rows_are_named_by_what_they_say(year_2022):
    card = make_card(SheetKind.ADMINISTRATIVE)
    assert str(card).endswith("2022")
    assert str(line(card, "publicity")) == criterion("publicity").text
    assert str(make_activity()) == "防癌科普进社区"
    assert "100" in str(make_fund("arrival", "100"))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("national_officer", 3), ("expert", 3), ("auditor", 3), ("hebei_administrator", 2), ("henan_coordinator", 1),
        ("base_coordinator", 0), ("trainee", 0), ("nuclear_officer", 0), ("applicant", 0),
    ],
)  # fmt: skip
def test_s4_a_sheet_is_seen_by_its_province_and_the_office(year_2022, request, who, seen):
    for card in (make_card(SheetKind.ADMINISTRATIVE), make_card(), make_card(region=HENAN)):
        assert card.lines.exists()
    assert Scorecard.objects.visible_to(request.getfixturevalue(who).scope).count() == seen


@pytest.mark.parametrize("name", ["scorecard-save", "scorecard-submit"])
def test_s4_the_other_unit_of_the_province_reads_and_does_not_write(year_2022, hebei_coordinator, name):
    card = make_card(SheetKind.ADMINISTRATIVE)
    page = reverse(f"supervision:{name}", kwargs={**year_2022.url_kwargs, "pk": card.pk})
    data = {f"points_{pk}": str(entry.points) for pk, entry in full_entries(card).items()}
    assert hebei_coordinator.client.post(page, data).status_code == 403
    assert not card.lines.exclude(self_points=None).exists()
    assert Scorecard.objects.get().status == ScorecardStatus.DRAFT


def test_s3_only_the_office_has_every_sheet_measured_anew(year_2022, national_officer, expert):
    page = reverse("supervision:scorecards-refresh", kwargs=year_2022.url_kwargs)
    assert expert.client.post(page).status_code == 403
    assert not Job.objects.exists()
    assert national_officer.client.post(page).status_code == 302
    assert Job.objects.get().params == {"year": year_2022.pk}
