"""A rule set over a file of events, in memory: who would hold what, how far everybody would be, and what went wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import jsontext
from .calendar import format_instant, parse_instant
from .cloudevents import event_of, from_json
from .fold import replay
from .model import BADGE_COMPACTED, BADGE_GRANTED, BADGE_REVOKED, Event, Failure, Refusal, RuleSet, Snapshot
from .presentation import award_json, in_order, progress_json
from .problems import did_you_mean
from .progress import all_progress, award_name
from .retention import BadSnapshot, read_entry
from .state import State

Answer = dict[str, Any]
Standing = tuple[str, Answer, list[Answer]]
"""A user, with awards and progress, and the rules that could not be evaluated on events."""
_CALLS = (BADGE_GRANTED, BADGE_REVOKED)


class _Rejected(Exception):
    """A line that is no event of the rule set; the message says why."""


@dataclass(slots=True)
class Log:
    """The events of a file that stand, and the lines that were rejected."""

    entries: dict[str, dict[tuple[str, str], tuple[int, Event]]] = field(default_factory=dict)
    """By user, then by source and id, each with the number of its line."""
    rejected: list[tuple[int, str]] = field(default_factory=list)
    """Line numbers, from 1, and reasons."""
    starts: dict[str, Snapshot] = field(default_factory=dict)
    """By user: what stands for the beginning of a log that has been compacted."""

    @property
    def newest(self) -> int | None:
        """The time of the newest event, or of the newest one that a snapshot stands for."""
        times = [event.time for event in self.events()]
        return max([*times, *(start.position[0] for start in self.starts.values())], default=None)

    def events(self) -> Iterator[Event]:
        """All events, user by user."""
        return (event for entries in self.entries.values() for _, event in entries.values())

    def by_user(self, until: int | None) -> dict[str, list[Event]]:
        """The events that are not later than an instant, by user."""
        found: dict[str, list[Event]] = {}
        for user in sorted(self.entries.keys() | self.starts.keys()):
            entries, start = self.entries.get(user, {}).values(), self.starts.get(user)
            own = [event for _, event in entries if until is None or event.time <= until]
            if own or (start and (until is None or start.position[0] <= until)):
                found[user] = own
        return found


def simulate(rules: RuleSet, lines: Iterable[str], as_of: int | None = None) -> Answer:
    """What the rules give for a file of CloudEvents, one a line in any order, as a reader sees it at ``as_of``.

    Later events are left out; ``as_of`` defaults to the newest event's time. Nothing is kept from an earlier version.
    """
    log = read_log(rules, lines)
    now = log.newest if as_of is None else as_of
    found = list(standings(rules, log, now, now or 0))
    return {
        "users": {user: standing for user, standing, _ in found},
        "rejected": [{"line": line, "reason": reason} for line, reason in log.rejected],
        "errors": [error for *_, errors in found for error in errors],
    }


def standings(rules: RuleSet, log: Log, until: int | None, now: int) -> Iterator[Standing]:
    """User by user, by id: what events not later than ``until`` give, as a reader sees it ``now``."""
    for user, events in log.by_user(until).items():
        state = replay(rules, user, events, start=log.starts.get(user))
        yield user, _standing(rules, state, now), list(_errors(user, state.failures))


def held(rules: RuleSet, log: Log, until: int | None) -> dict[str, set[str]]:
    """By user: the names of the awards that events not later than ``until`` give."""
    users = log.by_user(until).items()
    states = ((user, replay(rules, user, events, start=log.starts.get(user))) for user, events in users)
    return {user: {award_name(*award.key) for award in state.awards.values()} for user, state in states}


def read_log(rules: RuleSet, lines: Iterable[str]) -> Log:
    """The events of JSON lines under a rule set; a repeated line is no second event, a conflicting one is rejected."""
    return read_numbered(rules, enumerate(lines, start=1))


def read_numbered(rules: RuleSet, lines: Iterable[tuple[int, str]]) -> Log:
    """As ``read_log``, of lines with their numbers, which rise."""
    log = Log()
    for number, line in lines:
        if not line.strip():
            continue
        try:
            event = _plain(rules, line)
            if event is None:
                _take(rules, log, number, _event(rules, line))
            else:
                _enter(log, number, event)
        except _Rejected as refusal:
            log.rejected.append((number, str(refusal)))
    _refuse_what_is_compacted(log)
    return log


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Answer:
    """Who gains and who loses which awards between two simulations of one file, by badge."""
    gains, losses = _difference(after, before), _difference(before, after)
    return {name: {"gained": gains.get(name, []), "lost": losses.get(name, [])} for name in sorted({*gains, *losses})}


def _difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[str]]:
    """Users by what they hold in one simulation and not in the other."""
    users: dict[str, list[str]] = defaultdict(list)
    for user in one["users"]:
        for name in sorted(_names(one, user) - _names(other, user)):
            users[name].append(user)
    return users


def _names(answer: Mapping[str, Any], user: str) -> set[str]:
    return names_of(answer["users"].get(user, {"badges": []}))


def names_of(standing: Mapping[str, Any]) -> set[str]:
    """The names of the awards that a user holds."""
    return {award_name(award["badge"], award["tier"], award["occurrence"]) for award in standing["badges"]}


def _plain(rules: RuleSet, line: str) -> Event | None:
    """The event of a line that surely is one of the rule set, as nearly all are."""
    event = event_of(line)
    known = rules.events.get(event.type) if event else None
    return event if event and known and not known.validate(event.data) else None


def _event(rules: RuleSet, line: str) -> Event:
    try:
        entry = from_json(jsontext.decode(line))
    except jsontext.BadJSON as error:
        raise _Rejected(f"the line {error}") from error
    if isinstance(entry, Refusal):
        raise _Rejected("; ".join(map(_sentence, entry.errors)))
    if entry.timeless:
        raise _Rejected("time is missing, and a file of events has no clock of its own")
    _check_payload(rules, entry.event)
    return entry.event


def _sentence(error: Mapping[str, Any]) -> str:
    return f"{error['message']} ({error['help']})" if error.get("help") else str(error["message"])


def _take(rules: RuleSet, log: Log, number: int, event: Event) -> None:
    if event.type == BADGE_COMPACTED:
        _begin(rules, log, event)
    else:
        _enter(log, number, event)


def _begin(rules: RuleSet, log: Log, event: Event) -> None:
    """Let a user's log begin with a snapshot."""
    try:
        start, _ = read_entry(rules, event)
    except BadSnapshot as error:
        raise _Rejected(f"the snapshot {error}") from error
    if log.starts.setdefault(event.user, start) != start:
        raise _Rejected("another snapshot of this user stands in an earlier line")


