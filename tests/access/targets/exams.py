"""Attempts, certificates, items."""

import datetime as dt
from typing import Any

from core.models import Job
from enrollment.models import Enrollment
from exams.enums import CertificateKind, ItemKind, LateReason
from exams.models import (
    Attempt,
    Certificate,
    Evidence,
    ExamWindow,
    Item,
    ItemPair,
    ItemUpload,
    ItemVersion,
    LateAnswer,
    Pulse,
    VoidRequest,
)
from exams.services.certificates import certificate_content
from exams.services.supply import SUBJECT
from programs.models import Submission
from tests.access.world import Target, World, target
from tests.factories import HEBEI, NOW, EnrollmentFactory, lead_unit, office_of

CLOSED = {"state": "closed", "score": 90, "passed": True, "closed_at": NOW}


def attempt(enrollment: Enrollment, **values: Any) -> Attempt:
    """A sitting without a paper."""
    window = ExamWindow.objects.filter(year=enrollment.year).first()
    end = NOW + dt.timedelta(minutes=90)
    fixed = {
        "started_at": NOW,
        "deadline": end,
        "accept_until": end,
        "item_count": 0,
        "full_points": 120,
        "pass_points": 72,
    }
    return Attempt.objects.create(enrollment=enrollment, window=window, number=1, seed="0", **fixed, **values)


def pair(world: World) -> tuple[Enrollment, Enrollment]:
    own = world["trainee"].enrollment
    assert own is not None
    return own, EnrollmentFactory(region=world.henan)


@target("exams:attempt-show", "exams:attempt-take-over", "exams:attempt-hand-in", "exams:attempt-close")
def open_attempt(world: World) -> Target:
    own, foreign = (attempt(one) for one in pair(world))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("exams:attempt-result")
def closed_attempt(world: World) -> Target:
    own, foreign = (attempt(one, **CLOSED, receipt=f"R{one.pk}") for one in pair(world))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


def certificate(enrollment: Enrollment) -> Certificate:
    sat = attempt(enrollment, **CLOSED, receipt=f"R{enrollment.pk}")
    return Certificate.objects.create(
        enrollment=enrollment,
        attempt=sat,
        kind=CertificateKind.COMPLETION,
        number=f"C{enrollment.pk}",
        content=certificate_content(enrollment, sat, NOW),
        issued_at=NOW,
    )


@target("exams:certificate-show", "exams:certificate-pdf", "exams:certificate-revoke")
def certificates(world: World) -> Target:
    own, foreign = (certificate(one) for one in pair(world))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("exams_open:certificate-verify")
def public_certificate(world: World) -> Target:
    own, _foreign = pair(world)
    return Target({"code": certificate(own).code}, same_for_all="whoever holds the code may see it")


def item(region: Any, name: str = "t") -> Item:
    unit = lead_unit(region.pk)
    made = Item.objects.create(
        code=f"{name}-{region.pk}",
        kind=ItemKind.A1,
        owner=office_of("cancer"),
        unit=unit,
        region=region,
        created_at=NOW,
    )
    options = [{"label": label, "text": label} for label in "ABCDE"]
    ItemVersion.objects.create(
        item=made, stem="?", options=options, key=["A"], sha256=made.code, created_at=NOW
    )
    return made


@target("exams:item-edit")
def drafts(world: World) -> Target:
    own, foreign = (item(region) for region in (world.hebei, world.henan))
    Item.objects.filter(pk__in=(own.pk, foreign.pk)).update(year=world.year_2022)
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("exams:item-affected")
def bank_item(world: World) -> Target:
    return Target({"pk": item(world.hebei).pk}, same_for_all="only the national office asks")


@target("exams:upload-show", "exams:upload-job", "exams:upload-apply", "exams:upload-discard")
def files(world: World) -> Target:
    own, foreign = (upload(world, region) for region in (world.hebei, world.henan))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


def upload(world: World, region: Any) -> ItemUpload:
    place = {"unit": "line", "number": 1, "cell": "", "name": ""}
    row = {"code": "", "type": "a1", "stem": f"试题 {region.name}", "options": [], "key": [], "place": place}
    return ItemUpload.objects.create(
        year=world.year_2022,
        region=region,
        unit=lead_unit(region.pk),
        file_name=f"{region.name}.txt",
        format="docx",
        status="preview",
        entries=[row],
        created_at=NOW,
        job_number=Job.objects.create(kind="exams.read_upload", created_at=NOW).pk,
    )


@target("exams:item-show", "exams:item-decide", "exams:item-retire")
def items(world: World) -> Target:
    own, foreign = (item(region) for region in (world.hebei, world.henan))
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("exams:pair-show")
def look_alikes(world: World) -> Target:
    found = [
        ItemPair.objects.create(
            item=item(region), other=item(region, "earlier"), item_version=1, other_version=1, kind="near", score=80,
            found_at=NOW,
        )
        for region in (world.hebei, world.henan)
    ]  # fmt: skip
    Item.objects.update(year=world.year_2022)
    return Target({"pk": found[0].pk}, {"pk": found[1].pk})


@target("exams:submission-decide", "exams:submission-review")
def submission(world: World) -> Target:
    values = {"unit": lead_unit(HEBEI), "content": {}, "sha256": "", "submitted_at": NOW}
    own = Submission.objects.create(
        kind=SUBJECT, number="S1", year=world.year_2022, region=world.hebei, **values
    )
    other = Submission.objects.create(
        kind="roster", number="S2", year=world.year_2022, region=world.hebei, **values
    )
    return Target({"pk": own.pk}, {"pk": other.pk}, nobodys=True)


@target("exams:window-edit")
def window(world: World) -> Target:
    own = ExamWindow.objects.filter(year=world.year_2022).first()
    assert own is not None
    other = ExamWindow.objects.create(
        year=world.year_2024, code="x", clause="x", name="x", opens_at=own.opens_at, closes_at=own.closes_at
    )
    return Target({"pk": own.pk}, {"pk": other.pk}, nobodys=True)


@target("exams:late-show")
def late_answer(world: World) -> Target:
    own, _foreign = pair(world)
    sat = attempt(own, **CLOSED, receipt=f"R{own.pk}")
    LateAnswer.objects.create(
        attempt=sat, ordinal=1, generation=1, sequence=1, arrived_at=NOW, reason=LateReason.LATE
    )
    return Target({"pk": sat.pk}, same_for_all="only the national office decides")


@target("exams:score-show")
def scores(world: World) -> Target:
    own, foreign = pair(world)
    for one in (own, foreign):
        attempt(one, **CLOSED, receipt=f"R{one.pk}")
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("exams:sitting-show")
def sitting(world: World) -> Target:
    own, foreign = (attempt(one) for one in pair(world))
    for one in (own, foreign):
        Pulse.objects.create(attempt=one, seen_at=NOW, generation=1, address="10.0.0.2")
        Evidence.objects.create(
            attempt=one, kind="address", noted_at=NOW, generation=1, note="10.0.0.1 → 10.0.0.2"
        )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("exams:void-ask")
def to_be_void(world: World) -> Target:
    own, _foreign = pair(world)
    return Target({"pk": attempt(own).pk}, same_for_all="only the national office asks")


@target("exams:void-show", "exams:void-confirm", "exams:void-refuse")
def void_request(world: World) -> Target:
    own, _foreign = pair(world)
    asked = VoidRequest.objects.create(
        attempt=attempt(own), reason="考场停电半小时", asked_by=world["nuclear_officer"].user, asked_at=NOW
    )
    return Target({"pk": asked.pk}, same_for_all="only the national office decides")
