"""A plan as people and programs read it: text, markdown for a pull request, and a record."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..calendar import format_instant
from ..diff import as_markdown as changes_as_markdown
from ..diff import as_text as changes_as_text
from ..diff.printing import cell, clean
from ..model import Award, Progress
from .nouns import BadgePlan, Group, Plan
from .people import Move

NOT_COMPARED = "The rules in service cannot be read by this program: what changes cannot be said."
_BOLD, _YELLOW, _END = "\x1b[1m", "\x1b[33m", "\x1b[0m"


def as_text(plan: Plan, colour: bool = False) -> str:
    """What changes, then badge by badge what that does to people, then what an apply has to do."""
    told = ["For people:"] if plan.badges else []
    for part in plan.badges:
        told.append(f"{_BOLD}{part.badge}{_END}" if colour else part.badge)
        told += [f"  {clean(line)}" for line in _lines(part)]
    refusal = _refusal(plan)
    warned = f"{_YELLOW}{refusal}{_END}" if colour else refusal
    changes = _first(plan) or (changes_as_text(plan.comparison, colour) if plan.comparison else NOT_COMPARED)
    return "\n\n".join(text for text in (changes, "\n".join(told), _effort(plan), warned if refusal else "") if text)


def as_markdown(plan: Plan) -> str:
    """The same for a comment on a pull request."""
    told = []
    for part in plan.badges:
        lines = "; ".join(map(cell, _lines(part)))
        told.append(f"- `{part.badge}`: {lines}")
    changes = _first(plan) or (changes_as_markdown(plan.comparison) if plan.comparison else NOT_COMPARED)
    refusal = _refusal(plan)
    parts = (f"**{cell(refusal)}**" if refusal else "", changes, "\n".join(told), cell(_effort(plan)))
    return "\n\n".join(text for text in parts if text)


def plan_json(plan: Plan) -> dict[str, Any]:
    """The record that programs read."""
    return {
        "version": plan.version,
        "previous": plan.previous,
        "refused": plan.refused,
        "removed": dict(plan.removed),
        "changes": [change.as_json() for change in plan.comparison.changes] if plan.comparison else [],
        "metrics": [{"metric": m.name, "badges": list(plan.used_by.get(m.fingerprint, ()))} for m in plan.metrics],
        "badges": [_badge_json(part) for part in plan.badges],
        "users": plan.users,
        "rebuilt": plan.rebuilt,
        "events": plan.events,
        "seconds": round(plan.seconds, 3),
        "compacted": {"users": plan.compacted, "until": _instant(plan.compacted_until)},
        "warnings": [warning.as_json() for warning in plan.warnings],
    }


def _badge_json(part: BadgePlan) -> dict[str, Any]:
    moves = [
        {"user": m.user, "before": _figures(m.before) if m.before else None, "after": _figures(m.after)}
        for m in part.moves.examples
    ]
    return {
        "badge": part.badge,
        "gains": _group_json(part.gains),
        "keeps": _group_json(part.keeps),
        "loses": _group_json(part.loses),
        "progress": {"users": part.moves.users, "examples": moves},
        "dependents": list(part.hanging),
    }


def _group_json(group: Group) -> dict[str, Any]:
    examples = [
        {"user": user, "tier": a.tier, "occurrence": a.occurrence, "awarded_at": format_instant(a.awarded_at)}
        for user, a in group.examples
    ]
    return {"users": group.users, "awards": group.awards, "examples": examples}


def _figures(progress: Progress) -> dict[str, Any]:
    return {"value": progress.value, "threshold": progress.threshold, "percent": progress.percent}


def _first(plan: Plan) -> str:
    if plan.previous is None:
        return "The first rule set: nothing is in service yet."
    return "This rule set is in service already." if plan.previous == plan.version else ""


def _lines(part: BadgePlan) -> Iterator[str]:
    """What there is to tell of one badge."""
    if part.gains.users:
        yield f"{_people(part.gains)} {_verb(part.gains, 'gain')} it now: {_named(part.gains)}"
    if part.moves.users:
        moves = ", ".join(map(_move, part.moves.examples))
        yield f"progress of {_counted(part.moves.users, 'user')} moves: {moves}{_more(part.moves)}"
    if part.keeps.users:
        verb = _verb(part.keeps, "keep")
        yield f"{_people(part.keeps)} would not qualify today and {verb} it: {_named(part.keeps)}"
    if part.loses.users:
        yield f"{_people(part.loses)} {_verb(part.loses, 'lose')} it: {_named(part.loses)}"
    if part.hanging:
        yield f"what hangs on it: {', '.join(part.hanging)}"


def _people(group: Group) -> str:
    users = _counted(group.users, "user")
    return users if group.awards == group.users else f"{users} ({_counted(group.awards, 'award')})"


def _verb(group: Group, verb: str) -> str:
    return f"{verb}s" if group.users == 1 else verb


def _named(group: Group) -> str:
    return ", ".join(f"{user} ({_award(award)})" for user, award in group.examples) + _more(group)


def _award(award: Award) -> str:
    """Tier or occurrence where there is one, and the day."""
    return " ".join(filter(None, (award.tier, award.occurrence, format_instant(award.awarded_at)[:10])))


def _move(move: Move) -> str:
    return f"{move.user} {move.before.percent if move.before else 0}% → {move.after.percent}%"


def _more(group: Any) -> str:
    return ", …" if group.users > len(group.examples) else ""


def _effort(plan: Plan) -> str:
    if not plan.rebuilt:
        return f"To rebuild: none of {_counted(plan.users, 'user')}."
    users = f"{plan.rebuilt:,} of {_counted(plan.users, 'user')}"
    told = f"To rebuild: {users}, from {_counted(plan.events, 'event')}, in {_about(plan.seconds)}."
    return f"{told} {_beginning(plan)}" if plan.compacted else told


def _beginning(plan: Plan) -> str:
    """What is not counted, since it is not in the log any more."""
    users, until = _counted(plan.compacted, "user"), _instant(plan.compacted_until)
    return f"The log of {users} until {until} is compacted: metrics that are new begin there, with nothing counted."


def _instant(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _about(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < 100:
        return f"about {_counted(math.ceil(seconds), 'second')}"
    return f"about {_counted(math.ceil(seconds / 60), 'minute')}"


def _refusal(plan: Plan) -> str:
    return f"An apply refuses this. {removal(plan.removed)}" if plan.refused else ""


def removal(removed: Mapping[str, int]) -> str:
    """Why badges are not simply taken away from their holders, and what to do."""
    people = ", ".join(f"{id} ({n} {'person' if n == 1 else 'people'})" for id, n in removed.items())
    return (
        f"People hold badges that this rule set removes: {people}. Say `retired: true` instead, or allow the removal."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
