"""A scenario out of what really happened: the events of one user that touch a badge, and what they give.

Of the data only what the rules read and the schema requires is kept; the user is called ``user``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from ..calendar import format_local
from ..documents import flow, scalar
from ..fold import in_order, replay, retracted
from ..model import BADGE_AWARDED, BADGE_GRANTED, BADGE_REVOKED, USER_UPDATED, Award, Badge, Event, RuleSet
from ..progress import award_name, progress_of
from .nouns import Step

USER = "user"
_CALLS = (BADGE_GRANTED, BADGE_REVOKED)
HIDDEN = "x"
"""What stands for a text that no rule reads."""


@dataclass(frozen=True, slots=True)
class _Touched:
    """What decides over a badge: the badges below it, the types of event that count, and what is read of them."""

    badges: frozenset[str]
    types: frozenset[str]
    reads: frozenset[tuple[str, ...]]
    uses_calendar: bool

    def fields(self, of: str) -> set[str]:
        """The fields that are read of ``event`` or ``user``."""
        return {path[1] for path in self.reads if path[0] == of and len(path) > 1}

    def attributes(self) -> set[str]:
        """The attributes of the user that matter."""
        return self.fields("user") | ({"timezone"} if self.uses_calendar else set())


def record(rules: RuleSet, badge: Badge, user: str, log: Iterable[Event]) -> list[Step]:
    """The steps that a user's log makes, up to the badge's last award; none if nothing of it touches the badge.

    Retracted events are left out, and those whose data the event type of today refuses.
    """
    touched = _touched(rules, badge)
    entries = in_order(list(log))
    gone = retracted(entries)
    standing = [event for event in entries if event.type in _CALLS or (event.source, event.id) not in gone]
    kept = [event for event in standing if _touches(rules, touched, event)]
    plain = _placed(told for event in kept if (told := _anonymous(rules, touched, user, event)) is not None)
    if not plain:
        return []
    awards = [award for award in replay(rules, USER, plain).awards.values() if award.badge == badge.id]
    return list(_steps(rules, badge, _numbered(touched, plain), plain, awards))


def written(name: str, steps: Iterable[Step]) -> str:
    """The text of a scenario of such steps, of what somebody did for a badge."""
    lines = [f"description: {scalar(f'What somebody did and what it gave of {name}.')}", "steps:", *map(_line, steps)]
    return "\n".join(lines) + "\n"


def _line(step: Step) -> str:
    return f"  - expect: {flow(step['expect'])}" if "expect" in step else f"  - {flow(step)}"


def _touched(rules: RuleSet, badge: Badge) -> _Touched:
    """Everything below a badge: with ``badge.awarded`` among its triggers, that is every badge."""
    found, waiting = {badge.id}, [badge]
    while waiting:
        below = waiting.pop()
        names = {name for name, _ in below.prerequisites.items} if below.prerequisites else set()
        names |= set(rules.badges) if BADGE_AWARDED in below.triggers else set()
        waiting += [rules.badges[name] for name in sorted(names - found)]
        found |= names
    metrics = [criterion.metric for name in found for criterion in rules.badges[name].criteria]
    expressions = [e for metric in metrics for e in (metric.when, metric.of, metric.by) if e is not None]
    types = frozenset(type_ for metric in metrics for type_ in metric.triggers)
    reads = frozenset(path for expression in expressions for path in expression.reads)
    uses_calendar = any(e.uses_calendar for e in expressions) or any(m.measure.uses_calendar for m in metrics)
    return _Touched(frozenset(found), types, reads, uses_calendar)


def _touches(rules: RuleSet, touched: _Touched, event: Event) -> bool:
    if event.type in _CALLS:
        return rules.renames.get(event.data["badge"], event.data["badge"]) in touched.badges
    return event.type in touched.types or event.type == USER_UPDATED


def _anonymous(rules: RuleSet, touched: _Touched, user: str, event: Event) -> Event | None:
    """The event with as little of the user as it can be, or None if it says nothing, or not what it may say today."""
    if event.type in _CALLS:
        return replace(event, user=USER)
    is_update = event.type == USER_UPDATED
    read = touched.fields("event") | (touched.attributes() if is_update else set())
    known = rules.events[event.type]
    needed = read | set(known.payload.get("required", ()))
    data = {name: _renamed(value, user) for name, value in event.data.items() if name in needed}
    hidden = {name: value if name in read or not isinstance(value, str) else HIDDEN for name, value in data.items()}
    if is_update and not data and event.type not in touched.types:
        return None
    accepted = next((sparse for sparse in (hidden, data) if not known.validate(sparse)), None)
    return None if accepted is None else replace(event, user=USER, data=accepted)


def _placed(events: Iterable[Event]) -> list[Event]:
    """The events, each with an offset: where one carries none, the offset of the one before is in effect."""
    placed: list[Event] = []
    offset = None
    for event in events:
        offset = event.offset if event.offset is not None else offset
        placed.append(event if event.type in _CALLS else replace(event, offset=offset))
    return placed


def _renamed(value: Any, user: str) -> Any:
    """A value of JSON in which the user is called ``user``."""
    if isinstance(value, Mapping):
        return {name: _renamed(inner, user) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(inner, user) for inner in value]
    return USER if value == user else value


def _numbered(touched: _Touched, events: Sequence[Event]) -> list[dict[str, Any]]:
    """A step for each event; with an id where another one has the same time, so that they keep their order."""
    times = Counter(event.time for event in events)
    numbered = enumerate(events, start=1)
    return [_step(touched, event, f"e{number:05}" if times[event.time] > 1 else None) for number, event in numbered]


def _step(touched: _Touched, event: Event, id: str | None) -> dict[str, Any]:
    at = _minutes(format_local(event.time, event.offset))
    if event.type in _CALLS:
        name = award_name(event.data["badge"], event.data.get("tier"), None)
        return {"grant" if event.type == BADGE_GRANTED else "revoke": name, "at": at}
    own = {"id": id} if id else {}
    source = {"source": event.source} if ("source",) in touched.reads else {}
    return {"event": event.type, "at": at, **own, **source, **({"data": event.data} if event.data else {})}


def _minutes(time: str) -> str:
    """A time without its seconds where there are none."""
    return time[:16] + time[19:] if time[16:19] == ":00" and time[19:20] != "." else time


def _steps(
    rules: RuleSet, badge: Badge, steps: list[dict[str, Any]], events: Sequence[Event], awards: Sequence[Award]
) -> Iterator[Step]:
    """The steps, with what is expected before and behind each award; nothing after the last one."""
    by_event: dict[tuple[str, str], list[str]] = {}
    for award in awards:
        by_event.setdefault((award.source, award.id), []).append(award_name(*award.key))
    for event, step in zip(events, steps, strict=True):
        given = by_event.pop((event.source, event.id), None)
        if given:
            yield {"expect": {"without": given}}
        yield step
        if given:
            yield {"expect": {"badges": given}}
            if not by_event:
                return
    value = progress_of(rules, replay(rules, USER, events), badge, events[-1].time).value if badge.criteria else None
    progress = {"progress": {badge.id: value}} if badge.criteria else {}
    yield {"expect": {"without": [badge.id], **progress}}
