"""Images that carry a credential: written into SVG and PNG, and read out of what somebody shows.

Source: Open Badges 3.0, section 5.3 (baking).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_NAMESPACE = 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
_CARRIED = re.compile(rb'<openbadges:credential\s[^<>]*?verify="([A-Za-z0-9_.-]+)"')
_TOKEN = re.compile(rb"\s*([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\s*")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_HEADER = 8 + 25
"""Bytes of a PNG up to the end of its first chunk."""


def in_svg(image: str, token: str) -> str:
    """An SVG image that carries a credential."""
    start, end, rest = image.partition(">")
    return f'{start} {_NAMESPACE}{end}<openbadges:credential verify="{token}"></openbadges:credential>{rest}'


def in_png(image: bytes, token: str) -> bytes:
    """A PNG image that carries a credential."""
    return image[:_HEADER] + chunk(b"iTXt", _KEYWORD + b"\0\0\0\0\0" + token.encode()) + image[_HEADER:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def carried(data: bytes) -> str | None:
    """The token in an image, or in a text that is one; None without any."""
    if data.startswith(_SIGNATURE):
        found = next(_texts(data), None)
    else:
        match = _TOKEN.fullmatch(data) or _CARRIED.search(data)
        found = match[1] if match else None
    return found.decode("ascii", "replace") if found else None


def _texts(image: bytes) -> Iterator[bytes]:
    """The credentials among the chunks of a PNG; a broken one ends it."""
    at = len(_SIGNATURE)
    while at + 12 <= len(image):
        (length,) = struct.unpack_from(">I", image, at)
        kind, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(_KEYWORD + b"\0\0"):
            yield data[len(_KEYWORD) + 3 :].split(b"\0", 2)[-1].strip()
        at += length + 12
