"""The nouns: events, rule sets and their parts, awards, progress. Frozen, with no behaviour.

What is made with every event, or for every badge, is no frozen dataclass, which costs five times as much: awards and
progress are tuples with names; events, badges and their parts are structs.

Instants are integers of microseconds since 1970-01-01T00:00:00Z (``calendar``); offsets are seconds east of UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from .expressions import Expression
    from .measures import Measure

Number = int | float
Position = tuple[int, str, str]
"""Where an entry stands in a user's log: instant, source, id (by code point)."""

CALLS_SOURCE = "badges:calls"
USER_UPDATED = "user.updated"
BADGE_AWARDED = "badge.awarded"
BADGE_GRANTED = "badge.granted"
BADGE_REVOKED = "badge.revoked"
EVENT_RETRACTED = "event.retracted"
BADGE_COMPACTED = "badge.compacted"
"""The entry by which an export says what was compacted, and carries it."""


class Event(Struct, frozen=True, gc=False):
    """Something that happened to a user: one entry of that user's log. Source: CloudEvents 1.0, section 3.1."""

    user: str
    source: str
    id: str
    type: str
    time: int
    offset: int | None
    """Seconds east of UTC that its own ``time`` carried; None for calls and for events sent without a time."""
    data: Mapping[str, Any]

    @property
    def position(self) -> Position:
        return (self.time, self.source, self.id)


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``settings.yaml`` says of the whole rule set."""

    timezone: str = "UTC"
    local_time: str = "user"
    """``user`` or ``event``: whose zone decides local days."""
    week_start: int = 0
    """0 is Monday."""
    day_start: int = 0
    """Minutes after midnight, by the wall clock."""
    locale: str = "en"
    user_schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})


Wording = Mapping[str, str | Mapping[str, str]]
"""A text with placeholders by locale, or its forms for numbers by locale and form (``wording``)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a notification says."""

    title: Wording
    text: Wording


@dataclass(frozen=True, slots=True)
class Notifications:
    """What ``notifications.yaml`` says, and what holds without it."""

    messages: Mapping[str, Message]
    """By kind, and by kind and ``several`` for one about several badges: ``award.several``."""
    hint_at: int = 2
    streak_hours: int = 6
    """So long before a streak ends its user is told."""


Texts = Mapping[str, str]
"""A text by locale; a plain text stands under the rule set's own locale."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event and what its payload may hold."""

    id: str
    description: str
    payload: Mapping[str, Any]
    """JSON Schema (draft 2020-12) of the payload."""
    validate: Callable[[Any], list[str]]
    """Every reason why a payload is refused, as sentences that name the field; empty if it is accepted."""


class Prerequisites(Struct, frozen=True):
    """At least ``needed`` of ``items`` must be held; an item is a badge, or a badge and its tier."""

    needed: int
    items: tuple[tuple[str, str | None], ...]


class Metric(Struct, frozen=True):
    """A number folded from a user's events: a measure of the events of some types that satisfy a condition."""

    fingerprint: str
    """Hash of all that the value depends on, and of nothing else."""
    name: str | None
    """The id of the shared metric, or None if it stands inside a badge."""
    triggers: tuple[str, ...]
    when: Expression | None
    of: Expression | None
    by: Expression | None
    measure: Measure
    available: tuple[int | None, int | None]
    """Instants [from, until) in which events count."""
    gate: Prerequisites | None
    """With ``counts: after_prerequisites``: only events after these were first met count."""


class Criterion(Struct, frozen=True):
    """A metric that must reach a threshold (``at_least``) or stay at or below it (``at_most``)."""

    metric: Metric
    threshold: Number
    at_most: bool = False


class Tier(Struct, frozen=True):
    """A step of a badge. Without tiers, a badge has one step of id None."""

    id: str | None
    threshold: Number
    name: Texts
    description: Texts
    icon: str
    points: Number


