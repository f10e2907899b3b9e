"""A file of items, or their pasted text."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.uploads import READABLE, FileUpload
from exams.enums import ItemFormat
from exams.formats.files import WRITTEN


class UploadForm(forms.Form):
    """Either of the two; what the file is, its content says."""

    file = FileUpload(
        policy=READABLE,
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("Word (.docx), the .xlsx template, Moodle XML or GIFT; at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx,.xls,.xml,.gift,.txt"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the text"),
        required=False,
        strip=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=[("", gettext_lazy("as the content shows")), *ItemFormat.choices],
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        file, text = data.get("file"), (data.get("text") or "").strip()
        if not self.errors and bool(file) == bool(text):
            raise forms.ValidationError(_("Choose a file or paste a text, one of the two."))
        return data

    def content(self) -> dict[str, Any]:
        """What the service takes: bytes, a name and the format."""
        file = self.cleaned_data["file"]
        if file:
            file.seek(0)
            content = {"data": file.read(), "name": file.name}
        else:
            content = {"data": self.cleaned_data["text"].encode(), "name": _("Pasted text")}
        return {**content, "form": self.cleaned_data["form"]}


class ExportForm(forms.Form):
    """Which of the formats that are written."""

    form = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(form, ItemFormat(form).label) for form in WRITTEN],
        widget=forms.RadioSelect,
        initial=ItemFormat.XLSX,
        help_text=gettext_lazy("The workbook carries everything; Moodle and GIFT lose what stands below."),
    )
