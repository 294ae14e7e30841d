"""The order of badges by their prerequisites; cycles; badges that nobody new can earn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import Prerequisites
from .badges import Written
from .work import Work

Needs = dict[str, list[str]]


def order_badges(work: Work, read: Mapping[str, Written]) -> tuple[list[str], dict[str, int]]:
    """The badges with prerequisites first, and the depth of each. Notes cycles."""
    needs = {id: sorted(_needed(one.prerequisites, read)) for id, one in read.items()}
    order: list[str] = []
    depths: dict[str, int] = {}
    waiting = {id: len(items) for id, items in needs.items()}
    users: dict[str, list[str]] = {id: [] for id in read}
    for id, items in needs.items():
        for item in items:
            users[item].append(id)
    ready = sorted(id for id, count in waiting.items() if count == 0)
    while ready:
        order.extend(ready)
        for id in ready:
            depths[id] = max((depths[item] + 1 for item in needs[id]), default=0)
        later = []
        for id in ready:
            for user in users[id]:
                waiting[user] -= 1
                if waiting[user] == 0:
                    later.append(user)
        ready = sorted(later)
    _note_cycles(work, read, {id: items for id, items in needs.items() if id not in depths})
    return order, depths


def _needed(prerequisites: Prerequisites | None, read: Mapping[str, Written]) -> set[str]:
    return {id for id, _ in prerequisites.items if id in read} if prerequisites else set()


def _note_cycles(work: Work, read: Mapping[str, Written], stuck: Needs) -> None:
    """One problem for each cycle, at the prerequisites of its first badge."""
    seen: set[str] = set()
    for start in sorted(stuck, key=lambda id: read[id].document.file):
        path: list[str] = []
        id = start
        while id not in path and id not in seen:
            path.append(id)
            id = next(item for item in stuck[id] if item in stuck)
        if id in path:
            _note_cycle(work, read, path[path.index(id) :])
        seen.update(path)


def _note_cycle(work: Work, read: Mapping[str, Written], cycle: list[str]) -> None:
    first = min(cycle, key=lambda id: read[id].document.file)
    turned = cycle[cycle.index(first) :] + cycle[: cycle.index(first) + 1]
    node = read[first].root.get("prerequisites")
    if node is not None:
        way = " needs ".join(turned)
        message = f"{first} needs itself" if len(cycle) == 1 else f"no one can begin: {way}"
        work.report("prerequisite-cycle", message, read[first].document, node.span, "take one of them out")


def note_unreachable(work: Work, read: Mapping[str, Written], order: list[str]) -> None:
    """Note each badge that nobody new can earn."""
    retired = {id for id, one in read.items() if one.flag("retired")}
    first_end = min((one.available[1] for one in read.values() if one.available[1] is not None), default=None)
    at_any_time = _lost(order, read, retired, None)
    for id in order:
        one = read[id]
        node, begin = one.root.get("prerequisites"), one.available[0]
        if id in retired or node is None or node.flawed or one.prerequisites is None:
            continue
        is_late = begin is not None and first_end is not None and first_end <= begin
        lost = _lost(_below(one, read), read, retired, begin) if is_late else at_any_time
        if not _met(one.prerequisites, lost):
            message = f"nobody new can earn {id}: {_blocked(one.prerequisites, lost, retired)}"
            work.report("unreachable", message, one.document, node.span, "name badges that can still be earned")


def _lost(order: Iterable[str], read: Mapping[str, Written], retired: set[str], begin: int | None) -> set[str]:
    """The badges that nobody new can earn from an instant on; ``order`` has prerequisites first."""
    lost: set[str] = set()
    for id in order:
        needed, until = read[id].prerequisites, read[id].available[1]
        is_over = begin is not None and until is not None and until <= begin
        if id in retired or is_over or (needed is not None and not _met(needed, lost)):
            lost.add(id)
    return lost


def _below(one: Written, read: Mapping[str, Written]) -> list[str]:
    """All that a badge hangs on, prerequisites first. There is no cycle below it."""
    found: dict[str, None] = {}
    waiting = [(id, False) for id in sorted(_needed(one.prerequisites, read))]
    while waiting:
        id, is_told = waiting.pop()
        if is_told:
            found[id] = None
        elif id not in found:
            waiting.append((id, True))
            waiting += [(item, False) for item in sorted(_needed(read[id].prerequisites, read)) if item not in found]
    return list(found)


def _met(prerequisites: Prerequisites, lost: set[str]) -> bool:
    ways = [id for id, _ in prerequisites.items if id not in lost]
    return bool(ways) and len(ways) >= prerequisites.needed


def _blocked(prerequisites: Prerequisites, lost: set[str], retired: set[str]) -> str:
    if not prerequisites.items:
        return "no other badge of the category can be earned"
    gone = [id for id, _ in prerequisites.items if id in lost]
    why = [f"{id} is retired" if id in retired else f"{id} cannot be earned any more" for id in gone]
    return " and ".join(dict.fromkeys(why))
