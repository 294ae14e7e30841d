"""A scenario, step by step: events, grants and retractions are given to the engine, and what comes is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .. import jsontext
from ..calendar import format_instant, zone_named
from ..compiler.moments import BadTime
from ..compiler.steps import kind_of
from ..model import BADGE_GRANTED, BADGE_REVOKED, CALLS_SOURCE, EVENT_RETRACTED, Event, RuleSet
from ..numeric import equal
from ..progress import award_name, progress_of
from ..state import State
from .actors import Actor
from .nouns import Fault, Key, Name, Scenario, ScenarioError, ScenarioResult, Seen, Step
from .reasons import completed, reasons
from .timeline import Timeline

SOURCE = "scenario"
"""Where the events of a scenario come from that do not say it."""


def run(rules: RuleSet, scenario: Scenario) -> ScenarioResult:
    """Play a scenario to its end, or to the first step that cannot be played."""
    seen = Seen()
    play = _Play(rules, scenario, seen)
    faults = play.faults()
    return ScenarioResult(scenario, tuple(faults), seen, tuple(play.given))


class _Play:
    def __init__(self, rules: RuleSet, scenario: Scenario, seen: Seen) -> None:
        self.rules = rules
        self.scenario = scenario
        self.zone = scenario.document.get("timezone")
        by_event = rules.settings.local_time == "event"
        self.timeline = Timeline(zone_named(self.zone or rules.settings.timezone), by_event)
        self.seen = seen
        self.number = 0
        self.actors: dict[str, Actor] = {}
        self.found: list[Fault] = []
        self.given: list[Event] = []
        self.sources = {step["id"]: step.get("source", SOURCE) for step in scenario.steps if "id" in step}

    def faults(self) -> list[Fault]:
        """Everything that came otherwise than expected."""
        for number, step in enumerate(self.scenario.steps, start=1):
            self.number = number
            try:
                new = _ACTS[kind_of(step)](self, step)
            except (ScenarioError, BadTime) as error:
                return [*self.found, Fault(self.number, str(error), is_error=True)]
            if "awards" in step:
                self._compare(step["awards"], new, self._actor(step))
        return self.found

    def _actor(self, step: Step) -> Actor:
        user = step.get("user") or (step.get("expect") or {}).get("user") or self.scenario.user
        if user not in self.actors:
            attributes = {"timezone": self.zone} if self.zone else {}
            self.actors[user] = Actor(self.rules, user, attributes, self.seen)
        return self.actors[user]

    # what happens

    def _post(self, step: Step) -> list[Key]:
        actor, repeat = self._actor(step), step.get("repeat", 1)
        first, new = self.timeline.go(step.get("at")), []
        last = first
        for time in range(repeat):
            last = self.timeline.after(step.get("every", "1m"), time) if time else first
            new += self._take(actor, self._event(step, actor, time, last), f", time {time + 1}" if repeat > 1 else "")
        self.timeline.now = last
        return new

    def _event(self, step: Step, actor: Actor, time: int, instant: int) -> Event:
        id = step.get("id", f"step-{self.number}") + (f"-{time + 1}" if time else "")
        source, data = step.get("source", SOURCE), step.get("data", {})
        if reasons := self.rules.events[step["event"]].validate(data):
            raise ScenarioError(f"the data of {step['event']} is refused: {'; '.join(reasons)}")
        first = actor.entries.get((source, id))
        if first and "at" not in step:
            instant = first.time
        return Event(actor.user, source, id, step["event"], instant, self.timeline.offset(instant), data)

    def _take(self, actor: Actor, event: Event, time: str = "") -> list[Key]:
        """Give an entry to the engine; the same one again changes nothing."""
        first = actor.entries.get((event.source, event.id))
        if first:
            same = first.type == event.type and first.time == event.time and jsontext.same(first.data, event.data)
            if not same:
                raise ScenarioError(f"there is another event of id {event.id}, with other content or another time")
            return []
        actor.labels[(event.source, event.id)] = f"step {self.number}{time}"
        self.given.append(event)
        return actor.take(event)

    def _call(self, step: Step, type: str, source: str, data: Mapping[str, Any]) -> list[Key]:
        actor, instant = self._actor(step), self.timeline.go(step.get("at"))
        return self._take(actor, Event(actor.user, source, f"step-{self.number}", type, instant, None, data))

    def _grant(self, step: Step) -> list[Key]:
        name = Name.of(step["grant"])
        data = {"badge": name.badge} | ({"tier": name.tier} if name.tier else {})
        return self._call(step, BADGE_GRANTED, CALLS_SOURCE, data)

    def _revoke(self, step: Step) -> list[Key]:
        return self._call(step, BADGE_REVOKED, CALLS_SOURCE, {"badge": Name.of(step["revoke"]).badge})

    def _retract(self, step: Step) -> list[Key]:
        id = step["retract"]
        source = self.sources.get(id) or self.sources.get(id.rpartition("-")[0])
        if source is None:
            raise ScenarioError(f"no step has the id {id}")
        return self._call(step, EVENT_RETRACTED, SOURCE, {"source": source, "id": id})

    # what is expected

    def _compare(self, expected: Iterable[str], new: list[Key], actor: Actor) -> None:
        """Exactly these new awards, in any order."""
        missing, surplus = _matched(expected, new)
        if not missing and not surplus:
            return
        told = [line for text in missing for line in reasons(self.rules, actor, actor.state, text, self._newest(actor))]
        told += [completed(actor, actor.state, key) for key in surplus]
        listed = ", ".join(expected) or "none"
        came = ", ".join(award_name(*key) for key in new) or "none"
        self._fail(f"expected new awards: {listed}; got: {came}", told)

    def _expect(self, step: Step) -> list[Key]:
        wanted = step["expect"]
        actor, at = self._actor(step), wanted.get("at", step.get("at"))
        is_now = at is None and self.timeline.now is not None
        now = self._newest(actor) if is_now else self.timeline.go(at)
        state = actor.as_of(now)
        for text in wanted.get("badges", ()):
            if not _holds(state, text):
                self._fail(f"expected {text} to be held, but it is not", reasons(self.rules, actor, state, text, now))
        for text in wanted.get("without", ()):
            held = [completed(actor, state, key) for key in state.awards if Name.of(text).fits(key)]
            if held:
                self._fail(f"expected {text} not to be held, but it is", held)
        for badge, value in wanted.get("progress", {}).items():
            self._progress(actor, state, badge, value, now)
        return []

    def _progress(self, actor: Actor, state: State, badge: str, value: Any, now: int) -> None:
        found = progress_of(self.rules, state, self.rules.badges[badge], now).value
        same = found is value if found is None or value is None else equal(found, value)
        if not same:
            shown = "undefined" if found is None else found
            wanted = "undefined" if value is None else value
            message = f"expected progress of {badge}: {wanted}; got: {shown} (at {format_instant(now)})"
            self._fail(message, reasons(self.rules, actor, state, badge, now))

    def _newest(self, actor: Actor) -> int:
        """The time of the step before, or of the newest event if that is later."""
        newest = max((event.time for event in actor.entries.values()), default=0)
        return max(newest, self.timeline.now or 0)

    def _fail(self, message: str, told: Iterable[str]) -> None:
        self.found.append(Fault(self.number, message, tuple(told)))


def _matched(expected: Iterable[str], new: list[Key]) -> tuple[list[str], list[Key]]:
    """What is expected and did not come, and what came beyond it; the most exact names are matched first."""
    left, missing = Counter(new), []
    for text in sorted(expected, key=lambda text: (text.count("#") + text.count("."), text), reverse=True):
        fitting = next((key for key in left.elements() if Name.of(text).fits(key)), None)
        if fitting is None:
            missing.append(text)
        else:
            left -= Counter([fitting])
    return missing, list(left.elements())


def _holds(state: State, text: str) -> bool:
    return any(Name.of(text).fits(key) for key in state.awards)


_ACTS: dict[str, Callable[[_Play, Step], list[Key]]] = {
    "event": _Play._post,
    "grant": _Play._grant,
    "revoke": _Play._revoke,
    "retract": _Play._retract,
    "expect": _Play._expect,
}
