"""The hook for a virus scanner: `UPLOAD_SCANNER` is empty (off), clamd://host:port, clamd:///path/of/socket, or the
dotted path of a function that takes the file and returns the name of what it found, or "".
"""

import logging
import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import File
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.exceptions import Refusal

logger = logging.getLogger(__name__)
TIMEOUT = 30
_CHUNK = 256 * 1024
_PORT = 3310


class ScannerAway(RuntimeError):
    """The scanner gave no verdict."""


def scan(file: "BinaryIO | File[bytes]") -> None:
    """Raises Refusal for what the scanner names, and when it does not answer: unchecked is not kept."""
    where = settings.UPLOAD_SCANNER
    if not where:
        return
    file.seek(0)
    try:
        found = _ask_clamd(where, file) if where.startswith("clamd:") else import_string(where)(file)
    except (OSError, ScannerAway) as error:
        logger.exception("the upload scanner does not answer")
        raise Refusal(
            _("Uploads cannot be checked at the moment."), remedy=_("Try again in a few minutes.")
        ) from error
    finally:
        file.seek(0)
    if found:
        raise Refusal(
            _("The virus scanner found “%(name)s” in the file.") % {"name": found},
            remedy=_("Have the computer checked, make the file anew and upload it again."),
        )


def _ask_clamd(where: str, file: "BinaryIO | File[bytes]") -> str:
    place = urlsplit(where)
    if place.hostname:
        connection = socket.create_connection((place.hostname, place.port or _PORT), TIMEOUT)
    else:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT)
        connection.connect(place.path)
    with connection:
        connection.sendall(b"zINSTREAM\0")
        while piece := file.read(_CHUNK):
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))
        answer = connection.makefile("rb").read(4096).rstrip(b"\0\n").decode(errors="replace")
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream: ").removesuffix("FOUND").strip()
    if not answer.endswith("OK"):
        raise ScannerAway(answer)
    return ""
