from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Sex
from core.fields import DerivingModel, EncryptedTextField, KeyedIndexField, SearchKeyField


class Person(DerivingModel):
    """Timeless; what a year's rules read of a person is frozen on the enrollment."""

    name = models.CharField(_("name"), max_length=60)
    search_key = SearchKeyField()
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

    @property
    def mail_address(self) -> str:
        """Where notices go by e-mail: the account's own address, else the person's."""
        return self.email or (self.person.email if self.person else "")
