"""One badge before and after: every difference that decides who earns it, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..calendar import format_instant
from ..model import Badge
from .changes import CHANGED, LOOSER, TIGHTER, Finding
from .criteria import Sides, compare_criteria, is_steady
from .describe import is_gated, taken_by
from .growth import earlier_helps
from .prerequisites import direction_of, told, under_new_names
from .texts import compare_dress


def compare_badges(sides: Sides, old: Badge, new: Badge, names: Mapping[str, str]) -> list[Finding]:
    """The differences between a badge before and after; ``names`` are the ids of today of badges that were renamed."""
    return [*_rule(sides, old, new, names), *compare_dress(old, new)]


def _rule(sides: Sides, old: Badge, new: Badge, names: Mapping[str, str]) -> Iterator[Finding]:
    if old.retired != new.retired:
        sentence = "retired: nobody new earns it, holders keep it" if new.retired else "no longer retired"
        yield Finding("retired", TIGHTER if new.retired else LOOSER, sentence)
    yield from _ways(sides, old, new)
    yield from _prerequisites(sides, old, new, names)
    yield from _counts(sides, old, new)
    yield from _available(sides, old, new)
    yield from _repeats(old, new)


def _ways(sides: Sides, old: Badge, new: Badge) -> Iterator[Finding]:
    """How it is earned: by criteria, or by a call."""
    if old.criteria and new.criteria:
        yield from compare_criteria(sides, old, new)
    elif old.criteria or new.criteria:
        yield Finding("grant", CHANGED, f"earned in another way: {taken_by(new)}")
    elif old.grant != new.grant:
        by_users = new.grant == "client"
        sentence = f"given by a call of {'users themselves' if by_users else 'staff'}"
        yield Finding("grant", LOOSER if by_users else TIGHTER, sentence)


def _prerequisites(sides: Sides, old: Badge, new: Badge, names: Mapping[str, str]) -> Iterator[Finding]:
    was, now = under_new_names(old.prerequisites, names), under_new_names(new.prerequisites, {})
    direction = direction_of(was, now)
    if direction is None:
        return
    if not opens_safely(sides, old, new):
        direction = CHANGED
    yield Finding("prerequisites", direction, told(was, now))


def opens_safely(sides: Sides, old: Badge, new: Badge) -> bool:
    """Whether nobody loses the badge by meeting its prerequisites earlier, or gains it by meeting them later."""
    if (is_gated(old) or is_gated(new)) and not _earlier_helps(sides, old, new):
        return False
    return is_steady(sides, old, new)


def _earlier_helps(sides: Sides, old: Badge, new: Badge) -> bool:
    """Whether whoever meets the criteria still does, with events before all others that count."""
    before = all(earlier_helps(criterion, sides[0].rules) for criterion in old.criteria)
    return before and all(earlier_helps(criterion, sides[1].rules) for criterion in new.criteria)


def _counts(sides: Sides, old: Badge, new: Badge) -> Iterator[Finding]:
    was, now = is_gated(old), is_gated(new)
    if was == now or not old.criteria or not new.criteria:
        return
    direction = (TIGHTER if now else LOOSER) if _earlier_helps(sides, old, new) else CHANGED
    sentence = "only what is done after the prerequisites were met counts" if now else "what was done before counts too"
    yield Finding("counts", direction, sentence)


def _available(sides: Sides, old: Badge, new: Badge) -> Iterator[Finding]:
    (since, until), (from_now, until_now) = old.available, new.available
    if since != from_now:
        earlier = from_now is None or (since is not None and from_now < since)
        safe = _earlier_helps(sides, old, new)
        direction = (LOOSER if earlier else TIGHTER) if safe else CHANGED
        yield Finding("available", direction, f"available from {_bounds(sides, old, new, 'from')}")
    if until != until_now:
        later = until_now is None or (until is not None and until_now > until)
        direction = LOOSER if later else TIGHTER
        yield Finding("available", direction, f"available until {_bounds(sides, old, new, 'until')}")


def _bounds(sides: Sides, old: Badge, new: Badge, bound: str) -> str:
    """A bound before and after as the authors wrote it; as an instant, where both wrote the same."""
    was, now = sides[0].available(old.id, bound), sides[1].available(new.id, bound)
    if was == now:
        index = 0 if bound == "from" else 1
        was, now = (format_instant(badge.available[index] or 0) for badge in (old, new))
    return f"{was or 'ever'} → {now or 'ever'}" if bound == "until" else f"{was or 'the first'} → {now or 'the first'}"


def _repeats(old: Badge, new: Badge) -> Iterator[Finding]:
    if old.repeatable != new.repeatable:
        sentence = "awarded again and again" if new.repeatable else "awarded once only"
        yield Finding("repeatable", LOOSER if new.repeatable else TIGHTER, sentence)
    elif old.max_awards != new.max_awards:
        more = new.max_awards is None or (old.max_awards is not None and new.max_awards > old.max_awards)
        was, now = (badge.max_awards or "no limit" for badge in (old, new))
        yield Finding("max_awards", LOOSER if more else TIGHTER, f"max_awards {was} → {now}")
