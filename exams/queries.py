"""Reads that span models; they build what the rules eat."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse

from accounts.enums import Role
from accounts.scope import Scope
from core.enums import ActorKind
from core.figures import FIGURES
from core.findings import Finding
from enrollment.models import Enrollment
from exams.enums import AttemptState
from exams.models import (
    Answer,
    Attempt,
    AttemptItem,
    BlueprintRow,
    Certificate,
    EligibilityRow,
    ExamWindow,
    ItemUse,
)
from exams.rules import (
    CONDITIONS,
    BlueprintLine,
    ConditionRow,
    Limits,
    PastAttempt,
    ScoredItem,
    Span,
    Standing,
    chosen,
    eligibility,
    standing,
    worn_out,
)
from programs.enums import SettingCode
from programs.models import ProgramYear
from programs.queries import settings_of
from programs.where import Where


def enrollment_of(year: ProgramYear, scope: Scope) -> Enrollment | None:
    """The trainee's own place in the year, approved or not; the newest if there are several."""
    rows = Enrollment.objects.visible_to(scope).of(year)
    return (
        rows.select_related("person", "specialty", "registration", "institution", "region")
        .order_by("-pk")
        .first()
    )


def enrollments(scope: Scope, where: Where) -> "QuerySet[Enrollment]":
    """Approved trainees of the cut, not withdrawn: the base of every exam figure."""
    rows = Enrollment.objects.visible_to(scope).filter(year=where.year_id).active()
    narrower = {
        "region": where.region,
        "track": where.track,
        "pk": where.enrollment_id,
        "placements__base": where.base_id,
    }
    return rows.filter(**{path: value for path, value in narrower.items() if value})


# Eligibility


def findings_of(enrollment: Enrollment) -> list[Finding]:
    """Each condition of the trainee's track against the figure that answers it (X4)."""
    rows = EligibilityRow.objects.filter(year=enrollment.year_id, track=enrollment.track).order_by("order")
    values = settings_of(enrollment.year)
    return eligibility(
        [
            ConditionRow(
                code=row.code,
                condition=row.condition,
                required=row.required,
                value=_figure(enrollment, CONDITIONS[row.condition].figure),
                setting=values.get(row.setting),
                clause=row.clause,
                assumed="" if row.confirmed_at else row.assumed,
                figure_url=_rows_url(enrollment, CONDITIONS[row.condition].figure),
            )
            for row in rows
        ]
    )


def _figure(enrollment: Enrollment, code: str) -> Any:
    """The figure for this one trainee, asked with the owner's eyes; None when no room above answers it."""
    figure = FIGURES.get(code)
    if figure is None:
        return None
    owner = Scope(role=Role.NATIONAL_OFFICE, owner_id=enrollment.year.program.owner_id)
    return figure.value(owner, Where(enrollment.year_id, enrollment_id=enrollment.pk)).amount


def _rows_url(enrollment: Enrollment, code: str) -> str:
    """The page that lists the figure's records of this trainee, where the portal has one."""
    try:
        page = reverse("reports:figure-show", kwargs={**enrollment.year.url_kwargs, "code": code})
    except NoReverseMatch:
        return ""
    return f"{page}?enrollment={enrollment.pk}"


# Attempts


def limits_of(year: ProgramYear) -> Limits:
    values = settings_of(year)
    return Limits(int(values[SettingCode.EXAM_ATTEMPTS]), int(values[SettingCode.EXAM_WINDOW_DAYS]))


def standing_of(enrollment: Enrollment, now: dt.datetime) -> Standing:
    """Attempts used, the time left to start, and what bars a start (X5)."""
    past = [
        PastAttempt(started_at, state == AttemptState.OPEN, bool(passed))
        for started_at, state, passed in Attempt.objects.filter(enrollment=enrollment)
        .counted()
        .order_by("number")
        .values_list("started_at", "state", "passed")
    ]
    windows = ExamWindow.objects.filter(year=enrollment.year_id).values_list("opens_at", "closes_at")
    return standing(limits_of(enrollment.year), past, [Span(*window) for window in windows], now)


def open_window(year: ProgramYear, now: dt.datetime) -> ExamWindow:
    """The window in which an attempt that may start now starts."""
    return ExamWindow.objects.filter(year=year, opens_at__lte=now, closes_at__gt=now).earliest("closes_at")


# Drawing


def blueprint_of(year: ProgramYear) -> list[BlueprintLine]:
    rows = BlueprintRow.objects.filter(year=year).order_by("order")
    return [BlueprintLine(row.code, frozenset(row.item_types), row.count, row.points) for row in rows]


