"""Digests of entries whose content is gone: the same again is known by them, and other content is told from it."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from ..model import Event, Posted
from ..numeric import EXACT

PARTS = {"type": 16, "data": 32, "time": 16}
"""Hexadecimal digits for each part; together they are as long as one SHA-256."""


def digest(event: Event) -> str:
    """What tells the content of an entry: its type, its data as a JSON value, and its time, each on its own."""
    return "".join(_part(event, name) for name in PARTS)


def differing(known: str, posted: Posted) -> list[str]:
    """In which parts another event differs from the entry of a digest; a time that was not sent differs in nothing."""
    found, start = [], 0
    for name, length in PARTS.items():
        same = known[start : start + length] == _part(posted.event, name)
        if not same and not (name == "time" and posted.timeless):
            found.append(name)
        start += length
    return found


def _part(event: Event, name: str) -> str:
    """The digest of one part. The key goes in, so that equal contents of two entries do not show."""
    value = _canonical([event.user, event.source, event.id, name, getattr(event, name)])
    return hashlib.sha256(value.encode()).hexdigest()[: PARTS[name]]


def _canonical(value: Any) -> str:
    """One text for all spellings of a JSON value: 1 is 1.0, the order of keys does not matter."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return _number(value)


def _number(value: int | float | Decimal) -> str:
    if value == int(value):
        return str(int(value))
    if isinstance(value, Decimal) and value != float(value):
        return str(value.normalize(EXACT))
    return repr(float(value))
