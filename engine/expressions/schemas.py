"""What a JSON Schema says of a field: its one type, whether it is always there, which values it can have.

A schema is read as the parts that all hold of the value (itself, what its ``$ref`` names, its ``allOf``). A field that
can be null is one that can be missing. Source: JSON Schema, draft 2020-12.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from ..numeric import is_number
from .ranges import Interval, hull, overlap, point
from .types import BOOLEAN, LIST, MOST_VALUES, NUMBER, OBJECT, TEXT, TIMESTAMP, Type, kind_of_value

Parts = tuple[Mapping[str, Any], ...]
"""Schemas that all hold of one value."""

_MAX_PARTS = 50
_MAX_LEVELS = 3
"""Of choices in choices and lists in lists: references can lead in circles."""
_JSON_KINDS = {
    "number": frozenset({"number", "integer"}),
    "integer": frozenset({"integer"}),
    "string": frozenset({"string"}),
    "boolean": frozenset({"boolean"}),
    "array": frozenset({"array"}),
    "object": frozenset({"object"}),
    "null": frozenset({"null"}),
}
_KINDS = {
    frozenset({"number", "integer"}): NUMBER,
    frozenset({"integer"}): NUMBER,
    frozenset({"string"}): TEXT,
    frozenset({"boolean"}): BOOLEAN,
    frozenset({"array"}): LIST,
    frozenset({"object"}): OBJECT,
}


def parts_of(schema: Any, root: Any) -> Parts:
    """The parts of a schema, its local references resolved in ``root``."""
    parts: list[Mapping[str, Any]] = []
    _collect(schema, root, parts, ())
    return tuple(parts)


def _collect(schema: Any, root: Any, parts: list[Mapping[str, Any]], seen: tuple[str, ...]) -> None:
    if not isinstance(schema, Mapping) or len(parts) >= _MAX_PARTS:
        return
    parts.append(schema)
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        _collect(_referenced(reference, root), root, parts, (*seen, reference))
    for part in _sequence(schema.get("allOf")):
        _collect(part, root, parts, seen)


def _referenced(reference: str, root: Any) -> Any:
    if reference == "#":
        return root
    if not reference.startswith("#/"):
        return None
    found = root
    for step in reference[2:].split("/"):
        key = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def fields_of(parts: Parts) -> list[str]:
    """The names of the fields that an object declares."""
    return list(dict.fromkeys(name for properties in _properties(parts) for name in properties))


def _properties(parts: Parts) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        if isinstance(properties := part.get("properties"), Mapping):
            yield properties


def field_of(parts: Parts, name: str, root: Any) -> Parts | None:
    """The parts of one field's schema; None if the object does not declare it."""
    declared = [properties[name] for properties in _properties(parts) if name in properties]
    return tuple(part for schema in declared for part in parts_of(schema, root)) if declared else None


def requires(parts: Parts, name: str) -> bool:
    """Whether an object always has a field."""
    return any(name in _sequence(part.get("required")) for part in parts)


def can_be_null(parts: Parts, root: Any) -> bool:
    """Whether a field may be null where it is present."""
    kinds = _json_kinds(parts, root)
    return kinds is not None and "null" in kinds


def type_of(parts: Parts, root: Any, level: int = 0) -> Type | None:
    """The one type that a schema declares; None if it declares none, or several."""
    kinds = _json_kinds(parts, root, level)
    if kinds is None:
        return Type(OBJECT) if any(_properties(parts)) else None
    kind = _KINDS.get(kinds - {"null"})
    if kind == NUMBER:
        return Type(NUMBER, interval=_interval(parts, kinds), allowed=_allowed(parts, NUMBER))
    if kind == TEXT:
        return _text(parts)
    if kind == LIST:
        return Type(LIST, item=_item(parts, root, level + 1))
    return Type(kind, allowed=_allowed(parts, kind)) if kind else None


def _json_kinds(parts: Parts, root: Any, level: int = 0) -> frozenset[str] | None:
    kinds: frozenset[str] | None = None
    for part in parts:
        for found in (_typed(part), _listed(part), _branches(part, root, level + 1)):
            if found is not None:
                kinds = found if kinds is None else kinds & found
    return kinds


