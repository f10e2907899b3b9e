"""What people type into this room; forms check, services write."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Unit
from accounts.scope import Scope
from core.forms import DateInput
from core.uploads import FileUpload
from core.values import CHINA
from courses.enums import AttendanceMode, Requirement
from courses.models import ClassSession, Faculty, Lesson
from courses.queries import Question
from courses.services.lessons import VIDEOS
from exams.enums import ItemKind
from programs.enums import Generation
from programs.models import ProgramYear, Specialty, Theme

TRUE_FALSE: tuple[tuple[str, Any], ...] = (("T", _("True")), ("F", _("False")))


class HomeworkForm(forms.Form):
    """One field per question: radio buttons, or checkboxes where several answers are right."""

    def __init__(self, questions: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for number, question in enumerate(questions, 1):
            self.fields[self.name_of(question)] = _field_of(question, number)

    @staticmethod
    def name_of(question: Question) -> str:
        return f"item-{question.item_id}"

    def answers(self) -> dict[int, list[str]]:
        """The chosen labels by item."""
        chosen = {q.item_id: self.cleaned_data[self.name_of(q)] for q in self.questions}
        return {item: [value] if isinstance(value, str) else list(value) for item, value in chosen.items()}


def _field_of(question: Question, number: int) -> forms.Field:
    version = question.version
    choices = [(option["label"], f"{option['label']}. {option['text']}") for option in version.options]
    several = question.kind == ItemKind.X
    kind = _t("several answers") if several else _t("one answer")
    text = f"{version.case}\n{version.stem}" if version.case else version.stem
    label = _t("%(number)s. %(stem)s (%(kind)s)") % {"number": number, "stem": text, "kind": kind}
    options: dict[str, Any] = {
        "label": label,
        "choices": choices or list(TRUE_FALSE),
        "error_messages": {"required": _("Choose an answer.")},
    }
    if several:
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **options)
    return forms.ChoiceField(widget=forms.RadioSelect, **options)


def _themes(year: ProgramYear, scope: Scope) -> list[tuple[str, str]]:
    rows = Theme.objects.visible_to(scope).filter(year=year).order_by("order")
    return [(row.code, row.name) for row in rows]


class LessonForm(forms.ModelForm):
    """A topic: what it is about, who will teach it, as what it is meant."""

    theme = forms.ChoiceField(label=_("Theme"))
    wish = forms.ChoiceField(label=_("Proposed as"), choices=Requirement)
    assigned = forms.BooleanField(label=_("Assigned by the committee (needs no approval)"), required=False)

    class Meta:
        model = Lesson
        fields = ("title", "theme", "summary", "lecturer", "wish")
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, year: ProgramYear, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = _themes(year, scope)  # type: ignore[attr-defined]
        self.fields["lecturer"].queryset = Faculty.objects.visible_to(scope).filter(teaches_online=True)  # type: ignore[attr-defined]
        self.fields["summary"].required = True
        if scope.role != Role.NATIONAL_OFFICE:
            del self.fields["assigned"]


class RecordingForm(forms.Form):
    """The recording in the common format, with its homework."""

    video = FileUpload(policy=VIDEOS, label=_("Video"), help_text=_("MP4 (H.264 and AAC), at most 500 MB."))
    items: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Homework items"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choice questions of your own bank, 5 to 10 of them."),
    )

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = items  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """Yes, or no with a reason."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]
        self.yes = choices[0][0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") not in (None, self.yes) and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why."))
        return data

    @property
    def accepted(self) -> bool:
        return bool(self.cleaned_data["decision"] == self.yes)


