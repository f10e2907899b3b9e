"""The inbox of the role one works in: reading marks, GET never does."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.columns.notices import NOTICES, sender
from accounts.enums import Role
from accounts.forms.notices import MailPreferencesForm, mail_reaches
from accounts.http import ScopedRequest, role_page
from accounts.models import AnnouncementFile, MailPreference, Notice
from accounts.services.notices import open_notice, read_all_notices, set_mail_preferences
from core.lists import list_view
from core.uploads import served


def inbox_crumbs(*further: tuple[str, str]) -> list[tuple[Any, str]]:
    return [(NOTICES.title, reverse("accounts:notice-list")), *further]


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*Role)
def notice_list(request: ScopedRequest) -> HttpResponse:
    """What came, newest first; POST exports what is filtered."""
    rows = Notice.objects.visible_to(request.scope)
    context = {"crumbs": [(NOTICES.title, "")], "unread": rows.unread().count()}
    return list_view(
        request, NOTICES, rows, actor=request.actor, template="accounts/notice_list.html", context=context
    )


def _notice(request: ScopedRequest, pk: int) -> Notice:
    rows = Notice.objects.visible_to(request.scope).select_related("announcement__unit")
    notice: Notice = get_object_or_404(rows, pk=pk)
    return notice


@require_safe
@role_page(*Role)
def notice_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """An announcement as its readers see it, or a text with the way on; a mail leads here."""
    notice = _notice(request, pk)
    shown = notice.announcement and not notice.is_withdrawn
    context = {
        "notice": notice,
        "sender": sender(notice),
        "files": list(notice.announcement.files.all()) if notice.announcement and shown else [],
        "title": notice.subject,
        "crumbs": inbox_crumbs((notice.subject, "")),
    }
    return render(request, "accounts/notice_detail.html", context)


@require_POST
@role_page(*Role)
def notice_open(request: ScopedRequest, pk: int) -> HttpResponse:
    """Mark as read and go where it leads; the page of the notice itself asks for the mark alone."""
    notice = open_notice(notice=_notice(request, pk), actor=request.actor, now=request.now)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "accounts/_notice_read.html", {"notice": notice})
    return redirect(notice.url or reverse("accounts:notice-detail", kwargs={"pk": notice.pk}))


@require_POST
@role_page(*Role)
def notice_read_all(request: ScopedRequest) -> HttpResponse:
    read_all_notices(actor=request.actor, now=request.now)
    messages.success(request, _("Everything is marked as read."))
    return redirect("accounts:notice-list")


@require_safe
@role_page(*Role)
def notice_file(request: ScopedRequest, pk: int) -> HttpResponse:
    """A file of an announcement, for its sender and whoever received it."""
    row: AnnouncementFile = get_object_or_404(AnnouncementFile.objects.visible_to(request.scope), pk=pk)
    return served(row.file, row.name)


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(*Role)
def notice_preferences(request: ScopedRequest) -> HttpResponse:
    """Which kinds come by e-mail, too; the inbox has them all."""
    chosen = MailPreference.objects.visible_to(request.scope).chosen()
    form = MailPreferencesForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        set_mail_preferences(chosen=form.cleaned_data, actor=request.actor, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("accounts:notice-list")
    title = _("Notices by e-mail")
    context = {
        "form": form,
        "title": title,
        "address": request.user.mail_address,  # type: ignore[union-attr]
        "reaches": mail_reaches(request.user.mail_address),  # type: ignore[union-attr]
        "cancel_url": reverse("accounts:notice-list"),
        "crumbs": inbox_crumbs((title, "")),
    }
    return render(request, "accounts/notice_preferences.html", context)
