"""The lists of this room, each declared once for page and workbook."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import InstitutionLevel
from accounts.models import Institution, Region
from accounts.queries.institutions import institutions_named
from core.columns import Column, Listing, yes_no
from core.search import named
from core.templatetags.portal import mask_id, mask_phone, name_of
from enrollment.enums import (
    ChangeStatus,
    EnrollmentStatus,
    FundingKind,
    ImportStatus,
    Profession,
    RosterStatus,
    Trait,
)
from enrollment.facts import LABELS
from enrollment.figures import PEOPLE as PEOPLE_CODE
from enrollment.figures import PLACES as PLACES_CODE
from enrollment.models import ChangeRequest, Enrollment, RosterImport, RosterRemark
from enrollment.queries import TRAIT_FILTERS
from programs.enums import Track, TransferStatus

TONES = {
    EnrollmentStatus.APPLIED: "info",
    EnrollmentStatus.APPROVED: "success",
    EnrollmentStatus.REFUSED: "neutral",
    EnrollmentStatus.WITHDRAWN: "neutral",
    EnrollmentStatus.REPLACED: "neutral",
}
ROSTER_TONES = {
    RosterStatus.OPEN: "neutral",
    RosterStatus.SUBMITTED: "info",
    RosterStatus.RETURNED: "warning",
    RosterStatus.ACCEPTED: "success",
    RosterStatus.LOCKED: "success",
}
IMPORT_TONES = {
    ImportStatus.READING: "info",
    ImportStatus.PREVIEW: "warning",
    ImportStatus.APPLIED: "success",
    ImportStatus.DISCARDED: "neutral",
    ImportStatus.UNDONE: "neutral",
}
TRANSFER_TONES = {
    TransferStatus.ASKED: "info",
    TransferStatus.APPROVED: "success",
    TransferStatus.REFUSED: "neutral",
    TransferStatus.WITHDRAWN: "neutral",
}


def _traits(label: Any, method: str) -> Any:
    """Several at once: whoever has, or lacks, all of them."""
    return filters.MultipleChoiceFilter(
        label=label, choices=Trait, method=method, widget=forms.CheckboxSelectMultiple
    )


class PeopleFilter(filters.FilterSet):
    """Search area of a province's roster."""

    q = filters.CharFilter(label=_("Name or registration number"), method="by_name")
    status = filters.ChoiceFilter(label=_("Status"), choices=EnrollmentStatus)
    track = filters.ChoiceFilter(label=_("Training track"), choices=Track)
    institution_level = filters.ChoiceFilter(label=_("Workplace level"), choices=InstitutionLevel)
    profession = filters.ChoiceFilter(label=_("Profession"), choices=Profession)
    trait = _traits(_("Counted by a rule"), "by_trait")
    lacking = _traits(_("Not counted by a rule"), "by_lack")
    funding = filters.ChoiceFilter(label=_("Funded by"), choices=FundingKind)
    institution = filters.CharFilter(label=_("Workplace"), method="by_workplace")
    joined_group = yes_no(_("Joined the discussion group"))
    marked = yes_no(_("Marked by the office"), method="by_mark")
    late = yes_no(_("Registered late"))
    licensed_physician = yes_no(_("Licensed physician"))
    checkup_head = yes_no(_("Head or chief examiner of check-ups"))
    in_shortage = yes_no(_("Urgently needed specialty"))

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value, "person__") | Q(registration__number__icontains=value.strip()))

    def by_workplace(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(
            institution__in=institutions_named(Institution.objects.visible_to(self.request.scope), value)
        )

    def by_trait(self, rows: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        for trait in value:
            rows = rows.filter(TRAIT_FILTERS[trait])
        return rows

    def by_mark(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """On the version of the roster that counts now."""
        now = RosterRemark.objects.visible_to(self.request.scope).filter(
            enrollment=OuterRef("pk"), submission__rosters__isnull=False
        )
        return rows.filter(Exists(now) if value else ~Exists(now))

    def by_lack(self, rows: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        for trait in value:
            rows = rows.exclude(TRAIT_FILTERS[trait])
        return rows


class CountryFilter(PeopleFilter):
    """The same with the province, for those who see several."""

    region = filters.ModelChoiceFilter(label=_("Province"), queryset=Region.objects.provinces())


class ImportFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("File"), field_name="file_name", lookup_expr="icontains")

    class Meta:
        model = RosterImport
        fields: tuple[str, ...] = ()


def person_url(row: Enrollment) -> str:
    return reverse("enrollment:person-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


def import_url(row: RosterImport) -> str:
    return reverse("enrollment:import-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


_NAME = Column("name", _("Full name"), "person.name", sort="person__name", width=12)
_NUMBER = Column(
    "number",
    _("Registration number"),
    "registration.number",
    kind="code",
    sort="registration__number",
    width=16,
)
_STATUS = Column(
    "status",
    _("Status"),
    lambda row: row.get_status_display(),
    kind="status",
    sort="status",
    tone=lambda row: TONES[row.status],
)
_PERSON_COLUMNS = (
    Column("track", _("Training track"), lambda row: row.get_track_display(), sort="track"),
    Column("institution", _("Workplace"), "institution.name", sort="institution__name", width=30),
    Column(
        "level",
        _("Workplace level"),
        lambda row: row.get_institution_level_display(),
        sort="institution_level",
    ),
    Column("profession", _("Profession"), lambda row: row.get_profession_display(), sort="profession"),
    Column("specialty", _("Specialty"), lambda row: name_of(row.specialty), sort="specialty__order"),
    Column("funding", _("Funded by"), lambda row: row.get_funding_display(), sort="funding"),
    Column(
        "joined",
        pgettext_lazy("discussion group", "Joined"),
        "joined_group",
        kind="flag",
        sort="joined_group",
    ),
    Column("sex", _("Sex"), lambda row: row.person.get_sex_display(), on_page=False),
    Column(
        "id_number",
        _("Identity number"),
        lambda row: mask_id(row.person.id_number),
        kind="code",
        on_page=False,
        width=22,
    ),
    Column("phone", _("Mobile phone"), lambda row: mask_phone(row.person.phone), kind="code", on_page=False),
    Column("department", _("Department"), "department", on_page=False),
    Column("title", _("Professional title"), "title", on_page=False),
    Column("fine", _("Fine specialty"), lambda row: name_of(row.fine_specialty), on_page=False, width=24),
    Column("health", _("Works in health management"), "health_management", kind="flag", on_page=False),
    Column(
        "priority",
        _("National early-detection program"),
        lambda row: name_of(row.priority_program),
        on_page=False,
        width=26,
    ),
    Column("licensed", _("Licensed physician"), "licensed_physician", kind="flag", on_page=False),
    Column("head", _("Head or chief examiner of check-ups"), "checkup_head", kind="flag", on_page=False),
    Column("shortage", _("Urgently needed specialty"), "in_shortage", kind="flag", on_page=False),
    Column("late", _("Registered late"), "late", kind="flag", on_page=False),
    Column("approved_at", _("Approved at"), "approved_at", kind="datetime", on_page=False, width=18),
)
_RELATED = (
    "person",
    "registration",
    "institution",
    "specialty",
    "fine_specialty",
    "priority_program",
    "region",
    "year__program",
)
ROSTER = Listing(
    code="enrollment.roster",
    title=_("Roster of trainees"),
    columns=(_NAME, _NUMBER, _STATUS, *_PERSON_COLUMNS),
    filters=PeopleFilter,
    order=("status", "applied_at", "pk"),
    related=_RELATED,
    row_url=person_url,
    empty=_("Nobody here yet. Download the template, fill it in and upload it; or change the search."),
)
PEOPLE = Listing(
    code=PEOPLE_CODE,
    title=_("Trainees"),
    columns=(
        _NAME,
        Column("region", _("Province"), lambda row: row.region.short_name, sort="region__order"),
        _NUMBER,
        _STATUS,
        *_PERSON_COLUMNS,
    ),
    filters=CountryFilter,
    order=("region__order", "status", "pk"),
    related=_RELATED,
    row_url=person_url,
    empty=_("No trainee matches the search."),
)
PLACES = Listing(
    code=PLACES_CODE,
    title=_("Institutions of trainees"),
    columns=(
        Column("name", _("Workplace"), "name", sort="name", width=36),
        Column("level", _("Level"), lambda row: row.get_level_display(), sort="level"),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind", width=20),
        Column("region", _("Region"), lambda row: name_of(row.region), sort="region__code"),
    ),
    order=("region__code", "name"),
    related=("region",),
)
IMPORTS = Listing(
    code="enrollment.imports",
    title=_("Uploaded files"),
    columns=(
        Column("file", _("File"), "file_name", sort="file_name", width=30),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: IMPORT_TONES[row.status],
        ),
        Column("rows", _("Number of rows"), "row_count", kind="int", sort="row_count"),
        Column("bad", _("Rows with errors"), "bad_count", kind="int", sort="bad_count"),
        Column("taken", _("Rows taken in"), "taken_count", kind="int", sort="taken_count"),
        Column("changed", _("People changed"), "changed_count", kind="int", sort="changed_count"),
        Column("created_at", _("Uploaded at"), "created_at", kind="datetime", sort="created_at", width=18),
    ),
    filters=ImportFilter,
    order=("-pk",),
    related=("year__program",),
    row_url=import_url,
    empty=_("Nothing has been uploaded yet."),
)


class ChangeFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name"), field_name="enrollment__person__name", lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("Status"), choices=ChangeStatus)

    class Meta:
        model = ChangeRequest
        fields: tuple[str, ...] = ()


def change_url(row: ChangeRequest) -> str:
    return reverse("enrollment:change-show", kwargs={**row.enrollment.year.url_kwargs, "pk": row.pk})


CHANGE_TONES = {
    ChangeStatus.WAITING: "info",
    ChangeStatus.APPROVED: "success",
    ChangeStatus.REFUSED: "neutral",
    ChangeStatus.WITHDRAWN: "neutral",
}


def _changed(row: ChangeRequest) -> str:
    return "、".join(str(LABELS[name]) for name in row.asked)


CHANGES = Listing(
    code="enrollment.changes",
    title=_("Corrections asked for"),
    columns=(
        Column("name", _("Full name"), "enrollment.person.name", sort="enrollment__person__name", width=12),
        Column("number", _("Registration number"), "enrollment.registration.number", kind="code", width=16),
        Column("fields", _("What is to be corrected"), _changed, width=30),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: CHANGE_TONES[row.status],
        ),
        Column("requested_at", _("Asked at"), "requested_at", kind="datetime", sort="requested_at", width=18),
        Column("decided_at", _("Decided at"), "decided_at", kind="datetime", sort="decided_at", width=18),
    ),
    filters=ChangeFilter,
    order=("-pk",),
    related=(
        "enrollment__person",
        "enrollment__registration",
        "enrollment__institution",
        "enrollment__specialty",
        "enrollment__region",
        "enrollment__year__program",
    ),
    row_url=change_url,
    empty=_("Nobody asked for a correction."),
)
