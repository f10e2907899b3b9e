import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.enums import AnnouncementStatus, MailState, NoticeKind, Role
from accounts.models.memberships import Membership
from accounts.models.people import User
from accounts.models.regions import Region
from accounts.models.units import Unit
from accounts.rules.notices import Audience, addressable_roles, in_language
from accounts.scope import Scope
from core.files import StoredFileField


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, scope: Scope) -> "AnnouncementQuerySet":
        """Drafts and read lists are the sending unit's; its readers come by their notice."""
        if not addressable_roles(scope.role):
            return self.none()
        return self.filter(unit=scope.unit_id)


class Announcement(models.Model):
    """通知公告: a text of the national office or a technical lead unit to people of its own."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="announcements", verbose_name=gettext_lazy("unit")
    )
    title = models.CharField(gettext_lazy("title"), max_length=120)
    text = models.TextField(gettext_lazy("text"), max_length=10_000)
    is_important = models.BooleanField(gettext_lazy("important"), default=False)
    roles = models.JSONField(gettext_lazy("roles"), default=list)
    regions = models.ManyToManyField(
        Region, blank=True, related_name="+", verbose_name=gettext_lazy("provinces")
    )
    units = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name=gettext_lazy("units"))
    status = models.CharField(
        gettext_lazy("status"), max_length=10, choices=AnnouncementStatus, default=AnnouncementStatus.DRAFT
    )
    written_at = models.DateTimeField(gettext_lazy("written at"))
    published_at = models.DateTimeField(gettext_lazy("published at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(gettext_lazy("recalled at"), null=True, blank=True)
    withdrawn_reason = models.CharField(gettext_lazy("recalled because"), max_length=500, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("announcement")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.status == AnnouncementStatus.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == AnnouncementStatus.PUBLISHED

    def audience(self) -> Audience:
        """Two queries: provinces and units that it is narrowed to."""
        return Audience(
            tuple(self.roles),
            tuple(self.regions.values_list("pk", flat=True)),
            tuple(self.units.values_list("pk", flat=True)),
        )

    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]


class AnnouncementFileQuerySet(models.QuerySet["AnnouncementFile"]):
    def visible_to(self, scope: Scope) -> "AnnouncementFileQuerySet":
        """The sender's own, and what a notice of this very role brought, until it is withdrawn."""
        if scope.membership_id is None:
            return self.none()
        received = Notice.objects.visible_to(scope).filter(announcement__status=AnnouncementStatus.PUBLISHED)
        own = Announcement.objects.visible_to(scope)
        return self.filter(
            Q(announcement__in=own.values("pk")) | Q(announcement__in=received.values("announcement"))
        )


class AnnouncementFile(models.Model):
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="files")
    file = StoredFileField(gettext_lazy("file"), upload_to="announcements/")
    name = models.CharField(gettext_lazy("file name"), max_length=200)
    added_at = models.DateTimeField(gettext_lazy("added at"))

    objects = AnnouncementFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, scope: Scope) -> "NoticeQuerySet":
        """What came to the role one works in; a role that ended has no scope and reads nothing (T06)."""
        if scope.membership_id is None:
            return self.none()
        return self.filter(membership=scope.membership_id)

    def unread(self) -> "NoticeQuerySet":
        """Not opened yet; nobody need open what was withdrawn."""
        return self.filter(read_at=None).exclude(announcement__status=AnnouncementStatus.WITHDRAWN)

    def of_people_in_force(self, now: dt.datetime) -> "NoticeQuerySet":
        """Whose role has not ended and who may sign in (T06)."""
        running = Q(membership__starts_at__lte=now) & (
            Q(membership__ends_at=None) | Q(membership__ends_at__gt=now)
        )
        return self.filter(running, membership__user__is_active=True)


class Notice(models.Model):
    """One thing told to one person in one role: an announcement, or a text of the portal with its parameters.

    `text` is an English msgid; it is put into words when somebody reads it, in that reader's language.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="notices")
    kind = models.CharField(gettext_lazy("kind"), max_length=15, choices=NoticeKind)
    text = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=300, blank=True)
    announcement = models.ForeignKey(
        Announcement, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    created_at = models.DateTimeField(gettext_lazy("received at"))
    read_at = models.DateTimeField(gettext_lazy("read at"), null=True, blank=True)
    mail = models.CharField(
        gettext_lazy("e-mail"), max_length=10, choices=MailState, default=MailState.NONE, blank=True
    )
    mail_tries = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("notice")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["membership", "read_at"]),
            models.Index(
                fields=["mail_tries", "id"], condition=Q(mail="queued"), name="notices_to_be_mailed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "membership"], name="one_notice_of_an_announcement"
            ),
            models.CheckConstraint(
                condition=Q(announcement=None) & ~Q(text="") | Q(announcement__isnull=False, text=""),
                name="a_notice_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """In words, in the language in force; reads the announcement, which lists fetch along."""
        if self.announcement:
            return self.announcement.title
        return _(self.text) % in_language(self.params, get_language() or "")

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.announcement and self.announcement.status == AnnouncementStatus.WITHDRAWN)


class MailPreferenceQuerySet(models.QuerySet["MailPreference"]):
    def visible_to(self, scope: Scope) -> "MailPreferenceQuerySet":
        return self.none() if scope.user_id is None else self.filter(user=scope.user_id)

    def chosen(self) -> dict[str, bool]:
        """Of one person: kind → by e-mail."""
        return dict(self.values_list("kind", "by_mail"))


class MailPreference(models.Model):
    """Whether a person wants a kind of notice by e-mail, too; without a row the kind's own default counts."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(gettext_lazy("kind"), max_length=15, choices=NoticeKind)
    by_mail = models.BooleanField(gettext_lazy("by e-mail"))

    objects = MailPreferenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_per_kind")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