class Badge(Struct, frozen=True):
    """What is earned, and what earns it."""

    id: str
    name: Texts
    description: Texts
    icon: str
    category: str | None
    points: Number
    criteria: tuple[Criterion, ...]
    """Empty for a badge that only a call can give. With tiers, one criterion with the first tier's threshold."""
    tiers: tuple[Tier, ...]
    """Empty for a badge without tiers."""
    prerequisites: Prerequisites | None
    available: tuple[int | None, int | None]
    repeatable: bool
    max_awards: int | None
    grant: str | None
    """``client``, ``staff`` or None."""
    secret: bool
    retired: bool
    formerly: tuple[str, ...]
    progress_at: tuple[int, ...]
    hint_at: int | None
    """The user is told when so much remains; None for what the notifications say of all badges."""
    hint: Wording
    """The title of that hint; empty for the one that all badges have."""
    metadata: tuple[tuple[str, Expression], ...]
    triggers: frozenset[str]
    """The event types of all its criteria."""
    version: str
    """Hash of what decides who earns it and when."""
    depth: int
    """The longest chain of prerequisites below it."""


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Users ranked by a metric, by distinct badges held, or by points."""

    id: str
    name: Texts
    description: Texts
    rank_by: str
    metric: Metric | None
    per: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """What one action of the action endpoint emits and reads."""

    name: str
    emits: str | None = None
    metric: Metric | None = None
    catalog: str | None = None
    badges: tuple[str, ...] = ()
    leaderboard: str | None = None
    callers: str = "users"
    """``users`` or ``services``."""


@dataclass(frozen=True, slots=True)
class Route:
    """What an event of one type can touch: computed once, so that an event costs what its own rules cost."""

    metrics: tuple[Metric, ...]
    """Metrics that the type triggers."""
    badges: tuple[Badge, ...]
    """Badges with such a metric, by depth, then id."""
    keys: tuple[str, ...]
    """Keys of the state to load: metrics and holdings of all that the event, and awards it leads to, can touch."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something that the files of a rule set can name."""

    told: str
    """What it is, in its author's words; empty if they say nothing."""
    title: str = ""
    """Of a badge: its name."""
    icon: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    """Of an event type: the JSON Schema of its data, unless that has an error."""
    items: tuple[Any, ...] = ()
    """Of a catalog."""
    category: str | None = None
    tiers: tuple[str, ...] = ()
    is_granted: bool = False
    """Of a badge: whether only a call gives it."""


