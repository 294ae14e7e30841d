"""What is wrong with the schema of a payload, each fault at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..problems import did_you_mean
from ..schema.sentences import NOUNS, Misfit, misfits, shown, told
from . import patterns
from .formats import known_formats
from .keywords import KEYWORDS, is_plain
from .references import reference_faults

Path = tuple[Any, ...]
_REFUSED = frozenset({"$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary"})
_VALUES = frozenset({"enum", "const", "default", "examples", "required", "dependentRequired"})
"""Keywords under which no schema stands."""
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords under which schemas stand by name."""

_PATTERN_HELP = "write a simpler one, with a backslash before brackets and dots that are meant as such"


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """What is wrong in a payload's schema, and where; ``at_key``: at the key, not at its value."""

    path: Path
    message: str
    help: str | None = None
    at_key: bool = False


def faults(schema: Any) -> list[SchemaFault]:
    """Everything wrong with the schema of a payload, which must be that of an object."""
    if is_plain(schema) and isinstance(schema, Mapping) and not any(_no_object(schema)):
        return []
    found = [_meta_fault(misfit) for misfit in misfits(_meta(), schema)]
    if not found and isinstance(schema, Mapping):
        found = [
            *_no_object(schema),
            *(fault for path, part in _parts(schema, ()) for fault in _part_faults(path, part)),
        ]
        found += [
            SchemaFault(path, message, help) for path, message, help in reference_faults(schema, _parts(schema, ()))
        ]
    return _once(found)


@cache
def _meta() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(Draft202012Validator.META_SCHEMA)


def _once(found: list[SchemaFault]) -> list[SchemaFault]:
    """One fault for a place: what the parts of the metaschema say alike is said once."""
    return list({fault.path: fault for fault in reversed(found)}.values())[::-1]


def _meta_fault(misfit: Misfit) -> SchemaFault:
    name = misfit.path[-1] if misfit.path else "payload"
    if name == "type" and isinstance(misfit.value, str):
        return _no_type(misfit.path, misfit.value)
    if name == "type" and isinstance(misfit.value, list):
        at = next((at for at, one in enumerate(misfit.value) if not isinstance(one, str) or one not in NOUNS), 0)
        return _no_type((*misfit.path, at), misfit.value[at] if misfit.value else "nothing")
    if misfit.keyword == "anyOf" and name == "type":
        return SchemaFault(misfit.path, f"{shown(misfit.value)} is not a type", "types are " + ", ".join(NOUNS))
    message, help = told(misfit)
    return SchemaFault(misfit.path, f"{name} {message}", help)


def _no_type(path: Path, value: Any) -> SchemaFault:
    help = did_you_mean(str(value), NOUNS) or "types are " + ", ".join(NOUNS)
    return SchemaFault(path, f"{shown(value)} is not a type", help)


def _no_object(schema: Mapping[str, Any]) -> Iterator[SchemaFault]:
    allowed = schema.get("type", "object")
    if allowed != "object":
        message = "what this describes is keys and values, as the data of an event and the attributes of a user are"
        yield SchemaFault(("type",), message, "write `type: object`")


def _parts(schema: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """A schema and every schema in it, with their paths."""
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for keyword, value in schema.items():
        if keyword in _VALUES:
            continue
        named = isinstance(value, Mapping) and keyword in _NAMED
        inner = value.items() if named else enumerate(value) if isinstance(value, list) else [(None, value)]
        for step, part in inner:
            yield from _parts(part, (*path, keyword) if step is None else (*path, keyword, step))


def _part_faults(path: Path, part: Mapping[str, Any]) -> Iterator[SchemaFault]:
    yield from _keyword_faults(path, part)
    yield from _pattern_faults(path, part)
    name = part.get("format")
    if isinstance(name, str) and name not in (known := known_formats()):
        help = did_you_mean(name, known) or "formats are " + ", ".join(known)
        yield SchemaFault((*path, "format"), f"{name} is not a format", help)
    yield from _unfulfillable(path, part)


def _keyword_faults(path: Path, part: Mapping[str, Any]) -> Iterator[SchemaFault]:
    for keyword in part:
        if keyword in _REFUSED:
            yield SchemaFault((*path, keyword), f"{keyword} is not read here", "write the schema out", at_key=True)
        elif keyword not in KEYWORDS and not keyword.startswith("x-") and (near := did_you_mean(keyword, KEYWORDS)):
            yield SchemaFault((*path, keyword), f"{keyword} is not a keyword of JSON Schema", near, at_key=True)


def _pattern_faults(path: Path, part: Mapping[str, Any]) -> Iterator[SchemaFault]:
    pattern = part.get("pattern")
    if isinstance(pattern, str) and (why := patterns.fault(pattern)):
        yield SchemaFault((*path, "pattern"), f"the pattern {why}", _PATTERN_HELP)
    named = part.get("patternProperties", {})
    for pattern in named if isinstance(named, Mapping) else ():
        if why := patterns.fault(pattern):
            yield SchemaFault((*path, "patternProperties", pattern), f"the pattern {why}", at_key=True)


def _unfulfillable(path: Path, part: Mapping[str, Any]) -> Iterator[SchemaFault]:
    """A field that is required, though no other than the declared ones is allowed."""
    if part.get("additionalProperties") is not False or "patternProperties" in part:
        return
    declared = part.get("properties", {})
    for at, name in enumerate(part.get("required", ())):
        if name not in declared:
            help = did_you_mean(name, declared)
            yield SchemaFault((*path, "required", at), f"{name} is required, but not declared", help)
