"""What a path names: a field of the payload of every trigger, an attribute of the user, the event's time, a catalog."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..problems import did_you_mean
from . import schemas
from .findings import Place, Reading
from .nodes import Path, Step
from .nouns import Scope
from .types import A_TEXT, A_TIMESTAMP, CATALOG, FIELDS, LIST, NAMES, OBJECT, TEXT, TIMESTAMP, Type, known_list, union

ROOTS = ("event", "type", "source", "user", "time", "catalog")
CONSTANT_SPELLINGS = {
    "True": "true",
    "False": "false",
    "None": "null",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
}
SPELLINGS_OF_NULL = frozenset({"None", "NULL", "Null", "nil", "undefined"})
_OF_TEXT = {"lower", "upper", "startswith", "endswith", "contains"}
_LENGTHS = {"length", "len", "size", "count"}


class Unresolved(Exception):
    """A path that names nothing, or nothing that can be read."""

    def __init__(self, code: str, place: Place, message: str, help: str | None = None) -> None:
        self.code = code
        self.place = place
        self.message = message
        self.help = help


class Resolved(NamedTuple):
    """What a path names."""

    type: Type | None
    """None if the schema declares no one type."""
    optional: tuple[int, ...] = ()
    """The steps that can be missing."""
    field: str | None = None
    """The field of the timestamp that the steps before lead to."""
    why: str = ""
    """Why there is no one type."""
    reading: Reading | None = None
    """How its value is found, if it has one: made once for all that read it."""


class _View(NamedTuple):
    """An object as one trigger declares it."""

    owner: str
    root: Any
    parts: schemas.Parts


def resolve(path: Path, scope: Scope) -> Resolved:
    """What the path names in this scope. Raises Unresolved."""
    names = path.names
    known: Resolved | None = scope.resolved.get(names)
    if known is None:
        known = _with_reading(_looked_up(path, scope), names[1:])
        scope.resolved[names] = known
    return known


def _with_reading(known: Resolved, keys: tuple[str, ...]) -> Resolved:
    if known.type is None or known.type.kind == OBJECT:
        return known
    kind = TIMESTAMP if known.field else known.type.kind
    return known._replace(reading=Reading(keys[:-1] if known.field else keys, kind, known.field))


def _looked_up(path: Path, scope: Scope) -> Resolved:
    root = path.root.name
    if root not in ROOTS:
        raise _unknown_name(path, scope)
    if root == "catalog":
        return _catalog(path, scope)
    if not scope.triggers:
        help = "leave it out, or read catalogs alone: size(catalog.providers)"
        message = f"{root} is not known here, where no event stands behind it: only catalogs are"
        raise Unresolved("unknown-name", path.root, message, help)
    if root in ("event", "user"):
        return _fields(path, _payloads(scope) if root == "event" else _attributes(scope))
    type = {"time": A_TIMESTAMP, "source": A_TEXT}.get(root, Type(TEXT, allowed=tuple(scope.triggers)))
    return _leaf(path, type, 0, ())


def _payloads(scope: Scope) -> list[_View]:
    return [_View(name, schema, schemas.parts_of(schema, schema)) for name, schema in scope.triggers.items()]


def _attributes(scope: Scope) -> list[_View]:
    schema = {"properties": {**scope.user, "id": {"type": "string"}}, "required": ["id"]}
    return [_View("user", schema, (schema,))]


def _fields(path: Path, views: list[_View]) -> Resolved:
    if not path.steps:
        message = f"{path.root.name} alone has no value"
        raise Unresolved("type-mismatch", path.root, message, f"read one of its fields: {path.root.name}.…")
    optional: list[int] = []
    for index, step in enumerate(path.steps):
        inner = _declaring(path, step, views)
        if _can_be_missing(step.name, views, inner):
            optional.append(index)
        type, why = _one_type(path, index, inner)
        if type is None or type.kind != OBJECT:
            break
        views = inner
    if type is None:
        return Resolved(None, tuple(optional), why=why)
    return _leaf(path, type, index + 1, tuple(optional))


def _declaring(path: Path, step: Step, views: list[_View]) -> list[_View]:
    """The triggers that declare a field, and what they say of it."""
    found = [(view, schemas.field_of(view.parts, step.name, view.root)) for view in views]
    inner = [_View(view.owner, view.root, parts) for view, parts in found if parts is not None]
    if not inner:
        known = list(dict.fromkeys(name for view in views for name in schemas.fields_of(view.parts)))
        owner = (
            "users have" if path.root.name == "user" else _listed([view.owner for view in views], "declares", "declare")
        )
        help = _suggest(step.name, known)
        raise Unresolved("unknown-field", step, f"{owner} no field {step.name}", help)
    return inner


def _listed(names: Sequence[str], one: str, many: str) -> str:
    if len(names) == 1:
        return f"{names[0]} {one}"
    return f"{', '.join(names[:-1])} and {names[-1]} {many}"


def _can_be_missing(name: str, views: list[_View], inner: list[_View]) -> bool:
    if len(inner) < len(views) or not all(schemas.requires(view.parts, name) for view in views):
        return True
    return any(schemas.can_be_null(view.parts, view.root) for view in inner)


def _one_type(path: Path, index: int, views: list[_View]) -> tuple[Type | None, str]:
    """The type on which all triggers agree, or why there is none."""
    field = ".".join(path.names[: index + 2])
    types = {view.owner: schemas.type_of(view.parts, view.root) for view in views}
    known = [type for type in types.values() if type is not None]
    if len(known) < len(types):
        owner = next(owner for owner, type in types.items() if type is None)
        return None, f"the schema of {owner} does not declare one type for {field}"
    if len({type.kind for type in known}) > 1:
        said = [f"{NAMES[type.kind]} in {owner}" for owner, type in types.items() if type]
        return None, f"{field} is {' but '.join(dict.fromkeys(said))}"
    return union(known), ""


def _leaf(path: Path, type: Type, read: int, optional: tuple[int, ...]) -> Resolved:
    """The type behind the first ``read`` steps, or the field of a timestamp there."""
    rest = path.steps[read:]
    if not rest:
        return Resolved(type, optional)
    before = ".".join(path.names[: read + 1])
    if type.kind != TIMESTAMP or len(rest) > 1:
        step = rest[1] if type.kind == TIMESTAMP and rest[0].name in FIELDS else rest[0]
        raise _no_fields(before if step is rest[0] else f"{before}.{rest[0].name}", type, step)
    return Resolved(timestamp_field(rest[0]), optional, rest[0].name)


def timestamp_field(step: Step) -> Type:
    """The type of a field of a timestamp. Raises Unresolved."""
    if step.name not in FIELDS:
        help = _suggest(step.name, FIELDS) or f"its fields are {', '.join(FIELDS)}"
        raise Unresolved("unknown-field", step, f"a timestamp has no field {step.name}", help)
    return FIELDS[step.name]


def _no_fields(fragment: str, type: Type, step: Step) -> Unresolved:
    help = None
    if step.name in _LENGTHS and type.kind in (TEXT, LIST):
        help = f"write size({fragment})"
    elif step.name in _OF_TEXT and type.kind == TEXT:
        help = f"write {step.name}({fragment})"
    elif type.kind == TEXT and step.name in FIELDS:
        help = "declare its format as date-time or date to read it as a timestamp"
    return Unresolved("unknown-field", step, f"{fragment} has no fields: it is {type.name}", help)


def _catalog(path: Path, scope: Scope) -> Resolved:
    if not path.steps:
        example = f"write catalog.{next(iter(scope.catalogs), 'name')}"
        raise Unresolved("unknown-catalog", path.root, "catalog alone has no value", example)
    step = path.steps[0]
    if step.name not in scope.catalogs:
        help = _suggest(step.name, scope.catalogs)
        raise Unresolved("unknown-catalog", step, f"there is no catalog {step.name}", help)
    if path.steps[1:]:
        message = f"the items of catalog.{step.name} have no fields"
        raise Unresolved("unknown-field", path.steps[1], message)
    return Resolved(known_list(CATALOG, scope.catalogs[step.name]))


def _unknown_name(path: Path, scope: Scope) -> Unresolved:
    name = path.root.name
    return Unresolved("unknown-name", path.root, f"{name} is not known", _meant(name, bool(path.steps), scope))


def _meant(name: str, has_fields: bool, scope: Scope) -> str:
    if name in CONSTANT_SPELLINGS:
        return f"did you mean {CONSTANT_SPELLINGS[name]}?"
    folded = unicodedata.normalize("NFKC", name).lower()
    if folded in ROOTS:
        return f"did you mean {folded}?"
    owners: Mapping[str, Iterable[str]] = {
        "event": [field for view in _payloads(scope) for field in schemas.fields_of(view.parts)],
        "catalog": scope.catalogs,
        "user": [*scope.user, "id"] if scope.triggers else [],
        "time": FIELDS if scope.triggers else [],
    }
    for root, fields in owners.items():
        if name in fields:
            return f"did you mean {root}.{name}?"
    roots = ROOTS if scope.triggers else ("catalog",)
    constants = () if has_fields else ("true", "false", "null")
    near = did_you_mean(name, [*roots, *constants])
    fallback = f"the names are {', '.join(roots)}" if has_fields else f'if it is a text, put it in quotes: "{name}"'
    return near or fallback


def _suggest(name: str, known: Iterable[str]) -> str | None:
    names = list(known)
    folded = {candidate.casefold(): candidate for candidate in reversed(names)}
    same = folded.get(unicodedata.normalize("NFKC", name).casefold())
    return f"did you mean {same}?" if same else did_you_mean(name, names)
