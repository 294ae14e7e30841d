"""References inside of a payload's schema: to its own parts only, and never in a circle that reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any
from urllib.parse import unquote

Path = tuple[Any, ...]
Parts = Iterable[tuple[Path, Mapping[str, Any]]]
HEAVIEST = 1000
"""Up to so many schemas are held against one value."""
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ALONE = ("not", "if", "then", "else")


def reference_faults(schema: Mapping[str, Any], parts: Parts) -> Iterator[tuple[Path, str, str | None]]:
    """References that lead out of the schema, nowhere, or in a circle."""
    for path, part in parts:
        reference = part.get("$ref")
        if not isinstance(reference, str):
            continue
        place = (*path, "$ref")
        if not reference.startswith("#"):
            yield place, f"{reference} is not in this file", "write it out, or put it under $defs"
        elif not isinstance(resolved(schema, reference), Mapping | bool):
            yield place, f"{reference} leads nowhere", "a part of this schema is written #/$defs/name"
        elif _weight(schema, part, {}) > HEAVIEST:
            yield place, f"{reference} leads back to itself, or to far too many others", None


def resolved(schema: Any, reference: str) -> Any:
    """The part that a reference such as ``#/$defs/price`` names; None if there is none."""
    if reference not in ("#", "") and not reference.startswith("#/"):
        return None
    found = schema
    for step in reference[2:].split("/") if len(reference) > 1 else ():
        key = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def _weight(schema: Mapping[str, Any], part: Any, known: dict[int, float]) -> float:
    """How many schemas are held against one value; infinite for a part that comes back to itself."""
    if id(part) not in known:
        known[id(part)] = inf
        known[id(part)] = 1 + sum(_weight(schema, inner, known) for inner in _in_place(schema, part))
    return known[id(part)]


def _in_place(schema: Mapping[str, Any], part: Any) -> Iterator[Any]:
    """The schemas that are held against the very same value."""
    if not isinstance(part, Mapping):
        return
    if isinstance(reference := part.get("$ref"), str):
        yield resolved(schema, reference)
    for keyword in _IN_PLACE:
        yield from part.get(keyword, ())
    yield from (part[keyword] for keyword in _IN_PLACE_ALONE if keyword in part)
