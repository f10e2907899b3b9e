"""Forms of collecting: what the coordinator sends out, what hospitals and applicants type."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import InstitutionLevel
from accounts.forms.institutions import InstitutionPick
from accounts.models import Institution, Region
from accounts.queries.institutions import institutions_named, likely_same
from accounts.rules import fold
from core.exceptions import Refusal
from core.forms import DateInput, PickField, add_refusal
from core.templatetags.portal import mask_id, mask_phone
from core.uploads import WORKBOOKS, FileUpload
from core.values import day_end, printed_day
from enrollment.collecting import TYPED, from_typed, problems_of_reading
from enrollment.imports.columns import FLAG_COLUMNS, RosterColumn, options_of
from enrollment.models import Invitation, Sheet
from enrollment.queries import institutions_by_name, institutions_near
from enrollment.rules.rows import TEXT_LIMITS, Reading
from enrollment.services.collecting import Wanted
from programs.models import ProgramYear

MOST_SEATS = 300


def _seats(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_SEATS, initial=0)


def _last_day() -> forms.DateField:
    return forms.DateField(
        label=_("Last day"), widget=DateInput(), help_text=_("The link closes at 24:00 of this day.")
    )


class LinkForm(forms.Form):
    """Until when a link is open."""

    last_day = _last_day()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("last_day"):
            data["closes_at"] = day_end(data["last_day"])
        return data


class SheetForm(LinkForm):
    """One hospital's part of the seats, and whom it asks."""

    comprehensive_seats = _seats(_("Seats, comprehensive training"))
    online_seats = _seats(_("Seats, online-only"))
    contact = forms.CharField(
        label=_("Whom to ask"),
        max_length=120,
        required=False,
        help_text=_("Name and phone of your office; the hospital reads it on its page."),
    )
    field_order = ["comprehensive_seats", "online_seats", "last_day", "contact"]

    @staticmethod
    def initial_of(sheet: Sheet) -> dict[str, Any]:
        return {
            "comprehensive_seats": sheet.comprehensive_seats,
            "online_seats": sheet.online_seats,
            "contact": sheet.contact,
            "last_day": printed_day(sheet.closes_at),
        }


