"""What senders and readers of notices type."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticeKind, Role, UnitKind
from accounts.models import Announcement, Region, Unit
from accounts.rules.notices import addressable_roles, wants_mail
from accounts.scope import Scope
from accounts.services.announcements import ATTACHMENTS
from core.templatetags.portal import name_of
from core.uploads import FileUpload


class _Named(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        return name_of(obj)


class AnnouncementForm(forms.ModelForm):
    """An announcement and whom it is for; a technical lead unit writes within its province."""

    roles = forms.MultipleChoiceField(label=_("To the roles"), widget=forms.CheckboxSelectMultiple())
    regions = _Named(
        label=_("Only in these provinces"),
        queryset=Region.objects.provinces().order_by("order"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("None chosen: the whole country."),
    )
    units = _Named(
        label=_("Only these units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("None chosen: all. On a computer hold Ctrl to choose several."),
    )

    class Meta:
        model = Announcement
        fields = ("title", "text", "is_important", "roles", "regions", "units")
        widgets = {"text": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "text": _("Plain text; line breaks stay and web addresses become links."),
            "is_important": _("Stands out in the inbox."),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.value, role.label) for role in addressable_roles(scope.role)]  # type: ignore[attr-defined]
        units = Unit.objects.visible_to(scope).exclude(kind=UnitKind.NATIONAL_OFFICE)
        if scope.role != Role.NATIONAL_OFFICE:
            del self.fields["regions"]
            units = units.filter(kind=UnitKind.TRAINING_BASE)
        self.fields["units"].queryset = units.order_by("region__order", "kind", "code")  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        return {"regions": [], **self.cleaned_data}


class AttachmentForm(forms.Form):
    file = FileUpload(
        policy=ATTACHMENTS, label=_("File"), help_text=_("PDF, JPG, PNG or .xlsx, at most 20 MB.")
    )


class MailPreferencesForm(forms.Form):
    """A tick per kind of notice."""

    def __init__(self, *args: Any, chosen: dict[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            self.fields[kind.value] = forms.BooleanField(
                label=kind.label, required=False, initial=wants_mail(kind, chosen)
            )


def mail_reaches(address: str) -> bool:
    """Whether e-mail can come at all: the portal has a mail server and the person an address."""
    return bool(settings.NOTICES_BY_MAIL and address)
