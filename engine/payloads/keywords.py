"""The words of JSON Schema: those that there are, and what nearly every schema makes of them.

Source: JSON Schema, draft 2020-12.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..numeric import is_number
from ..schema.sentences import NOUNS
from . import patterns
from .formats import OWN

_WORDS = """
    $anchor $comment $defs $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref $schema $vocabulary
    additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default definitions
    dependencies dependentRequired dependentSchemas deprecated description else enum examples exclusiveMaximum
    exclusiveMinimum format if items maxContains maxItems maxLength maxProperties maximum minContains minItems
    minLength minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties
    propertyNames readOnly required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly
"""
KEYWORDS = frozenset(_WORDS.split())


def is_plain(schema: Any) -> bool:
    """Whether a schema is surely sound: made of the commonest words, each with a value that it can have."""
    if not isinstance(schema, Mapping):
        return isinstance(schema, bool)
    known = all(word in _PLAIN and _PLAIN[word](value) for word, value in schema.items())
    return known and _fulfillable(schema)


def _fulfillable(schema: Mapping[str, Any]) -> bool:
    """Whether what is required is declared, if nothing else is allowed."""
    declared = schema.get("properties", {})
    is_open = schema.get("additionalProperties", True) is not False
    return is_open or all(name in declared for name in schema.get("required", ()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_type(value: Any) -> bool:
    names = value if isinstance(value, list) and value else [value]
    return all(isinstance(name, str) and name in NOUNS for name in names) and len(set(names)) == len(names)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value)) and len(set(value)) == len(value)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "type": _is_type,
    "title": _is_text,
    "description": _is_text,
    "default": lambda value: True,
    "const": lambda value: True,
    "enum": lambda value: isinstance(value, list),
    "examples": lambda value: isinstance(value, list),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), is_number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _is_count),
    "uniqueItems": lambda value: isinstance(value, bool),
    "required": _are_names,
    "format": lambda value: isinstance(value, str) and value in OWN,
    "pattern": lambda value: isinstance(value, str) and patterns.fault(value) is None,
    "properties": lambda value: isinstance(value, Mapping) and all(map(is_plain, value.values())),
    "items": is_plain,
    "additionalProperties": is_plain,
}
