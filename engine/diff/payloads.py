"""Payload schemas before and after: which events are taken that were not, and which are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .changes import CHANGED, LOOSER, TEXT_ONLY, TIGHTER, Finding

Schema = Mapping[str, Any]
_NOTES = frozenset({"description", "title", "$comment", "examples", "default", "deprecated", "$schema", "$id"})
_LOWEST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_HIGHEST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_NUMBERS = frozenset({"integer", "number"})
DECLARED = "declared"
"""The kind of a finding about a field that an event may or may not carry: it decides of no event that is sent today."""


def compare_payloads(old: Schema, new: Schema, path: str = "") -> Iterator[Finding]:
    """The differences between two schemas, each at its field."""
    yield from _required(old, new, path)
    yield from _properties(old, new, path)
    for keyword in sorted({*old, *new} - {"required", "properties"}):
        if old.get(keyword) != new.get(keyword):
            yield from _keyword(keyword, old.get(keyword), new.get(keyword), path)


def _required(old: Schema, new: Schema, path: str) -> Iterator[Finding]:
    was, now = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(now - was):
        yield Finding("required", TIGHTER, f"{_at(path, name)} is required now: an event without it is refused")
    for name in sorted(was - now):
        yield Finding("required", LOOSER, f"{_at(path, name)} is optional now")


def _properties(old: Schema, new: Schema, path: str) -> Iterator[Finding]:
    was, now = _fields(old), _fields(new)
    for name in sorted({*was, *now}):
        field = _at(path, name)
        if name in was and name in now:
            yield from compare_payloads(was[name], now[name], field)
        elif name in now:
            direction = LOOSER if old.get("additionalProperties") is False else CHANGED
            yield Finding(DECLARED, direction, f"new field {field}")
        else:
            direction = TIGHTER if new.get("additionalProperties") is False else CHANGED
            kind = "field" if direction == TIGHTER else DECLARED
            yield Finding(kind, direction, f"{field} is no longer a field")


def _fields(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    fields = found if isinstance(found, Mapping) else {}
    return {name: field if isinstance(field, Mapping) else {} for name, field in fields.items()}


def _keyword(keyword: str, old: Any, new: Any, path: str) -> Iterator[Finding]:
    if keyword in _NOTES:
        yield Finding("description", TEXT_ONLY, f"{keyword} of {path or 'the payload'} is another")
    elif keyword == "items" and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from compare_payloads(old, new, f"{path}[]")
    else:
        direction = _DIRECTIONS.get(keyword, _unknown)(old, new)
        yield Finding("schema", direction, f"{path or 'payload'}: {keyword} {_shown(old)} → {_shown(new)}")


def _unknown(old: Any, new: Any) -> str:
    """One demand more, or one less; of two different demands nothing is known."""
    return TIGHTER if old is None else LOOSER if new is None else CHANGED


def _lowest(old: Any, new: Any) -> str:
    if old is None or new is None:
        return _unknown(old, new)
    return TIGHTER if new > old else LOOSER


def _highest(old: Any, new: Any) -> str:
    if old is None or new is None:
        return _unknown(old, new)
    return TIGHTER if new < old else LOOSER


def _types(old: Any, new: Any) -> str:
    if old is None or new is None:
        return _unknown(old, new)
    return _sets(_kinds(old), _kinds(new))


def _kinds(value: Any) -> set[str]:
    kinds = {value} if isinstance(value, str) else set(value)
    return kinds | _NUMBERS if "number" in kinds else kinds


def _listed(old: Any, new: Any) -> str:
    if old is None or new is None:
        return _unknown(old, new)
    return _sets({repr(value) for value in old}, {repr(value) for value in new})


def _sets(old: set[str], new: set[str]) -> str:
    return LOOSER if old < new else TIGHTER if new < old else CHANGED


def _more_fields(old: Any, new: Any) -> str:
    was, now = old is not False, new is not False
    if isinstance(old, Mapping) or isinstance(new, Mapping) or was == now:
        return CHANGED
    return LOOSER if now else TIGHTER


_DIRECTIONS: dict[str, Callable[[Any, Any], str]] = {
    **dict.fromkeys(_LOWEST, _lowest),
    **dict.fromkeys(_HIGHEST, _highest),
    "type": _types,
    "enum": _listed,
    "additionalProperties": _more_fields,
    "$defs": lambda old, new: CHANGED,
}


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
