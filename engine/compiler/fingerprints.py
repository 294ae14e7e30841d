"""Hashes of meaning: of a metric, of what decides who earns a badge, of a rule set."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ..measures import Measure
from ..measures.windows import width
from ..model import Badge
from ..numeric import whole
from .work import Work

if TYPE_CHECKING:
    from .metrics import Counted, Window


_quickly = msgspec.json.Encoder(order="sorted").encode
_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_FRACTION = re.compile(rb"[\[:,]-?[0-9]+[.e]")
"""What numbers with a fraction or an exponent look like, and now and then a piece of a text."""


def digest(value: Any) -> str:
    """16 hexadecimal digits of the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(_canonical_json(value)).hexdigest()[:16]


def _canonical_json(value: Any) -> bytes:
    """The JSON by which rule sets are known in stores. Fractions are spelt as Python does, as they always were."""
    try:
        written = _quickly(value)
    except (UnicodeEncodeError, OverflowError):
        written = None
    if written is None or _FRACTION.search(written):
        return _json(value).encode("utf-8", "surrogatepass")
    return written


def fingerprint(
    work: Work, counted: Counted, measure: Measure, available: Window, gate_versions: tuple[Any, ...]
) -> str:
    """The hash of all that a metric's value depends on, and of nothing else."""
    expressions = [one for one in (counted.when, counted.of, counted.by) if one is not None]
    meaning: dict[str, Any] = {
        "triggers": sorted(counted.triggers),
        "measure": counted.kind,
        "params": _canonical(measure.params),
        "expressions": [one.canonical if one else None for one in (counted.when, counted.of, counted.by)],
        "available": available,
        "gate": gate_versions,
        "catalogs": {name: _items(work, name) for one in expressions for name in one.catalogs},
    }
    if measure.uses_calendar or any(one.uses_calendar for one in expressions):
        meaning["calendar"] = calendar_of(work)
    return "m" + digest(meaning)


def _canonical(params: Mapping[str, Any]) -> dict[str, Any]:
    return {key: width(value) if key == "within" else _number(value) for key, value in params.items()}


def _number(value: Any) -> Any:
    return whole(value) if isinstance(value, float) else value


def _items(work: Work, name: str) -> list[Any]:
    return sorted((_number(item) for item in work.catalogs.get(name) or ()), key=lambda item: json.dumps(item))


def calendar_of(work: Work) -> list[Any]:
    """The settings that local days depend on."""
    settings = work.settings
    return [settings.timezone, settings.local_time, settings.week_start, settings.day_start]


def badge_version(criteria: Any, tiers: Any, prerequisites: Any, rest: Any) -> str:
    """The hash of what decides who earns a badge and when."""
    return digest([criteria, tiers, prerequisites, rest])


def rules_version(files: Mapping[str, str]) -> str:
    """The hash of a rule set's texts."""
    return digest(sorted(files.items()))


def weight(badge: Badge) -> list[Any]:
    """All of a badge that stored state depends on."""
    return [
        badge.id,
        badge.version,
        sorted((name, expression.canonical) for name, expression in badge.metadata),
        badge.category,
        _number(badge.points),
        list(badge.formerly),
        [[tier.id, _number(tier.points)] for tier in badge.tiers],
    ]


def semantics(work: Work, badges: Mapping[str, Badge], used: list[str], ranked: list[str]) -> str:
    """The hash of all that stored state depends on."""
    told = [weight(badge) for _, badge in sorted(badges.items())]
    return digest([told, sorted(used), sorted(ranked), calendar_of(work), work.settings.user_schema])
