import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    COUNTY_AND_BELOW,
    InstitutionKind,
    InstitutionLevel,
    RegionKind,
    Role,
    Sex,
    UnitKind,
)
from accounts.scope import Scope
from core.fields import EncryptedTextField, KeyedIndexField, KeyedIndexModel


class RegionQuerySet(models.QuerySet["Region"]):
    def provinces(self) -> "RegionQuerySet":
        return self.filter(kind=RegionKind.PROVINCE)

    def visible_to(self, scope: Scope) -> "RegionQuerySet":
        """A provincial role sees its province and what lies in it."""
        if scope.is_national:
            return self
        prefix = scope.region_code[:2]
        return self.filter(code__startswith=prefix) if prefix else self.none()


class Region(models.Model):
    """GB/T 2260."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    short_name = models.CharField(_("short name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=RegionKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def province_code(self) -> str:
        return f"{self.code[:2]}0000"


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, scope: Scope) -> "InstitutionQuerySet":
        """The registry is shared by programs; provincial roles see their province's part."""
        if scope.is_national:
            return self
        if scope.is_provincial or scope.is_unit:
            return (
                self.filter(region__code__startswith=scope.region_code[:2])
                if scope.region_code
                else self.none()
            )
        return self.none()


class Institution(models.Model):
    """The registry of medical and health institutions (E17)."""

    name = models.CharField(_("name"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=InstitutionLevel)
    kind = models.CharField(_("kind"), max_length=30, choices=InstitutionKind)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="institutions")
    offers_checkup = models.BooleanField(_("special cancer check-ups"), default=False)
    offers_screening = models.BooleanField(_("cancer screening"), default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "region"], name="institution_name_in_region")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_county_or_below(self) -> bool:
        return self.level in COUNTY_AND_BELOW


class InstitutionAlias(models.Model):
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="alias_of_institution")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, scope: Scope) -> "UnitQuerySet":
        """Units act under one national office; a province sees its own units, a base or hospital itself."""
        under = self.filter(Q(owner=scope.owner_id) | Q(pk=scope.owner_id))
        if scope.is_national:
            return under
        if scope.is_provincial:
            return under.filter(Q(region=scope.region_code) | Q(pk=scope.owner_id))
        if scope.is_unit:
            return under.filter(pk=scope.unit_id)
        return self.none()


class Unit(models.Model):
    """A body that acts in programs: office, administrative unit, technical lead unit, base, hospital (P3)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="units")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="units")
    owner = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="owned")
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    assumed = models.CharField(_("assumed because"), max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=UnitKind.NATIONAL_OFFICE, owner=None)
                | Q(owner__isnull=False) & ~Q(kind=UnitKind.NATIONAL_OFFICE),
                name="every_unit_under_an_office",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(KeyedIndexModel):
    """Timeless; what a year's rules read of a person is frozen on the enrollment."""

    name = models.CharField(_("name"), max_length=60)
    id_number = EncryptedTextField(_("identity number"))
    id_number_index = KeyedIndexField(source="id_number")
    phone = EncryptedTextField(_("phone"))
    phone_index = KeyedIndexField(source="phone", db_index=True)
    email = models.EmailField(_("e-mail"), blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"], condition=~Q(id_number_index=""), name="one_person_per_id_number"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in by login name or registration number; what it may do comes from memberships alone."""

    username = models.CharField(_("login name"), max_length=60, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="user")
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), null=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.person.name if self.person else self.username


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, now: dt.datetime) -> "MembershipQuerySet":
        """In force at `now`, of a user who may sign in; with everything a scope is made of."""
        running = Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
        return self.filter(running, user__is_active=True).select_related(
            "unit", "user__person", "unit__region"
        )

    def visible_to(self, scope: Scope) -> "MembershipQuerySet":
        """Each unit sees its own people, the national office and the auditor those of all its units."""
        under = self.filter(Q(unit__owner=scope.owner_id) | Q(unit=scope.owner_id))
        if scope.role in {Role.NATIONAL_OFFICE, Role.AUDITOR}:
            return under
        if scope.is_provincial or scope.is_unit:
            return under.filter(unit=scope.unit_id)
        return under.filter(user=scope.user_id)


class Membership(models.Model):
    """A person's role in a unit, for a time (P3)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(ends_at=None), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="membership_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {Role(self.role).label} · {self.unit}"
