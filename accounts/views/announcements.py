"""Announcements of one's own unit: written, published, who has opened them, withdrawn."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.columns.notices import ANNOUNCEMENTS, READERS
from accounts.enums import Role
from accounts.forms.notices import AnnouncementForm, AttachmentForm
from accounts.http import ScopedRequest, role_page
from accounts.models import Announcement, AnnouncementFile
from accounts.permissions import check_keep_announcement
from accounts.reminders import reminder
from accounts.services import announcements as services
from core.exceptions import NotAllowed, Refusal, Text
from core.forms import add_refusal
from core.lists import list_view
from core.templatetags.portal import name_of

SENDERS = (Role.NATIONAL_OFFICE, Role.TECHNICAL_LEAD)
_VERBS: dict[str, Text] = {
    "draft_announcement": gettext_lazy("Written"),
    "edit_announcement": gettext_lazy("Changed"),
    "attach_file": gettext_lazy("File added"),
    "detach_file": gettext_lazy("File removed"),
    "publish_announcement": gettext_lazy("Published"),
    "withdraw_announcement": gettext_lazy("Recalled"),
}


def _crumbs(*further: tuple[Text, str]) -> list[tuple[Any, str]]:
    return [(ANNOUNCEMENTS.title, reverse("accounts:announcement-list")), *further]


def _url(announcement: Announcement, name: str = "detail") -> str:
    return reverse(f"accounts:announcement-{name}", kwargs={"pk": announcement.pk})


def _find(request: ScopedRequest, pk: int) -> Announcement:
    rows = Announcement.objects.visible_to(request.scope).select_related("unit__region")
    announcement: Announcement = get_object_or_404(rows, pk=pk)
    return announcement


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*SENDERS)
def announcement_list(request: ScopedRequest) -> HttpResponse:
    """What one's own unit has written; POST exports what is filtered."""
    rows = queries.with_counts(Announcement.objects.visible_to(request.scope), request.now)
    context = {"crumbs": [(ANNOUNCEMENTS.title, "")]}
    return list_view(
        request,
        ANNOUNCEMENTS,
        rows,
        actor=request.actor,
        template="accounts/announcement_list.html",
        context=context,
    )


def _form_page(request: ScopedRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, "crumbs": _crumbs((title, "")), **more}
    return render(request, "accounts/announcement_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*SENDERS)
def announcement_create(request: ScopedRequest) -> HttpResponse:
    """Write a draft; it is looked at once more before it is published."""
    form = AnnouncementForm(request.POST if request.method == "POST" else None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        made = services.draft_announcement(values=form.values, actor=request.actor, now=request.now)
        messages.success(request, _("The draft is saved. Look at it, add files, then publish it."))
        return redirect(_url(made))
    return _form_page(request, form, _("Write an announcement"), reverse("accounts:announcement-list"))


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*SENDERS)
def announcement_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    announcement = _find(request, pk)
    check_keep_announcement(request.actor, announcement)
    form = AnnouncementForm(
        request.POST if request.method == "POST" else None, instance=announcement, scope=request.scope
    )

    def save() -> None:
        services.edit_announcement(
            announcement=announcement, values=form.values, actor=request.actor, now=request.now
        )

    if request.method == "POST" and _acted(form, save):
        messages.success(request, _("Saved."))
        return redirect(_url(announcement))
    return _form_page(request, form, _("Change the draft"), _url(announcement))


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*SENDERS)
def announcement_attach(request: ScopedRequest, pk: int) -> HttpResponse:
    """Add a file to a draft."""
    announcement = _find(request, pk)
    form = AttachmentForm(request.POST if request.method == "POST" else None, request.FILES or None)

    def save() -> None:
        services.attach_file(
            announcement=announcement, file=form.cleaned_data["file"], actor=request.actor, now=request.now
        )

    if request.method == "POST" and _acted(form, save):
        messages.success(request, _("The file was added."))
        return redirect(_url(announcement))
    words = {"multipart": True, "submit_label": _("Upload")}
    return _form_page(request, form, _("Add a file"), _url(announcement), **words)


