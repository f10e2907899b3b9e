"""Lists with a search area: scores, certificates, items."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.columns import Column, Listing, yes_no
from core.search import named
from core.templatetags.portal import name_of
from enrollment.models import Enrollment
from exams.enums import (
    CertificateKind,
    CertificateStatus,
    ItemKind,
    ItemOrigin,
    ItemStatus,
)
from exams.formats.reading import Vocabulary
from exams.models import Certificate, Item
from exams.queries import with_results
from exams.vocabulary import vocabulary_of
from programs.enums import Track

# serves everybody: names no specialty
ALL = "all"
_TONES = {
    ItemStatus.IN_BANK: "success",
    ItemStatus.SUBMITTED: "info",
    CertificateStatus.VALID: "success",
    CertificateStatus.REVOKED: "danger",
}


class ProvinceFilterSet(filters.FilterSet):
    """Search areas with a province; a provincial role has only its own."""

    province = filters.ModelChoiceFilter(
        label=_("Province"), queryset=Region.objects.none(), method="by_province"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.scope
        self.filters["province"].queryset = Region.objects.provinces().visible_to(scope)

    def by_province(self, rows: QuerySet[Any], name: str, value: Region) -> QuerySet[Any]:
        return rows.filter(**{self.province_path: value})

    province_path = "region"


class ScoreFilter(ProvinceFilterSet):
    """Search area of the scores."""

    q = filters.CharFilter(label=_("Name or registration number"), method="by_name")
    track = filters.ChoiceFilter(label=_("Track"), choices=Track)
    result = filters.ChoiceFilter(
        label=_("Result"),
        choices=[("passed", _("Passed")), ("failed", _("Not passed")), ("none", _("Has not sat"))],
        method="by_result",
    )

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value, "person__") | Q(registration__number=value.strip()))

    def by_result(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "passed":
            return rows.filter(has_passed=True)
        return (
            rows.filter(has_passed=False, attempts_used__gt=0)
            if value == "failed"
            else rows.filter(attempts_used=0)
        )


def _result(row: Any) -> str:
    if row.has_passed:
        return str(_("Passed"))
    return str(_("Not passed") if row.attempts_used else _("Has not sat"))


def _result_tone(row: Any) -> str:
    if row.has_passed:
        return "success"
    return "warning" if row.attempts_used else "neutral"


def score_url(row: Enrollment) -> str:
    return reverse("exams:score-show", kwargs={**row.year.url_kwargs, "pk": row.pk})


SCORES = Listing(
    code="exams.scores",
    title=_("Exam scores"),
    columns=(
        Column(
            "registration",
            _("Registration number"),
            "registration.number",
            kind="code",
            sort="registration__number",
            url=score_url,
            width=18,
        ),
        Column("name", _("Name"), "person.name", sort="person__name"),
        Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order", width=16),
        Column("institution", _("Institution"), "institution.name", sort="institution__name", width=32),
        Column("track", _("Track"), lambda row: row.get_track_display(), sort="track"),
        Column("specialty", _("Specialty"), lambda row: name_of(row.specialty), sort="specialty__order"),
        Column("attempts", _("Attempts used"), "attempts_used", kind="int", sort="attempts_used"),
        Column("score", _("Best score"), "best_score", kind="int", sort="best_score"),
        Column("result", _("Result"), _result, kind="status", tone=_result_tone),
        Column(
            "by_system", _("Handed in by the portal"), "ended_by_system", kind="int", sort="ended_by_system"
        ),
        Column(
            "certificate",
            _("Certificate number"),
            "certificate_number",
            kind="code",
            sort="certificate_number",
            width=24,
        ),
    ),
    filters=ScoreFilter,
    order=("region__order", "pk"),
    related=("person", "registration", "region", "institution", "specialty", "year__program"),
    empty=_("No trainee has signed up for the exam yet."),
    extras={"prepare": with_results},
)


class CertificateFilter(ProvinceFilterSet):
    """Search area of the certificates."""

    q = filters.CharFilter(label=_("Name or certificate number"), method="by_name")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=CertificateKind)
    status = filters.ChoiceFilter(label=_("Status"), choices=CertificateStatus)
    province_path = "enrollment__region"

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value, "enrollment__person__") | Q(number__iexact=value.strip()))


def certificate_url(row: Certificate) -> str:
    return reverse("exams:certificate-show", kwargs={**row.enrollment.year.url_kwargs, "pk": row.pk})


CERTIFICATES = Listing(
    code="exams.certificates",
    title=_("Certificates"),
    columns=(
        Column(
            "number",
            _("Certificate number"),
            "number",
            kind="code",
            sort="number",
            url=certificate_url,
            width=24,
        ),
        Column("name", _("Name"), lambda row: row.content["name"]),
        Column(
            "province",
            _("Province"),
            lambda row: name_of(row.enrollment.region),
            sort="enrollment__region__order",
            width=16,
        ),
        Column("institution", _("Institution"), lambda row: row.content["institution"], width=32),
        Column("specialty", _("Specialty"), lambda row: row.content["specialty"]),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort="kind", width=18),
        Column("score", _("Score"), lambda row: row.content["score"], kind="int"),
        Column("issued", _("Issued"), "issued_at", kind="datetime", sort="issued_at", width=18),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            kind="status",
            sort="status",
            tone=lambda row: _TONES[row.status],
        ),
    ),
    filters=CertificateFilter,
    order=("-issued_at", "-pk"),
    related=("enrollment__region", "enrollment__year__program"),
    empty=_("No certificate has been issued yet."),
)


class ItemFilter(ProvinceFilterSet):
    """Search area of the item bank."""

    q = filters.CharFilter(label=_("Text or code"), method="by_text")
    kind = filters.ChoiceFilter(label=_("Type"), choices=ItemKind)
    status = filters.ChoiceFilter(label=_("Status"), choices=ItemStatus)
    theme = filters.ChoiceFilter(label=_("Theme"), choices=())
    specialty = filters.ChoiceFilter(label=_("Specialty"), choices=(), method="by_specialty")
    outline = filters.ChoiceFilter(label=_("Outline"), choices=())
    origin = filters.ChoiceFilter(label=_("Origin"), choices=ItemOrigin)
    used = yes_no(_("Has stood on papers"), method="by_use")
    undecided = yes_no(_("Undecided look-alike"), field_name="undecided")
    is_sample = yes_no(_("Sample"))

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = vocabulary_of(self.request.year)
        self.filters["theme"].extra["choices"] = list(words.themes.items())
        self.filters["outline"].extra["choices"] = list(words.outline.items())
        self.filters["specialty"].extra["choices"] = [(ALL, _("all specialties")), *words.specialties.items()]

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(stem__icontains=value) | Q(code__icontains=value))

    def by_specialty(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == ALL:
            return rows.filter(specialties=[])
        # a list in JSON is searched as text: SQLite knows no containment
        return rows.alias(named=Cast("specialties", TextField())).filter(named__contains=f'"{value}"')

    def by_use(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(papers__gt=0) if value else rows.filter(papers=0)


def _shortened(row: Any) -> str:
    return row.stem if len(row.stem) <= 60 else f"{row.stem[:60]}…"


def items_of(url_kwargs: dict[str, Any], words: Vocabulary | None = None) -> Listing:
    """The list of items with each row opening inside the year the reader is in; items themselves are timeless, so the
    year also names their themes, specialties and entries of the outline.
    """
    names = words or Vocabulary({}, {}, {})

    def specialties(row: Item) -> str:
        return "、".join(names.specialties.get(code, code) for code in row.specialties)

    return Listing(
        code="exams.items",
        title=_("Items"),
        columns=(
            Column(
                "code", _("Code"), "code", kind="code", sort="code", width=22,
                url=lambda row: reverse("exams:item-show", kwargs={**url_kwargs, "pk": row.pk}),
            ),
            Column("kind", _("Type"), lambda row: row.get_kind_display(), sort="kind", width=20),
            Column("stem", _("Stem"), _shortened, on_export=False),
            Column("words", _("Stem"), "stem", on_page=False, width=60),
            Column("theme", _("Theme"), lambda row: names.themes.get(row.theme, row.theme), sort="theme"),
            Column("specialties", _("Specialties"), lambda row: specialties(row) or _("all specialties"), width=24),
            Column("outline", _("Outline"), lambda row: names.outline.get(row.outline, row.outline), sort="outline", on_page=False, width=24),
            Column("province", _("Province"), lambda row: name_of(row.region), sort="region__order"),
            Column("origin", _("Origin"), lambda row: row.get_origin_display(), sort="origin"),
            Column("unit", _("Written by"), lambda row: name_of(row.unit), sort="unit__name", width=30, on_page=False),
            Column("difficulty", _("Difficulty"), "difficulty", kind="int", sort="difficulty", on_page=False),
            Column("version", _("Version"), "version_number", kind="int", on_page=False),
            Column("sample", _("Sample"), "is_sample", kind="flag", sort="is_sample", on_page=False),
            Column("papers", _("Papers"), "papers", kind="int", sort="papers"),
            Column(
                "undecided", _("Look-alikes"), lambda row: _("undecided") if row.undecided else "", sort="undecided",
                tone=lambda row: "warning" if row.undecided else "",
            ),
            Column("status", _("Status"), lambda row: row.get_status_display(), kind="status", sort="status", tone=lambda row: _TONES.get(row.status, "neutral")),
        ),
        filters=ItemFilter,
        order=("code",),
        related=("unit", "region"),
        empty=_("No item here yet."),
    )  # fmt: skip
