"""Prerequisites before and after: whether whoever meets the one meets the other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from ..model import Prerequisites
from ..progress import written
from .changes import CHANGED, LOOSER, TIGHTER
from .describe import needed

Item = tuple[str, str | None]
NONE = Prerequisites(0, ())
MOST_ITEMS = 12
"""With more items, a tier that stands for its badge is not looked through."""


def under_new_names(prerequisites: Prerequisites | None, names: Mapping[str, str]) -> Prerequisites:
    """Prerequisites with badges under the ids that they have today; without any, none are needed."""
    if prerequisites is None:
        return NONE
    return Prerequisites(prerequisites.needed, tuple((names.get(id, id), tier) for id, tier in prerequisites.items))


def direction_of(old: Prerequisites, new: Prerequisites) -> str | None:
    """Where a change of prerequisites leads; None if they are met by the same users."""
    looser, tighter = _meets(old, new), _meets(new, old)
    if looser and tighter:
        return None
    return LOOSER if looser else TIGHTER if tighter else CHANGED


def _meets(one: Prerequisites, other: Prerequisites) -> bool:
    """Whether whoever holds enough of the one holds enough of the other."""
    return _least(one, other) >= other.needed


def _least(one: Prerequisites, other: Prerequisites) -> int:
    """How many items of the other are held at least, with enough of the one."""
    if len(one.items) > MOST_ITEMS:
        return one.needed - len(set(one.items) - set(other.items))
    ways = combinations(one.items, min(one.needed, len(one.items)))
    return min(len({item for item in other.items if _brings(way, item)}) for way in ways)


def _brings(held: tuple[Item, ...], item: Item) -> bool:
    """Whether an item is held with some others: a badge is, with any of its tiers."""
    badge, tier = item
    return item in held or (tier is None and any(badge == other for other, _ in held))


def told(old: Prerequisites, new: Prerequisites) -> str:
    """What is needed more or less, or the whole where that says too little."""
    more, less = _names(new, old), _names(old, new)
    if _all_of(old) and _all_of(new) and bool(more) != bool(less):
        return f"needs {' and '.join(more)} too" if more else f"no longer needs {' and '.join(less)}"
    return f"needs {needed(old)} → {needed(new)}"


def _names(these: Prerequisites, but: Prerequisites) -> list[str]:
    return [written(*item) for item in these.items if item not in but.items]


def _all_of(prerequisites: Prerequisites) -> bool:
    return prerequisites.needed == len(prerequisites.items)
