"""What a change of rules means to one user: the same replay as an apply makes, without writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..fold import Key, replay
from ..model import Award, Event, Progress, RuleSet, Snapshot
from ..progress import progress_of
from ..reconcile import reconcile, renamed
from ..state import State
from .part import alone
from .reach import Reach


@dataclass(frozen=True, slots=True)
class Person:
    """A user as stored, before the change."""

    user: str
    log: Sequence[Event]
    awards: Sequence[Award]
    rules: RuleSet
    """In service."""
    state: State
    """By these rules."""
    start: Snapshot | None = None
    """What stands for the beginning of the log."""


@dataclass(frozen=True, slots=True)
class Move:
    """How far a user is towards a badge, before and after."""

    user: str
    before: Progress | None
    """None if the badge is new."""
    after: Progress

    @property
    def points(self) -> int:
        """Percentage points gained or, below 0, lost."""
        return self.after.percent - (self.before.percent if self.before else 0)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What one user gets and loses."""

    gained: tuple[Award, ...]
    lost: tuple[Award, ...]
    """Of badges that are removed."""
    unqualified: tuple[Award, ...]
    """Held and kept, though the new rules alone would not give them."""
    moved: tuple[Move, ...]


def consequences(new: RuleSet, reach: Reach, person: Person, now: int, part: RuleSet | None = None) -> Consequences:
    """What a rule set does to a user's awards and progress; ``part`` is that of it which the change is about."""
    state = alone(part, reach, person.user, person.log, person.awards) if part and not person.start else None
    if part and state:
        return Consequences((), (), (), _moved(part, reach, person, state, now, set()))
    held = {award.key: award for award in (renamed(new, award) for award in person.awards)}
    state = reconcile(new, person.user, person.log, held.values(), start=person.start)
    gained = tuple(award for key, award in state.awards.items() if key not in held)
    return Consequences(
        gained=gained,
        lost=tuple(award for key, award in held.items() if key not in state.awards),
        unqualified=_unqualified(new, reach, person, state, held),
        moved=_moved(new, reach, person, state, now, {award.badge for award in gained}),
    )


def _unqualified(
    new: RuleSet, reach: Reach, person: Person, state: State, held: Mapping[Key, Award]
) -> tuple[Award, ...]:
    """Awards of badges that the change reaches, which a fold in order with nothing kept does not give."""
    if not state.pins and not any(award.kept for award in state.awards.values()):
        return ()
    judged = (a for key, a in state.awards.items() if key in held and a.badge in reach.reached)
    given = replay(new, person.user, person.log, start=person.start).awards
    return tuple(award for award in judged if award.key not in given or (award.kept and not held[award.key].kept))


def _moved(new: RuleSet, reach: Reach, person: Person, state: State, now: int, gained: set[str]) -> tuple[Move, ...]:
    """The badges not gained towards which the user stands further, or less far, than before."""
    moves = []
    for id in sorted(reach.reached & new.badges.keys() - gained):
        badge, before = new.badges[id], person.rules.badges.get(reach.former.get(id, ""))
        if not badge.criteria:
            continue
        seen = max(now, state.position[0]) if state.position else now
        was = progress_of(person.rules, person.state, before, seen) if before and before.criteria else None
        moves.append(Move(person.user, was, progress_of(new, state, badge, seen)))
    return tuple(move for move in moves if move.points)
