"""What can be written at a place of an expression, and what a word there means: for editors.

An expression is often unfinished there, so only the words before the place are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import schemas
from .lexicon import FUNCTION_WORDS, OPERATOR_WORDS, ROOT_WORDS, TIME_WORDS
from .names import Unresolved, resolve
from .nodes import Path, Step
from .nouns import Scope
from .types import CATALOG, FIELDS, NAMES, OBJECT, TEXT, TIMESTAMP

_BEFORE = re.compile(r"(?P<path>(?:[^\W\d]\w*\s*\.\s*)*)(?P<word>\w*)$")
_COMPARED = re.compile(r"(?P<path>[^\W\d]\w*(?:\.\w+)+)\s*(?:==|!=)\s*(?P<quote>['\"]?)(?P<word>[^'\"]*)$")
FIELD, FUNCTION, NAME, WORD, VALUE = "field", "function", "name", "word", "value"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that can be written."""

    text: str
    kind: str
    """``field``, ``function``, ``name``, ``word`` or ``value``."""
    detail: str = ""
    """Its type, or how it is written."""
    told: str = ""
    """What it means, in a sentence."""


def suggestions(before: str, scope: Scope) -> list[Suggestion]:
    """All that can follow a text; the word that it ends with is not asked for."""
    compared = _COMPARED.search(before)
    if compared and (values := list(_values(compared, scope))):
        return values
    match = _BEFORE.search(before)
    path = _steps(match["path"]) if match else ()
    return list(_fields(path, scope) if path else _words(scope))


def meaning(before: str, word: str, scope: Scope) -> Suggestion | None:
    """What a word means behind a text; None if that is not known."""
    if before.rstrip().endswith(("'", '"')):
        return None
    return next((each for each in suggestions(before, scope) if each.text == word and each.kind != VALUE), None)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in path.split(".") if part.strip())


def _words(scope: Scope) -> Iterator[Suggestion]:
    for root, told in ROOT_WORDS.items():
        if scope.triggers or root == "catalog":
            yield Suggestion(root, NAME, "", told)
    for name, (written, told) in FUNCTION_WORDS.items():
        yield Suggestion(name, FUNCTION, written, f"Gives {told}.")
    for word, told in OPERATOR_WORDS.items():
        yield Suggestion(word, WORD, "", told)


def _fields(path: tuple[str, ...], scope: Scope) -> Iterator[Suggestion]:
    root, *inner = path
    if root == "catalog" and not inner:
        for id, items in scope.catalogs.items():
            yield Suggestion(id, NAME, "a catalog", ", ".join(map(str, items[:_ITEMS])))
    elif root == "user" and not inner:
        yield from _declared(("user",), {"properties": scope.user}, scope)
    elif root == "event" and (schema := _payload(inner, scope)) is not None:
        yield from _declared(path, schema, scope)
    if _is_timestamp(path, scope):
        yield from (Suggestion(name, FIELD, FIELDS[name].name, told) for name, told in TIME_WORDS.items())


_ITEMS = 10


def _payload(inner: list[str], scope: Scope) -> Mapping[str, Any] | None:
    """The fields that triggers declare at a place of their payloads, in one schema."""
    found: dict[str, Any] = {}
    for root in scope.triggers.values():
        parts: schemas.Parts | None = schemas.parts_of(root, root)
        for name in inner:
            parts = schemas.field_of(parts, name, root) if parts is not None else None
        for name in schemas.fields_of(parts) if parts else ():
            for schema in schemas.field_of(parts or (), name, root) or ():
                found[name] = {**schema, **found.get(name, {})}
    return {"properties": found} if found else None


def _declared(path: tuple[str, ...], schema: Mapping[str, Any], scope: Scope) -> Iterator[Suggestion]:
    for name, said in schema["properties"].items():
        told = said.get("description", "") if isinstance(said, Mapping) else ""
        yield Suggestion(name, FIELD, _type_name((*path, name), scope), told)


def _type_name(path: tuple[str, ...], scope: Scope) -> str:
    try:
        found = resolve(_path(path), scope)
    except Unresolved:
        return ""
    if found.type is None:
        return "of several types"
    return NAMES[found.type.kind] + (", optional" if found.optional else "")


def _is_timestamp(path: tuple[str, ...], scope: Scope) -> bool:
    try:
        found = resolve(_path(path), scope)
    except Unresolved:
        return False
    return found.type is not None and found.type.kind == TIMESTAMP


def _path(names: tuple[str, ...]) -> Path:
    root, *steps = (Step(0, 0, name) for name in names)
    return Path(0, 0, root, tuple(steps), names)


def _values(compared: re.Match[str], scope: Scope) -> Iterator[Suggestion]:
    """The values that a field can have, where its schema lists them."""
    try:
        found = resolve(_path(_steps(compared["path"])), scope)
    except Unresolved:
        return
    if found.type is None or found.type.kind in (OBJECT, CATALOG):
        return
    for value in found.type.allowed or ():
        if found.type.kind == TEXT:
            yield Suggestion(value if compared["quote"] else json.dumps(value, ensure_ascii=False), VALUE)
