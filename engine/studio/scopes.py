"""Which place of a rule file holds an expression, and what that expression may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..compiler.files import FOLDERS, SINGLES
from ..documents import LIST, MAPPING, TEXT, Node
from ..expressions import Scope
from ..model import EVENT_RETRACTED, Names
from .places import Place

_WITH_EVENT = ("when", "of", "by")


def kind_of(file: str) -> str | None:
    """The kind of a rule file; None of one that is in no place of a rule set."""
    return FOLDERS.get(file.partition("/")[0]) if "/" in file else SINGLES.get(file)


def scope_of(names: Names, kind: str, place: Place) -> Scope | None:
    """What the expression at a place may name; None where none is written."""
    if place.is_key or kind not in ("badge", "metric") or not place.path:
        return None
    catalogs = {id: catalog.items for id, catalog in names.catalogs.items()}
    if place.path[-1] == "threshold":
        return Scope({}, {}, catalogs)
    if place.path[-1] not in _WITH_EVENT and place.path[:-1] != ("metadata",):
        return None
    return Scope(_payloads(names, place), names.user, catalogs)


def _payloads(names: Names, place: Place) -> Mapping[str, Any]:
    """The payloads of the triggers that are written beside the place; of all events where none is."""
    triggers = [type_ for type_ in _triggers(place) if type_ in names.events]
    others = [type_ for type_ in names.events if type_ != EVENT_RETRACTED]
    return {type_: names.events[type_].payload for type_ in triggers or others}


def _triggers(place: Place) -> list[str]:
    beside = place.beside(1) if place.path[:-1] == ("metadata",) else place.beside()
    if beside is None:
        return []
    criteria = beside.get("criteria")
    holders = [beside, *(criteria.children() if criteria is not None and criteria.kind == LIST else ())]
    return list(dict.fromkeys(name for holder in holders for name in _named(holder)))


def _named(holder: Node) -> Iterator[str]:
    trigger = holder.get("trigger") if holder.kind == MAPPING else None
    for node in [trigger] if trigger is None or trigger.kind != LIST else trigger.children():
        if node is not None and node.kind == TEXT:
            yield node.value
