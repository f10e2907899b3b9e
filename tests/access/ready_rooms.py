"""Exams, courses, applications, scorecards and reports made ready for an act: see ready.py."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.crypto import salted_hmac

from accounts.actors import system_actor
from bases.enums import ApplicationStatus, FileKind, ReviewStatus
from bases.models import Application, Call, Review
from bases.services import save_trainers
from courses.enums import LessonStatus
from courses.models import Faculty, Lesson
from exams.loading import load_practice
from exams.models import Attempt, EligibilityRow, ExamWindow, Item, SignUp
from exams.services import import_items
from exams.services.items import Home
from programs.models import Setting
from reports.models import AnnualReport
from reports.services import write_report
from supervision.enums import ScorecardStatus
from supervision.models import Scorecard, ScorecardLine
from supervision.services import save_self_assessment, submit_self_assessment
from tests.access.ready import DAY, QUERY, Ready, handed_in, pdf, ready, sends, stands
from tests.access.world import Target, World
from tests.bases import factories as bases
from tests.courses.factories import question, watched
from tests.courses.test_video import header, movie
from tests.exams.factories import item_row, make_bank, signed_up
from tests.factories import (
    HEBEI,
    NOW,
    EnrollmentFactory,
    lead_unit,
)
from tests.reports.factories import WORDS
from tests.supervision.factories import full_entries


# exams, courses
@ready("exams:signup-create")
def nothing_wanted(world: World, built: Target) -> None:
    EligibilityRow.objects.filter(year=world.year_2022).delete()
    ExamWindow.objects.filter(year=world.year_2022).update(opens_at=NOW - DAY, closes_at=NOW + DAY)


@ready("exams:rules-show")
def signed(world: World, built: Target) -> None:
    enrollment = world["trainee"].enrollment
    assert enrollment is not None
    SignUp.objects.create(enrollment=enrollment, signed_up_at=NOW)


@ready("exams:attempt-start")
def bank(world: World, built: Target) -> None:
    nothing_wanted(world, built)
    make_bank()
    enrollment = world["trainee"].enrollment
    assert enrollment is not None
    signed_up(enrollment, NOW)


@ready("exams:check-trial", "exams:practice-start")
def practice(world: World, built: Target) -> None:
    load_practice(office=world.year_2022.program.owner, actor=system_actor(), now=NOW)


ready("exams:check-show")(sends(measured='{"script": true, "dialog": true, "save": 40}'))


@ready("exams:attempt-hand-in")
def here(world: World, built: Target) -> None:
    key = world["trainee"].client.session.session_key
    device = salted_hmac("exams.device", key or "", algorithm="sha256").hexdigest()
    Attempt.objects.filter(pk=built.own["pk"]).update(device=device)


@ready("exams:item-propose", "exams:item-withdraw", "exams:item-export")
def draft(world: World, built: Target) -> dict[str, Any]:
    home = Home(unit=lead_unit(HEBEI), region=world.hebei, year=world.year_2022)
    import_items(rows=[item_row("a1", 1)], home=home, actor=system_actor(), now=NOW)
    return {"chosen": [str(Item.objects.get(code="t-a1-1").pk)], "reason": "写重了"}


ready("exams:upload-create")(sends(text="1. 早期胃癌的定义是\nA. 甲\nB. 乙\n答案：B"))
ready("exams:item-new")(sends(**{QUERY: "kind=a1", "stem-0": "早期胃癌的定义是"}))


@ready("exams:item-submit")
def enough(world: World, built: Target) -> None:
    own = {"unit": lead_unit(HEBEI), "region": world.hebei, "year": world.year_2022, "origin": "bank"}
    question("up", **own, status="approved", compared_version=1)
    Setting.objects.filter(year=world.year_2022, code__contains="item").update(value="0")


@ready("exams:item-review")
def put_forward(world: World, built: Target) -> dict[str, Any]:
    one = question("up", unit=lead_unit(HEBEI), region=world.hebei, year=world.year_2022, status="review")
    return {"shown": ["up"], f"q{one.pk}-accept": "yes"}


@ready("exams:submission-review")
def on_the_desk(world: World, built: Target) -> dict[str, Any]:
    place = {"unit": lead_unit(HEBEI), "region": world.hebei, "year": world.year_2022}
    one = question("up", **place, status="submitted", submission_id=built.own["pk"], compared_version=1)
    return {"shown": ["up"], f"q{one.pk}-accept": "yes"}


@ready("exams:item-decide")
def before_the_reader(world: World, built: Target) -> dict[str, Any]:
    Item.objects.filter(pk=built.own["pk"]).update(status="review", year=world.year_2022)
    return {"accept": "yes"}


@ready("exams:item-retire")
def a_draft(world: World, built: Target) -> dict[str, Any]:
    Item.objects.filter(pk=built.own["pk"]).update(year=world.year_2022)
    return {"reason": "过时"}


ready("exams:blueprint-edit")(sends(**{"single-count": "70", "multiple-count": "15"}))


@ready("exams:sample-show")
def full_bank(world: World, built: Target) -> dict[str, Any]:
    make_bank()
    return {}


ready("courses:lesson-publish")(stands(Lesson, status=LessonStatus.REVIEWED))
ready("courses:faculty-confirm")(stands(Faculty, filed_at=NOW))


@ready("courses:result-list")
def result(world: World, built: Target) -> dict[str, Any]:
    return {f"result-{EnrollmentFactory().pk}": "passed"}


@ready("courses:watch-homework")
def through(world: World, built: Target) -> None:
    enrollment = world["trainee"].enrollment
    assert enrollment is not None
    watched(enrollment, Lesson.objects.get(pk=built.own["pk"]))


@ready("courses:lesson-record")
def video(world: World, built: Target) -> dict[str, Any]:
    return {
        "video": SimpleUploadedFile("a.mp4", movie(header(100, 1)), "video/mp4"),
        "items": [str(question(f"q{n}", unit=lead_unit(HEBEI), region=world.hebei).pk) for n in range(5)],
    }


# calls and applications
def open_call() -> None:
    Call.objects.update(opens_on=(NOW - DAY).date(), deadline=bases.DEADLINE)


def application_is(status: ApplicationStatus, **data: Any) -> Ready:
    def make(_world: World, built: Target) -> dict[str, Any]:
        open_call()
        Application.objects.filter(pk=built.own["pk"]).update(status=status)
        return {"reason": "核对", **data}

    return make


A = ApplicationStatus
for name, stage in {
    "return": A.SUBMITTED,
    "reject": A.SUBMITTED,
    "file": A.APPROVED,
    "disqualify": A.SUBMITTED,
}.items():
    ready(f"bases:application-{name}")(application_is(stage))
ready("bases:application-edit")(application_is(A.DRAFT, postcode="050000", revision="0"))
ready("bases:file-add")(application_is(A.DRAFT, file=pdf()))
ready("bases:file-remove")(lambda _world, _built: open_call())


@ready("bases:application-submit")
def complete(world: World, built: Target) -> dict[str, Any]:
    open_call()
    applicant, one = world["applicant"], Application.objects.get(pk=built.own["pk"])
    for section in bases.SECTIONS:
        bases.save(one, applicant, section)
    save_trainers(
        application=one,
        rows=[bases.trainer(1), bases.trainer(2)],
        revision=bases.again(one).revision,
        actor=applicant.actor,
        now=NOW,
    )
    for kind in FileKind:
        bases.attach(one, applicant, kind)
    return {"pledge": "yes", "revision": str(bases.again(one).revision)}


@ready("bases:application-approve", "bases:objection-add")
def published(world: World, built: Target) -> dict[str, Any]:
    today = NOW.date()
    Application.objects.filter(pk=built.own["pk"]).update(
        status=A.PUBLICITY, publicity_starts_on=today - 9 * DAY, publicity_ends_on=today - DAY
    )
    return {"reason": "核对"}


@ready("bases:application-start")
def nothing_begun(world: World, built: Target) -> None:
    open_call()


@ready("bases:review-assign")
def somebody(world: World, built: Target) -> dict[str, Any]:
    Application.objects.filter(pk=built.own["pk"]).update(status=A.FORMAL_OK)
    Review.objects.filter(application=built.own["pk"]).delete()
    return {}


@ready("bases:publicity-open")
def reviewed(world: World, built: Target) -> dict[str, Any]:
    Application.objects.filter(pk=built.own["pk"]).update(status=A.IN_REVIEW)
    done = {"status": ReviewStatus.DONE, "advice": "select", "opinion": "条件良好", "done_at": NOW}
    Review.objects.filter(application=built.own["pk"]).update(**done)
    return {}


ready("bases:review-decline")(sends(conflict="同一单位", reason="同一单位"))


# scorecards
def card_of(built: Target) -> Scorecard:
    return Scorecard.objects.get(pk=built.own["pk"])


@ready("supervision:scorecard-submit")
def filled_in(world: World, built: Target) -> None:
    card = card_of(built)
    save_self_assessment(
        card=card, entries=full_entries(card), actor=world["hebei_coordinator"].actor, now=NOW
    )


@ready("supervision:scorecard-confirm-measured", "supervision:scorecard-return")
def handed_up(world: World, built: Target) -> dict[str, Any]:
    filled_in(world, built)
    submit_self_assessment(card=card_of(built), actor=world["hebei_coordinator"].actor, now=NOW)
    return {"reason": "核对"}


@ready("supervision:scorecard-confirm")
def settled(world: World, built: Target) -> None:
    handed_up(world, built)
    card_of(built).lines.update(decision="confirmed", reviewer_points=1)


ready("supervision:scorecard-finalize")(stands(Scorecard, status=ScorecardStatus.CONFIRMED))
ready("supervision:scorecard-reopen")(stands(Scorecard, {"reason": "核对"}, status=ScorecardStatus.CONFIRMED))


@ready("supervision:line-confirm", "supervision:line-override", "supervision:line-return")
def line_handed_up(world: World, built: Target) -> dict[str, Any]:
    one = ScorecardLine.objects.get(pk=built.own["pk"])
    handed_up(world, Target(own={"pk": one.scorecard_id}))
    return {"override-points": "1", "override-reason": "材料不全", "return-reason": "材料不全"}


ready("supervision:threshold-remove")(sends(reason="不再需要"))


@ready("reports:report-file")
def told(world: World, built: Target) -> None:
    report = AnnualReport.objects.get(pk=built.own["pk"])
    write_report(report=report, sections=WORDS, actor=world["hebei_coordinator"].actor, now=NOW)
    AnnualReport.objects.filter(pk=report.pk).update(status="built", built_at=NOW)


@ready("reports:report-decide")
def filed(world: World, built: Target) -> dict[str, Any]:
    values = {"status": "filed", "filed_at": NOW, "submission": handed_in(world, "report")}
    AnnualReport.objects.filter(pk=built.own["pk"]).update(**values)
    return {"decision": "accept"}
