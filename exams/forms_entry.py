"""The form on which an item of any type is written: as many rows as it has options and stems (X2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.enums import ItemKind
from exams.formats.reading import Vocabulary
from exams.formats.reports import DIFFICULTIES, MAX_TEXT
from exams.rules.drafting import MAX_STEMS, lettered, trimmed
from exams.rules.entries import FALSE, LABELS, TRUE, Entry, Option, Stem
from exams.rules.validity import LIMITS

_SHARED = ("case", "theme", "outline", "difficulty", "source", "specialties")


def _text(label: Any, rows: int, hint: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, required=False, max_length=MAX_TEXT, help_text=hint)


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option with its letter; `mark` is the control that makes it the key, where the item is a single one."""

    letter: str
    field: forms.BoundField
    mark: Any
    act: str


@dataclass(frozen=True, slots=True)
class StemRow:
    number: int
    fields: tuple[forms.BoundField, ...]
    act: str


class ItemForm(forms.Form):
    """Nothing is required: an unfinished item is kept too. `entry` gives type, rows and what stands in them."""

    kind = forms.ChoiceField(choices=ItemKind, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    options = forms.IntegerField(required=False, widget=forms.HiddenInput)
    stems = forms.IntegerField(required=False, widget=forms.HiddenInput)
    case = _text(gettext_lazy("Case"), 4, gettext_lazy("Age, sex, complaint and findings."))
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    outline = forms.ChoiceField(label=gettext_lazy("Outline"), required=False)
    specialties = forms.MultipleChoiceField(
        label=gettext_lazy("Specialties"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: for all of them."),
    )
    difficulty = forms.TypedChoiceField(
        label=gettext_lazy("Difficulty"),
        coerce=int,
        choices=[
            (1, gettext_lazy("1 easy")), (2, 2), (3, gettext_lazy("3 medium")), (4, 4), (5, gettext_lazy("5 hard")),
        ],
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Source of fact"),
        required=False,
        max_length=LIMITS.stored_source,
        help_text=gettext_lazy("Guideline, textbook or article, with its year."),
    )

    def __init__(self, data: QueryDict | None, *, entry: Entry, words: Vocabulary, seen: str = "") -> None:
        self.entry = lettered(entry)
        super().__init__(data, initial={**_initial(self.entry), "seen": seen})
        for name in ("theme", "outline"):
            self._choices(
                name, {"": _("not said"), **getattr(words, f"{name}s" if name == "theme" else name)}
            )
        self._choices("specialties", words.specialties)
        if entry.kind != ItemKind.A2 and not entry.case:
            del self.fields["case"]
        self._add_rows()

    def _choices(self, name: str, names: Mapping[str, str]) -> None:
        """What an older item names stays possible, whether the year still has it or not."""
        said = getattr(self.entry, name)
        more = {code: code for code in (said if isinstance(said, tuple) else [said]) if code not in names}
        self.fields[name].choices = [*names.items(), *more.items()]  # type: ignore[attr-defined]

    def _add_rows(self) -> None:
        for at, option in enumerate(self.entry.options):
            label = _("Option %(letter)s") % {"letter": option.label}
            self.fields[f"option-{at}"] = forms.CharField(label=label, required=False, max_length=MAX_TEXT)
        for at, stem in enumerate(self.entry.parts):
            self.fields[f"stem-{at}"] = _text(_("Stem"), 2)
            self.fields[f"key-{at}"] = self._key()
            self.fields[f"explanation-{at}"] = _text(_("Explanation"), 2, _("Why the key is right."))
            if stem.code and self.entry.is_group:
                self.fields[f"code-{at}"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _key(self) -> forms.Field:
        labels = [(label, label) for label in self.entry.labels]
        if self.entry.kind == ItemKind.X:
            return forms.MultipleChoiceField(
                label=_("Key"), required=False, choices=labels, widget=forms.CheckboxSelectMultiple
            )
        if self.entry.kind == ItemKind.TRUE_FALSE:
            labels = [(TRUE, _("True")), (FALSE, _("False"))]
        return forms.ChoiceField(label=_("Key"), required=False, choices=labels, widget=forms.RadioSelect)

    # Rows for the page

    @property
    def option_rows(self) -> list[OptionRow]:
        marks: list[Any] = [None] * len(self.entry.options)
        if not self.entry.is_group and marks:
            marks = list(self["key-0"])
        return [
            OptionRow(option.label, self[f"option-{at}"], marks[at], f"drop-option:{at}")
            for at, option in enumerate(self.entry.options)
        ]

    @property
    def stem_rows(self) -> list[StemRow]:
        names = ["stem", "explanation"] if self.entry.options and not self.entry.is_group else []
        names = names or ["stem", "key", "explanation"]
        return [
            StemRow(at + 1, tuple(self[f"{name}-{at}"] for name in names), f"drop-stem:{at}")
            for at in range(len(self.entry.parts))
        ]

    @property
    def key_errors(self) -> list[str]:
        """Those of a key that is marked beside the options."""
        return [str(error) for error in self["key-0"].errors] if not self.entry.is_group else []

    @property
    def place_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("source", "theme", "outline", "difficulty", "specialties")]

    # What was typed

    def typed(self) -> Entry:
        """As it stands on the screen, right or wrong: for the preview and for a form with other rows."""
        return _entry(self.entry, lambda name: self[name].value() if name in self.fields else None)

    def written(self) -> Entry:
        """As it is kept; call it when the form is valid."""
        return trimmed(_entry(self.entry, self.cleaned_data.get))


def _initial(entry: Entry) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(entry, name) for name in _SHARED}
    initial |= {"kind": str(entry.kind), "options": len(entry.options), "stems": len(entry.stems)}
    initial |= {f"option-{at}": option.text for at, option in enumerate(entry.options)}
    for at, part in enumerate(entry.parts):
        key: Any = list(part.key) if entry.kind == ItemKind.X else "".join(part.key[:1])
        initial |= {f"stem-{at}": part.stem, f"key-{at}": key}
        initial |= {f"explanation-{at}": part.explanation, f"code-{at}": part.code}
    return initial


def _entry(base: Entry, told: Any) -> Entry:
    """An entry of what `told(name)` says of each field, in the rows and under the code of `base`."""

    def text(name: str) -> str:
        return str(told(name) or "")

    def key(at: int) -> tuple[str, ...]:
        value = told(f"key-{at}") or ()
        return tuple(one for one in value if one in base.labels)

    stems = [
        Stem(text(f"code-{at}"), text(f"stem-{at}"), key(at), text(f"explanation-{at}"))
        for at in range(len(base.parts))
    ]
    level = text("difficulty")
    return Entry(
        kind=base.kind,
        code=base.code,
        case=text("case"),
        options=tuple(Option(one.label, text(f"option-{at}")) for at, one in enumerate(base.options)),
        source=text("source"),
        specialties=tuple(told("specialties") or ()),
        theme=text("theme"),
        outline=text("outline"),
        difficulty=int(level) if level.isdigit() and int(level) in DIFFICULTIES else base.difficulty,
        stems=tuple(stems) if base.is_group else (),
        **({} if base.is_group else _single(stems[0])),
    )


def _single(stem: Stem) -> dict[str, Any]:
    return {"stem": stem.stem, "key": stem.key, "explanation": stem.explanation}


def shape_of(data: QueryDict, kind: str, code: str = "") -> Entry:
    """As many empty rows as the page had from which `data` came."""
    base = Entry(ItemKind(kind), code)
    count = 0 if base.kind == ItemKind.TRUE_FALSE else _count(data, "options", len(LABELS))
    options = tuple(Option(label, "") for label in LABELS[:count])
    stems = (Stem(data.get(f"code-{at}", "")) for at in range(_count(data, "stems", MAX_STEMS)))
    return replace(base, options=options, stems=tuple(stems) if base.is_group else ())


def _count(data: QueryDict, name: str, most: int) -> int:
    told = data.get(name, "")
    return min(int(told), most) if told.isdecimal() else 0
