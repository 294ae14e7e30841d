"""What the schema of a kind of rule file says of a place in such a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..documents import MAPPING, Node
from ..schema import Schema
from .places import Path


def at(schema: Schema, path: Path, root: Node) -> list[Schema]:
    """The schemas that may hold at a path of a document."""
    found, node = _meant(schema, root), root
    for step in path:
        inner = [part for each in found for part in _inside(each, step)]
        node = node.at((step,))
        found = [part for each in inner for part in _meant(each, node)]
    return found


def keys(parts: Iterable[Schema]) -> dict[str, Schema]:
    """The keys that a mapping may have, with the schema of each."""
    found: dict[str, Schema] = {}
    for part in parts:
        for key, schema in part.get("properties", {}).items():
            found[key] = {**schema, **found.get(key, {})} if isinstance(schema, dict) else {}
    return found


def values(parts: Iterable[Schema]) -> list[Any]:
    """The values that are listed for a place, or that its type has few of."""
    found: list[Any] = []
    for part in parts:
        found += part.get("enum", ())
        found += [part["const"]] if "const" in part else []
        found += [True, False] if "boolean" in _types(part) else []
    return list(dict.fromkeys(found))


def _types(part: Schema) -> list[str]:
    types = part.get("type", ())
    return [types] if isinstance(types, str) else list(types)


def _inside(part: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        inner = part.get("items")
    else:
        properties = part.get("properties", {})
        inner = properties.get(step, part.get("additionalProperties")) if step else None
    if isinstance(inner, dict):
        yield inner


def _meant(schema: Any, node: Node) -> list[Schema]:
    """A schema, and all that it says by way of others, as far as they concern the document."""
    if not isinstance(schema, dict):
        return []
    found = [schema]
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        if isinstance(part, dict) and "if" in part:
            found += _meant(part.get("then"), node) if _fits(part["if"], node) else []
        else:
            found += _meant(part, node)
    return found


def _fits(condition: Mapping[str, Any], node: Node) -> bool:
    """Whether a mapping holds the values that a condition names, and it names some."""
    wanted = {
        key: said["const"]
        for key, said in condition.get("properties", {}).items()
        if isinstance(said, Mapping) and "const" in said
    }
    held = node.value if node.kind == MAPPING else {}
    return bool(wanted) and all(key in held and held[key].value == value for key, value in wanted.items())
