"""A quick look at a payload, for the schemas that nearly all event types have.

It says yes only where a thorough look finds nothing: what it does not know, it does not judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .formats import fits

Look = Callable[[Any], bool]
_NOTES = frozenset({"title", "description", "examples", "default", "$comment", "deprecated", "readOnly", "writeOnly"})


def quick_look(schema: Any) -> Look | None:
    """A function that tells whether a value surely fits; None for a schema that takes a thorough look."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("type"), str):
        return None
    maker = _MAKERS.get(schema["type"])
    return maker(schema) if maker else None


def _object(schema: Mapping[str, Any]) -> Look | None:
    if _beyond(schema, "type", "required", "properties", "additionalProperties"):
        return None
    looks = {name: quick_look(field) for name, field in schema.get("properties", {}).items()}
    more = schema.get("additionalProperties", True)
    if None in looks.values() or not isinstance(more, bool):
        return None
    return _fields({name: look for name, look in looks.items() if look}, tuple(schema.get("required", ())), more)


def _fields(looks: Mapping[str, Look], required: tuple[str, ...], more: bool) -> Look:
    def look(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name in required:
            if name not in value:
                return False
        for name, field in value.items():
            known = looks.get(name)
            if not (more if known is None else known(field)):
                return False
        return True

    return look


def _array(schema: Mapping[str, Any]) -> Look | None:
    if _beyond(schema, "type", "items", "minItems", "maxItems"):
        return None
    low, high = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
    item = quick_look(schema["items"]) if "items" in schema else lambda value: True
    if item is None:
        return None
    return lambda value: type(value) is list and low <= len(value) <= high and all(map(item, value))


def _number(schema: Mapping[str, Any]) -> Look | None:
    if _beyond(schema, "type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        return None
    whole = schema["type"] == "integer"
    low, high = schema.get("minimum"), schema.get("maximum")
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")

    def look(value: Any) -> bool:
        kind = type(value)
        if kind is not int and (whole or kind is not float and kind is not Decimal):
            return False
        if low is not None and value < low or high is not None and value > high:
            return False
        return (over is None or value > over) and (under is None or value < under)

    return look


def _text(schema: Mapping[str, Any]) -> Look | None:
    if _beyond(schema, "type", "minLength", "maxLength", "enum", "const", "format"):
        return None
    low, high = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
    allowed = _allowed(schema)
    name = schema.get("format")
    if "minLength" not in schema and "maxLength" not in schema and allowed is None and name is None:
        return lambda value: type(value) is str
    return lambda value: (
        type(value) is str
        and low <= len(value) <= high
        and (allowed is None or value in allowed)
        and (name is None or fits(name, value))
    )


def _allowed(schema: Mapping[str, Any]) -> frozenset[str] | None:
    if "enum" not in schema and "const" not in schema:
        return None
    listed = schema.get("enum", [schema.get("const")])
    only = schema.get("const", None)
    return frozenset(v for v in listed if isinstance(v, str) and ("const" not in schema or v == only))


def _boolean(schema: Mapping[str, Any]) -> Look | None:
    return None if _beyond(schema, "type") else lambda value: type(value) is bool


def _null(schema: Mapping[str, Any]) -> Look | None:
    return None if _beyond(schema, "type") else lambda value: value is None


def _beyond(schema: Mapping[str, Any], *known: str) -> bool:
    """Whether a schema says more than a quick look understands."""
    return bool(schema.keys() - _NOTES - set(known))


_MAKERS: dict[str, Callable[[Mapping[str, Any]], Look | None]] = {
    "object": _object,
    "array": _array,
    "number": _number,
    "integer": _number,
    "string": _text,
    "boolean": _boolean,
    "null": _null,
}
