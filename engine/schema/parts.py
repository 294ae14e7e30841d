"""What the JSON Schemas of rule files are made of."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
ID = r"^[a-z][a-z0-9_]*$(?!\n)"
LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)"
TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)"


def text(description: str, **more: Any) -> Schema:
    """A text that is not empty."""
    return {"type": "string", "minLength": 1, "description": description, **more}


def named(kind: str, description: str, **more: Any) -> Schema:
    """A text that names something of the rule set: an id of that kind, such as ``metric``."""
    return text(description, **{"x-names": kind}, **more)


def words(description: str) -> Schema:
    """A text that users read."""
    return {
        "type": ["string", "object"],
        "minLength": 1,
        "minProperties": 1,
        "patternProperties": {LOCALE: text("The text in this language.")},
        "additionalProperties": False,
        "description": f"{description} A text, or one per locale: {{en: …, ja: …}}.",
    }


def flag(description: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": description}


def whole(description: str, minimum: int, **more: Any) -> Schema:
    """A whole number."""
    return {"type": "integer", "minimum": minimum, "description": description, **more}


def choice(description: str, *values: str) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": list(values), "description": description}


def listed(description: str, items: Schema, **more: Any) -> Schema:
    """A list of different things, not empty."""
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True, "description": description, **more}


def keyed(properties: Schema, required: tuple[str, ...] = (), **more: Any) -> Schema:
    """Keys and values, and no other keys."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    return {**schema, "required": list(required)} if required else schema


def is_written(key: str, value: Any) -> Schema:
    """A mapping in which ``key: value`` stands."""
    return {"properties": {key: {"const": value}}, "required": [key]}


def demand(key: str, value: Any, *keys: str, beside: Schema | None = None) -> Schema:
    """``key: value`` demands other keys, where the rest of the mapping is as ``beside`` says."""
    written = is_written(key, value)
    return {
        "if": written if beside is None else {"allOf": [written, beside]},
        "then": {"required": list(keys), "x-demanded-by": key},
    }


def together(key: str, other: str) -> Schema:
    """A key demands another one, whatever its value."""
    return {"if": {"required": [key]}, "then": {"required": [other], "x-demanded-by": key}}


def unless(keys: tuple[str, ...], required: str) -> Schema:
    """A key is required unless one of others stands there."""
    others = {"anyOf": [{"required": [key]} for key in keys]}
    return {"if": {"not": others}, "then": {"required": [required], "x-instead": list(keys)}}
