"""A document held against the JSON Schema of its kind: each fault is one problem, at its place, without jargon."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..documents import BOOLEAN, NULL, NUMBER, TEXT, Node, number_meant
from ..problems import nearest
from ..schema import Look, look_of, schema_of
from ..schema.sentences import Misfit, Told, misfits, noun_of, told
from .work import Document, Work

_ARTICLES = {"event": "an"}
_FEW = 12
"""Up to so many keys are listed where none is near."""
SYNONYMS = {
    "title": "name",
    "label": "name",
    "if": "when",
    "where": "when",
    "condition": "when",
    "event": "trigger",
    "events": "trigger",
    "on": "trigger",
    "goal": "threshold",
    "target": "threshold",
    "requires": "prerequisites",
    "emoji": "icon",
    "image": "icon",
    "levels": "tiers",
    "schema": "payload",
    "values": "items",
}
"""Other words for keys."""


@cache
def _fits(kind: str) -> Look:
    """Whether a document is as it should be, without telling what is not."""
    return look_of(schema_of(kind))


@cache
def _thorough(kind: str) -> Any:
    """A validator that finds every fault. Imported where there is one: it takes longer than all the rest."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema_of(kind))


def check_shape(work: Work, document: Document, root: Node) -> None:
    """Note every fault of a document's shape, and mark the nodes that have one."""
    if _fits(document.kind)(root):
        return
    for misfit in sorted(misfits(_thorough(document.kind), root.plain()), key=_rank):
        _note(work, document, root.at(misfit.path), misfit)


def _rank(misfit: Misfit) -> int:
    """Wrong kinds first: nothing more is said of such a value. Misspelt keys before those that are missing."""
    return 0 if _is_other_kind(misfit) else 1 if misfit.keyword == "additionalProperties" else 2


def _note(work: Work, document: Document, node: Node, misfit: Misfit) -> None:
    if misfit.keyword == "additionalProperties":
        _note_unknown_keys(work, document, node, misfit)
    elif misfit.keyword == "required":
        _note_missing_keys(work, document, node, misfit)
    elif not node.flawed:
        node.flawed = True
        _note_value(work, document, node, misfit)


def _note_unknown_keys(work: Work, document: Document, node: Node, misfit: Misfit) -> None:
    known = list(misfit.schema.get("properties", ()))
    meant = {key: _meant(key, known) for key in misfit.undeclared}
    node.meant = frozenset(name for name in meant.values() if name)
    for key in misfit.undeclared:
        node.value[key].flawed = True
        message = (
            f"{key} is not a locale such as en" if not known else f"{key} is not a key of {_owner(document, misfit)}"
        )
        few = "keys are " + ", ".join(known) if 0 < len(known) <= _FEW else None
        help = f"did you mean {meant[key]}?" if meant[key] else few
        work.report("unknown-key", message, document, node.keys[key].span, help)


def _meant(key: str, known: list[str]) -> str | None:
    """The key that a misspelt one stands for, where it can be known."""
    same = SYNONYMS.get(key.lower())
    return same if same in known else nearest(key, known) or nearest(key.lower(), known)


def _owner(document: Document, misfit: Misfit) -> str:
    if misfit.path:
        return _name(misfit.path, document)
    return (
        document.kind
        if document.kind in ("settings", "actions", "notifications")
        else f"{_ARTICLES.get(document.kind, 'a')} {document.kind}"
    )


def _name(path: tuple[Any, ...], document: Document) -> str:
    """What stands at the end of a path, as its author would call it."""
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), document.kind)
    return f"an item of {name}" if path and isinstance(path[-1], int) else name


def _note_missing_keys(work: Work, document: Document, node: Node, misfit: Misfit) -> None:
    demanding = misfit.schema.get("x-demanded-by")
    for name in misfit.missing:
        if node.meant & {name, *misfit.schema.get("x-instead", ())}:
            continue
        span = node.value[demanding].span if demanding else node.first_key()
        message = f"{name} is missing: {demanding} demands it" if demanding else f"{name} is missing"
        work.report("missing-key", message, document, span, f"add `{name}:`")


def _note_value(work: Work, document: Document, node: Node, misfit: Misfit) -> None:
    name = _name(misfit.path, document)
    if not _is_other_kind(misfit):
        message, help = _told(misfit)
        span = _second(node).span if misfit.keyword == "uniqueItems" else node.span
        work.report(misfit.schema.get("x-code", "bad-value"), f"{name} {message}", document, span, help)
        return
    is_typed = misfit.keyword == "type"
    message = told(misfit)[0] if is_typed else f"must be a text, not {noun_of(misfit.value)}"
    help = _rewritten(node, misfit.types if is_typed else ["string"]) or misfit.schema.get("x-help")
    work.report("wrong-type", f"{name} {message}", document, node.span, help)


def _is_other_kind(misfit: Misfit) -> bool:
    """Whether a value is of a kind that cannot stand there: a fraction is of the kind of a whole number."""
    value = misfit.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if misfit.keyword == "type":
        return not (is_number and "integer" in misfit.types)
    if misfit.keyword == "enum":
        return not isinstance(value, str) and all(isinstance(one, str) for one in misfit.wanted)
    return False


def _told(misfit: Misfit) -> Told:
    if misfit.schema.get("x-code") == "bad-id":
        return f"cannot be {misfit.value}", "an id has small letters, digits and _ only, and begins with a letter"
    if misfit.keyword == "pattern":
        return f"cannot be {misfit.value}", misfit.schema.get("x-help")
    return told(misfit)


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
        is_glued = node.style is None and node.value.startswith("-")
        return f"put a blank after the -: - {node.value[1:].strip()}" if is_glued else f"write [{node.value}]"
    if node.kind == NUMBER and "array" in types:
        return f"write [{node.raw}]"
    if node.kind in (NUMBER, BOOLEAN) and "string" in types:
        return f'write "{node.raw}"'
    if node.kind == NULL and node.after.lstrip().startswith("#"):
        return "put it in quotes: a # after a blank begins a comment"
    return None
