from typing import Any

import django_filters as filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import AnnouncementStatus, NoticeKind, Role
from accounts.models import Announcement, Notice
from core.columns import Column, Listing, yes_no
from core.templatetags.portal import name_of

_TONES = {AnnouncementStatus.PUBLISHED: "success", AnnouncementStatus.WITHDRAWN: "warning"}


def _read(label: Any) -> Any:
    return yes_no(label, field_name="read_at", lookup_expr="isnull", exclude=True)


class NoticeFilter(filters.FilterSet):
    """Search area of the inbox."""

    read = _read(_("Already read"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=NoticeKind)

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()


def sender(row: Notice) -> str:
    return name_of(row.announcement.unit) if row.announcement else ""


NOTICES = Listing(
    code="accounts.notices",
    title=_("Notices"),
    columns=(
        Column("subject", _("Notice"), "subject", width=50),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), width=20),
        Column("sender", _("Sent by"), sender, width=40),
        Column("created_at", _("Received"), "created_at", kind="datetime", width=18),
        Column("read_at", _("Read at"), "read_at", kind="datetime", width=18),
    ),
    filters=NoticeFilter,
    order=("-created_at", "-pk"),
    related=("announcement__unit",),
    page_size=20,
)


class AnnouncementFilter(filters.FilterSet):
    title = filters.CharFilter(label=_("Headline"), lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("Status"), choices=AnnouncementStatus)
    is_important = yes_no(_("Important"))

    class Meta:
        model = Announcement
        fields: tuple[str, ...] = ()


ANNOUNCEMENTS = Listing(
    code="accounts.announcements",
    title=_("Announcements"),
    columns=(
        Column("title", _("Headline"), "title", sort="title", width=50),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: _TONES.get(row.status, "neutral"),
        ),
        Column("is_important", _("Important"), "is_important", kind="flag"),
        Column(
            "published_at", _("Published"), "published_at", kind="datetime", sort="published_at", width=18
        ),
        Column("told", _("People"), "told", kind="int"),
        Column("unread", _("Have not opened it"), "unread", kind="int"),
    ),
    filters=AnnouncementFilter,
    order=("-pk",),
    related=("unit",),
    empty=_("No announcement was written yet."),
    row_url=lambda row: reverse("accounts:announcement-detail", kwargs={"pk": row.pk}),
)


class ReaderFilter(filters.FilterSet):
    read = _read(_("Has opened it"))
    role = filters.ChoiceFilter(label=_("Role"), field_name="membership__role", choices=Role)
    unit = filters.CharFilter(label=_("Unit"), field_name="membership__unit__name", lookup_expr="icontains")

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()


READERS = Listing(
    code="accounts.readers",
    title=_("Who has opened it"),
    columns=(
        Column(
            "person", _("Name"), lambda row: str(row.membership.user), sort="membership__user__person__name"
        ),
        Column(
            "unit",
            _("Unit"),
            lambda row: name_of(row.membership.unit),
            sort="membership__unit__name",
            width=40,
        ),
        Column("role", _("Role"), lambda row: row.membership.get_role_display(), sort="membership__role"),
        Column("read_at", _("Opened at"), "read_at", kind="datetime", sort="read_at", width=18),
    ),
    filters=ReaderFilter,
    order=("membership__unit__region__order", "membership__unit__code", "membership__role", "pk"),
    related=("membership__user__person", "membership__unit__region"),
)
