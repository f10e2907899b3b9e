"""Lists of offline training."""

from typing import Any

import django_filters as filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.columns import Column, Listing, yes_no
from core.templatetags.portal import name_of
from courses.columns.study import regions
from courses.enums import Occasion, SessionKind
from courses.models import ClassSession


class SessionFilter(filters.FilterSet):
    """Search area of the sessions."""

    q = filters.CharFilter(label=_("Topic"), field_name="topic", lookup_expr="icontains")
    region = filters.ModelChoiceFilter(label=_("Province"), queryset=regions)
    kind = filters.ChoiceFilter(label=_("Form"), choices=SessionKind)
    is_live = yes_no(_("Broadcast live"))

    class Meta:
        model = ClassSession
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.scope.is_national:
            del self.filters["region"]


def _url(row: ClassSession) -> str:
    return reverse("courses:session-detail", kwargs={**row.year.url_kwargs, "pk": row.pk})


SESSIONS = Listing(
    code="courses.sessions",
    title=_("Class sessions"),
    columns=(
        Column("starts_at", _("Starts"), "starts_at", kind="datetime", sort="starts_at", width=18),
        Column("topic", _("Topic"), "topic", sort="topic", url=_url, width=40),
        Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order"),
        Column("base", _("Training base"), "base.name", sort="base__name", on_page=False, width=30),
        Column("kind", _("Form"), lambda row: row.get_kind_display(), sort="kind"),
        Column("place", _("Place"), "place", sort="place", width=30),
        Column("hours", _("Class hours"), "hours", kind="decimal", sort="hours", total="hours"),
        Column("lecturer", _("Lecturer"), "lecturer.name", sort="lecturer__name"),
        Column("is_live", _("Live"), "is_live", kind="flag", sort="is_live"),
        Column(
            "occasion",
            _("Occasion"),
            lambda row: Occasion(row.occasion).label if row.occasion else "",
            on_page=False,
        ),
        Column("attended", _("Attended by"), "attended", kind="int", sort="attended"),
    ),
    filters=SessionFilter,
    order=("-starts_at", "-pk"),
    related=("region", "base", "lecturer", "year__program"),
    empty=_("No session is entered yet."),
)
