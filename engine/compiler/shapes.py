"""A document held against the JSON Schema of its kind: each fault is one problem, at its place, without jargon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import fastjsonschema
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ..documents import BOOLEAN, NULL, NUMBER, TEXT, Node, number_meant
from ..problems import did_you_mean
from ..schema import schema_of
from ..schema.sentences import Told, noun_of, told, types_of
from .work import Document, Work

_FEW = 12
"""Up to so many keys are listed where none is near."""


@cache
def _quick(kind: str) -> Callable[[Any], Any]:
    """A compiled validator, which only tells whether a document is as it should be."""
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
        for error in sorted(_thorough(document.kind).iter_errors(plain), key=_rank):
            _note(work, document, root.at(error.absolute_path), error)


def _rank(error: ValidationError) -> bool:
    """Wrong kinds first: nothing more is said of such a value."""
    return not _is_other_kind(error)


def _note(work: Work, document: Document, node: Node, error: ValidationError) -> None:
    if error.validator == "additionalProperties":
        _note_unknown_keys(work, document, node, error)
    elif error.validator == "required":
        _note_missing_keys(work, document, node, error)
    elif not node.flawed:
        node.flawed = True
        _note_value(work, document, node, error)


def _note_unknown_keys(work: Work, document: Document, node: Node, error: ValidationError) -> None:
    known = list(error.schema.get("properties", ()))
    for key in _unknown_keys(node, error):
        node.value[key].flawed = True
        message = (
            f"{key} is not a locale such as en" if not known else f"{key} is not a key of {_owner(document, error)}"
        )
        few = "keys are " + ", ".join(known) if 0 < len(known) <= _FEW else None
        work.report("unknown-key", message, document, node.keys[key].span, did_you_mean(key, known) or few)


def _unknown_keys(node: Node, error: ValidationError) -> Iterator[str]:
    patterns = error.schema.get("patternProperties", ())
    for key in node.value:
        if key not in error.schema.get("properties", ()) and not any(re.search(pattern, key) for pattern in patterns):
            yield key


def _owner(document: Document, error: ValidationError) -> str:
    names = [step for step in error.absolute_path if isinstance(step, str)]
    if names:
        return str(names[-1])
    return document.kind if document.kind in ("settings", "actions") else f"a {document.kind}"


def _note_missing_keys(work: Work, document: Document, node: Node, error: ValidationError) -> None:
    demanding = error.schema.get("x-demanded-by")
    for name in error.validator_value:
        if name not in node.value and repr(name) in error.message:
            span = node.value[demanding].span if demanding else node.first_key()
            message = f"{name} is missing: {demanding} demands it" if demanding else f"{name} is missing"
            work.report("missing-key", message, document, span, f"add `{name}:`")


def _note_value(work: Work, document: Document, node: Node, error: ValidationError) -> None:
    name = next((str(step) for step in reversed(error.absolute_path) if isinstance(step, str)), document.kind)
    if not _is_other_kind(error):
        message, help = _told(error)
        span = _second(node).span if error.validator == "uniqueItems" else node.span
        work.report(error.schema.get("x-code", "bad-value"), f"{name} {message}", document, span, help)
        return
    is_typed = error.validator == "type"
    message = told(error)[0] if is_typed else f"must be a text, not {noun_of(error.instance)}"
    help = _rewritten(node, types_of(error) if is_typed else ["string"])
    work.report("wrong-type", f"{name} {message}", document, node.span, help)


def _is_other_kind(error: ValidationError) -> bool:
    """Whether a value is of a kind that cannot stand there: a fraction is of the kind of a whole number."""
    value = error.instance
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if error.validator == "type":
        return not (is_number and "integer" in types_of(error))
    if error.validator == "enum":
        return not isinstance(value, str) and all(isinstance(one, str) for one in error.validator_value)
    return False


def _told(error: ValidationError) -> Told:
    if error.schema.get("x-code") == "bad-id":
        return f"cannot be {error.instance}", "an id has small letters, digits and _ only, and begins with a letter"
    if error.validator == "pattern":
        return f"cannot be {error.instance}", error.schema.get("x-help")
    return told(error)


def _second(node: Node) -> Node:
    """The first item of a list that stands there a second time."""
    plain = [item.plain() for item in node.value]
    return next((item for at, item in enumerate(node.value) if plain[at] in plain[:at]), node)


def _rewritten(node: Node, types: list[str]) -> str | None:
    """What to write for a value of the wrong kind."""
    if node.kind == TEXT and {"number", "integer"} & set(types):
        number = number_meant(node.value)[1]
        return f"write {number}" if number else "write a number, such as 1"
    if node.kind == TEXT and "boolean" in types:
        return "write true" if node.value.lower() in ("yes", "on", "y", "true") else "write false"
    if node.kind == TEXT and "array" in types:
        return f"write [{node.value}]"
    if node.kind in (NUMBER, BOOLEAN) and "string" in types:
        return f'write "{node.raw}"'
    if node.kind == NULL and node.after.lstrip().startswith("#"):
        return "put it in quotes: a # after a blank begins a comment"
    return None
