"""A quick look at a document: whether it fits the schema of its kind, without a word about what does not.

It knows the keywords that the schemas of rule files are made of, and looks at nodes as they are, so that nothing is
copied: a badge takes some 10 µs, a sixth of what generated code over plain values took. Source: JSON Schema, 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..documents import BOOLEAN, LIST, MAPPING, NULL, NUMBER, TEXT, Node

Look = Callable[[Node], bool]
_NOTES = frozenset({"$schema", "title", "description", "examples", "default"})
_OF_MEMBERS: dict[str, Any] = {"properties": {}, "patternProperties": {}, "additionalProperties": True}
"""Keywords that are looked at together, and what they are where they are not written."""
_KINDS = {
    "object": MAPPING,
    "array": LIST,
    "string": TEXT,
    "number": NUMBER,
    "integer": NUMBER,
    "boolean": BOOLEAN,
    "null": NULL,
}


def look_of(schema: Mapping[str, Any]) -> Look:
    """The function that tells whether a node fits. Raises KeyError for a keyword that it does not know."""
    keywords = {name: value for name, value in schema.items() if name not in _NOTES and name[:2] != "x-"}
    looks = [_KEYWORDS[name](keywords.pop(name)) for name in ("type", "required") if name in keywords]
    if keywords.keys() & _OF_MEMBERS:
        looks.append(_members(*(keywords.pop(name, default) for name, default in _OF_MEMBERS.items())))
    if "if" in keywords:
        looks.append(_conditional(keywords.pop("if"), keywords.pop("then")))
    looks += [_KEYWORDS[name](value) for name, value in keywords.items()]
    return _all(looks)


def _all(looks: Sequence[Look]) -> Look:
    if len(looks) == 1:
        return looks[0]

    def look(node: Node) -> bool:
        for one in looks:  # noqa: SIM110 - all() costs a generator: twice the time
            if not one(node):
                return False
        return True

    return look


def _type(wanted: str | list[str]) -> Look:
    names = [wanted] if isinstance(wanted, str) else wanted
    kinds = frozenset(_KINDS[name] for name in names)
    if "integer" in names and "number" not in names:
        return lambda node: node.kind in kinds and (node.kind != NUMBER or node.value % 1 == 0)
    if len(names) == 1:
        kind = _KINDS[names[0]]
        return lambda node: node.kind == kind
    return lambda node: node.kind in kinds


def _members(properties: Mapping[str, Any], patterns: Mapping[str, Any], others: bool | Mapping[str, Any]) -> Look:
    """Each value by its key: a declared one, one of a pattern, or another one."""
    declared = {name: look_of(schema) for name, schema in properties.items()}
    if others is True and not patterns:
        return _declared(declared)
    matching = [(re.compile(pattern).search, look_of(schema)) for pattern, schema in patterns.items()]
    other = look_of(others) if isinstance(others, Mapping) else lambda node: bool(others)

    def fits(name: str, node: Node) -> bool:
        looks = [look for search, look in matching if search(name)]
        if name in declared:
            looks.append(declared[name])
        return all(look(node) for look in looks or (other,))

    if matching:
        return lambda node: node.kind != MAPPING or all(fits(name, value) for name, value in node.value.items())
    return _closed(declared, other)


def _declared(looks: Mapping[str, Look]) -> Look:
    """The values of declared keys, whatever else there is."""

    def look(node: Node) -> bool:
        if node.kind != MAPPING:
            return True
        for name, known in looks.items():
            value = node.value.get(name)
            if value is not None and not known(value):
                return False
        return True

    return look


def _closed(looks: Mapping[str, Look], other: Look) -> Look:
    """The values of all keys: declared ones, and others."""

    def look(node: Node) -> bool:
        if node.kind != MAPPING:
            return True
        for name, value in node.value.items():  # noqa: SIM110 - as above
            if not looks.get(name, other)(value):
                return False
        return True

    return look


def _conditional(condition: Mapping[str, Any], then: Mapping[str, Any]) -> Look:
    holds, due = look_of(condition), look_of(then)
    return lambda node: not holds(node) or due(node)


def _required(names: list[str]) -> Look:
    if len(names) == 1:
        only = names[0]
        return lambda node: node.kind != MAPPING or only in node.value
    return lambda node: node.kind != MAPPING or all(name in node.value for name in names)


def _items(schema: Mapping[str, Any]) -> Look:
    fits = look_of(schema)
    return lambda node: node.kind != LIST or all(map(fits, node.value))


def _unique(wanted: bool) -> Look:
    """Whether the items differ. Lists and mappings among them are left to a thorough look."""

    def look(node: Node) -> bool:
        if node.kind != LIST:
            return True
        plain = {(item.kind, item.value) for item in node.value if item.kind not in (LIST, MAPPING)}
        return len(plain) == len(node.value)

    return look if wanted else lambda node: True


def _length(kind: str) -> Callable[[int], Look]:
    return lambda lowest: lambda node: node.kind != kind or len(node.value) >= lowest


def _listed(values: list[Any]) -> Look:
    """Texts and truths alone: numbers can be equal without being of one type."""
    allowed = frozenset((value.__class__, value) for value in values if isinstance(value, str | bool))
    return lambda node: node.kind in (TEXT, BOOLEAN) and (node.value.__class__, node.value) in allowed


def _pattern(pattern: str) -> Look:
    search = re.compile(pattern).search
    return lambda node: node.kind != TEXT or search(node.value) is not None


def _denied(schema: Mapping[str, Any]) -> Look:
    fits = look_of(schema)
    return lambda node: not fits(node)


def _any(schemas: list[Mapping[str, Any]]) -> Look:
    looks = [look_of(schema) for schema in schemas]
    return lambda node: any(look(node) for look in looks)


_KEYWORDS: dict[str, Callable[[Any], Look]] = {
    "type": _type,
    "required": _required,
    "items": _items,
    "uniqueItems": _unique,
    "minLength": _length(TEXT),
    "minItems": _length(LIST),
    "minProperties": _length(MAPPING),
    "minimum": lambda lowest: lambda node: node.kind != NUMBER or node.value >= lowest,
    "maximum": lambda highest: lambda node: node.kind != NUMBER or node.value <= highest,
    "enum": _listed,
    "const": lambda value: _listed([value]),
    "pattern": _pattern,
    "not": _denied,
    "anyOf": _any,
    "allOf": lambda schemas: _all([look_of(schema) for schema in schemas]),
}
