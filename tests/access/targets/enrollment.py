"""People, uploads and rosters of a province."""

import json
from dataclasses import replace

from accounts.models import Region
from core.models import Job
from enrollment.enums import ImportStatus
from enrollment.models import ChangeRequest, ImportRow, Roster, RosterImport, RosterRemark
from enrollment.services.roster import SUBMISSION_KIND
from programs.enums import Track
from programs.models import QuotaTransfer, Submission
from tests.access.world import Target, World, target
from tests.factories import NOW, EnrollmentFactory, lead_unit


@target(
    "enrollment:person-show",
    "enrollment:person-edit",
    "enrollment:person-withdraw",
    "enrollment:person-replace",
)
@target("enrollment:person-fund", "reports:archive-show")
def person(world: World) -> Target:
    own = world["trainee"].enrollment
    assert own is not None
    return Target({"pk": own.pk}, {"pk": EnrollmentFactory(region=world.henan).pk})


@target("enrollment:person-mark")
def marked(world: World) -> Target:
    return replace(person(world), data={"reason": "单位级别与登记不符"})


@target("enrollment:person-unmark", "enrollment:remark-answer")
def remark(world: World) -> Target:
    own = world["trainee"].enrollment
    assert own is not None
    made = []
    for row in (own, EnrollmentFactory(region=world.henan)):
        unit = lead_unit(row.region_id)
        submission = Submission.objects.create(
            kind=SUBMISSION_KIND,
            number=f"CA2022-{row.region_id}",
            content={"people": {}},
            status="returned",
            sha256="0" * 64,
            submitted_at=NOW,
            year=row.year,
            unit=unit,
            region=row.region,
        )
        made.append(
            RosterRemark.objects.create(submission=submission, enrollment=row, reason="核对单位", made_at=NOW)
        )
    return Target({"pk": made[0].pk}, {"pk": made[1].pk}, data={"reason": "已核对"})


@target("enrollment:person-reveal-id", "enrollment:person-reveal-phone")
def masked(world: World) -> Target:
    own = world["trainee"].enrollment
    assert own is not None
    return Target(
        {"pk": own.pk}, {"pk": EnrollmentFactory(region=world.henan).pk}, data={"reason": "核对身份证号"}
    )


@target("enrollment:change-show", "enrollment:change-approve", "enrollment:change-refuse")
@target("enrollment:own-change-withdraw")
def correction(world: World) -> Target:
    own = world["trainee"].enrollment
    assert own is not None
    made = [
        ChangeRequest.objects.create(
            enrollment=row, values='{"name": "新名"}', reason="户口簿已更名", requested_at=NOW
        )
        for row in (own, EnrollmentFactory(region=world.henan))
    ]
    return Target({"pk": made[0].pk}, {"pk": made[1].pk}, data={"reason": "已核对户口簿"})


@target("enrollment:transfer-approve", "enrollment:transfer-refuse", "enrollment:transfer-withdraw")
def transfer(world: World) -> Target:
    """Seats of Hebei for Peking, and of Henan for Peking: each is only of the two provinces it names."""
    peking = Region.objects.get(pk="110000")
    made = [
        QuotaTransfer.objects.create(
            year=world.year_2022,
            track=Track.COMPREHENSIVE,
            giver=giver,
            taker=peking,
            seats=2,
            reason="本省招生困难",
            asked_at=NOW,
        )
        for giver in (world.hebei, world.henan)
    ]
    return Target({"pk": made[0].pk}, {"pk": made[1].pk}, data={"reason": "总量不变"})


@target("enrollment:person-refuse")
def applicant(world: World) -> Target:
    own, foreign = (EnrollmentFactory(applied=True, region=region) for region in (world.hebei, world.henan))
    return Target({"pk": own.pk}, {"pk": foreign.pk}, data={"reason": "名额已满"})


@target(
    "enrollment:import-show", "enrollment:import-job", "enrollment:import-apply", "enrollment:import-discard"
)
@target("enrollment:import-marked", "enrollment:import-undo")
def staged(world: World) -> Target:
    made = []
    for region in (world.hebei, world.henan):
        job = Job.objects.create(kind="enrollment.read_roster", created_at=NOW)
        made.append(
            RosterImport.objects.create(
                year=world.year_2022, region=region, file_name="名单.xlsx", job_number=job.pk, created_at=NOW
            )
        )
    return Target({"pk": made[0].pk}, {"pk": made[1].pk}, data={"reason": "传错了文件"})


@target("enrollment:place-settle", "enrollment:place-create")
def workplace(world: World) -> Target:
    """An upload in preview whose first line has a workplace that the registry does not know."""
    made = []
    for region in (world.hebei, world.henan):
        upload = RosterImport.objects.create(
            year=world.year_2022,
            region=region,
            file_name="名单.xlsx",
            status=ImportStatus.PREVIEW,
            created_at=NOW,
        )
        line = {
            "institution": "某某医院",
            "institution_id": None,
            "institution_level": "",
            "institution_kind": "",
        }
        ImportRow.objects.create(roster_import=upload, number=5, cells="{}", values=json.dumps(line))
        made.append({"pk": upload.pk, "number": 5})
    return Target(made[0], made[1])


@target("enrollment:roster-receipt")
def receipt(world: World) -> Target:
    own, foreign = (
        Submission.objects.create(
            kind=SUBMISSION_KIND,
            number=region.pk,
            year=world.year_2022,
            unit=lead_unit(region.pk),
            region=region,
            content={},
            sha256="",
            submitted_at=NOW,
        )
        for region in (world.hebei, world.henan)
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("enrollment:province-show", "enrollment:province-accept", "enrollment:province-return")
@target("enrollment:province-lock", "enrollment:province-unlock")
def province(world: World) -> Target:
    Roster.objects.create(year=world.year_2022, region=world.hebei)
    return Target({"region": world.hebei.pk}, same_for_all="only the office and its auditor ask by province")


@target("enrollment:roster-place")
def placement(world: World) -> Target:
    return Target(data={"base": world["base_coordinator"].unit.pk})
