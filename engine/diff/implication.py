"""Whether one condition holds on every event on which another one does: proved, or not known.

A part of a condition can fail on an event (a value is missing, a division by zero): then the condition does not hold.
So ``x or y`` does not follow from ``y``, unless x is sure to have an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from .atoms import Atom, denied, follows
from .conditions import ALWAYS, All, Condition, Some

MOST_CASES = 64
"""Of a condition that can hold in more ways, nothing is proved: a comparison must not take long."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which a condition holds: what was asked, and answered so."""

    atoms: tuple[Atom, ...] = ()

    @property
    def read(self) -> frozenset[str]:
        """The values that were there."""
        return frozenset(value for atom in self.atoms for value in atom.reads)


def holds_with(condition: Condition, other: Condition) -> bool:
    """Whether ``other`` holds on every event on which ``condition`` does."""
    if condition == other:
        return True
    cases = _cases(condition)
    return cases is not None and all(_holds(other, case) for case in cases)


def fails_with(condition: Condition, other: Condition) -> bool:
    """Whether, moreover, ``condition`` is false, and does not fail, on every event on which ``other`` is false."""
    if condition == other or other == ALWAYS or _is_sure(condition):
        return True
    if isinstance(other, Some):
        mine, theirs = _parts(condition, Some), other.parts
        return len(mine) <= len(theirs) and all(map(_is_narrower, mine, theirs))
    mine, theirs = _parts(condition, All), _parts(other, All)
    return len(theirs) <= len(mine) and all(map(_is_narrower, mine, theirs))


def _is_narrower(one: Condition, other: Condition) -> bool:
    """Whether one question asks for less of the same value as the other."""
    if one == other:
        return True
    if not isinstance(one, Atom) or not isinstance(other, Atom) or one.reads != other.reads:
        return False
    return one.value == other.value and follows(one.asks, other.asks)


def _parts(condition: Condition, kind: type[All] | type[Some]) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


def _is_sure(condition: Condition) -> bool:
    return condition.surely if isinstance(condition, Atom) else all(map(_is_sure, condition.parts))


def _cases(condition: Condition) -> list[Case] | None:
    """The ways in which a condition holds; None if there are too many."""
    if isinstance(condition, Atom):
        return [Case((condition,))]
    return _of_all(condition) if isinstance(condition, All) else _of_any(condition)


def _of_all(condition: All) -> list[Case] | None:
    found = [Case()]
    for part in condition.parts:
        cases = _cases(part)
        if cases is None or len(found) * len(cases) > MOST_CASES:
            return None
        found = [Case(one.atoms + other.atoms) for one, other in product(found, cases)]
    return found


def _of_any(condition: Some) -> list[Case] | None:
    """Where a part holds, those before it were false: what is known of that, if they are plain questions."""
    found: list[Case] = []
    before: tuple[Atom, ...] = ()
    for part in condition.parts:
        cases = _cases(part)
        if cases is None or len(found) + len(cases) > MOST_CASES:
            return None
        found += [Case(before + case.atoms) for case in cases]
        before += tuple(_denials(part))
    return found


def _denials(part: Condition) -> Iterator[Atom]:
    if isinstance(part, Atom):
        yield Atom(part.value, denied(part.asks), part.reads, part.surely)


def _holds(condition: Condition, case: Case) -> bool:
    if isinstance(condition, Atom):
        return any(atom.value == condition.value and follows(atom.asks, condition.asks) for atom in case.atoms)
    if isinstance(condition, All):
        return all(_holds(part, case) for part in condition.parts)
    for part in condition.parts:
        if _holds(part, case):
            return True
        if not _has_answer(part, case):
            return False
    return False


def _has_answer(condition: Condition, case: Case) -> bool:
    """Whether a condition cannot fail where a case holds."""
    if isinstance(condition, Atom):
        return condition.surely or condition.reads <= case.read
    return all(_has_answer(part, case) for part in condition.parts)