@dataclass(frozen=True, slots=True)
class Names:
    """What can be named in a rule set, by kind and id; known also of one that has errors."""

    events: Mapping[str, Named]
    catalogs: Mapping[str, Named]
    metrics: Mapping[str, Named]
    badges: Mapping[str, Named]
    leaderboards: Mapping[str, Named]
    user: Mapping[str, Any]
    """JSON Schemas of the attributes of users."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A checked, compiled rule set."""

    version: str
    """Hash of the texts of its files."""
    semantics: str
    """Hash of all that stored state depends on; a change of texts alone leaves it as it is."""
    settings: Settings
    events: Mapping[str, EventType]
    catalogs: Mapping[str, tuple[Any, ...]]
    metrics: Mapping[str, Metric]
    """Shared metrics by id."""
    badges: Mapping[str, Badge]
    leaderboards: Mapping[str, Leaderboard]
    actions: Mapping[str, Action]
    notifications: Notifications
    files: Mapping[str, str]
    """The texts it was compiled from, by path relative to the rule set's folder."""
    routes: Mapping[str, Route]
    dependents: Mapping[str, tuple[Badge, ...]]
    """By badge id: the badges that name it in their prerequisites, by depth, then id."""
    gated: Mapping[str, tuple[Metric, ...]]
    """By badge id: the metrics whose gate names it."""
    by_fingerprint: Mapping[str, Metric]
    users_of: Mapping[str, tuple[str, ...]]
    """By fingerprint: ids of the badges that use the metric (empty if only leaderboards or actions do)."""
    renames: Mapping[str, str]
    """Former badge ids to present ones."""
    rolling: frozenset[str]
    """Fingerprints of the metrics whose values fall as events leave a window."""
    ranked: frozenset[str]
    """Fingerprints of the metrics that leaderboards rank by."""
    shy: frozenset[str]
    """Ids of the badges that not everybody sees: secret and retired ones."""
    plans: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By event type: what the fold does with an event, put together when the first one comes."""
    outlooks: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By route: what a reader can see move when such an event comes, put together when the first one does."""
    sights: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By badge id: how readers see it, put together when the first event moves it."""


class Award(NamedTuple):
    """A badge (or tier, or occurrence) that a user holds."""

    badge: str
    tier: str | None
    occurrence: str | None
    awarded_at: int
    source: str
    """Of the posted event, or call, that completed it."""
    id: str
    metadata: Mapping[str, Any]
    rules_version: str
    badge_version: str
    by_call: bool = False
    kept: bool = False
    """A replay no longer gives it: it is kept as it was given."""

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        return (self.badge, self.tier, self.occurrence)


class Failure(Struct, frozen=True, gc=False):
    """A rule that could not be evaluated on an event: it failed alone."""

    badge: str
    """The badge, or the shared metric that no badge uses."""
    source: str
    id: str
    message: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A user's state at an instant, from which the fold goes on: it stands for all entries of the log before."""

    until: int
    """Entries before this instant are in it."""
    position: Position
    """Of the newest of them."""
    offset: int | None
    """Seconds east of UTC that the newest of them with a time of its own carried."""
    attributes: Mapping[str, Any]
    heads: Mapping[str, Any]
    cells: Mapping[tuple[str, str], Any]
    """By fingerprint and key."""
    awards: tuple[Award, ...]
    """Held then: nothing moves them any more."""
    retracted: frozenset[tuple[str, str]]
    """Sources and ids of events that are taken out: by its entries, or from among them."""
    waiting: Mapping[str, str]
    """Versions of badges by id that were due then without being given: they wait for an event of theirs."""
    entries: int
    """How many it stands for."""
    types: frozenset[str]
    """Of these entries."""


class CriterionProgress(NamedTuple):
    """How far one criterion is, as a reader sees it."""

    value: Number | None
    threshold: Number
    percent: int
    remaining: Number | None
    expires_at: int | None
    longest: int | None
    at_most: bool
    met: bool
    metric: str | None


class Progress(NamedTuple):
    """How far a user is towards a badge, as a reader sees it."""

    badge: str
    tier: str | None
    value: Number | None
    threshold: Number
    percent: int
    remaining: Number | None
    state: str
    """``earned``, ``unavailable``, ``locked`` or ``in_progress``."""
    missing_prerequisites: tuple[str, ...]
    expires_at: int | None
    longest: int | None
    criteria: tuple[CriterionProgress, ...] = ()


class Receipt(Struct, frozen=True, gc=False):
    """What became of one posted event."""

    source: str | None
    id: str | None
    status: str
    """``accepted``, ``duplicate``, ``conflict`` or ``rejected``."""
    awarded: tuple[Award, ...] = ()
    progress: tuple[Progress, ...] = ()
    errors: tuple[Mapping[str, Any], ...] = ()
    """For a refusal: records with ``field``, ``message`` and, where known, ``help``."""


class Posted(Struct, frozen=True, gc=False):
    """An event as a service sent it."""

    event: Event
    timeless: bool = False
    """It was sent without a time: ``event.time`` is the instant of its arrival."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry of a request that is no event: why, field by field."""

    source: str | None
    id: str | None
    errors: tuple[Mapping[str, Any], ...]
    """Records with ``field``, ``message`` and, where known, ``help``."""
    status: int = 422


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: decides what may be done, and which secrets and retired badges are seen."""

    kind: str
    """``user`` (a user's own token), or the widest scope of a key: ``events``, ``read`` or ``staff``."""
    user: str | None = None
    name: str | None = None
    """The key's name, for the audit log."""
