"""What a unit hands up: numbered, canonical, hashed, with its findings frozen; a return and its repair are versions."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.files import StoredFileField
from core.findings import Finding, thawed


class SubmissionStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")


class AbstractSubmission(models.Model):
    """The receipt: number, time, SHA-256 of the canonical content, and who handed it up."""

    kind = models.CharField(_("kind"), max_length=40)
    number = models.CharField(_("number"), max_length=40, unique=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(
        _("status"), max_length=10, choices=SubmissionStatus, default=SubmissionStatus.SUBMITTED
    )
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField("SHA-256", max_length=64)
    findings = models.JSONField(_("findings"), default=list, encoder=DjangoJSONEncoder)
    submitted_at = models.DateTimeField(_("submitted at"))
    submitted_by_number = models.BigIntegerField(_("submitted by"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    scan = StoredFileField(_("sealed scan"), upload_to="scans/", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"

    @property
    def frozen_findings(self) -> list[Finding]:
        return [thawed(finding) for finding in self.findings]


def canonical(content: Any) -> str:
    """One text for one content, whatever the order it was built in."""
    return json.dumps(
        content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def digest(content: Any) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys that came, went and changed; a changed one with the names of its fields, none where only a digest was kept."""

    added: list[str]
    removed: list[str]
    changed: dict[str, list[str]]


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What differs between two versions of keyed content."""
    return Difference(
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        changed={
            key: _fields(old[key], new[key])
            for key in sorted(old.keys() & new.keys())
            if old[key] != new[key]
        },
    )


def _fields(old: Any, new: Any) -> list[str]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return []
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
