from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from core.exceptions import Refusal


class PortalRenderer(TemplatesSetting):
    """One field template gives label, hint, error and aria to every form."""

    field_template_name = "forms/field.html"


class ReasonForm(forms.Form):
    """The written reason that many acts want."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def add_refusal(form: forms.BaseForm, refusal: Refusal, field: str | None = None) -> None:
    """Show a service's refusal where the person typed, with everything typed still there."""
    form.add_error(field, forms.ValidationError(str(refusal)))


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a search: `hint` tells it from others of its name."""

    value: str
    label: str
    hint: str = ""


class PickInput(forms.Widget):
    """A search box above its answers as radio buttons: works by keyboard, on a phone and without scripts."""

    template_name = "forms/pick.html"
    field: "PickField"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was ticked; where nothing was, the one row that fits what was typed."""
        self.typed = data.get(f"{name}-typed", "").strip()
        found = self.field.answers(self.typed) if self.typed and not data.get(name) else []
        return data.get(name) or (found[0].value if len(found) == 1 else None)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = getattr(self, "typed", "")
        options = self.field.answers(typed) if typed else list(self.field.suggested)
        chosen = self.field.chosen(value)
        if chosen and chosen not in options:
            options = [chosen, *options]
        context["widget"] |= {"options": options, "chosen": chosen and chosen.value, "typed": typed}
        context["widget"]["url"] = self.field.url
        return context


class PickField(forms.ModelChoiceField):
    """One row of very many, found by typing. `search(rows, typed)` narrows, `describe(row)` gives the option, `url()` is the
    address that answers with templates/forms/pick_options.html, `suggested` stands there before anything is typed.
    """

    widget = PickInput
    at_most = 12
    suggested: Sequence[Option] = ()
    default_error_messages: ClassVar = {
        "required": _("Type, then choose one of the answers."),
        "invalid_choice": _("This cannot be chosen here. Type again and choose one of the answers."),
    }

    def __init__(
        self,
        queryset: QuerySet[Any],
        *,
        search: Callable[[QuerySet[Any], str], QuerySet[Any]],
        describe: Callable[[Any], Option],
        url: Callable[[], str],
        **kwargs: Any,
    ) -> None:
        self.search, self.describe, self.address = search, describe, url
        super().__init__(queryset, **kwargs)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = super().__deepcopy__(memo)
        copied.widget = deepcopy(self.widget)
        copied.widget.field = copied
        return copied

    @property
    def url(self) -> str:
        return self.address()

    def answers(self, typed: str) -> list[Option]:
        rows: Any = self.queryset
        return [self.describe(row) for row in self.search(rows, typed)[: self.at_most]]

    def chosen(self, value: Any) -> Option | None:
        try:
            row = self.to_python(value)
        except ValidationError:
            return None
        return self.describe(row) if row else None
