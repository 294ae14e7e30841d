"""Events put through a rule set one by one: what each gives, counts for and moves, as one would see it at its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..calendar import format_instant
from ..cloudevents import event_json
from ..explain import explain
from ..expressions import Context
from ..fold import COUNTED, FALSE, replay, retracted, step
from ..model import EVENT_RETRACTED, Award, Badge, Event, Metric, RuleSet, Snapshot
from ..presentation import award_json, in_order, progress_json
from ..progress import all_progress, award_name
from ..scenarios import because, record, written
from ..simulate import Log, read_log
from ..state import State

Answer = dict[str, Any]
Key = tuple[str, str | None, str | None]
Enough = Callable[[], bool]
"""Whether the time for an answer is used up."""


@dataclass(slots=True)
class Actor:
    """One user, to whom entries of the log happen in their order."""

    rules: RuleSet
    user: str
    start: Snapshot | None = None
    entries: list[Event] = field(default_factory=list)
    shown: dict[str, Answer] = field(default_factory=dict)
    """Progress by badge, as it was told last."""
    state: State = field(init=False)
    verdicts: list[tuple[Metric, Context, str, str | None]] = field(default_factory=list)
    """What became of the newest entry in each metric."""
    gone: set[tuple[str, str]] = field(default_factory=set)
    """Sources and ids that have been retracted."""

    def __post_init__(self) -> None:
        self.state = replay(self.rules, self.user, (), start=self.start)

    def take(self, event: Event) -> None:
        """Have an entry happen, which is not before any other."""
        self.entries.append(event)
        self.verdicts.clear()
        self.gone |= retracted([event])
        if event.type == EVENT_RETRACTED or (event.source, event.id) in self.gone:
            self.state = replay(self.rules, self.user, self.entries, start=self.start)
        else:
            self.state.trace = self._note
            step(self.rules, self.state, event)

    def moved(self, now: int) -> list[Answer]:
        """The progress that looks different than it was told last."""
        told = {progress.badge: progress_json(progress) for progress in all_progress(self.rules, self.state, now)}
        changed = [progress for badge, progress in told.items() if self.shown.get(badge) != progress]
        self.shown = told
        return changed

    def _note(self, metric: Metric, event: Event, context: Context, what: str, message: str | None) -> None:
        self.verdicts.append((metric, context, what, message))


def timeline(rules: RuleSet, lines: Sequence[str], until: int | None, enough: Enough) -> Answer:
    """What a file of events gives, step by step, in the order of their times; of all users in it.

    ``until`` leaves later events out. When the time is used up, the rest of the steps is left out, and counted.
    """
    log = read_log(rules, lines)
    entries = _ordered(log, until)
    users = sorted({*log.starts, *(event.user for event in entries)})
    actors = {user: Actor(rules, user, log.starts.get(user)) for user in users}
    first = entries[0].time if entries else log.newest or 0
    begin = {user: _standing(actor, first) for user, actor in actors.items()}
    steps = []
    for event in entries:
        if enough():
            break
        steps.append(_step(actors[event.user], event))
    return {
        "users": users,
        "begin": begin,
        "steps": steps,
        "left_out": len(entries) - len(steps),
        "rejected": [{"line": line, "reason": reason} for line, reason in log.rejected],
    }


def explanation(rules: RuleSet, lines: Sequence[str], user: str, badge: Badge, step: int | None) -> Answer:
    """Why a user of a file of events holds a badge, or what is missing, after so many of its steps."""
    log = read_log(rules, lines)
    entries = _ordered(log, None)[:step]
    own = [event for event in entries if event.user == user]
    start = log.starts.get(user)
    awards = replay(rules, user, own, start=start).awards.values()
    now = entries[-1].time if entries else log.newest or 0
    return explain(rules, user, own, list(awards), badge, now, start=start)


def recorded(rules: RuleSet, lines: Sequence[str], user: str, badge: Badge, step: int | None) -> str | None:
    """The text of a scenario: what a user did for a badge in so many steps; None if nothing of it touches the badge."""
    own = [event for event in _ordered(read_log(rules, lines), None)[:step] if event.user == user]
    steps = record(rules, badge, user, own)
    return written(badge.id, steps) if steps else None


def _ordered(log: Log, until: int | None) -> list[Event]:
    entries = (event for events in log.by_user(until).values() for event in events)
    return sorted(entries, key=lambda event: (*event.position, event.user))


def _standing(actor: Actor, now: int) -> Answer:
    """Where a user stands before the first step: with something only if the log begins with a snapshot."""
    awards = in_order(actor.state.awards.values(), actor.rules)
    return {"badges": [award_json(award, actor.rules) for award in awards], "progress": actor.moved(now)}


def _step(actor: Actor, event: Event) -> Answer:
    before, failed = dict(actor.state.awards), len(actor.state.failures)
    actor.take(event)
    after = actor.state.awards
    failures = actor.state.failures[failed:]
    return {
        "user": event.user,
        "event": event_json(event),
        "at": format_instant(event.time),
        "awards": [award_json(award, actor.rules) for award in _new(actor, before)],
        "lost": [award_name(*key) for key in before if key not in after],
        "progress": actor.moved(event.time),
        "counts": list(_counts(actor)),
        "failures": [{"badge": failure.badge, "message": failure.message} for failure in dict.fromkeys(failures)],
    }


def _new(actor: Actor, before: Iterable[Key]) -> list[Award]:
    known = set(before)
    return in_order((award for key, award in actor.state.awards.items() if key not in known), actor.rules)


def _counts(actor: Actor) -> Iterator[Answer]:
    """For which badges the newest entry counted, and for which not, and why."""
    for metric, context, what, message in actor.verdicts:
        yield {
            "metric": metric.name,
            "badges": list(actor.rules.users_of.get(metric.fingerprint, ())),
            "counted": what == COUNTED,
            "reason": None if what == COUNTED else _why(metric, context, what, message),
        }


def _why(metric: Metric, context: Context, what: str, message: str | None) -> str:
    if what == FALSE and metric.when and not message:
        return because(metric.when.explain(context))
    return f"{what}: {message}" if message else what