class PublishForm(forms.Form):
    """Into which plans a reviewed lesson goes."""

    requirement = forms.ChoiceField(label=_("Publish as"), choices=Requirement)
    specialties: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Specialties"), queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, year: ProgramYear, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Specialty.objects.visible_to(scope).filter(year=year, generation=Generation.OLD)
        self.fields["specialties"].queryset = rows.order_by("order")  # type: ignore[attr-defined]


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class SessionForm(forms.ModelForm):
    """A session as it stands in the timetable."""

    class Meta:
        model = ClassSession
        fields = (
            "topic", "kind", "starts_at", "hours", "place", "base", "lecturer", "is_live", "occasion", "specialty",
            "level",
        )  # fmt: skip
        widgets = {"starts_at": DateTimeInput()}

    def __init__(self, *args: Any, year: ProgramYear, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        specialties = Specialty.objects.visible_to(scope).filter(year=year, generation=Generation.OLD)
        self.fields["specialty"].queryset = specialties.order_by("order")  # type: ignore[attr-defined]
        self.fields["lecturer"].queryset = Faculty.objects.visible_to(scope).filter(teaches_offline=True)  # type: ignore[attr-defined]
        self.fields["hours"].min_value = Decimal("0.5")  # type: ignore[attr-defined]
        if scope.role == Role.BASE_COORDINATOR or self.instance.pk:
            # a base holds its own sessions; where one is held does not change afterwards
            del self.fields["base"]
        else:
            bases = Unit.objects.visible_to(scope).filter(kind="training_base")
            self.fields["base"].queryset = bases  # type: ignore[attr-defined]

    def clean_hours(self) -> Decimal:
        hours: Decimal = self.cleaned_data["hours"]
        if not Decimal(0) < hours <= Decimal(16):
            raise forms.ValidationError(_("A session has between 0.5 and 16 class hours."))
        return hours


class FacultyForm(forms.ModelForm):
    """A lecturer on the unit's list."""

    class Meta:
        model = Faculty
        fields = (
            "name",
            "title",
            "full_senior",
            "specialty",
            "institution",
            "teaches_online",
            "teaches_offline",
        )

    def __init__(self, *args: Any, institutions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("teaches_online") or data.get("teaches_offline")):
            self.add_error("teaches_offline", _("A lecturer teaches online, offline or both."))
        return data


class AttendanceForm(forms.Form):
    """The sheet of a session: each trainee on site, remote or absent. Fields `mode-<enrollment>`."""

    def __init__(
        self, people: Sequence[Any], modes: dict[int, str], *args: Any, live: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        allowed = [mode for mode in AttendanceMode if live or mode != AttendanceMode.REMOTE]
        choices = [("", _("Absent")), *((mode.value, mode.label) for mode in allowed)]
        for person in people:
            self.fields[f"mode-{person.pk}"] = forms.ChoiceField(
                label=person.person.name, choices=choices, required=False, initial=modes.get(person.pk, "")
            )

    def modes(self) -> dict[int, str]:
        return {person.pk: self.cleaned_data[f"mode-{person.pk}"] for person in self.people}

    def lines(self) -> list[tuple[Any, forms.BoundField]]:
        return [(person, self[f"mode-{person.pk}"]) for person in self.people]


class ResultForm(forms.Form):
    """The sheet of results: `result-<enrollment>` passed, failed or not recorded, and `score-<enrollment>`."""

    assessed_on = forms.DateField(label=_("Assessed on"), widget=DateInput)

    def __init__(self, people: Sequence[Any], *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.today = now.astimezone(CHINA).date()
        self.fields["assessed_on"].initial = self.today
        choices = [("", _("Not recorded")), ("passed", _("Passed")), ("failed", _("Not passed"))]
        for person in people:
            known = {True: "passed", False: "failed", None: ""}[person.passed_offline]
            # a result once recorded is corrected, never taken back
            self.fields[f"result-{person.pk}"] = forms.ChoiceField(
                label=_("Result"), choices=choices[1:] if known else choices, required=False, initial=known
            )
            self.fields[f"score-{person.pk}"] = forms.DecimalField(
                label=_("Score"),
                required=False,
                min_value=0,
                max_value=1000,
                decimal_places=1,
                initial=person.offline_score,
            )

    def clean_assessed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["assessed_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for person in self.people:
            if data.get(f"score-{person.pk}") is not None and not data.get(f"result-{person.pk}"):
                self.add_error(f"result-{person.pk}", _("A score needs its result: passed or not passed."))
        return data

    def results(self) -> list[tuple[int, bool, Decimal | None]]:
        """(enrollment, passed, score) of those with a result."""
        lines = []
        for person in self.people:
            word = self.cleaned_data.get(f"result-{person.pk}")
            if word:
                lines.append((person.pk, word == "passed", self.cleaned_data.get(f"score-{person.pk}")))
        return lines

    def lines(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(person, self[f"result-{person.pk}"], self[f"score-{person.pk}"]) for person in self.people]