def _acted(form: Any, act: Callable[[], None]) -> bool:
    """Do it with a valid form; a refusal stands beside what was typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


@require_safe
@role_page(*SENDERS)
def announcement_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """A draft with whom it would reach, or what was published with who has not opened it."""
    announcement = _find(request, pk)
    context = {
        "announcement": announcement,
        "files": list(announcement.files.all()),
        "facts": _facts(announcement),
        "title": announcement.title,
        "crumbs": _crumbs((announcement.title, "")),
        "events": queries.history(announcement, _VERBS),
        "job": queries.delivery_job(announcement),
        "reach": queries.reach_of(queries.recipients(announcement, request.now))
        if announcement.is_draft
        else queries.read_reach(announcement, request.now),
        "reminder": _reminder(request, announcement) if announcement.is_published else "",
    }
    return render(request, "accounts/announcement_detail.html", context)


def _facts(announcement: Announcement) -> list[dict[str, Any]]:
    regions, units = announcement.regions.order_by("order"), announcement.units.order_by("code")
    everywhere = _("The whole country") if not announcement.unit.region else name_of(announcement.unit.region)
    return [
        {"label": _("Sent by"), "value": name_of(announcement.unit)},
        {"label": _("To the roles"), "value": "、".join(announcement.role_labels())},
        {"label": _("Where"), "value": "、".join(map(name_of, regions)) or everywhere},
        {"label": _("Only these units"), "value": "、".join(map(name_of, units))},
        {"label": _("Important"), "value": _("Yes") if announcement.is_important else _("No")},
    ]


def _reminder(request: ScopedRequest, announcement: Announcement) -> str:
    units = [name_of(unit) for unit in queries.unread_units(announcement, request.now)]
    trainees = queries.unread_people(announcement, request.now).filter(membership__role=Role.TRAINEE)
    people = [str(row.membership.user) for row in trainees]
    reach = queries.read_reach(announcement, request.now)
    url = settings.PUBLIC_URL.rstrip("/") + reverse("accounts:notice-list")
    return reminder(announcement.title, reach, units, people, url)


def _press(
    request: ScopedRequest, back: str, done: Text, service: Callable[..., Any], **given: Any
) -> HttpResponse:
    """A button's act: what is refused is said on the page the button stands on."""
    try:
        service(actor=request.actor, now=request.now, **given)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(back)


@require_POST
@role_page(*SENDERS)
def announcement_publish(request: ScopedRequest, pk: int) -> HttpResponse:
    announcement = _find(request, pk)
    done = _("The announcement is published.")
    return _press(request, _url(announcement), done, services.publish_announcement, announcement=announcement)


@require_POST
@role_page(*SENDERS)
def announcement_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    announcement = _find(request, pk)
    done = _("The announcement is recalled; its readers see the reason.")
    reason = request.POST.get("reason", "")[:500]
    return _press(
        request,
        _url(announcement),
        done,
        services.withdraw_announcement,
        announcement=announcement,
        reason=reason,
    )


@require_POST
@role_page(*SENDERS)
def announcement_discard(request: ScopedRequest, pk: int) -> HttpResponse:
    announcement = _find(request, pk)
    services.discard_announcement(announcement=announcement, actor=request.actor, now=request.now)
    messages.success(request, _("The draft is discarded."))
    return redirect("accounts:announcement-list")


@require_POST
@role_page(*SENDERS)
def announcement_detach(request: ScopedRequest, pk: int) -> HttpResponse:
    rows = AnnouncementFile.objects.visible_to(request.scope).select_related("announcement")
    file: AnnouncementFile = get_object_or_404(rows, pk=pk)
    back = _url(file.announcement)
    return _press(request, back, _("The file was removed."), services.detach_file, file=file)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*SENDERS)
def announcement_readers(request: ScopedRequest, pk: int) -> HttpResponse:
    """The read list, person by person; POST exports what is filtered."""
    announcement = _find(request, pk)
    check_keep_announcement(request.actor, announcement)
    context = {
        "announcement": announcement,
        "place": announcement.title,
        "crumbs": _crumbs((announcement.title, _url(announcement)), (READERS.title, "")),
    }
    return list_view(
        request,
        READERS,
        queries.receivers(announcement, request.now),
        actor=request.actor,
        template="accounts/announcement_readers.html",
        context=context,
    )
