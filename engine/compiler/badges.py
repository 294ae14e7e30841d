"""Badges: read one by one, then put together with the lowest prerequisites first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..documents import Node
from ..expressions import Expression, Wants
from ..model import Badge, Criterion, Metric, Prerequisites, Tier
from ..numeric import whole
from ..wording import HINT
from .criteria import Draft, Step, is_granted, read_criteria, read_tiers
from .fingerprints import badge_version
from .formulas import formula, scope_of
from .metrics import Counted, Window, metric_of
from .notifications import check_wording
from .prerequisites import Facts, read_prerequisites
from .repeats import check_repeats
from .texts import text, wording, words
from .windows import read_window
from .work import Document, Work


class Written(NamedTuple):
    """A badge as it is read: all but what depends on other badges."""

    document: Document
    root: Node
    criteria: list[Draft]
    steps: list[Step]
    available: Window
    prerequisites: Prerequisites | None
    metadata: tuple[tuple[str, Expression], ...]

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def gated(self) -> bool:
        """Whether only what is done after its prerequisites were met counts."""
        counts = self.root.get("counts")
        return counts is not None and counts.value == "after_prerequisites"

    def flag(self, key: str) -> bool:
        """A key that is true or false."""
        node = self.root.get(key)
        return node is not None and node.value is True


def read_badges(work: Work, shared: Mapping[str, Counted | None], facts: Mapping[str, Facts]) -> dict[str, Written]:
    """Every badge that can be read, by id."""
    found = {}
    for document in work.of("badge"):
        if document.root is not None:
            found[document.id] = _read(work, document, document.root, shared, facts)
    for document in work.again["badge"]:
        if document.root is not None:
            _read(work, document, document.root, shared, facts)
    return found


def _read(
    work: Work, document: Document, root: Node, shared: Mapping[str, Counted | None], facts: Mapping[str, Facts]
) -> Written:
    criteria = read_criteria(work, document, root, shared)
    steps = read_tiers(work, document, root, criteria)
    available = read_window(work, document, root.get("available"))
    prerequisites = read_prerequisites(work, document, root.get("prerequisites"), facts)
    metadata = _metadata(work, document, root, criteria)
    _check_counts(work, document, root)
    notify = root.get("notify")
    check_wording(work, document, notify.get("hint") if notify else None, HINT)
    check_repeats(work, document, root, criteria)
    return Written(document, root, criteria, steps, available, prerequisites, metadata)


def _metadata(work: Work, document: Document, root: Node, criteria: list[Draft]) -> tuple[tuple[str, Expression], ...]:
    node = root.get("metadata")
    if node is None:
        return ()
    counted = [draft.counted for draft in criteria if draft.counted is not None]
    triggers = tuple(sorted({trigger for one in counted for trigger in one.triggers}))
    is_known = len(counted) == len(criteria) and bool(criteria or is_granted(root))
    scope = scope_of(work, triggers) if is_known else None
    given = counted[0].when if len(criteria) == 1 and counted else None
    found = ((name, formula(work, document, node.get(name), scope, Wants.ANY, given)) for name in node.value)
    return tuple((name, expression) for name, expression in found if expression is not None)


def _check_counts(work: Work, document: Document, root: Node) -> None:
    counts = root.get("counts")
    if counts is None or counts.value != "after_prerequisites":
        return
    if not root.has("prerequisites"):
        message = "there are no prerequisites after which something could count"
        work.report("bad-value", message, document, counts.span, "add prerequisites, or leave out counts")
    elif root.has("grant"):
        work.report("bad-value", "a badge with grant counts nothing", document, counts.span, "leave out counts")


def assemble(work: Work, read: Mapping[str, Written], order: list[str], depths: Mapping[str, int]) -> dict[str, Badge]:
    """The badges of a rule set without errors; ``order`` has prerequisites before those that need them."""
    badges: dict[str, Badge] = {}
    for id in order:
        badges[id] = _assemble(work, read[id], badges, depths[id])
    return dict(sorted(badges.items()))


def _assemble(work: Work, one: Written, badges: Mapping[str, Badge], depth: int) -> Badge:
    keys = _Keys(one.root)
    canonical = _canonical(one.prerequisites, badges)
    criteria = tuple(_criterion(work, one, draft, badges, canonical) for draft in one.criteria)
    repeatable, retired = keys.value("repeatable", False), keys.value("retired", False)
    limit, grant, notify = keys.value("max_awards"), keys.value("grant"), _Keys(keys.get("notify"))
    rest = [one.available, one.gated, repeatable, limit, retired, grant]
    judged = [[c.metric.fingerprint, whole(c.threshold), c.at_most] for c in criteria]
    tiers = tuple(_tier(work, step) for step in one.steps)
    return Badge(
        id=one.id,
        name=words(work, keys.get("name")),
        description=words(work, keys.get("description")),
        icon=text(keys.get("icon")),
        category=keys.value("category"),
        points=keys.value("points", 0),
        criteria=criteria,
        tiers=tiers,
        prerequisites=one.prerequisites,
        available=one.available,
        repeatable=repeatable,
        max_awards=limit,
        grant=grant,
        secret=keys.value("secret", False),
        retired=retired,
        formerly=tuple(keys.plain("formerly")),
        progress_at=tuple(sorted(notify.plain("progress_at"))),
        hint_at=notify.value("hint_at"),
        hint=wording(work, notify.get("hint")),
        metadata=one.metadata,
        triggers=frozenset(trigger for c in criteria for trigger in c.metric.triggers),
        version=badge_version(judged, [[t.id, whole(t.threshold)] for t in tiers], canonical, rest),
        depth=depth,
    )


class _Keys:
    """The keys of a mapping without faults, most of which are not written."""

    def __init__(self, node: Node | None) -> None:
        self.written: Mapping[str, Node] = node.value if node is not None else {}
        self.get = self.written.get

    def value(self, key: str, default: Any = None) -> Any:
        """The plain value of a key."""
        node = self.get(key)
        return default if node is None else node.value

    def plain(self, key: str) -> list[Any]:
        """The items of a list."""
        node = self.get(key)
        return [] if node is None else list(node.plain())


def _canonical(prerequisites: Prerequisites | None, badges: Mapping[str, Badge]) -> list[Any]:
    """Prerequisites by ids that outlive a rename."""
    if prerequisites is None:
        return []
    return [prerequisites.needed, sorted([_lasting(badges[id]), tier or ""] for id, tier in prerequisites.items)]


def _lasting(badge: Badge) -> str:
    return badge.formerly[0] if badge.formerly else badge.id


def _criterion(work: Work, one: Written, draft: Draft, badges: Mapping[str, Badge], canonical: list[Any]) -> Criterion:
    threshold = one.steps[0].threshold if one.steps else draft.threshold
    assert draft.counted is not None and threshold is not None
    metric = _metric(work, one, draft, draft.counted, badges, canonical)
    return Criterion(metric, whole(threshold), draft.at_most)


def _metric(
    work: Work, one: Written, draft: Draft, counted: Counted, badges: Mapping[str, Badge], canonical: list[Any]
) -> Metric:
    gate = one.prerequisites if one.gated else None
    versions = [*canonical, sorted(badges[id].version for id, _ in gate.items)] if gate else []
    repeats = one.flag("repeatable") and counted.kind == "streak"
    laps = whole(draft.threshold) if repeats and draft.threshold is not None else None
    return metric_of(work, counted, None, one.available, gate, tuple(versions), laps)


def _tier(work: Work, step: Step) -> Tier:
    node = step.node
    id, points = node.get("id"), node.get("points")
    assert step.threshold is not None
    return Tier(
        id=id.value if id else None,
        threshold=whole(step.threshold),
        name=words(work, node.get("name")),
        description=words(work, node.get("description")),
        icon=text(node.get("icon")),
        points=points.value if points else 0,
    )