def _refuse_what_is_compacted(log: Log) -> None:
    """Nothing is added to the part of a log for which a snapshot stands."""
    for user, start in log.starts.items():
        reason = f"time is before {format_instant(start.until)}, until when the log of this user is compacted"
        entries = log.entries.get(user, {})
        for key, (line, event) in list(entries.items()):
            if event.time < start.until:
                log.rejected.append((line, reason))
                del entries[key]
    log.rejected.sort()


def _check_payload(rules: RuleSet, event: Event) -> None:
    if event.type == BADGE_COMPACTED:
        return
    if event.type in _CALLS:
        if not isinstance(event.data.get("badge"), str) or not isinstance(event.data.get("tier"), str | None):
            raise _Rejected(f"the data of {event.type} must name a badge, and a tier as a text")
        return
    known = rules.events.get(event.type)
    if known is None:
        raise _Rejected(unknown_type(rules, event.type))
    if reasons := known.validate(event.data):
        raise _Rejected("; ".join(reasons))


def unknown_type(rules: RuleSet, type: str) -> str:
    """The sentence for an event type that the rule set does not have, with the nearest one that it has."""
    near = did_you_mean(type, rules.events)
    return f"{type} is not an event type of this rule set" + (f": {near}" if near else "")


def _enter(log: Log, number: int, event: Event) -> None:
    entries = log.entries.get(event.user)
    if entries is None:
        entries = log.entries[event.user] = {}
    line, first = entries.setdefault((event.source, event.id), (number, event))
    if first is event:
        return
    if first.type != event.type or first.time != event.time or not jsontext.same(first.data, event.data):
        raise _Rejected(f"line {line} has another event with this source and id, which stands")


def _standing(rules: RuleSet, state: State, now: int) -> Answer:
    return {
        "badges": [award_json(award, rules) for award in in_order(state.awards.values(), rules)],
        "progress": [progress_json(progress) for progress in all_progress(rules, state, now)],
    }


def _errors(user: str, failures: Iterable[Failure]) -> Iterator[Answer]:
    for failure in dict.fromkeys(failures):
        event = {"source": failure.source, "id": failure.id}
        yield {"badge": failure.badge, "user": user, "event": event, "message": failure.message}


def instant_of(text: str) -> int:
    """The instant of ``--as-of``: a time with an offset. Raises ValueError with a sentence."""
    instant, offset = parse_instant(text)
    if offset is None:
        raise ValueError("has no offset: add Z for UTC, or an offset such as +09:00")
    return instant
