"""A naive reading of the rules' meaning: a whole log in, all that it gives out, nothing kept on the way.

Source: docs of the rule language. Slow on purpose: every metric is computed afresh, from its definition, whenever it is
asked for. Tests compare the engine with it; it shares no code with the engine.
"""

from collections import deque
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from tests.reference.intake import Entry, accept
from tests.reference.interpreter import EvaluationError
from tests.reference.interpreter import evaluate as value_of
from tests.reference.metrics import Happening, Metric, Reading, inside, meets, read
from tests.reference.rules import Badge, Criterion, RuleSet
from tests.reference.standing import Standing, occurrence_of
from tests.reference.values import Stamp, is_number, number, shown
from tests.reference.wallclock import DATE, utc_text, zone_named

Award = dict[str, Any]


def evaluate(files: dict[str, str], log: list[dict[str, Any]], as_of: int | None = None) -> dict[str, Any]:
    """All that a log gives under a rule set.

    `files` are the texts of a valid rule set by path; `log` lists {user, source, id, type, time, data}, or {raw: line},
    in the order of arrival; `as_of` is in microseconds since 1970 and defaults to the newest entry. The answer is
    {users: {user: {awards, progress: {badge: fields}}}, errors: {(badge, user, source, id)}, rejected: [line]}.
    """
    rules = RuleSet(files)
    entries, rejected = accept(rules, log)
    now = max((entry.time for entry in entries), default=0) if as_of is None else as_of
    past = [entry for entry in entries if entry.time <= now]
    people = {user: Person(rules, user) for user in sorted({entry.user for entry in past})}
    for user, person in people.items():
        person.fold([entry for entry in past if entry.user == user])
    return {
        "users": {user: {"awards": person.awards, "progress": person.progress(now)} for user, person in people.items()},
        "errors": {error for person in people.values() for error in person.errors},
        "rejected": rejected,
    }


