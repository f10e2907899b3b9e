import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import ReasonForm
from core.templatetags.portal import name_of
from core.uploads import SMALL_JSON, FileUpload
from core.values import CHINA
from exams.answer_files import MAX_BYTES
from exams.enums import PairStatus
from exams.models import BlueprintRow, ExamWindow
from exams.reading import Sheet
from exams.rules import BlueprintLine
from exams.rules.device import Measured
from exams.services import Decision, Part
from exams.services.voiding import REASON_LENGTH
from programs.models import Specialty

# a part of the paper has no more items, an item no more points
MOST = 200

READING = (("yes", _("Accept")), ("no", _("Return")), ("", _("Leave undecided")))
PAIR_CHOICES = (
    (PairStatus.DIFFERENT.value, _("Two different items")),
    (PairStatus.DUPLICATE.value, _("The same item: the later one is a duplicate")),
)


class MinuteInput(forms.DateTimeInput):
    """A day and a minute in Beijing time."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class WindowForm(ReasonForm):
    """When attempts may start; the end is exclusive."""

    opens_at = forms.DateTimeField(label=_("Opens"), widget=MinuteInput())
    closes_at = forms.DateTimeField(
        label=_("Closes"), widget=MinuteInput(), help_text=_("24:00 of a day is 00:00 of the next.")
    )
    field_order = ("opens_at", "closes_at", "reason")

    @classmethod
    def of(cls, window: ExamWindow) -> "WindowForm":
        def local(instant: dt.datetime) -> dt.datetime:
            return instant.astimezone(CHINA).replace(tzinfo=None)

        return cls(initial={"opens_at": local(window.opens_at), "closes_at": local(window.closes_at)})


class RulesForm(forms.Form):
    """Read and confirmed, on purpose."""

    read = forms.BooleanField(
        label=_("I have read the rules of the exam and keep to them."),
        error_messages={"required": _("Tick that you have read the rules; without it no attempt starts.")},
    )


class CheckForm(forms.Form):
    """What the page's script measured, as one JSON object; whatever is missing or odd counts as not there."""

    measured = forms.JSONField(widget=forms.HiddenInput())

    def clean_measured(self) -> Measured:
        found = self.cleaned_data["measured"]
        if not isinstance(found, dict):
            raise forms.ValidationError(_("The browser sent no measurements. Try again."))
        return Measured(
            script=found.get("script") is True,
            dialog=found.get("dialog") is True,
            crypto=found.get("crypto") is True,
            storage=_whole(found.get("storage")) or 0,
            width=_whole(found.get("width")) or 0,
            save=_whole(found.get("save")),
            clock=_whole(found.get("clock")),
        )