class SendForm(SheetForm):
    """Sheets for several hospitals at once: pasted by name, or ticked in the registry."""

    names = forms.CharField(
        label=_("Hospitals, one per line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Full name; behind it, if it differs, the seats: comprehensive, online-only. Such as: XX County Hospital, 3, 2"
        ),
    )
    chosen = forms.ModelMultipleChoiceField(
        label=_("Or tick them"),
        queryset=Institution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    q = forms.CharField(
        label=_("Search in the list"),
        required=False,
        max_length=60,
        help_text=_("A part of the name; what is ticked and typed stays."),
    )
    field_order = ["names", "q", "chosen", "comprehensive_seats", "online_seats", "last_day", "contact"]

    def __init__(self, *args: Any, year: ProgramYear, region: Region, asked: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.initial["q"] = asked
        field: Any = self.fields["chosen"]
        field.queryset = institutions_near(region).exclude(sheets__year=year)
        field.label_from_instance = lambda row: row.name
        self.shown = self.offered = field.queryset.count()
        if asked.strip():
            self._narrow(field, asked)

    def _narrow(self, field: Any, asked: str) -> None:
        """The list shows what was asked for and what is ticked; anything of the registry may be sent a sheet."""
        ticked = {str(value) for value in self["chosen"].value() or ()}
        found = set(institutions_named(field.queryset, asked).values_list("pk", flat=True))
        field.widget.choices = [
            (row.pk, row.name) for row in field.queryset if row.pk in found or str(row.pk) in ticked
        ]
        self.shown = len(found)

    @staticmethod
    def kept(typed: QueryDict) -> dict[str, Any]:
        """What was typed and ticked so far, for a form that is only searched in."""
        return {**typed.dict(), "chosen": typed.getlist("chosen")}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        lines = list(_lines(data.get("names", "")))
        known = institutions_by_name(self.region)
        unknown = [name for name, _rest in lines if fold(name) not in known]
        for name, likely in likely_same(unknown, self.region.pk).items():
            self.add_error("names", _unknown(name, likely))
        seats = data.get("comprehensive_seats") or 0, data.get("online_seats") or 0
        rows = institutions_near(self.region).in_bulk(
            [known[fold(name)].pk for name, _rest in lines if name not in unknown]
        )
        wanted = [Wanted(one, *seats) for one in data.get("chosen", [])]
        for name, rest in lines:
            one = rows.get(known[fold(name)].pk) if name not in unknown else None
            if one is not None:
                wanted.append(Wanted(one, *self._own_seats(name, rest, seats)))
        if not wanted and not self.errors:
            self.add_error("names", gettext("Write or tick at least one hospital."))
        data["wanted"] = wanted
        return data

    def _own_seats(self, name: str, rest: list[str], usual: tuple[int, int]) -> tuple[int, int]:
        """The seats behind the name, those of the form where none stand there."""
        if not all(part.isdigit() and int(part) <= MOST_SEATS for part in rest) or len(rest) > 2:
            text = gettext("Behind “%(name)s” stands no number of seats. Write it as: name, 3, 2")
            self.add_error("names", text % {"name": name})
            return usual
        first, second = (*map(int, rest), *usual[len(rest) :])
        return first, second


def _unknown(name: str, likely: list[Institution]) -> str:
    cause = gettext("The registry has no “%(name)s” in your province.") % {"name": name}
    if likely:
        names = "、".join(one.name for one in likely)
        return f"{cause} " + gettext("Perhaps it is: %(names)s. Copy the name from here.") % {"names": names}
    return f"{cause} " + gettext("Enter it under “Institutions” first, or correct the name.")


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    """(name, what stands behind it) of each line; commas of both widths and tabs part them."""
    for line in text.splitlines():
        parts = [part.strip() for part in line.replace("，", ",").replace("\t", ",").split(",")]
        if parts[0]:
            yield parts[0], [part for part in parts[1:] if part]


class SheetUploadForm(forms.Form):
    file = FileUpload(
        policy=WORKBOOKS,
        label=_("Workbook"),
        help_text=_(".xlsx from the template of this page, at most 10 MB."),
    )


# What people type about one person


class _Judged(forms.Field):
    """Whether it may stay empty is for the rules to say, in their words; `required` only marks it."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class _Text(_Judged, forms.CharField):
    pass


class _Choice(_Judged, forms.ChoiceField):
    pass


# whoever is on the comprehensive track needs them (E12)
_BY_TRACK = ("specialty", "fine_specialty")


def _field_of(column: RosterColumn, year: ProgramYear) -> forms.Field:
    shared: dict[str, Any] = {"label": column.label, "required": column.required}
    if column.code in _BY_TRACK:
        shared |= {"required": True, "help_text": _("Online-only training: leave it empty.")}
    if column.code in FLAG_COLUMNS:
        return forms.BooleanField(**{**shared, "required": False})
    options = [(str(value), str(label)) for value, label in options_of(column, year)]
    if options:
        return _Choice(choices=[("", _("Please choose")), *options], **shared)
    field = _Text(max_length=TEXT_LIMITS.get(column.code, 40), **shared)
    if column.code == "id_number":
        field.widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}
    if column.code == "phone":
        field.widget.attrs |= {"inputmode": "tel"}
    field.widget.attrs["autocomplete"] = "off"
    return field


class LineForm(forms.Form):
    """One person; the roster's own rules judge what is typed, each beside its field.

    Numbers kept already are shown masked and stay as they are where nothing new is typed.
    """

    kept = ("id_number", "phone")
    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        year: ProgramYear,
        typed: dict[str, str] | None = None,
        reading: Reading | None = None,
        **kwargs: Any,
    ) -> None:
        self.typed, shown = typed or {}, dict[str, Any]()
        if reading is not None:
            shown = {
                name: str(value) if value is not True else True
                for name, value in from_typed(reading, self.typed).items()
            }
        super().__init__(*args, **{**kwargs, "initial": shown})
        for column in TYPED:
            self.fields[column.code] = _field_of(column, year)
        for name, mask in zip(self.kept, (mask_id, mask_phone), strict=True):
            if reading is not None and reading.values[name]:
                self.initial[name] = ""
                self.fields[name].required = False
                self.fields[name].help_text = gettext("Kept: %(value)s. Leave it empty to keep it.") % {
                    "value": mask(reading.values[name])
                }

    def values(self) -> dict[str, Any]:
        """What was typed and can be read; a kept number where nothing was."""
        self.full_clean()
        given = dict(self.cleaned_data)
        for name in self.kept:
            given[name] = given.get(name) or self.typed.get(name, "")
        return given

    def tell(self, reading: Reading) -> bool:
        """Put every problem beside its field, once each; whether there is one."""
        for column, _label, text in problems_of_reading(reading):
            field = column if column in self.fields else None
            if field not in self.errors:
                self.add_error(field, text)
        return bool(self.errors)

    def refuse(self, refusal: Refusal) -> None:
        add_refusal(self, refusal, "id_number")


class ApplyForm(LineForm):
    """The same for oneself: one's workplace is found in the province's registry or written anew."""

    institution = InstitutionPick(label=_("Workplace"), required=False)
    new_institution = forms.CharField(
        label=_("Workplace, if it is not among the answers"),
        max_length=120,
        required=False,
        help_text=_("Full official name."),
    )
    institution_level = forms.ChoiceField(
        label=_("Its level"),
        choices=[("", _("Please choose")), *InstitutionLevel.choices],
        required=False,
        help_text=_("Only for a workplace that is not among the answers."),
    )
    consent = forms.BooleanField(
        label=_("I have read this and agree."),
        error_messages={"required": _("Without your consent nothing is kept. Tick the sentence.")},
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, year=invitation.year, **kwargs)
        pick: PickField = self.fields["institution"]  # type: ignore[assignment]
        pick.queryset = institutions_near(invitation.region)
        pick.address = lambda: reverse("enrollment_open:workplace-options", args=[invitation.token])
        self.order_fields(
            [
                "name",
                "id_number",
                "phone",
                "institution",
                "new_institution",
                "institution_level",
                "department",
            ]
        )
        # last, below everything it is given for
        self.fields["consent"] = self.fields.pop("consent")

    def values(self) -> dict[str, Any]:
        given = super().values()
        picked = given.get("institution")
        given["institution"] = picked.name if picked else given.get("new_institution", "")
        given["institution_level"] = "" if picked else given.get("institution_level", "")
        return given
