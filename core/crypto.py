"""Personal values at rest: AES-256-GCM with a key id, and a keyed index for equality search."""

import hashlib
import hmac
import secrets
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_FORMAT = 1
_NONCE_BYTES = 12


class Undecipherable(ValueError):
    """The value was not written with a key of this portal, or was altered."""


@lru_cache(maxsize=8)
def _ciphers(pairs: tuple[str, ...]) -> tuple[int, dict[int, AESGCM]]:
    keys = {}
    for pair in pairs:
        key_id, _, secret = pair.partition(":")
        keys[int(key_id)] = AESGCM(hashlib.sha256(secret.encode()).digest())
    return next(iter(keys)), keys


def newest_header() -> bytes:
    """How everything written with the newest key begins: format byte and key id."""
    return bytes((_FORMAT, _ciphers(tuple(settings.PERSONAL_DATA_KEYS))[0]))


def encrypt(text: str, purpose: str) -> bytes:
    """Format byte, key id, nonce, ciphertext; bound to `purpose` (model.field)."""
    return encrypt_bytes(text.encode(), purpose)


def decrypt(blob: bytes, purpose: str) -> str:
    """The text of `encrypt`; raises Undecipherable."""
    return decrypt_bytes(blob, purpose).decode()


def encrypt_bytes(data: bytes, purpose: str) -> bytes:
    """The same of a file's content."""
    header, keys = newest_header(), _ciphers(tuple(settings.PERSONAL_DATA_KEYS))[1]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return header + nonce + keys[header[1]].encrypt(nonce, data, header + purpose.encode())


def decrypt_bytes(blob: bytes, purpose: str) -> bytes:
    """What `encrypt_bytes` was given; raises Undecipherable."""
    _, keys = _ciphers(tuple(settings.PERSONAL_DATA_KEYS))
    header, body = blob[:2], blob[2:]
    if len(blob) < 2 + _NONCE_BYTES or header[0] != _FORMAT or header[1] not in keys:
        raise Undecipherable(purpose)
    try:
        return keys[header[1]].decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], header + purpose.encode())
    except InvalidTag as error:
        raise Undecipherable(purpose) from error


def normalize(text: str) -> str:
    """Width, case and spaces folded, so that the same number typed two ways has one index."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def keyed_index(text: str, purpose: str) -> str:
    """HMAC-SHA256 in hex; empty text has the empty index."""
    if not text:
        return ""
    message = f"{purpose}:{normalize(text)}".encode()
    return hmac.new(settings.PERSONAL_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()
