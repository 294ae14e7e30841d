"""Calls that grant and revoke, as entries of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..model import Award, Event, RuleSet
from ..state import Holding, State
from .entry import Entry
from .rounds import follow, run
from .waiting import forget


def grant(rules: RuleSet, state: State, entry: Entry) -> None:
    """A badge given by a call: staff's also ends a revocation. One that the rules no longer have waits in the log."""
    data = entry.event.data
    name = rules.renames.get(data["badge"], data["badge"])
    badge = rules.badges.get(name)
    if badge is None:
        return
    tier = data.get("tier") or (badge.tiers[0].id if badge.tiers else None)
    if tier not in ({step.id for step in badge.tiers} or {None}):
        return
    holding = state.holding(name)
    if holding.revoked:
        state.keep(name, replace(holding, revoked=False))
        forget(rules, state, name)
    if (tier or "") in holding.tiers:
        return
    event, version, metadata = entry.event, badge.version, data.get("metadata")
    kept = dict(metadata) if isinstance(metadata, Mapping) else {}
    award = Award(name, tier, None, event.time, event.source, event.id, kept, rules.version, version, by_call=True)
    run(rules, state, entry, follow(rules, state, entry, [award]))


def revoke(rules: RuleSet, state: State, event: Event) -> None:
    """All of a badge taken away by staff: the rules do not give it again until staff grants it."""
    name = rules.renames.get(event.data["badge"], event.data["badge"])
    state.keep(name, Holding(revoked=True))
    forget(rules, state, name)
    state.taken = (*state.taken, name)
    state.awards = {key: award for key, award in state.awards.items() if award.badge != name}
