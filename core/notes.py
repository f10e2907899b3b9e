"""What the next page tells the person; whether anything of it is an error can be asked without reading it."""

from typing import Any

from django.contrib.messages import constants, get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest


class NotesStorage(FallbackStorage):
    told_error = False

    def add(self, level: int, message: Any, extra_tags: str | None = "") -> None:
        super().add(level, message, extra_tags)
        self.told_error = self.told_error or level >= constants.ERROR


def told_error(request: HttpRequest) -> bool:
    """Whether this request left an error for the next page; one that a page has shown already does not count."""
    notes = get_messages(request)
    return isinstance(notes, NotesStorage) and notes.told_error and not notes.used
