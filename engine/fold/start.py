"""Where a replay begins when the beginning of the log is a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..measures import Head
from ..model import Award, Badge, RuleSet, Snapshot
from ..state import PINNED, Cells, Holding, State
from .earning import earned
from .rounds import evaluate, run
from .stepping import moment_of

HELD = "b:"


def resume(rules: RuleSet, user: str, start: Snapshot) -> State:
    """The state of a snapshot, as far as the rules of today know it; a metric that it does not hold begins here."""
    awards = awards_of(rules, start)
    heads = {key: head for key, head in start.heads.items() if key in rules.by_fingerprint}
    heads |= _holdings(rules, start.heads, awards)
    state = State(user, start.position, start.offset, start.attributes, heads, _cells(rules, start))
    state.awards = {award.key: award for award in awards}
    for metric in rules.by_fingerprint.values():
        if metric.gate and metric.fingerprint not in heads and state.meets(metric.gate):
            state.put(metric.fingerprint, [list(start.position), state.head(metric)[1]])
    return state


def awards_of(rules: RuleSet, start: Snapshot) -> list[Award]:
    """The awards of a snapshot, under the ids that their badges have today; of removed badges none."""
    named = (award._replace(badge=rules.renames.get(award.badge, award.badge)) for award in start.awards)
    return [award for award in named if award.badge in rules.badges]


def give_due(rules: RuleSet, state: State, start: Snapshot) -> None:
    """Give at a snapshot what new rules make due there; what was due under the same rules waits for its event."""
    entry = moment_of(rules, state, start.position)
    waiting = {rules.renames.get(id, id): version for id, version in start.waiting.items()}
    badges = [badge for badge in rules.badges.values() if waiting.get(badge.id) != badge.version]
    run(rules, state, entry, evaluate(rules, state, entry, None, badges))


def due(rules: RuleSet, user: str, start: Snapshot) -> list[Badge]:
    """The badges that a snapshot makes due without holding them."""
    state = resume(rules, user, start)
    entry = moment_of(rules, state, start.position)
    return [badge for badge in rules.badges.values() if earned(rules, state, entry, None, badge)]


def _cells(rules: RuleSet, start: Snapshot) -> Cells:
    cells = Cells()
    for (fingerprint, key), value in start.cells.items():
        if fingerprint in rules.by_fingerprint:
            cells.put(fingerprint, key, value)
    return cells


def _holdings(rules: RuleSet, heads: Mapping[str, Head], awards: Iterable[Award]) -> dict[str, Head]:
    """What is held by badge, under today's ids."""
    found: dict[str, list[Holding]] = {}
    for key, head in heads.items():
        id = rules.renames.get(key.removeprefix(HELD), key.removeprefix(HELD))
        if key.startswith(HELD) and id in rules.badges:
            found.setdefault(id, []).append(Holding.of(head))
    held = list(awards)
    return {HELD + id: _one(id, some, held).as_json() for id, some in found.items()}


def _one(id: str, holdings: list[Holding], awards: Iterable[Award]) -> Holding:
    """What is held of a badge; if several were renamed to it, what their awards say."""
    if len(holdings) == 1:
        return holdings[0]
    own = [award for award in awards if award.badge == id]
    odd: dict[str, Any] = {award.occurrence: PINNED for award in own if award.occurrence}
    tiers = {award.tier or "": PINNED for award in own if not award.occurrence}
    return Holding(tiers, 0, odd, [], len(odd), all(holding.revoked for holding in holdings))