class Person:
    """One user's fold."""

    def __init__(self, rules: RuleSet, user: str) -> None:
        self.rules = rules
        self.user = user
        self.attributes: dict[str, Any] = {}
        self.newest_offset: tzinfo | None = None
        self.root = 0
        self.happenings: list[Happening] = []
        self.awards: list[Award] = []
        self.revoked: set[str] = set()
        self.first_met: dict[str, int] = {}
        self.errors: set[tuple[str, str, str, str]] = set()
        self.read: dict[tuple[Criterion, int], Reading | EvaluationError | None] = {}

    def fold(self, entries: list[Entry]) -> None:
        """Fold a user's entries in order, without those that were retracted."""
        gone = {(e.data["source"], e.data["id"]) for e in entries if e.type == "event.retracted"}
        for entry in sorted(entries, key=lambda entry: entry.order):
            self.root += 1
            if entry.type == "badge.granted":
                self.grant(entry)
            elif entry.type == "badge.revoked":
                self.revoke(entry)
            elif entry.type != "event.retracted" and (entry.source, entry.id) not in gone:
                self.post(entry)

    # -- what the log says

    def post(self, entry: Entry) -> None:
        """A posted event: `user.updated` takes effect for itself."""
        self.newest_offset = entry.offset
        if entry.type == "user.updated":
            merged = {**self.attributes, **entry.data}
            self.attributes = {name: value for name, value in merged.items() if value is not None}
        self.rounds(self.happening(entry, entry.data), [])

    def grant(self, entry: Entry) -> None:
        """A call's grant: rules may give the badge again, and what hangs on it is awarded."""
        key, tier = self.named_badge(entry), entry.data.get("tier")
        if key not in self.rules.badges:
            return
        badge = self.rules.badges[key]
        self.revoked.discard(key)
        if badge.tiers and tier is None:
            tier = badge.tiers[0].id
        if not self.holds_exactly(key, tier, None):
            event = self.happening(entry, {})
            self.rounds(event, [self.award(badge, tier, None, event, entry.data.get("metadata", {}))])

    def revoke(self, entry: Entry) -> None:
        """A call's revocation takes all of a badge, and rules do not give it again."""
        key = self.named_badge(entry)
        self.revoked.add(key)
        self.awards = [award for award in self.awards if award["badge"] != key]

    def named_badge(self, entry: Entry) -> str:
        """The badge that an entry names, perhaps by an id it had formerly."""
        named: str = entry.data["badge"]
        return self.rules.renamed.get(named, named)

    def zone(self) -> tzinfo:
        """The zone now in effect."""
        if self.rules.local_time_of_event:
            return self.newest_offset or self.rules.zone
        named = self.attributes.get("timezone")
        return zone_named(named) if named else self.rules.zone

    def happening(self, entry: Entry, data: dict[str, Any]) -> Happening:
        """A posted entry with what is in effect at it."""
        user = {**self.attributes, "id": self.user}
        cause = (entry.source, entry.id)
        return Happening(self.root, cause, entry.type, entry.source, entry.time, self.zone(), data, user)

    # -- rounds

    def rounds(self, posted: Happening, granted: list[Award]) -> None:
        """The round of a posted event, then one for each award, first in first out."""
        queue = deque(self.round(posted, posted, granted))
        while queue:
            event = self.derived(posted, queue.popleft())
            queue.extend(self.round(event, posted, []))

    def derived(self, posted: Happening, award: Award) -> Happening:
        """The `badge.awarded` of an award."""
        badge = self.rules.badges[award["badge"]]
        points = {tier.id: tier.points for tier in badge.tiers}.get(award["tier"], badge.points)
        optional = {"tier": award["tier"], "category": badge.category}
        named = {name: text for name, text in optional.items() if text is not None}
        return replace(posted, type="badge.awarded", data={"badge": badge.id, "points": points, **named})

    def round(self, event: Happening, posted: Happening, granted: list[Award]) -> list[Award]:
        """Fold an event into all metrics, then decide badges by depth and id; the awards that it gave."""
        self.happenings.append(event)
        self.note_errors(event)
        todo = {badge.id for badge in self.rules.badges.values() if self.matched(badge)}
        given = []
        for award in granted:
            todo |= self.give(award)
            given.append(award)
        while todo:
            key = min(todo, key=lambda key: (self.depth(key), key))
            todo.remove(key)
            for award in self.due(self.rules.badges[key], event, posted):
                todo |= self.give(award)
                given.append(award)
        return given

    def give(self, award: Award) -> set[str]:
        """Give an award; the badges whose prerequisites it made met."""
        before = self.all_met()
        self.awards.append(award)
        made_met = self.all_met() - before
        for key in made_met:
            self.first_met.setdefault(key, self.root)
        return made_met

    def note_errors(self, event: Happening) -> None:
        """Record for each badge that its rule fails on an event."""
        for badge in self.rules.badges.values():
            for criterion in badge.criteria:
                counts = self.may_count(badge, criterion, event)
                if counts and isinstance(self.reading(criterion, event), EvaluationError):
                    self.errors.add((badge.id, self.user, *event.cause))

    def may_count(self, badge: Badge, criterion: Criterion, event: Happening) -> bool:
        """Say whether an event triggers a criterion, inside `available`, after the prerequisites if that is asked."""
        if event.type not in criterion.triggers or not inside(badge, event.time):
            return False
        if not badge.after_prerequisites or not badge.prerequisites:
            return True
        return badge.id in self.first_met and self.first_met[badge.id] < event.root

    def reading(self, criterion: Criterion, event: Happening) -> Reading | EvaluationError | None:
        """What a criterion makes of an event, which never changes and so is computed once."""
        key = (criterion, id(event))
        if key not in self.read:
            try:
                self.read[key] = read(self.rules, criterion, event)
            except EvaluationError as error:
                self.read[key] = error
        return self.read[key]

    def metric(self, badge: Badge, criterion: Criterion) -> Metric:
        """A criterion over everything that has happened."""
        events = [event for event in self.happenings if self.may_count(badge, criterion, event)]
        readings = [self.reading(criterion, event) for event in events]
        return Metric(self.rules, criterion, [reading for reading in readings if isinstance(reading, Reading)])

    def matched(self, badge: Badge) -> bool:
        """Say whether the newest event matched one of a badge's criteria."""
        event = self.happenings[-1]
        return any(
            isinstance(reading := self.reading(criterion, event), Reading) and reading.held
            for criterion in badge.criteria
            if self.may_count(badge, criterion, event)
        )

    # -- prerequisites

    def holds(self, item: str) -> bool:
        """Say whether a badge is held, from its first tier on, or one tier of it."""
        badge, _, tier = item.partition(".")
        return any(award["badge"] == badge and (not tier or award["tier"] == tier) for award in self.awards)

    def holds_exactly(self, badge: str, tier: str | None, occurrence: str | None) -> bool:
        """Say whether there is an award of that badge, tier and occurrence."""
        wanted = (badge, tier, occurrence)
        return any((award["badge"], award["tier"], award["occurrence"]) == wanted for award in self.awards)

    def prerequisites(self, badge: Badge) -> tuple[int, list[str]]:
        """How many of which items a badge demands."""
        written = badge.prerequisites
        if isinstance(written, list):
            return len(written), written
        if "any" in written:
            return 1, written["any"]
        if "of" in written:
            return written["at_least"], written["of"]
        others = [other for other in self.rules.badges.values() if other.category == written["category"]]
        items = sorted(o.id for o in others if o.id != badge.id and o.criteria and not o.retired)
        return len(items), items

    def missing(self, badge: Badge) -> list[str]:
        """The items that are not held, while too few are."""
        demanded, items = self.prerequisites(badge)
        missing = [item for item in items if not self.holds(item)]
        return missing if len(items) - len(missing) < demanded else []

    def all_met(self) -> set[str]:
        """The badges whose prerequisites are met."""
        return {badge.id for badge in self.rules.badges.values() if not self.missing(badge)}

    def depth(self, key: str) -> int:
        """The longest chain of prerequisites below a badge."""
        _, items = self.prerequisites(self.rules.badges[key])
        return max((self.depth(item.partition(".")[0]) + 1 for item in items), default=0)

    # -- decisions

    def due(self, badge: Badge, event: Happening, posted: Happening) -> list[Award]:
        """The awards that an event's round gives of a badge."""
        barred = badge.retired or not badge.criteria or badge.id in self.revoked
        if barred or not inside(badge, event.time) or self.missing(badge):
            return []
        metrics = [self.metric(badge, criterion) for criterion in badge.criteria]
        keys = self.repeats(badge, metrics[0], event) if badge.repeatable else self.reached(badge, metrics, event)
        new = [key for key in keys if not self.holds_exactly(badge.id, *key)]
        metadata = self.metadata(badge, event, posted)
        return [self.award(badge, tier, occurrence, posted, metadata) for tier, occurrence in new]

    def reached(self, badge: Badge, metrics: list[Metric], event: Happening) -> list[tuple[str | None, str | None]]:
        """The tiers that are reached, or the badge itself if all its criteria hold at the same moment."""
        values = [metric.value(event.time, event.zone) for metric in metrics]
        if badge.tiers:
            compare = badge.criteria[0].compare
            return [(tier.id, None) for tier in badge.tiers if meets(values[0], tier.threshold, compare)]
        pairs = zip(values, badge.criteria, strict=True)
        return [(None, None)] if all(meets(value, part.threshold, part.compare) for value, part in pairs) else []

    def repeats(self, badge: Badge, metric: Metric, event: Happening) -> list[tuple[str | None, str | None]]:
        """The occurrences that are reached, the first `max_awards` of them."""
        most = badge.max_awards or 10**9
        if not metric.criterion.per:
            return [(None, str(k + 1)) for k in range(min(most, metric.total(event.time, event.zone)))]
        given = [award for award in self.awards if award["badge"] == badge.id and award["occurrence"]]
        if len(given) >= most or not self.reached(badge, [metric], event):
            return []
        return [(None, occurrence_of(metric, event.time, event.zone))]

    def award(self, badge: Badge, tier: str | None, occurrence: str | None, posted: Happening, metadata: Any) -> Award:
        """An award; its time and event are those of the posted event that completed it."""
        source, key = posted.cause
        return {
            "badge": badge.id,
            "tier": tier,
            "occurrence": occurrence,
            "awarded_at": utc_text(posted.time),
            "event": {"source": source, "id": key},
            "metadata": metadata,
        }

    def metadata(self, badge: Badge, event: Happening, posted: Happening) -> dict[str, Any]:
        """The entries that have a value, over the round's event if it triggers the badge, else over the posted one."""
        triggers = any(event.type in criterion.triggers for criterion in badge.criteria)
        scope = (event if triggers else posted).scope(self.rules)
        found = {}
        for name, text in badge.metadata.items():
            try:
                found[name] = answer(value_of(text, scope))
            except EvaluationError:
                continue
        return found

    # -- progress

    def progress(self, now: int) -> dict[str, Any]:
        """What a reader sees now, for every badge with criteria."""
        badges = sorted((badge for badge in self.rules.badges.values() if badge.criteria), key=lambda badge: badge.id)
        return {badge.id: self.standing(badge).progress(now, self.zone()) for badge in badges}

    def standing(self, badge: Badge) -> Standing:
        """Where the user stands with a badge."""
        metrics = [self.metric(badge, criterion) for criterion in badge.criteria]
        held = [(award["tier"], award["occurrence"]) for award in self.awards if award["badge"] == badge.id]
        return Standing(badge, metrics, held, badge.id in self.revoked, self.missing(badge))


def answer(value: Any) -> Any:
    """A value as metadata show it."""
    if is_number(value):
        return shown(number(value))
    if isinstance(value, Stamp):
        return value.text if value.text and DATE.fullmatch(value.text) else utc_text(value.micros)
    return [answer(item) for item in value] if isinstance(value, list) else value
