"""Seats move between provinces only when the office approves, and only those on which nobody sits (E1, E3)."""

import pytest
from django.db.models import Sum
from django.urls import reverse

from accounts.models import Notice
from core.exceptions import IllegalTransition, NotAllowed, Refusal
from core.figures import FIGURES
from core.models import Event
from enrollment.enums import FundingKind
from enrollment.models import Enrollment
from enrollment.quotas import free_seats, ledger
from enrollment.services.approval import approve
from enrollment.services.quotas import (
    approve_transfer,
    ask_for_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from enrollment.services.roster import submit_roster
from programs.enums import Track, TransferStatus
from programs.models import Quota, QuotaTransfer
from programs.where import Where
from tests.enrollment.factories import AUGUST, applicants, healthy_roster
from tests.factories import HEBEI, HENAN, EnrollmentFactory
from tests.helpers import cells_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(year_2022, hebei, henan, hebei_coordinator):
    def asked(seats: int, track: str = Track.COMPREHENSIVE, **other: object) -> QuotaTransfer:
        values = {"giver": hebei, "taker": henan, "reason": "本省招生困难", "actor": hebei_coordinator.actor}
        return ask_for_transfer(year=year_2022, track=track, seats=seats, now=AUGUST, **{**values, **other})

    return asked


def seats_of(year, track=Track.COMPREHENSIVE):
    return dict(Quota.objects.filter(year=year, track=track).values_list("region", "available"))


def test_nothing_moves_before_the_office_approves(ask, year_2022, national_officer, henan_coordinator):
    before = seats_of(year_2022)
    transfer = ask(5)
    assert seats_of(year_2022) == before
    approve_transfer(transfer=transfer, actor=national_officer.actor, now=AUGUST)
    after = seats_of(year_2022)
    assert after[HEBEI] == before[HEBEI] - 5
    assert after[HENAN] == before[HENAN] + 5
    assert sum(after.values()) == sum(before.values()) == 5850  # 任务表 1
    assert Quota.objects.filter(year=year_2022).aggregate(n=Sum("moved"))["n"] == 0
    assert Notice.objects.filter(membership=henan_coordinator.membership).count() == 1
    verbs = Event.objects.filter(object_type="programs.quotatransfer").values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == ["ask_for_transfer", "approve_transfer"]


def test_the_figure_of_seats_follows_what_moved(ask, year_2022, national_officer, hebei_coordinator):
    before = FIGURES["programs.seats"].value(national_officer.scope, Where(year_2022.pk, region=HEBEI)).amount
    approve_transfer(transfer=ask(5), actor=national_officer.actor, now=AUGUST)
    for figure in ("programs.seats", "enrollment.quota_use"):
        value = FIGURES[figure].value(national_officer.scope, Where(year_2022.pk, region=HEBEI))
        assert (value.amount if figure == "programs.seats" else value.base) == before - 5


def test_a_province_gives_its_free_seats_at_most(ask, year_2022, hebei, hebei_coordinator):
    """At the number of free seats, and one above."""
    EnrollmentFactory(funding=FundingKind.FUNDED)
    free = free_seats(year_2022, hebei, Track.COMPREHENSIVE)
    assert free == seats_of(year_2022)[HEBEI] - 1
    with pytest.raises(Refusal, match=str(free)):
        ask(free + 1)
    assert ask(free).seats == free


def test_seats_taken_in_between_do_not_move(ask, year_2022, hebei, hebei_coordinator, national_officer):
    free = free_seats(year_2022, hebei, Track.COMPREHENSIVE)
    transfer = ask(free)
    people = [person.pk for person in applicants(1)]
    approve(year=year_2022, region=hebei, people=people, actor=hebei_coordinator.actor, now=AUGUST)
    with pytest.raises(Refusal):
        approve_transfer(transfer=transfer, actor=national_officer.actor, now=AUGUST)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.ASKED
    assert not Quota.objects.filter(year=year_2022).exclude(moved=0).exists()


def test_a_moved_seat_is_filled_in_the_province_that_got_it(ask, year_2022, hebei, henan, national_officer):
    Quota.objects.filter(year=year_2022, region=HENAN, track=Track.COMPREHENSIVE).update(seats=0)
    assert free_seats(year_2022, henan, Track.COMPREHENSIVE) == 0
    approve_transfer(transfer=ask(1), actor=national_officer.actor, now=AUGUST)
    assert free_seats(year_2022, henan, Track.COMPREHENSIVE) == 1


def test_a_decided_transfer_is_not_decided_again(ask, national_officer, hebei_coordinator):
    transfer = ask(2)
    refuse_transfer(transfer=transfer, reason="总量已定", actor=national_officer.actor, now=AUGUST)
    for act in (approve_transfer, withdraw_transfer):
        with pytest.raises(IllegalTransition):
            act(transfer=transfer, actor=national_officer.actor, now=AUGUST)
    other = ask(2)
    withdraw_transfer(transfer=other, actor=hebei_coordinator.actor, now=AUGUST)
    assert other.status == TransferStatus.WITHDRAWN


def test_who_may(ask, hebei_administrator, henan_coordinator, hebei_coordinator):
    for stranger in (hebei_administrator, henan_coordinator):
        with pytest.raises(NotAllowed):
            ask(1, actor=stranger.actor)
    with pytest.raises(NotAllowed):
        approve_transfer(transfer=ask(1), actor=hebei_coordinator.actor, now=AUGUST)
    with pytest.raises(NotAllowed):
        refuse_transfer(transfer=ask(1), reason="x", actor=hebei_coordinator.actor, now=AUGUST)
    with pytest.raises(NotAllowed):
        withdraw_transfer(transfer=ask(1), actor=henan_coordinator.actor, now=AUGUST)


def test_what_makes_no_sense_is_refused(ask, hebei, year_2022):
    with pytest.raises(Refusal, match=r"\w"):
        ask(1, taker=hebei)
    with pytest.raises(Refusal, match=r"\w"):
        ask(1, reason=" ")
    Quota.objects.filter(year=year_2022, region=HENAN, track=Track.ONLINE_ONLY).delete()
    with pytest.raises(Refusal, match=r"\w"):
        ask(1, track=Track.ONLINE_ONLY)
    assert not QuotaTransfer.objects.exists()


def test_the_ledger_counts_every_stage(year_2022, hebei, hebei_coordinator, national_officer):
    healthy_roster()
    approved = Enrollment.objects.active().comprehensive().filter(region=HEBEI).count()
    submit_roster(year=year_2022, region=hebei, actor=hebei_coordinator.actor, now=AUGUST)
    (line,) = [
        one for one in ledger(year_2022, hebei_coordinator.scope) if one.quota.track == Track.COMPREHENSIVE
    ]
    assert (line.submitted, line.use.approved, line.certified) == (approved, approved, 0)
    assert len(ledger(year_2022, national_officer.scope)) == 62


def test_the_pages(client, ask, year_2022, national_officer, hebei_coordinator, django_assert_num_queries):
    url = reverse("enrollment:quota-ledger", kwargs=year_2022.url_kwargs)
    form = reverse("enrollment:transfer-create", kwargs=year_2022.url_kwargs)
    sent = {"track": "comprehensive", "giver": HEBEI, "taker": HENAN, "seats": 3, "reason": "本省招生困难"}
    assert hebei_coordinator.client.post(form, sent).status_code == 302
    transfer = QuotaTransfer.objects.get()
    assert "本省招生困难" in national_officer.client.get(url).content.decode()
    refused = hebei_coordinator.client.post(form, {**sent, "seats": 9999})
    assert refused.status_code == 200
    assert "9999" in refused.content.decode()
    foreign = hebei_coordinator.client.post(form, {**sent, "giver": HENAN, "taker": HEBEI})
    assert foreign.status_code == 200
    assert QuotaTransfer.objects.count() == 1
    decide = reverse("enrollment:transfer-approve", kwargs={**year_2022.url_kwargs, "pk": transfer.pk})
    assert national_officer.client.post(decide).status_code == 302
    assert seats_of(year_2022)[HENAN] == Quota.objects.get(region=HENAN, track="comprehensive").seats + 3


def test_what_moved_stands_like_the_other_numbers(year_2022, national_officer):
    Quota.objects.filter(year=year_2022, region=HEBEI, track=Track.COMPREHENSIVE).update(moved=-3)
    url = reverse("enrollment:quota-ledger", kwargs=year_2022.url_kwargs)
    table = national_officer.client.get(url).context["table"]
    place = [str(column["label"]) for column in table["columns"]].index("调剂")
    assert table["columns"][place]["align"] == "end"
    assert {row["cells"][place]["align"] for row in table["rows"]} == {"end"}
    assert [row["cells"][place]["text"] for row in table["rows"] if row["cells"][place]["text"] != "0"] == [
        "-3"
    ]
    book = cells_of(national_officer.client.post(url).content)
    (heads,) = [line for line in book if "调剂" in line]
    assert -3 in [line[heads.index("调剂")] for line in book]
