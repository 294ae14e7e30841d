"""Why a badge did not come, or came: its figures, and what became of each event, operand by operand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..calendar import format_instant
from ..fold import COUNTED, FALSE, retracted
from ..model import BADGE_AWARDED, Badge, Criterion, CriterionProgress, Event, Progress, RuleSet
from ..progress import award_name, missing, progress_of
from ..state import State
from .actors import Actor, Verdict
from .nouns import Key, Name
from .places import condition_place

EVENTS_TOLD = 5
"""The most events that did not count that a failure tells of, the newest ones."""
OPERANDS_TOLD = 6


def reasons(rules: RuleSet, actor: Actor, state: State, name: str, now: int) -> list[str]:
    """What stands between a user and a badge, and the newest events that did not count."""
    badge = rules.badges[Name.of(name).badge]
    if not badge.criteria:
        return [f"{badge.id} is only given by a call: no step grants it"]
    told = list(_figures(rules, state, badge, now))
    newest = [event for event in actor.log if event.time <= now]
    if not any(event.type in badge.triggers for event in newest) and BADGE_AWARDED not in badge.triggers:
        return [*told, f"no event of type {' or '.join(sorted(badge.triggers))} happened"]
    return told + _not_counted(rules, actor, badge, now)


def completed(actor: Actor, state: State, key: Key) -> str:
    """Which event an award came with."""
    award = state.awards[key]
    label = actor.labels.get((award.source, award.id), award.id)
    return f"{award_name(*key)} came with {label}, at {format_instant(award.awarded_at)}"


def because(tree: Mapping[str, Any]) -> str:
    """Why a condition is false, in its own words: ``event.score >= 80 is false (event.score = 79)``."""
    if tree.get("error"):
        return f"{tree['text']} failed: {tree['error']}"
    guilty = [child for child in tree.get("children", ()) if child.get("value") is False]
    if guilty:
        return " and ".join(map(because, guilty))
    operands = dict(_operands(tree))
    told = ", ".join(f"{text} = {value}" for text, value in list(operands.items())[:OPERANDS_TOLD])
    return f"{tree['text']} is false" + (f" ({told})" if told else "")


def _operands(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for child in tree.get("children", ()):
        if not child.get("skipped") and not child.get("error"):
            yield child["text"], json.dumps(child["value"], ensure_ascii=False, default=str)
    for child in tree.get("children", ()):
        yield from _operands(child)


def _figures(rules: RuleSet, state: State, badge: Badge, now: int) -> Iterator[str]:
    progress = progress_of(rules, state, badge, now)
    if progress.state == "earned":
        return
    if lacking := missing(state, badge.prerequisites):
        yield f"{badge.id} needs first: {', '.join(lacking)}"
    if progress.state == "unavailable":
        yield f"{badge.id} is {_why_unavailable(state, badge)} at {format_instant(now)}"
    parts: Sequence[CriterionProgress | Progress] = progress.criteria or (progress,)
    for criterion, part in zip(badge.criteria, parts, strict=True):
        value = "undefined" if part.value is None else part.value
        yield f"{badge.id}{_of(badge, criterion)} is at {value}, and needs {_needs(criterion)} {part.threshold}"


def _why_unavailable(state: State, badge: Badge) -> str:
    if badge.retired:
        return "retired"
    return "revoked" if state.holding(badge.id).revoked else "not available"


def _of(badge: Badge, criterion: Criterion) -> str:
    """Which criterion of several is meant."""
    if len(badge.criteria) == 1:
        return ""
    return f", criterion {badge.criteria.index(criterion) + 1},"


def _needs(criterion: Criterion) -> str:
    return "at most" if criterion.at_most else "at least"


def _not_counted(rules: RuleSet, actor: Actor, badge: Badge, now: int) -> list[str]:
    own = {criterion.metric.fingerprint for criterion in badge.criteria}
    missed = [v for v in actor.verdicts if v.metric.fingerprint in own and v.what != COUNTED and v.event.time <= now]
    gone = retracted(actor.log)
    told = [f"{_label(actor, verdict.event)} did not count: {_why(rules, verdict)}" for verdict in missed]
    told += [
        f"{_label(actor, event)} did not count: it was retracted"
        for event in actor.log
        if (event.source, event.id) in gone and event.type in badge.triggers
    ]
    left_out = len(told) - EVENTS_TOLD
    return ([f"{left_out} earlier events did not count either"] if left_out > 0 else []) + told[-EVENTS_TOLD:]


def _label(actor: Actor, event: Event) -> str:
    return f"{actor.labels.get((event.source, event.id), event.id)} ({event.type})"


def _why(rules: RuleSet, verdict: Verdict) -> str:
    place = condition_place(rules, verdict.metric)
    where = f", {place}" if place else ""
    if verdict.message:
        return f"{verdict.what}: {verdict.message}{where}"
    if verdict.what == FALSE and verdict.metric.when:
        return because(verdict.metric.when.explain(verdict.context)) + where
    return verdict.what
