"""What can be written where the cursor stands, and what that means which stands there already.

Keys and ids come from the schemas of the rule set at hand, the words of expressions from the payloads of its events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..documents import LIST
from ..expressions import FUNCTION, Scope, Suggestion, meaning, suggestions
from ..model import Named, Names
from ..payloads import KEYWORDS
from ..schema import Schema, schemas_for
from . import shapes
from .places import Cursor, Place, places
from .scopes import kind_of, scope_of

KEY, VALUE = "key", "value"
_LISTS: Mapping[str, str] = {
    "trigger": "events",
    "event": "events",
    "metric": "metrics",
    "badge": "badges",
    "award": "badges",
    "occurrence": "badges",
    "catalog": "catalogs",
    "leaderboard": "leaderboards",
}
"""Where the names of each kind of name stand."""
_COMMON = frozenset(keyword for keyword in KEYWORDS if keyword.isalpha())
"""Keywords of JSON Schema that name no places in it."""
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cursor in one file of a rule set."""

    names: Names
    kind: str
    text: str
    start: int
    """Offsets of the word at the cursor."""
    at: int
    end: int
    places: list[Place]

    @classmethod
    def of(cls, names: Names, file: str, text: str, cursor: Cursor) -> Spot | None:
        """The spot, unless nothing is known of the file."""
        kind = kind_of(file)
        if kind is None:
            return None
        start, end = cursor.word(text)
        at = max(start, min(end, _offset(text, cursor)))
        return cls(names, kind, text, start, at, end, places(text, start, end))

    @property
    def schema(self) -> Schema:
        return schemas_for(self.names)[self.kind]


def complete(names: Names, file: str, text: str, cursor: Cursor) -> Answer:
    """What can be written at a cursor: how many characters before it are replaced, and the options."""
    spot = Spot.of(names, file, text, cursor)
    found = list(_options(spot)) if spot else []
    typed = max((length for length, _ in found), default=0)
    unique = {option["text"]: option for length, option in reversed(found) if length == typed}
    return {"replace": typed, "options": list(reversed(unique.values()))}


def hover(names: Names, file: str, text: str, cursor: Cursor) -> Answer:
    """What the word at a cursor means: a title and sentences, both empty where nothing is known."""
    spot = Spot.of(names, file, text, cursor)
    word = spot.text[spot.start : spot.end] if spot else ""
    for place in spot.places if spot and word.strip(".-#") else ():
        told = _told(spot, place, word) if spot else None
        if spot and told and any(told.values()):
            return {"before": spot.at - spot.start, "after": spot.end - spot.at, **told}
    return {"title": "", "told": "", "before": 0, "after": 0}


def _offset(text: str, cursor: Cursor) -> int:
    lines = text.split("\n")[: cursor.line - 1]
    return sum(len(line) + 1 for line in lines) + cursor.column - 1


# completion


def _options(spot: Spot) -> Iterator[tuple[int, Answer]]:
    """Options, each with how much of what is typed it replaces."""
    typed = spot.text[spot.start : spot.at]
    for place in spot.places:
        scope = scope_of(spot.names, spot.kind, place)
        if scope is not None:
            own = len(typed.rpartition(".")[2])
            yield from ((own, _suggestion(each)) for each in suggestions(place.before + typed, scope))
        if place.is_key:
            yield from ((len(typed), option) for option in _keys(spot, place))
        elif scope is None or not scope.triggers:
            yield from ((len(typed), option) for option in _values(spot, place))


def _suggestion(each: Suggestion) -> Answer:
    return _option(each.text, each.kind, each.detail, each.told)


def _option(text: str, kind: str, detail: str = "", told: str = "", insert: str | None = None) -> Answer:
    return {"text": text, "kind": kind, "detail": detail, "told": told, "insert": text if insert is None else insert}


def _keys(spot: Spot, place: Place) -> Iterator[Answer]:
    parts = shapes.at(spot.schema, place.path, place.root)
    beside = place.beside()
    taken = set(beside.value) if beside is not None else set()
    behind = "" if spot.text[spot.end :].lstrip(" ").startswith(":") else ": "
    for key, schema in shapes.keys(parts).items():
        if key not in taken:
            yield _option(key, KEY, _holds(schema), schema.get("description", ""), key + behind)
    if spot.kind == "event" and place.path[:1] == ("payload",) and place.path[-1] != "properties":
        yield from (_option(key, KEY, "JSON Schema", "", key + behind) for key in sorted(_COMMON - taken))


def _holds(schema: Schema) -> str:
    types = schema.get("type", ())
    return " or ".join([types] if isinstance(types, str) else types)


def _values(spot: Spot, place: Place) -> Iterator[Answer]:
    parts = shapes.at(spot.schema, place.path, place.root)
    taken = _beside(place)
    for value in shapes.values(parts):
        text = value if isinstance(value, str) else json.dumps(value)
        if text not in taken:
            yield _option(text, VALUE, "", _named(spot.names, parts, text))


def _beside(place: Place) -> set[str]:
    """What stands already in the list that the place is in."""
    holder = place.root.at(place.path[:-1])
    return {node.value for node in holder.children() if isinstance(node.value, str)} if holder.kind == LIST else set()


def _named(names: Names, parts: Iterable[Schema], text: str) -> str:
    """What an id means, by the kind of names that the place takes."""
    for kind in (part["x-names"] for part in parts if "x-names" in part):
        known: Mapping[str, Named] = getattr(names, _LISTS[kind]) if kind in _LISTS else {}
        found = known.get(text) or known.get(text.partition("#")[0].rpartition(".")[0])
        if found:
            return found.told
    return ""


# hovering


def _told(spot: Spot, place: Place, word: str) -> Answer | None:
    scope = scope_of(spot.names, spot.kind, place)
    if scope is not None and (found := _in_expression(spot, place, scope)):
        return found
    if place.is_key:
        schema = shapes.keys(shapes.at(spot.schema, place.path, place.root)).get(word)
        return _titled(word, schema.get("description", ""), _holds(schema)) if schema else None
    parts = shapes.at(spot.schema, place.path, place.root)
    if told := _named(spot.names, parts, word):
        return _titled(word, told)
    listed = word in map(str, shapes.values(parts))
    return _titled(word, next((part["description"] for part in parts if "description" in part), "")) if listed else None


def _in_expression(spot: Spot, place: Place, scope: Scope) -> Answer | None:
    """The meaning of the part of a path that the cursor is on."""
    typed, rest = spot.text[spot.start : spot.at], spot.text[spot.at : spot.end]
    begun = typed.rpartition(".")[2]
    ended = rest.partition(".")[0]
    found = meaning(place.before + typed[: len(typed) - len(begun)], begun + ended, scope)
    if found is None:
        return None
    written = _titled(found.detail, found.told) if found.kind == FUNCTION else None
    told = written or _titled(found.text, found.told, found.detail)
    return {**told, "before": len(begun), "after": len(ended)}


def _titled(title: str, told: str, detail: str = "") -> Answer:
    shown = f"{title}: {detail}" if detail and detail != title else title
    return {"title": shown, "told": told}
