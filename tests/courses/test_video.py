"""How long a video plays, and the parts a player asks for."""

import io

import pytest
from django.core.files.base import ContentFile

from core.exceptions import Refusal
from courses.video import duration, ranged_response

SAMPLE = "static/player/sample.mp4"


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def movie(header: bytes) -> bytes:
    return box(b"ftyp", b"isom\0\0\2\0") + box(b"free", b"") + box(b"moov", box(b"mvhd", header))


def header(units: int, scale: int) -> bytes:
    return b"\0" * 12 + scale.to_bytes(4, "big") + units.to_bytes(4, "big")


def wide_header(units: int, scale: int) -> bytes:
    return b"\1" + b"\0" * 19 + scale.to_bytes(4, "big") + units.to_bytes(8, "big")


def test_the_shipped_sample_is_short_and_light(settings):
    path = settings.BASE_DIR / SAMPLE
    with path.open("rb") as file:
        assert 60 <= duration(file) <= 90
    assert path.stat().st_size < 1024 * 1024


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (movie(header(90_000, 1000)), 90),
        (movie(header(1_499, 1000)), 1),
        (movie(wide_header(3600 * 48_000, 48_000)), 3600),
    ],
)
def test_the_length_is_read_from_the_movie_header(data, seconds):
    assert duration(io.BytesIO(data)) == seconds


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"abc",
        box(b"ftyp", b"isom"),
        movie(header(90, 0)),
        movie(header(0, 1000)),
        movie(header(25 * 3600, 1)),
        movie(b"\0" * 8),
        (4).to_bytes(4, "big") + b"free",
        (1).to_bytes(4, "big") + b"mdat" + (16).to_bytes(8, "big"),
    ],
)
def test_what_has_no_length_is_refused(data):
    with pytest.raises(Refusal):
        duration(io.BytesIO(data))


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("", 200, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        ("bytes=0-", 206, b"0123456789"),
        ("bytes=3-5", 206, b"345"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=10-", 416, b""),
        ("bytes=5-3", 416, b""),
    ],
)
def test_ranges(asked, status, content):
    response = ranged_response(ContentFile(b"0123456789"), asked)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert (response.status_code, body) == (status, content)
