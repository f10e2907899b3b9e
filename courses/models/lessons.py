"""Lessons with their homework and the people who teach: timeless (C4, C6, C11)."""

from django.db import models
from django.db.models import Q
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, Region, Unit
from accounts.scope import Scope
from core.files import StoredFileField
from core.values import hours_field
from courses.enums import LessonStatus
from exams.models import Item
from programs.models import ProgramYear

SAMPLE_VIDEO = "player/sample.mp4"


class FacultyQuerySet(models.QuerySet["Faculty"]):
    def visible_to(self, scope: Scope) -> "FacultyQuerySet":
        """The office and its experts see all, a province its list, a base its own people; trainees read names on lessons."""
        rows = self.filter(owner=scope.owner_id)
        if scope.is_national:
            return rows
        if scope.is_provincial:
            return rows.filter(region=scope.region_code)
        return rows.filter(unit=scope.unit_id) if scope.is_unit else rows.none()

    def full_senior(self) -> "FacultyQuerySet":
        return self.filter(full_senior=True)


class Faculty(models.Model):
    """A lecturer of online lessons or offline sessions (C11)."""

    owner = models.ForeignKey(Unit, models.PROTECT, related_name="faculty", verbose_name=_("national office"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="faculty", verbose_name=_("province")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="own_faculty", verbose_name=_("listed by"))
    name = models.CharField(_("name"), max_length=60)
    title = models.CharField(_("professional title"), max_length=40)
    full_senior = models.BooleanField(_("full senior title"), default=False)
    specialty = models.CharField(_("specialty"), max_length=60)
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="faculty",
        verbose_name=_("institution"),
    )
    teaches_online = models.BooleanField(_("teaches online"), default=False)
    teaches_offline = models.BooleanField(_("teaches offline"), default=True)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed nationally at"), null=True, blank=True, editable=False)

    objects = FacultyQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecturer")
        verbose_name_plural = "faculty"
        ordering = ["region__order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name", "specialty"], name="lecturer_listed_once"),
            models.CheckConstraint(
                condition=Q(teaches_online=True) | Q(teaches_offline=True), name="lecturer_teaches_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LessonQuerySet(models.QuerySet["Lesson"]):
    def visible_to(self, scope: Scope) -> "LessonQuerySet":
        """The office and its experts see all, a province its own and what is published, everybody else what is published."""
        rows = self.filter(owner=scope.owner_id)
        if scope.is_national:
            return rows
        published = Q(status=LessonStatus.PUBLISHED)
        if scope.is_provincial:
            return rows.filter(published | Q(region=scope.region_code))
        return rows.filter(published) if scope.role else rows.none()

    def published(self) -> "LessonQuerySet":
        return self.filter(status=LessonStatus.PUBLISHED)

    def in_review(self) -> "LessonQuerySet":
        return self.filter(status=LessonStatus.RECORDED)

    def supplied_for(self, year: ProgramYear) -> "LessonQuerySet":
        return self.filter(year=year)


class Lesson(models.Model):
    """An online lesson of one class hour, whoever supplied it; years take it into their plans (C1, C4).

    `year` says for which one it was proposed; `theme` is a code that every year repeats. `seconds` is the length of the
    video: a sample stands for a whole class hour and says so.
    """

    code = models.SlugField(_("code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    theme = models.CharField(_("theme"), max_length=80, blank=True)
    summary = models.TextField(_("content"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=LessonStatus, default=LessonStatus.PROPOSED)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="lessons", verbose_name=_("national office"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="own_lessons", verbose_name=_("supplied by"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("province")
    )
    year = models.ForeignKey(
        ProgramYear,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("supplied for"),
    )
    lecturer = models.ForeignKey(
        Faculty, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("lecturer")
    )
    assigned = models.BooleanField(_("assigned by the committee"), default=False)
    wish = models.CharField(_("proposed as"), max_length=10, blank=True)
    hours = hours_field(default=1, verbose_name=_("class hours"))
    seconds = models.PositiveIntegerField(_("length in seconds"), default=0)
    video = StoredFileField(_("video"), upload_to="lessons/", blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    created_at = models.DateTimeField(_("created at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        ordering = ["code"]
        indexes = [models.Index(fields=["year", "region", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__gt=0)
                | Q(status__in=[LessonStatus.PROPOSED, LessonStatus.TOPIC_APPROVED, LessonStatus.DECLINED]),
                name="recorded_lesson_has_a_length",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def video_address(self) -> str:
        """The shared sample's address; an uploaded video is served through a view of the portal."""
        return "" if self.video else static(SAMPLE_VIDEO)

    @property
    def minutes(self) -> int:
        """Whole minutes, at least one."""
        return max(1, round(self.seconds / 60))


class HomeworkItem(models.Model):
    """A question of a lesson's homework (C6). `borrowed`: from another lesson of the theme, until the lesson has its own."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="homework")
    item = models.ForeignKey(Item, models.PROTECT, related_name="homework")
    order = models.PositiveSmallIntegerField(_("order"))
    borrowed = models.BooleanField(_("borrowed"), default=False)

    class Meta:
        ordering = ["lesson", "order"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "item"], name="asked_once_in_a_homework"),
            models.UniqueConstraint(fields=["lesson", "order"], name="one_question_at_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} · {self.order}"
