"""A document held against the JSON Schema of its kind: each fault as one problem, at its place, without jargon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import fastjsonschema
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ..documents import Node, number_meant
from ..problems import Span, did_you_mean
from ..schema import schema_of
from .work import Document, Work

_NOUNS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
    "null": "nothing",
}
_KIND_NOUNS = {
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "mapping": "keys and values",
    "null": "nothing",
}


@cache
def _quick(kind: str) -> Callable[[Any], Any]:
    """A compiled validator that only tells whether a document is as it should be."""
    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema_of(kind), use_default=False)
    return compiled


@cache
def _thorough(kind: str) -> Any:
    """A validator that finds every fault."""
    return Draft202012Validator(schema_of(kind))


def check_shape(work: Work, document: Document, root: Node) -> None:
    """Note every fault of a document's shape, and mark the nodes that have one."""
    plain = root.plain()
    try:
        _quick(document.kind)(plain)
    except fastjsonschema.JsonSchemaException:
        errors = sorted(_thorough(document.kind).iter_errors(plain), key=_rank)
        for error in errors:
            _note(work, document, root, error)


def _rank(error: ValidationError) -> tuple[int, list[str]]:
    """Kinds first: what is said of a value of the wrong kind is said once."""
    return (0 if error.validator == "type" else 1, [str(step) for step in error.absolute_path])


def _note(work: Work, document: Document, root: Node, error: ValidationError) -> None:
    node = root.at(error.absolute_path)
    if error.validator == "additionalProperties":
        _note_unknown_keys(work, document, node, error)
    elif error.validator == "required" or error.validator == "dependentRequired":
        _note_missing(work, document, node, error)
    elif not node.flawed:
        node.flawed = True
        code, message, help, span = _fault(node, error)
        work.report(code, message, document, span, help)


def _note_unknown_keys(work: Work, document: Document, node: Node, error: ValidationError) -> None:
    known = error.schema.get("properties", {})
    patterned = error.schema.get("patternProperties")
    for key in _extras(node, error):
        node.value[key].flawed = True
        if patterned:
            message = f"{key} is not a locale such as en or pt-BR."
        else:
            message = f"{key} is not a key of {_place_of(document, error)}."
        help = did_you_mean(key, known) or ("keys are " + ", ".join(known) if known and len(known) < 12 else None)
        work.report("unknown-key", message, document, node.keys[key].span, help)


def _extras(node: Node, error: ValidationError) -> Iterator[str]:
    validator = Draft202012Validator({k: error.schema[k] for k in ("patternProperties",) if k in error.schema})
    known = error.schema.get("properties", {})
    for key in node.value:
        matched = key in known or (error.schema.get("patternProperties") and _matches(validator, key))
        if not matched:
            yield key


def _matches(validator: Any, key: str) -> bool:
    import re

    return any(re.search(pattern, key) for pattern in validator.schema["patternProperties"])


def _place_of(document: Document, error: ValidationError) -> str:
    names = [str(step) for step in error.absolute_path if isinstance(step, str)]
    if names:
        return names[-1]
    return f"a {document.kind}" if document.kind not in ("settings", "actions") else document.kind


def _note_missing(work: Work, document: Document, node: Node, error: ValidationError) -> None:
    if error.validator == "dependentRequired":
        demanding = next(key for key, needed in error.validator_value.items() if key in node.value and any(
            name not in node.value for name in needed))
        missing = [name for name in error.validator_value[demanding] if name not in node.value]
    else:
        demanding = error.schema.get("x-demanded-by")
        missing = [name for name in error.validator_value if name not in node.value and _about(error, name)]
    for name in missing:
        span = node.value[demanding].span if demanding in node.value else node.first_key()
        message = f"{name} is missing" + (f": {demanding} demands it." if demanding else ".")
        work.report("missing-key", message, document, span, f"add `{name}:`")


def _about(error: ValidationError, name: str) -> bool:
    return repr(name) in error.message


