"""How far changes go: from badge to badge, until nothing more is reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .changes import CHANGED, joined

_NAMED = 5
"""So many badges are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way on which a change of one badge reaches another one."""

    source: str
    target: str
    safe: bool
    """Whether what is looser there is looser here, and what is tighter there is tighter here."""
    why: str
    """``needs``, or ``counts the awards of``."""


class Reach:
    """Directions of badges by id: own changes, and all that reaches them, together."""

    def __init__(self, links: Iterable[Link], own: Mapping[str, str]) -> None:
        self._from: dict[str, list[Link]] = defaultdict(list)
        self._into: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            self._from[link.source].append(link)
            self._into[link.target].append(link)
        self.effects = dict(own)
        self._spread()

    def _spread(self) -> None:
        waiting = list(self.effects)
        while waiting:
            source = waiting.pop()
            for link in self._from[source]:
                arrived = self.effects[source] if link.safe else CHANGED
                direction = joined([self.effects.get(link.target), arrived])
                if direction is not None and direction != self.effects.get(link.target):
                    self.effects[link.target] = direction
                    waiting.append(link.target)

    def beyond(self, sources: Iterable[str]) -> dict[str, str]:
        """The badges that changes of some badges reach, and in which direction they change all in all."""
        origin = set(sources)
        found, waiting = set(origin), list(origin)
        while waiting:
            targets = {link.target for link in self._from[waiting.pop()]} - found
            found |= targets
            waiting.extend(targets)
        return {id: self.effects[id] for id in sorted(found - origin) if id in self.effects}

    def reasons(self, target: str) -> str:
        """Why a badge is reached: ``needs quiz_master``."""
        sources: dict[str, list[str]] = defaultdict(list)
        for link in self._into[target]:
            if link.source in self.effects:
                sources[link.why].append(link.source)
        return "; ".join(f"{why} {_listed(sorted(names))}" for why, names in sources.items())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