def _whole(value: Any) -> int | None:
    """A whole number of up to some years in milliseconds; nothing else."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**12
    return round(value) if fits else None


class DecisionForm(ReasonForm):
    """Accept or not, with the reason."""

    accept = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept")), ("no", _("Do not accept"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("accept", "reason")


class LookupForm(forms.Form):
    """The public search for a certificate: both must be right."""

    number = forms.CharField(label=_("Certificate number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=60)


class ReadingForm(forms.Form):
    """What a reader decides about one item or group; nothing chosen leaves it for later."""

    accept = forms.ChoiceField(label=_("Decision"), required=False, choices=READING, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def __init__(self, data: Any, *, sheet: Sheet, guarded: bool) -> None:
        super().__init__(data, prefix=sheet.anchor)
        self.sheet, self.guarded = sheet, guarded

    @property
    def may_accept(self) -> bool:
        """What looks like another item does not enter the bank undecided (X1)."""
        return self.sheet.may_enter or not self.guarded

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = self.cleaned_data
        if values.get("accept") == "no" and not values.get("reason"):
            self.add_error("reason", _("Write in a sentence why: the writer puts it right by what you say."))
        if values.get("accept") == "yes" and not self.may_accept:
            self.add_error("accept", _("It looks like another item. Decide about the two first."))
        return values

    @property
    def problems(self) -> list[dict[str, str]]:
        """What keeps it from being saved, each line with the way to its place."""
        if not self.is_bound:
            return []
        place = f"#{self.sheet.anchor}-reason"
        faults = [fault for found in self.errors.values() for fault in found]
        return [{"text": f"{self.sheet.entry.code}{_(': ')}{fault}", "url": place} for fault in faults]

    @property
    def decision(self) -> Decision | None:
        """None as long as the reader has not decided."""
        accept = self.cleaned_data["accept"]
        if not accept:
            return None
        return Decision(self.sheet.item, accept == "yes", self.cleaned_data["reason"])


class PairForm(ReasonForm):
    """Whether two look-alikes are one item."""

    decision = forms.ChoiceField(label=_("Decision"), choices=PAIR_CHOICES, widget=forms.RadioSelect)
    field_order = ("decision", "reason")


class BlueprintForm(forms.Form):
    """How many items each part of the paper has and how many points each is worth, as `<code>-count` and `<code>-points`.

    A preview wants no reason and may be off the full points.
    """

    def __init__(self, data: Any, *, rows: Sequence[BlueprintRow], full: int, preview: bool) -> None:
        super().__init__(data)
        self.rows, self.full, self.preview = rows, full, preview
        for row in rows:
            for name, label in (("count", _("Items")), ("points", _("Points each"))):
                self.fields[f"{row.code}-{name}"] = forms.IntegerField(
                    label=f"{name_of(row)} · {label}",
                    min_value=1,
                    max_value=MOST,
                    initial=getattr(row, name),
                    widget=forms.NumberInput(attrs={"class": "form-control", "data-factor": row.code}),
                )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=500, required=not preview, widget=forms.Textarea(attrs={"rows": 2})
        )

    def lines(self) -> list[tuple[BlueprintRow, forms.BoundField, forms.BoundField]]:
        """Each part with its two fields."""
        return [(row, self[f"{row.code}-count"], self[f"{row.code}-points"]) for row in self.rows]

    @property
    def is_readable(self) -> bool:
        """Whether every number was sent and is one."""
        return self.is_bound and all(
            field.name in self.cleaned_data for line in self.lines() for field in line[1:]
        )

    @property
    def parts(self) -> list[Part]:
        values = self.cleaned_data
        return [Part(row, values[f"{row.code}-count"], values[f"{row.code}-points"]) for row in self.rows]

    @property
    def blueprint(self) -> list[BlueprintLine]:
        return [
            BlueprintLine(part.row.code, frozenset(part.row.item_types), part.count, part.points)
            for part in self.parts
        ]

    @property
    def total(self) -> int:
        """The points of the parts as far as they can be read."""
        numbers = [(one.value(), other.value()) for _row, one, other in self.lines()]
        return sum(int(one) * int(other) for one, other in numbers if f"{one}{other}".isdecimal())

    def clean(self) -> dict[str, Any]:
        if self.is_readable and self.total != self.full:
            text = _("The parts make %(total)s points; the exam has %(full)s.")
            self.add_error(None, text % {"total": self.total, "full": self.full})
        return self.cleaned_data


class SampleForm(forms.Form):
    """For which specialty a sample paper is drawn."""

    specialty = forms.ModelChoiceField(
        label=_("Specialty"), queryset=Specialty.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, data: Any, *, specialties: QuerySet[Specialty]) -> None:
        super().__init__(data)
        field = self.fields["specialty"]
        field.queryset = specialties  # type: ignore[attr-defined]
        field.label_from_instance = name_of  # type: ignore[attr-defined]


class LateForm(ReasonForm):
    """One decision about the ticked answers of a sitting's pile."""

    chosen = forms.TypedMultipleChoiceField(label=_("Late answers"), coerce=int)
    accept = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("They count")), ("no", _("They do not count"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    lower_ok = forms.BooleanField(label=_("A lower score is accepted"), required=False)
    field_order = ("chosen", "accept", "lower_ok", "reason")

    def __init__(self, data: Any, *, waiting: Sequence[int]) -> None:
        super().__init__(data, initial={"chosen": list(waiting)})
        self.fields["chosen"].choices = [(key, key) for key in waiting]  # type: ignore[attr-defined]


class AnswerFileForm(forms.Form):
    """The file that the exam page made, or its text where a messenger let no file through."""

    file = FileUpload(label=_("Answer file"), policy=SMALL_JSON, required=False)
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only where the trainee could send no file: paste what the exam page let them copy."),
    )

    def clean(self) -> dict[str, Any]:
        """`data`: the bytes to be read."""
        found = super().clean() or {}
        file, text = found.get("file"), found.get("text")
        if not self.errors and bool(file) == bool(text):
            raise forms.ValidationError(_("Choose the file or paste its text, one of the two."))
        return {"data": file.read() if file else (text or "").encode()}


class VoidForm(ReasonForm):
    """Why the attempt is to be void, as the trainee will read it."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=REASON_LENGTH,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence. The trainee reads it when the attempt is void."),
    )
