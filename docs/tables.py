"""Tables of the pages that follow from the code: the keys of rule files, the commands, the routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.schema import schemas

Schema = dict[str, Any]


def keys(kind: str) -> str:
    """The keys of a kind of rule file: what each holds and means."""
    rows = [
        f"| `{key}`{' *' if required else ''} | {holds} | {told} |"
        for key, holds, told, required in _keys(schemas()[kind])
    ]
    return "\n".join(["| key | holds | meaning |", "|---|---|---|", *rows])


def _keys(schema: Schema, prefix: str = "") -> Iterator[tuple[str, str, str, bool]]:
    outer = schema.get("properties", {})
    for key, value in outer.items():
        told = value.get("description", "").replace("\n", " ").replace("|", "\\|")
        yield prefix + key, _holds(value), told, key in schema.get("required", ())
        yield from _keys(value, f"{prefix}{key}.")
        inner = value.get("items", {}).get("properties", {})
        if not all(outer.get(name) == told for name, told in inner.items()):
            yield from _keys(value["items"], f"{prefix}{key}[].")


def _holds(schema: Schema) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kinds = schema.get("type", "anything")
    return " or ".join(_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "`true` or `false`",
    "array": "list",
    "object": "mapping",
}
