"""A user of a scenario: the log so far, the state folded from it, and what became of each event in each metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..expressions import Context
from ..fold import COUNTED, FALSE, in_order, retracted, step
from ..model import BADGE_REVOKED, EVENT_RETRACTED, Event, Metric, RuleSet
from ..state import State
from .nouns import Key, Seen


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one event in one metric."""

    event: Event
    metric: Metric
    context: Context
    what: str
    message: str | None


class Actor:
    """One user: given entries one by one, in any order of their times."""

    def __init__(self, rules: RuleSet, user: str, attributes: Mapping[str, Any], seen: Seen) -> None:
        self.user = user
        self.entries: dict[tuple[str, str], Event] = {}
        """The log in the order given, by source and id."""
        self.labels: dict[tuple[str, str], str] = {}
        """Which step an entry comes from, by source and id."""
        self.verdicts: list[Verdict] = []
        self._rules = rules
        self._attributes = attributes
        self._seen = seen
        self._announced: set[Key] = set()
        self._gone: set[tuple[str, str]] = set()
        self.state = self._fold(())

    @property
    def log(self) -> list[Event]:
        """The entries in the order given."""
        return list(self.entries.values())

    def take(self, event: Event) -> list[Key]:
        """Fold one more entry; the awards that are new with it, in the order given."""
        before = set(self.state.awards)
        late = self.state.position is not None and event.position < self.state.position
        key = (event.source, event.id)
        self.entries[key] = event
        self._gone |= retracted([event])
        if late or event.type == EVENT_RETRACTED or key in self._gone:
            self.state = self._fold(self.log)
        else:
            self._step(self.state, event)
        after = list(self.state.awards)
        if event.type in (EVENT_RETRACTED, BADGE_REVOKED):
            self._announced -= before.difference(after)
        new = [key for key in after if key not in self._announced]
        self._announced.update(after)
        self._seen.awarded.update(badge for badge, _, _ in after)
        return new

    def as_of(self, instant: int) -> State:
        """The state by the entries that are not later than an instant."""
        if all(event.time <= instant for event in self.entries.values()):
            return self.state
        verdicts, state = self.verdicts, self._fold([event for event in self.log if event.time <= instant])
        self.verdicts = verdicts
        return state

    def _fold(self, entries: Sequence[Event]) -> State:
        self.verdicts = []
        state = State(self.user, attributes=self._attributes)
        gone = retracted(entries)
        for event in in_order(entries):
            if (event.source, event.id) in gone:
                state.position = event.position
            else:
                self._step(state, event)
        return state

    def _step(self, state: State, event: Event) -> None:
        state.trace = self._note
        step(self._rules, state, event)

    def _note(self, metric: Metric, event: Event, context: Context, what: str, message: str | None) -> None:
        self.verdicts.append(Verdict(event, metric, context, what, message))
        if metric.when and what in (COUNTED, FALSE):
            (self._seen.true if what == COUNTED else self._seen.false).add(metric.fingerprint)
