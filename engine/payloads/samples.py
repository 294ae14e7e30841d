"""A small value that a payload's schema accepts, to begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TEXTS = {
    "date-time": "2026-01-01T12:00:00Z",
    "date": "2026-01-01",
    "email": "ada@example.org",
    "uri": "https://example.org",
}


def sample(schema: Mapping[str, Any]) -> Any:
    """A value with what is required and no more, as far as plain keywords tell; the checker has the last word."""
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    for key in ("enum", "examples"):
        if schema.get(key):
            return schema[key][0]
    types = schema.get("type", "object")
    return _OF_TYPE[types if isinstance(types, str) else types[0]](schema)


def _object(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {name: sample(properties.get(name, {"type": "string"})) for name in schema.get("required", ())}


def _array(schema: Mapping[str, Any]) -> list[Any]:
    return [sample(schema.get("items", {"type": "string"})) for _ in range(schema.get("minItems", 0))]


def _number(schema: Mapping[str, Any]) -> Any:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return min(low, schema.get("maximum", low))


def _text(schema: Mapping[str, Any]) -> str:
    return str(TEXTS.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1))))


_OF_TYPE: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "object": _object,
    "array": _array,
    "number": _number,
    "integer": _number,
    "string": _text,
    "boolean": lambda schema: True,
    "null": lambda schema: None,
}
