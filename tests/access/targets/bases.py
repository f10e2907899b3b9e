"""Calls, applications, reviews; the year is that of the 2024 call."""

import datetime as dt

from django.core.files.base import ContentFile
from django.db import models

from accounts.enums import UnitKind
from bases.enums import ApplicationStatus, FileKind
from bases.models import (
    Application,
    Attachment,
    BaseApproval,
    Call,
    Condition,
    Director,
    Objection,
    Review,
    ScoringRow,
)
from programs.models import Submission
from tests.access.world import Target, World, target
from tests.factories import NOW, UnitFactory, office_of

TODAY = NOW.date()


def pair(world: World, status: str) -> list[Application]:
    """The application of the hospital of Hebei, which the expert reviews, and that of a hospital elsewhere."""
    call = Call.objects.get(year=world.year_2024)
    elsewhere = UnitFactory(kind=UnitKind.HOSPITAL, region=world.henan, owner=office_of("nuclear"))
    made = []
    for unit in (world["applicant"].unit, elsewhere):
        assert unit.region is not None
        one = Application.objects.create(
            year=world.year_2024, call=call, unit=unit, region=unit.region, status=status, created_at=NOW
        )
        Director.objects.create(application=one)
        made.append(one)
    Review.objects.create(application=made[0], expert=world["nuclear_expert"].membership, assigned_at=NOW)
    return made


def in_status(status: str, **further: str) -> object:
    def build(world: World) -> Target:
        own, foreign = pair(world, status)
        return Target({"pk": own.pk, **further}, {"pk": foreign.pk, **further})

    return build


DRAFT, SUBMITTED = ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED
for name in ("application-detail", "application-submit", "file-add"):
    target(f"bases:{name}")(in_status(DRAFT))
for name in ("application-edit", "application-check"):
    target(f"bases:{name}")(in_status(DRAFT, section="hospital"))
target("bases:application-print")(in_status(DRAFT, form="annex-2"))
for name in ("accept", "return", "reject", "approve", "file", "disqualify"):
    target(f"bases:application-{name}")(in_status(SUBMITTED))
for name in ("review-assign", "publicity-open", "objection-add"):
    target(f"bases:{name}")(in_status(SUBMITTED))


@target("bases:application-receipt")
def receipt(world: World) -> Target:
    own, foreign = pair(world, SUBMITTED)
    for one in (own, foreign):
        one.submission = Submission.objects.create(
            kind="application",
            number=f"A{one.pk}",
            year=world.year_2024,
            unit=one.unit,
            region=one.region,
            content={},
            sha256="",
            submitted_at=NOW,
        )
        one.save()
    return Target({"pk": own.pk}, {"pk": foreign.pk})


def of_another_year(model: type[models.Model], world: World) -> Target:
    own = model._default_manager.filter(year=world.year_2024).first()
    assert own is not None
    other = model._default_manager.get(pk=own.pk)
    other.pk, other.year = None, world.year_2022  # type: ignore[attr-defined]
    other.save()
    return Target({"pk": own.pk}, {"pk": other.pk}, nobodys=True)


target("bases:call-detail", "bases:application-start", "bases:call-edit")(
    lambda world: of_another_year(Call, world)
)
target("bases:condition-edit")(lambda world: of_another_year(Condition, world))
target("bases:scoring-edit")(lambda world: of_another_year(ScoringRow, world))


@target("publicity:publicity-list")
def public(world: World) -> Target:
    return Target(same_for_all="public")


@target("publicity:notice-detail")
def notice(world: World) -> Target:
    return Target({"pk": Call.objects.get(year=world.year_2024).pk}, same_for_all="public")


@target("bases:objection-answer")
def objection(world: World) -> Target:
    made = pair(world, ApplicationStatus.PUBLICITY)
    own, foreign = (
        Objection.objects.create(application=one, received_on=TODAY, sender="某人", text="不实")
        for one in made
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("bases:file-detail", "bases:file-remove")
def file(world: World) -> Target:
    own, foreign = (
        Attachment.objects.create(
            application=one,
            kind=FileKind.COUNT_PROOF,
            file=ContentFile(b"%PDF-", name="a.pdf"),
            name="证明.pdf",
            added_at=NOW,
        )
        for one in pair(world, DRAFT)
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("bases:review-edit", "bases:review-decline")
def review(world: World) -> Target:
    own, foreign = pair(world, ApplicationStatus.IN_REVIEW)
    mine = Review.objects.get(application=own)
    other = Review.objects.create(
        application=foreign, expert=world["expert"].membership, assigned_at=NOW - dt.timedelta(1)
    )
    return Target({"pk": mine.pk}, {"pk": other.pk}, nobodys=True)


@target("bases:approval-file")
def approval(world: World) -> Target:
    own, foreign = pair(world, ApplicationStatus.APPROVED)
    one, other = (
        BaseApproval.objects.create(
            year=world.year_2024,
            region=app.region,
            base=app.unit,
            application=app,
            reason="合格",
            approved_at=NOW,
        )
        for app in (own, foreign)
    )
    return Target({"pk": one.pk}, {"pk": other.pk})