def _typed(part: Mapping[str, Any]) -> frozenset[str] | None:
    names = part.get("type")
    if isinstance(names, str):
        names = [names]
    if not _sequence(names):
        return None
    return frozenset().union(
        *(_JSON_KINDS.get(name, frozenset()) for name in _sequence(names) if isinstance(name, str))
    )


def _listed(part: Mapping[str, Any]) -> frozenset[str] | None:
    values = _values(part)
    return None if values is None else frozenset().union(*map(_json_kinds_of, values))


def _values(part: Mapping[str, Any]) -> Sequence[Any] | None:
    if "const" in part:
        return [part["const"]]
    values = part.get("enum")
    return values if isinstance(values, list | tuple) else None


def _json_kinds_of(value: Any) -> frozenset[str]:
    names = {BOOLEAN: "boolean", TEXT: "string", LIST: "array", OBJECT: "object", NUMBER: "number"}
    kind = kind_of_value(value)
    if kind == NUMBER and (isinstance(value, int) or float(value).is_integer()):
        return _JSON_KINDS["integer"]
    return _JSON_KINDS[names.get(kind, "null")]


def _branches(part: Mapping[str, Any], root: Any, level: int) -> frozenset[str] | None:
    """The kinds of ``anyOf`` or ``oneOf``: those of all branches, if every branch says."""
    branches = [*_sequence(part.get("anyOf")), *_sequence(part.get("oneOf"))]
    if not branches or level > _MAX_LEVELS:
        return None
    kinds: frozenset[str] = frozenset()
    for branch in branches[:_MAX_PARTS]:
        inner = _json_kinds(parts_of(branch, root), root, level)
        if inner is None:
            return None
        kinds |= inner
    return kinds


def _interval(parts: Parts, kinds: frozenset[str]) -> Interval:
    interval = Interval(whole="number" not in kinds)
    for part in parts:
        for bound in _bounds(part):
            interval = overlap(interval, bound) or interval
    allowed = _allowed(parts, NUMBER)
    return overlap(interval, hull(map(point, allowed))) or interval if allowed else interval


def _bounds(part: Mapping[str, Any]) -> Iterator[Interval]:
    if (lowest := _bound(part.get("minimum"))) is not None:
        yield Interval(low=lowest)
    if (highest := _bound(part.get("maximum"))) is not None:
        yield Interval(high=highest)
    if (over := _bound(part.get("exclusiveMinimum"))) is not None:
        yield Interval(low=over, low_open=True)
    if (under := _bound(part.get("exclusiveMaximum"))) is not None:
        yield Interval(high=under, high_open=True)
    if part.get("not") in ({"const": 0}, {"enum": [0]}):
        yield Interval(nonzero=True)


def _bound(value: Any) -> float | None:
    """A bound that an interval can hold: one beyond every float is none."""
    return float(value) if is_number(value) and abs(value) < sys.float_info.max else None


def _allowed(parts: Parts, kind: str) -> tuple[Any, ...] | None:
    allowed: tuple[Any, ...] | None = None
    for part in parts:
        values = _values(part)
        if values is not None:
            listed = [value for value in values if kind_of_value(value) == kind]
            if len(listed) > MOST_VALUES:
                return None
            allowed = tuple(value for value in listed if allowed is None or value in allowed)
    return allowed


def _text(parts: Parts) -> Type:
    formats = {part.get("format") for part in parts if isinstance(part.get("format"), str)}
    if formats & {"date", "date-time"}:
        return Type(TIMESTAMP, local="date" in formats)
    return Type(TEXT, allowed=_allowed(parts, TEXT))


def _item(parts: Parts, root: Any, level: int) -> Type | None:
    """The type of an array's items; None if they may be of several."""
    schemas = [part["items"] for part in parts if "items" in part]
    if len(schemas) != 1 or level > _MAX_LEVELS or any(part.get("prefixItems") for part in parts):
        return None
    return type_of(parts_of(schemas[0], root), root, level)
