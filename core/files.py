"""Files as the portal keeps them: an upload reaches storage only after it passed a policy."""

from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.fields.files import FieldFile


@dataclass(frozen=True, slots=True)
class UploadPolicy:
    """`kinds` out of pdf, png, jpg, mp4, xlsx, docx, docx/xlsx, json, xml/gift/txt; `limit` in bytes."""

    kinds: tuple[str, ...]
    limit: int = 20 * 1024 * 1024


class Accepted(UploadedFile):
    """An upload that passed `policy`: `name` as the person called it, `kept_as` the random name it is stored under."""

    def __init__(self, file: Any, *, name: str | None, kept_as: str, policy: UploadPolicy) -> None:
        super().__init__(file, name, size=file.size)
        self.kept_as, self.policy = kept_as, policy


class _StoredFile(FieldFile):
    def save(self, name: str | None, content: File, save: bool = True) -> None:
        """Under its random name; what came from outside and passed no policy is a programming error."""
        if isinstance(content, UploadedFile):
            if not isinstance(content, Accepted):
                raise TypeError(f"{self.field}: an upload must pass core.uploads.accept first")
            name = content.kept_as
        super().save(name or "", content, save)


class StoredFileField(models.FileField):
    """The only file field of a model; migrations see Django's own."""

    attr_class = _StoredFile

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs
