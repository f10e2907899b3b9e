"""Programs, their years and the rows of a year's plan."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Region, Unit
from accounts.scope import Scope
from programs.enums import Area, DutyMeasure, Generation, SettingCode, TargetKind, Track, YearStatus


class Program(models.Model):
    """A national training program; its owner is the national office that runs it (P1)."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="programs")
    clause = models.CharField(_("clause"), max_length=120, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ProgramYearQuerySet(models.QuerySet["ProgramYear"]):
    def visible_to(self, scope: Scope) -> "ProgramYearQuerySet":
        """Years of the owner's programs; drafts only to the office; provinces only where they take part."""
        years = self.filter(program__owner=scope.owner_id) if scope.role else self.none()
        if scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR}:
            return years
        years = years.exclude(status=YearStatus.DRAFT)
        if scope.is_provincial:
            takes_part = Participation.objects.filter(year=OuterRef("pk"), region=scope.region_code)
            return years.filter(Exists(takes_part))
        return years


class ProgramYear(models.Model):
    """One year of a program with its own quotas, rules, plan, blueprint, scorecard and calendar (P1)."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=YearStatus, default=YearStatus.DRAFT)
    areas = models.JSONField(_("areas"), default=list)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    clause = models.CharField(_("clause"), max_length=120, blank=True)

    objects = ProgramYearQuerySet.as_manager()

    class Meta:
        ordering = ["program", "-year"]
        constraints = [models.UniqueConstraint(fields=["program", "year"], name="one_year_of_a_program")]

    def __str__(self) -> str:
        return f"{self.program.name} {self.year}"

    def has(self, area: Area) -> bool:
        return area in self.areas

    @property
    def url_kwargs(self) -> dict[str, Any]:
        return {"program": self.program.code, "year": self.year}


class YearRowQuerySet(models.QuerySet[Any]):
    def of(self, year: ProgramYear) -> "YearRowQuerySet":
        return self.filter(year=year)

    def visible_to(self, scope: Scope) -> "YearRowQuerySet":
        """Data of the year that is the same for everyone who sees the year."""
        return self.filter(year__in=ProgramYear.objects.visible_to(scope))


class RegionRowQuerySet(YearRowQuerySet):
    def visible_to(self, scope: Scope) -> "YearRowQuerySet":
        """A provincial role sees its province's rows only."""
        rows = super().visible_to(scope)
        if scope.is_national:
            return rows
        return rows.filter(region=scope.region_code) if scope.is_provincial else rows.none()


class YearRow(models.Model):
    """A row of the year's plan: unique by code in the year, with its clause or the reason it was assumed."""

    year = models.ForeignKey(ProgramYear, models.PROTECT, related_name="%(class)s_rows")
    code = models.SlugField(_("code"), max_length=80)
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    assumed = models.CharField(_("assumed because"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)

    objects = YearRowQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["year", "code"], name="%(app_label)s_%(class)s_code_in_year"),
            models.CheckConstraint(
                condition=~Q(clause="", assumed=""), name="%(app_label)s_%(class)s_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return str(getattr(self, "name", self.code))

    @property
    def is_provisional(self) -> bool:
        """Shown as 暂定 until the office confirms it."""
        return bool(self.assumed) and self.confirmed_at is None


class Participation(YearRow):
    """A province in a year, with its two units (P3)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="participations")
    administrative_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="administers"
    )
    technical_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="leads")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = RegionRowQuerySet.as_manager()  # type: ignore[misc]

    class Meta(YearRow.Meta):
        verbose_name = _("participating province")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.region.name


class Quota(YearRow):
    """Seats of a province and track: 任务表 1 (E1)."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="quotas")
    track = models.CharField(_("track"), max_length=20, choices=Track)
    seats = models.PositiveIntegerField(_("seats"))
    moved = models.IntegerField(_("moved by transfers"), default=0, editable=False)
    # what may be filled: the seats of the table and those that transfers have moved
    available = models.GeneratedField(
        expression=F("seats") + F("moved"), output_field=models.IntegerField(), db_persist=True
    )

    objects = RegionRowQuerySet.as_manager()  # type: ignore[misc]

    class Meta(YearRow.Meta):
        verbose_name = _("quota")
        constraints = [
            *YearRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["year", "region", "track"], name="one_quota_of_a_province_and_track"
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=-F("moved")), name="quota_gives_no_more_than_it_has"
            ),
        ]
        ordering = ["region__order", "track"]

    def __str__(self) -> str:
        return f"{self.region} {Track(self.track).label}"


class Target(YearRow):
    """Lessons that a province owes: 任务表 2 (C3)."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("province"), related_name="targets")
    kind = models.CharField(_("kind"), max_length=20, choices=TargetKind)
    amount = models.PositiveIntegerField(_("amount"))

    objects = RegionRowQuerySet.as_manager()  # type: ignore[misc]

    class Meta(YearRow.Meta):
        verbose_name = _("lesson target")
        ordering = ["region__order", "kind"]

    def __str__(self) -> str:
        return f"{self.region} {TargetKind(self.kind).label}"


class Specialty(YearRow):
    """One of the old or of the fine specialties (E12)."""

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    generation = models.CharField(_("generation"), max_length=5, choices=Generation)
    order = models.PositiveSmallIntegerField(_("order"))
    online_only = models.BooleanField(_("of online-only trainees"), default=False)

    class Meta(YearRow.Meta):
        verbose_name = _("specialty")
        ordering = ["-generation", "order"]
        verbose_name_plural = "specialties"


class Theme(YearRow):
    """One of the themes of online training; no share binds until the office sets it (C2)."""

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))
    share = models.DecimalField(
        _("share of electives"), max_digits=5, decimal_places=4, null=True, blank=True
    )

    class Meta(YearRow.Meta):
        verbose_name = _("theme")
        ordering = ["order"]


class PriorityProgram(YearRow):
    """A national public-health program whose staff E6 counts."""

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta(YearRow.Meta):
        verbose_name = _("national early-detection program")
        ordering = ["order"]


class Setting(YearRow):
    """A named value of the year."""

    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(YearRow.Meta):
        verbose_name = _("setting")
        ordering = ["order"]
        constraints = [
            *YearRow.Meta.constraints,
            models.CheckConstraint(condition=Q(code__in=SettingCode.values), name="setting_code_is_known"),
        ]


class Duty(YearRow):
    """A row of the calendar: what is due, when and by which kind of unit (P2, P4)."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    due_at = models.DateTimeField(_("due"))
    printed = models.CharField(_("as printed"), max_length=200, blank=True)
    wall = models.BooleanField(_("nothing is accepted later"), default=False)
    holders = models.JSONField(_("units"), default=list)
    measure = models.CharField(
        _("measured"), max_length=10, choices=DutyMeasure, default=DutyMeasure.EVIDENCE
    )
    figure = models.CharField(_("figure"), max_length=60, blank=True)
    reading = models.TextField(_("reading"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(YearRow.Meta):
        verbose_name = _("duty")
        ordering = ["due_at", "order"]
        verbose_name_plural = "duties"
