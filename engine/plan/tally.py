"""Adds up what a change means to each user, badge by badge; a few users stand as examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..model import Award, RuleSet
from .nouns import BadgePlan, Group, Moves
from .people import Consequences, Move
from .reach import Reach, hanging

EXAMPLES = 3


@dataclass(slots=True)
class _Awards:
    users: int = 0
    awards: int = 0
    examples: list[tuple[str, Award]] = field(default_factory=list)

    def add(self, user: str, awards: list[Award]) -> None:
        self.users += 1
        self.awards += len(awards)
        if len(self.examples) < EXAMPLES:
            self.examples.append((user, awards[-1]))

    def join(self, other: _Awards) -> None:
        self.users += other.users
        self.awards += other.awards
        self.examples = [*self.examples, *other.examples][:EXAMPLES]

    def group(self) -> Group:
        return Group(self.users, self.awards, tuple(self.examples))


@dataclass(slots=True)
class _Moves:
    users: int = 0
    examples: list[Move] = field(default_factory=list)

    def add(self, move: Move) -> None:
        self.users += 1
        self.examples = _farthest([*self.examples, move])

    def join(self, other: _Moves) -> None:
        self.users += other.users
        self.examples = _farthest([*self.examples, *other.examples])


def _farthest(moves: Iterable[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (-abs(move.points), move.user))[:EXAMPLES]


@dataclass(slots=True)
class _Badge:
    gains: _Awards = field(default_factory=_Awards)
    keeps: _Awards = field(default_factory=_Awards)
    loses: _Awards = field(default_factory=_Awards)
    moves: _Moves = field(default_factory=_Moves)

    def join(self, other: _Badge) -> None:
        self.gains.join(other.gains)
        self.keeps.join(other.keeps)
        self.loses.join(other.loses)
        self.moves.join(other.moves)


class Tally:
    """What a change means to all users so far; users come by id."""

    def __init__(self) -> None:
        self._badges: dict[str, _Badge] = defaultdict(_Badge)

    def add(self, user: str, found: Consequences) -> None:
        """Count one user in."""
        for id, awards in _by_badge(found.gained).items():
            self._badges[id].gains.add(user, awards)
        for id, awards in _by_badge(found.unqualified).items():
            self._badges[id].keeps.add(user, awards)
        for id, awards in _by_badge(found.lost).items():
            self._badges[id].loses.add(user, awards)
        for move in found.moved:
            self._badges[move.after.badge].moves.add(move)

    def join(self, other: Tally) -> None:
        """Count in what was found of users who come after these."""
        for id, badge in other._badges.items():
            self._badges[id].join(badge)

    def badges(self, new: RuleSet, reach: Reach) -> tuple[BadgePlan, ...]:
        """The badges about which there is something to tell, by id."""
        hangs = {id: hanging(new, id) for id in reach.changed if id in reach.former}
        told = sorted(self._badges.keys() | {id for id, names in hangs.items() if names})
        return tuple(self._told(id, hangs.get(id, ())) for id in told)

    def _told(self, id: str, hangs: tuple[str, ...]) -> BadgePlan:
        badge = self._badges.get(id) or _Badge()
        awards = (badge.gains.group(), badge.keeps.group(), badge.loses.group())
        return BadgePlan(id, *awards, Moves(badge.moves.users, tuple(badge.moves.examples)), hangs)


def _by_badge(awards: Iterable[Award]) -> dict[str, list[Award]]:
    found: dict[str, list[Award]] = {}
    for award in sorted(awards, key=lambda award: (award.awarded_at, award.source, award.id)):
        found.setdefault(award.badge, []).append(award)
    return found