def _fault(node: Node, error: ValidationError) -> tuple[str, str, str | None, Span]:
    name = next((str(step) for step in reversed(error.absolute_path) if isinstance(step, str)), "it")
    if error.validator == "type" or _is_other_kind(error):
        return _wrong_type(node, error, name)
    code = error.schema.get("x-code", "bad-value")
    message, help = _SENTENCES.get(str(error.validator), _general)(name, error)
    return code, message, help, _span_of(node, error)


def _span_of(node: Node, error: ValidationError) -> Span:
    if error.validator == "uniqueItems":
        return _second(node).span
    return node.span


def _second(node: Node) -> Node:
    """The first item of a list that stands there a second time."""
    seen: list[Any] = []
    for item in node.value:
        plain = item.plain()
        if plain in seen:
            return item  # type: ignore[no-any-return]
        seen.append(plain)
    return node


def _is_other_kind(error: ValidationError) -> bool:
    """Whether a value is not even of the kind of those allowed."""
    if error.validator != "enum":
        return False
    return all(isinstance(value, str) for value in error.validator_value) and not isinstance(error.instance, str)


def _wrong_type(node: Node, error: ValidationError, name: str) -> tuple[str, str, str | None, Span]:
    wanted: Iterable[str] = ["string"] if error.validator == "enum" else error.validator_value
    types = [wanted] if isinstance(wanted, str) else list(wanted)
    if node.kind == "number" and "integer" in types:
        return "bad-value", f"{name} must be a whole number, not {_shown(node.value)}.", None, node.span
    nouns = " or ".join(_NOUNS[kind] for kind in types)
    message = f"{name} must be {nouns}, not {_KIND_NOUNS[node.kind]}."
    return "wrong-type", message, _way_out(node, types), node.span


def _way_out(node: Node, types: list[str]) -> str | None:
    if node.kind == "text" and ("number" in types or "integer" in types):
        number = number_meant(node.value)[1]
        return f"write {number}" if number else "write a number, such as 1"
    if node.kind == "text" and "boolean" in types:
        word = node.value.lower()
        return "write true" if word in ("yes", "on", "y", "true") else "write false"
    if node.kind in ("number", "boolean") and "string" in types:
        return f'write "{node.raw}"'
    if "array" in types and node.kind == "text":
        return f"write [{node.value}]"
    return None


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_of(name: str, error: ValidationError) -> tuple[str, str | None]:
    known = [str(value) for value in error.validator_value]
    help = did_you_mean(str(error.instance), known) or "write one of " + ", ".join(known)
    return f"{error.instance} is not a {name.replace('_', ' ')}.", help


def _empty(name: str, error: ValidationError) -> tuple[str, str | None]:
    return f"{name} is empty.", "leave it out, or fill it"


def _too_small(name: str, error: ValidationError) -> tuple[str, str | None]:
    return f"{name} must be {error.validator_value} or more, not {_shown(error.instance)}.", None


def _too_large(name: str, error: ValidationError) -> tuple[str, str | None]:
    return f"{name} must be {error.validator_value} or less, not {_shown(error.instance)}.", None


def _twice(name: str, error: ValidationError) -> tuple[str, str | None]:
    return f"{name} holds this a second time.", "leave it out"


def _spelling(name: str, error: ValidationError) -> tuple[str, str | None]:
    if error.schema.get("x-code") == "bad-id":
        return f"{error.instance} is no id: an id has small letters, digits and _ only.", None
    return f"{error.instance} is not a {name.replace('_', ' ')}.", "write a time such as 04:00" if name == "day_start" else None


def _general(name: str, error: ValidationError) -> tuple[str, str | None]:
    return f"{name} is not as it should be.", None


_SENTENCES: dict[str, Callable[[str, ValidationError], tuple[str, str | None]]] = {
    "enum": _one_of,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "minimum": _too_small,
    "maximum": _too_large,
    "uniqueItems": _twice,
    "pattern": _spelling,
}
