"""The exam's figures (S1, R4): each with the rows it counts."""

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from core.enums import Measure
from core.figures import Figure
from enrollment.models import Enrollment
from exams.models import Attempt, Certificate, Item, SignUp
from exams.queries import enrollments
from programs.enums import SettingCode
from programs.models import Setting
from programs.where import Where


def _attempts() -> "QuerySet[Attempt]":
    rows: QuerySet[Attempt] = Attempt.objects.counted().filter(enrollment=OuterRef("pk"))
    return rows


def _items_submitted(scope: Scope, where: Where) -> "QuerySet[Item]":
    rows = Item.objects.visible_to(scope).filter(year=where.year_id).exclude(submission=None)
    return rows.filter(region=where.region) if where.region else rows


def _qualified(scope: Scope, where: Where) -> "QuerySet[Enrollment]":
    return enrollments(scope, where).filter(Exists(SignUp.objects.filter(enrollment=OuterRef("pk"))))


def _sat(scope: Scope, where: Where) -> "QuerySet[Enrollment]":
    return enrollments(scope, where).filter(Exists(_attempts()))


def _passed(scope: Scope, where: Where) -> "QuerySet[Enrollment]":
    return enrollments(scope, where).filter(Exists(_attempts().filter(passed=True)))


def _excellent(scope: Scope, where: Where) -> "QuerySet[Enrollment]":
    mark = Setting.objects.filter(
        year=OuterRef("enrollment__year"), code=SettingCode.EXCELLENT_POINTS
    ).values("value")
    above = _attempts().annotate(mark=Subquery(mark[:1])).filter(score__gt=F("mark"))
    return enrollments(scope, where).filter(Exists(above))


def _failed(scope: Scope, where: Where) -> "QuerySet[Enrollment]":
    """Every attempt of the year used, the last one closed, none passed (X5)."""
    allowed = Setting.objects.filter(year=OuterRef("year"), code=SettingCode.EXAM_ATTEMPTS).values("value")
    marked = _attempts().exclude(passed=None)
    used = marked.order_by().values("enrollment").annotate(n=Count("pk")).values("n")
    return (
        enrollments(scope, where)
        .annotate(attempts_used=Subquery(used[:1]), attempts_allowed=Subquery(allowed[:1]))
        .filter(attempts_used__gte=F("attempts_allowed"))
        .exclude(Exists(_attempts().filter(passed=True)))
    )


def _certificates(scope: Scope, where: Where) -> "QuerySet[Certificate]":
    return Certificate.objects.valid().visible_to(scope).filter(enrollment__in=enrollments(scope, where))


_BY = {"province": "region", "track": "track", "base": "placements__base"}
_BY_ENROLLMENT = {dimension: f"enrollment__{path}" for dimension, path in _BY.items()}

ITEMS_SUBMITTED = Figure(
    code="exams.items_submitted",
    label=_("Items submitted"),
    definition=_("Items that the province has handed up for the year."),
    rows=_items_submitted,
    by={"province": "region"},
    columns="exams.items",
)
QUALIFIED = Figure(
    code="exams.qualified",
    label=_("Qualified for the exam"),
    definition=_("Approved trainees not withdrawn who met every condition and signed up."),
    rows=_qualified,
    by=_BY,
    columns="exams.scores",
)
SAT = Figure(
    code="exams.sat",
    label=_("Sat the exam"),
    definition=_("Approved trainees not withdrawn who started at least one attempt that is not void."),
    rows=_sat,
    by=_BY,
    columns="exams.scores",
)
PASSED = Figure(
    code="exams.passed",
    label=_("Passed the exam"),
    definition=_("Of those who sat, the ones with a passed attempt; any pass is a pass."),
    rows=_passed,
    by=_BY,
    columns="exams.scores",
)
PASS_RATE = Figure(
    code="exams.pass_rate",
    label=_("Pass rate"),
    definition=_("People who passed out of people who sat."),
    rows=_passed,
    unit=Measure.SHARE,
    base_rows=_sat,
    by=_BY,
    columns="exams.scores",
)
EXCELLENT_RATE = Figure(
    code="exams.excellent_rate",
    label=_("Excellent rate"),
    definition=_("People with an attempt above the year's mark of excellence out of people who sat."),
    rows=_excellent,
    unit=Measure.SHARE,
    base_rows=_sat,
    by=_BY,
    columns="exams.scores",
)
FAILED = Figure(
    code="exams.failed",
    label=_("Failed every attempt"),
    definition=_(
        "Approved trainees who used all attempts of the year and passed none; they may come back next year."
    ),
    rows=_failed,
    by=_BY,
    columns="exams.scores",
)
CERTIFICATES = Figure(
    code="exams.certificates",
    label=_("Certificates"),
    definition=_("Valid certificates and pass records of approved trainees."),
    rows=_certificates,
    by=_BY_ENROLLMENT,
    columns="exams.certificates",
)
ALL = (ITEMS_SUBMITTED, QUALIFIED, SAT, PASSED, PASS_RATE, EXCELLENT_RATE, FAILED, CERTIFICATES)
