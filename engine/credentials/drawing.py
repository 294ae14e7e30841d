"""A medal for a badge, drawn: as SVG with the badge's icon, and as PNG without a font, with a star."""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache
from html import escape

from .baking import chunk

_SIZE = 256
_HUES = 24
_SAMPLES = (0.25, 0.75)
"""Places within a pixel, each way, that are asked for its colour: edges come out smooth."""
_GOLD, _INNER = (240, 190, 70), (255, 244, 214)
_RIM, _DISC, _POINTS, _DENT = 120.0, 104.0, 74.0, 32.0
_FONTS = "'Noto Color Emoji','Apple Color Emoji','Segoe UI Emoji',sans-serif"


def medal_svg(icon: str, name: str) -> str:
    """A medal with an icon on it; an icon that is an address shows the first letter of the name."""
    shown = name[:1].upper() if "://" in icon or not icon else icon
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" width="{_SIZE}" height="{_SIZE}" '
        f'role="img"><title>{escape(_clean(name))}</title>'
        f'<circle cx="128" cy="128" r="{_RIM:g}" fill="rgb{_GOLD}"/><circle cx="128" cy="128" r="{_DISC:g}" '
        f'fill="rgb{_INNER}"/><text x="128" y="134" font-size="112" font-family="{_FONTS}" text-anchor="middle" '
        f'dominant-baseline="central">{escape(_clean(shown))}</text></svg>'
    )


def medal_png(name: str) -> bytes:
    """A medal with a star, in a colour of the name's own."""
    return _drawn(zlib.crc32(name.encode("utf-8", "replace")) % _HUES * (360 // _HUES))


@lru_cache(maxsize=_HUES)
def _drawn(hue: int) -> bytes:
    """A medal with a star; drawing it takes half a second, so each is drawn once."""
    tint = _tint(hue)
    rows = b"".join(b"\0" + b"".join(_pixel(x, y, tint) for x in range(_SIZE)) for y in range(_SIZE))
    header = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 6, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _pixel(x: int, y: int, tint: tuple[int, int, int]) -> bytes:
    """Red, green, blue and opacity of a pixel."""
    found = [_colour(x + dx - _SIZE / 2, y + dy - _SIZE / 2, tint) for dx in _SAMPLES for dy in _SAMPLES]
    seen = [colour for colour in found if colour]
    if not seen:
        return b"\0\0\0\0"
    return bytes([*(sum(part) // len(seen) for part in zip(*seen, strict=True)), 255 * len(seen) // len(found)])


def _colour(x: float, y: float, tint: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """What is at a place, seen from the middle; None outside the medal."""
    distance = math.hypot(x, y)
    if distance > _RIM:
        return None
    if distance > _DISC:
        return _GOLD
    return tint if distance < _star(math.atan2(x, -y)) else _INNER


def _star(angle: float) -> float:
    """How far a star of five points reaches in a direction: along the line from a point to a dent."""
    turn = abs((angle % (math.tau / 5)) - math.pi / 5) / (math.pi / 5)
    along, across = math.pi / 5 * (1 - turn), math.pi / 5
    return _POINTS * _DENT * math.sin(across) / (_POINTS * math.sin(along) + _DENT * math.sin(across - along))


def _tint(hue: int) -> tuple[int, int, int]:
    """A strong, not too bright colour."""
    turns = [math.cos(math.radians(hue + shift)) for shift in (0, -120, 120)]
    red, green, blue = (round(110 + 90 * turn) for turn in turns)
    return red, green, blue


def _clean(text: str) -> str:
    """A text without characters that XML does not allow."""
    return "".join(c for c in text if c.isprintable() or c == " ")