def seen_items(enrollment: Enrollment) -> set[int]:
    """Items of the person's earlier papers, whatever the year; the next draw avoids them."""
    places = AttemptItem.objects.filter(
        attempt__in=Attempt.objects.filter(enrollment__person=enrollment.person_id)
    )
    return set(places.values_list("version__item_id", flat=True))


def worn_items(year: ProgramYear) -> frozenset[int]:
    """Items at the year's cap of use, as last counted; none where the year sets no cap (X3)."""
    cap = settings_of(year).get(SettingCode.ITEM_EXPOSURE_SHARE)
    if cap is None:
        return frozenset()
    papers = Attempt.objects.filter(enrollment__year=year).counted().count()
    # the rule decides; those far below the cap need not be read
    near = ItemUse.objects.filter(year=year, papers__gte=int(cap * papers))
    return worn_out(dict(near.values_list("item", "papers")), papers, cap)


def counted_uses(year: ProgramYear) -> dict[int, int]:
    """On how many papers of the year each item stands."""
    places = AttemptItem.objects.filter(attempt__in=Attempt.objects.filter(enrollment__year=year)).order_by()
    return dict(places.values("version__item").annotate(n=Count("pk")).values_list("version__item", "n"))


def years_with_exams(now: dt.datetime) -> list[ProgramYear]:
    """Years whose window is open or closed a day ago at most: there papers are being drawn."""
    windows = ExamWindow.objects.filter(opens_at__lte=now, closes_at__gt=now - dt.timedelta(days=1))
    return list(ProgramYear.objects.filter(pk__in=windows.values("year")).order_by("pk"))


# Scoring


def sheet_of(attempt: Attempt) -> tuple[list[ScoredItem], dict[int, frozenset[str]], list[list[Any]]]:
    """What scoring needs: places with their keys, the answers, and the sheet as plain data for the receipt."""
    places = AttemptItem.objects.filter(attempt=attempt).order_by("ordinal")
    items = [
        ScoredItem(ordinal, frozenset(o["id"] for o in options if o["label"] in key), points, row)
        for ordinal, options, points, row, key in places.values_list(
            "ordinal", "options", "points", "row__code", "version__key"
        )
    ]
    held = dict(Answer.objects.filter(attempt=attempt).order_by("ordinal").values_list("ordinal", "value"))
    return (
        items,
        {ordinal: chosen(value) for ordinal, value in held.items()},
        [[o, v] for o, v in held.items()],
    )


# Sweeping


def over_ids(now: dt.datetime, limit: int) -> list[int]:
    """Open sittings, practice ones too, that the system closes, the longest waiting first."""
    return list(
        Attempt.sittings.over(now).order_by("accept_until", "pk").values_list("pk", flat=True)[:limit]
    )


def answered_count(attempt: Attempt) -> int:
    """How many places hold a non-empty answer."""
    return Answer.objects.filter(~Q(value=""), attempt=attempt).count()


# Lists


def with_results(rows: "QuerySet[Enrollment]") -> "QuerySet[Enrollment]":
    """Trainees with attempts used, best score, pass and certificate number, for the list of scores."""
    attempts = Attempt.objects.counted().filter(enrollment=OuterRef("pk")).order_by()
    used = attempts.values("enrollment").annotate(n=Count("pk")).values("n")
    best = attempts.values("enrollment").annotate(best=Max("score")).values("best")
    system = (
        attempts.filter(closed_by=ActorKind.SYSTEM).values("enrollment").annotate(n=Count("pk")).values("n")
    )
    certificate = Certificate.objects.valid().filter(enrollment=OuterRef("pk")).values("number")
    return rows.annotate(
        attempts_used=Coalesce(Subquery(used), 0),
        ended_by_system=Coalesce(Subquery(system), 0),
        best_score=Subquery(best),
        has_passed=Exists(attempts.filter(passed=True)),
        certificate_number=Subquery(certificate[:1]),
    )


def score_rows(year: ProgramYear, scope: Scope) -> "QuerySet[Enrollment]":
    """Everyone who signed up."""
    return with_results(enrollments(scope, Where(year.pk)).exclude(sign_up=None))


def certificate_named(number: str, name: str) -> Certificate | None:
    """Found by number and name together, for the public look-up (X7)."""
    return Certificate.objects.filter(number__iexact=number.strip(), content__name=name.strip()).first()
