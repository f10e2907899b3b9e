"""Notices and announcements in one line."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import NoticeKind, Role
from accounts.models import Announcement, Membership, Notice
from accounts.services.announcements import draft_announcement, publish_announcement
from tests.factories import NOW, Persona

TEXT = "The roster of %(region)s for %(year)s was returned. Open it to read why."
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def values(**more: Any) -> dict[str, Any]:
    words = {"title": "关于报送名单的通知", "text": "请各单位按时报送。", "is_important": False}
    return {**words, "roles": [Role.TECHNICAL_LEAD], "regions": [], "units": [], **more}


def draft(someone: Persona, **more: Any) -> Announcement:
    return draft_announcement(values=values(**more), actor=someone.actor, now=NOW)


def published(someone: Persona, **more: Any) -> Announcement:
    announcement = draft(someone, **more)
    return publish_announcement(announcement=announcement, actor=someone.actor, now=NOW)


def notice(membership: Membership, **more: Any) -> Notice:
    given = {"text": TEXT, "params": {"region": {"name": "河北省", "name_en": "Hebei"}, "year": 2022}}
    kept = {"kind": NoticeKind.DECISION, "created_at": NOW, "url": "/accounts/me/", **given, **more}
    return Notice.objects.create(membership=membership, **kept)


def pdf(name: str = "附件.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")
