"""What an act waits for before it goes through: its object in the right state, and what its page's form cannot tell.

The table of access asks everybody for the same object, whatever its state; the sweeps over what is written ask the one
who may, after `ready(...)` has brought the object there. It gives what is sent beside the form of the page; None takes
a field of the form away.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from accounts.models import Announcement, Disclosure, Membership, Unit, User
from accounts.services.announcements import publish_announcement
from accounts.services.codes import issue_codes
from core.crypto import encrypt_bytes
from enrollment.enums import EnrollmentStatus, RosterStatus
from enrollment.models import Enrollment, ImportRow, Roster, RosterImport, RosterRemark, Rule
from enrollment.services.roster import SUBMISSION_KIND
from exams.models import Attempt, ExamWindow
from programs.enums import Track
from programs.models import Participation, ProgramYear, Submission
from supervision.models import Criterion
from tests.access.world import Target, World
from tests.bases import factories as bases
from tests.factories import (
    NOW,
    EnrollmentFactory,
    InstitutionFactory,
    MembershipFactory,
    specialty_of,
    trainee_persona,
)
from tests.helpers import workbook

Ready = Callable[[World, Target], dict[str, Any] | None]
READY: dict[str, Ready] = {}
DAY = dt.timedelta(days=1)
# what stands in the address
QUERY = "?"


def ready(*names: str) -> Callable[[Ready], Ready]:
    def keep(make: Ready) -> Ready:
        for name in names:
            if READY.setdefault(name, make) is not make:
                raise ValueError(f"{name} is made ready twice")
        return make

    return keep


def sends(**data: Any) -> Ready:
    return lambda _world, _built: data


def stands(model: type[Model], data: dict[str, Any] | None = None, **values: Any) -> Ready:
    """The object as it is when the act is due."""

    def make(_world: World, built: Target) -> dict[str, Any] | None:
        assert model._base_manager.filter(pk=built.own["pk"]).update(**values)
        return data

    return make


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("证明.pdf", bases.PDF, "application/pdf")


# plan rows: something is changed
RENAMED = sends(name="改过的名称")
for name in ("specialty", "theme", "priority-program"):
    ready(f"programs:{name}-edit")(RENAMED)
ready("programs:quota-edit")(sends(seats="77"))
ready("programs:target-edit")(sends(amount="77"))
ready("programs:duty-edit")(sends(name="改过的名称"))
ready("bases:condition-edit", "bases:scoring-edit")(sends(printed="改过的条件", name="改过的名称"))
ready("supervision:criterion-edit")(sends(applies_administrative=None))


@ready("programs:province-edit")
def other_unit(world: World, built: Target) -> dict[str, Any]:
    return {"administrative_unit": None}


@ready("supervision:threshold-set")
def measured(world: World, built: Target) -> dict[str, Any]:
    Criterion.objects.filter(pk=built.own["pk"]).update(
        measure="figure", figure="enrollment.approved", operator="ge", threshold="5"
    )
    return {"own-region": world.hebei.pk, "own-threshold": "4", "own-reason": "本省情况"}


# people and units
ready("accounts:unit-reopen")(stands(Unit, closed_at=NOW - DAY))
ready("accounts:person-reopen")(stands(Membership, ends_at=NOW - DAY))


@ready("accounts:code-issue")
def colleague(world: World, built: Target) -> dict[str, Any]:
    return {"chosen": [str(MembershipFactory(unit=world["base_coordinator"].unit).pk)]}


@ready("accounts:activate")
def slip(world: World, built: Target) -> dict[str, Any]:
    one = MembershipFactory(unit=world["base_coordinator"].unit)
    User.objects.filter(pk=one.user_id).update(password="")
    given = {"memberships": [one], "actor": world["national_officer"].actor, "now": NOW}
    made = issue_codes(**given)[0]
    word = "a-long-phrase-of-nobody-7"
    return {"login_name": one.user.username, "code": made.code, "password": word, "again": word}


@ready("accounts:person-reset-factor")
def second_factor(world: World, built: Target) -> None:
    user = Membership.objects.get(pk=built.own["pk"]).user
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})


@ready("accounts:session-end-others")
def elsewhere(world: World, built: Target) -> None:
    user = world["national_officer"].user
    UserSession.objects.create(user=user, session_key="elsewhere", ip="127.0.0.1")


@ready("accounts:disclosure-download")
def made(world: World, built: Target) -> None:
    one = Disclosure.objects.get(pk=built.own["pk"])
    sealed = encrypt_bytes(b"PK", "accounts.disclosure.file")
    one.file.save("a.bin", ContentFile(sealed), save=False)
    one.status, one.expires_at = "ready", NOW + DAY
    one.save()


@ready("programs:year-open")
def draft(world: World, built: Target) -> None:
    ProgramYear.objects.filter(pk=world.year_2022.pk).update(status="draft")


@ready("accounts:institution-merge")
def twin(world: World, built: Target) -> dict[str, Any]:
    return {QUERY: f"into={InstitutionFactory(region=world.hebei).pk}"}


ready("accounts:institution-edit")(sends(name="改过的名称"))
ready("accounts:announcement-attach")(lambda _world, _built: {"file": pdf()})


@ready("accounts:announcement-withdraw")
def out(world: World, built: Target) -> None:
    one = Announcement.objects.get(pk=built.own["pk"])
    publish_announcement(announcement=one, actor=world["hebei_coordinator"].actor, now=NOW)


def handed_in(world: World, kind: str) -> Submission:
    values = {"unit": world["hebei_coordinator"].unit, "content": {}, "sha256": "", "submitted_at": NOW}
    place = {"year": world.year_2022, "region": world.hebei}
    return Submission.objects.create(kind=kind, number=f"up-{kind}", **place, **values)


# a province's roster
@ready("enrollment:roster-approve")
def waiting(world: World, built: Target) -> dict[str, Any]:
    return {"chosen": [str(EnrollmentFactory(applied=True).pk)]}


@ready("enrollment:roster-join", "enrollment:roster-place")
def ticked(world: World, built: Target) -> dict[str, Any]:
    return {"chosen": [str(EnrollmentFactory().pk)]}


@ready("enrollment:roster-codes")
def with_account(world: World, built: Target) -> dict[str, Any]:
    someone = trainee_persona("another-trainee")
    assert someone.enrollment is not None
    return {"chosen": [str(someone.enrollment.pk)]}


@ready("enrollment:roster-submit")
def without_rules(world: World, built: Target) -> None:
    EnrollmentFactory()
    Rule.objects.filter(year=world.year_2022).delete()


@ready("enrollment:import-create")
def sheet(world: World, built: Target) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("名单.xlsx", workbook(["姓名"], [["测试"]]))}


@ready("enrollment:import-apply")
def previewed(world: World, built: Target) -> dict[str, Any]:
    RosterImport.objects.filter(pk=built.own["pk"]).update(status="preview", row_count=1)
    ImportRow.objects.create(roster_import_id=built.own["pk"], number=5, cells="{}", values="{}")
    return {}


@ready("enrollment:import-undo")
def taken_in(world: World, built: Target) -> dict[str, Any]:
    """One person came by the upload and waits; its file is still kept."""
    RosterImport.objects.filter(pk=built.own["pk"]).update(status="applied", source="x")
    EnrollmentFactory(applied=True, roster_import_id=built.own["pk"])
    return {"reason": "传错了文件"}


ready("enrollment:roster-reason")(sends(reason="本省县级机构较少"))


def roster_is(status: RosterStatus) -> Ready:
    def make(world: World, _built: Target) -> dict[str, Any]:
        up = handed_in(world, "roster")
        Roster.objects.filter(year=world.year_2022, region=world.hebei).update(status=status, submission=up)
        return {"reason": "核对"}

    return make


for name, status in {
    "accept": RosterStatus.SUBMITTED,
    "return": RosterStatus.SUBMITTED,
    "lock": RosterStatus.ACCEPTED,
    "unlock": RosterStatus.LOCKED,
}.items():
    ready(f"enrollment:province-{name}")(roster_is(status))
ready("enrollment:person-edit")(
    stands(
        Enrollment,
        {"profession": "nurse"},
        status=EnrollmentStatus.APPLIED,
        registration=None,
        approved_at=None,
    )
)


def roster_with_marks(status: RosterStatus) -> Ready:
    """The roster waits for the office, or has come back, with the version on which the person is marked."""

    def make(world: World, built: Target) -> dict[str, Any]:
        remark = RosterRemark.objects.filter(enrollment__region=world.hebei).first()
        up = remark.submission if remark else handed_in(world, SUBMISSION_KIND)
        Roster.objects.get_or_create(year=world.year_2022, region=world.hebei)
        rows = Roster.objects.filter(year=world.year_2022, region=world.hebei)
        rows.update(status=status, submission=up)
        return {"reason": "核对"}

    return make


ready("enrollment:person-mark", "enrollment:person-unmark")(roster_with_marks(RosterStatus.SUBMITTED))
ready("enrollment:remark-answer")(roster_with_marks(RosterStatus.RETURNED))


@ready("enrollment:returning-apply")
def passed_online_last_year(world: World, built: Target) -> dict[str, Any]:
    last = ProgramYear.objects.create(
        program=world.year_2022.program, year=2021, name="2021", status="closed"
    )
    Participation.objects.create(year=last, region=world.hebei, code="hebei", clause="000 二(一)")
    window = ExamWindow.objects.filter(year=world.year_2022).first()
    row = EnrollmentFactory(
        track=Track.ONLINE_ONLY, specialty=specialty_of(world.year_2022, Track.ONLINE_ONLY)
    )
    row.year = last
    row.save(update_fields=["year"])
    times = {"started_at": NOW, "deadline": NOW, "accept_until": NOW, "closed_at": NOW}
    points = {"item_count": 0, "full_points": 120, "pass_points": 72, "score": 90, "passed": True}
    Attempt.objects.create(
        enrollment=row, window=window, number=1, seed="0", state="closed", receipt="R", **times, **points
    )
    return {"chosen": [str(row.pk)]}


ready("enrollment:person-withdraw")(sends(reason="调离"))
ready("enrollment:own-change")(sends(name="改过名"))


@ready("enrollment:person-replace")
def successor(world: World, built: Target) -> dict[str, Any]:
    return {"by": str(EnrollmentFactory(applied=True).pk)}


@ready("enrollment:transfer-create")
def from_hebei(world: World, built: Target) -> dict[str, Any]:
    return {"giver": world.hebei.pk, "taker": world.henan.pk}
