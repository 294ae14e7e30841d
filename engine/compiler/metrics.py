"""What is counted: trigger, when, measure with its keys; and the metric that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..calendar import DAY
from ..documents import LIST, Node
from ..expressions import Expression, Wants
from ..measures import REGISTRY, build
from ..measures.windows import width
from ..model import BADGE_AWARDED, EVENT_RETRACTED, Metric, Prerequisites
from .fingerprints import fingerprint
from .formulas import formula, scope_of
from .work import Document, Work

EXCLUSIVE = ("within", "per", "by", "latest")
COUNTED = ("trigger", "when", "measure")
PARAMETERS = tuple(dict.fromkeys(key for module in REGISTRY.values() for key in module.PARAMETERS))
_PARAMETERS = frozenset(PARAMETERS)
_COUNTED = frozenset((*COUNTED, *PARAMETERS))
NEUTRAL: dict[str, Any] = {"latest": False, "min_events": 1, "grace": 0}
"""Values that say no more than leaving the key out."""
LONGEST_WINDOW = 400 * DAY
Window = tuple[int | None, int | None]
ALWAYS: Window = (None, None)


class Counted(NamedTuple):
    """What is counted, read from a file and free of errors."""

    triggers: tuple[str, ...]
    when: Expression | None
    of: Expression | None
    by: Expression | None
    kind: str
    params: Mapping[str, Any]


def read_metrics(work: Work) -> dict[str, Counted | None]:
    """The shared metrics, by id."""
    counted = {}
    for document in work.of("metric"):
        counted[document.id] = read_counted(work, document, document.root) if document.root is not None else None
    for document in work.again["metric"]:
        if document.root is not None:
            read_counted(work, document, document.root)
    for id, one in counted.items():
        work.metrics[id] = None if one is None else metric_of(work, one, name=id)
    return counted


def read_counted(work: Work, document: Document, node: Node) -> Counted | None:
    """What a metric, badge or criterion counts; None if it has an error."""
    before = len(work.problems)
    triggers = read_triggers(work, document, node)
    scope = scope_of(work, triggers)
    when = formula(work, document, node.get("when"), scope, Wants.CONDITION)
    kind = kind_of(node)
    params = _params(work, document, node, kind)
    key = Wants.KEY if kind in (None, "count_distinct") else Wants.NUMBER
    given = None if params is None or "latest" in params else when
    of = formula(work, document, node.get("of"), scope, key, given)
    by = formula(work, document, node.get("by"), scope, Wants.KEY, given)
    failed = work.failed_since(before)
    if failed or triggers is None or scope is None or kind is None or params is None or not _complete(node, kind):
        return None
    return Counted(triggers, when, of, by, kind, params)


def kind_of(node: Node) -> str | None:
    """The measure that a metric, badge or criterion names; None if that is none."""
    measure = node.get("measure")
    return measure.value if measure is not None else None if node.has("measure") else "count"


def _complete(node: Node, kind: str) -> bool:
    """Whether nothing is missing or flawed."""
    if any(node.get(key) is None for key in REGISTRY[kind].REQUIRED):
        return False
    return not node.unclear & _COUNTED


def read_triggers(work: Work, document: Document, node: Node) -> tuple[str, ...] | None:
    """The event types that trigger, sorted; None if one is missing or unknown."""
    trigger = node.get("trigger")
    if trigger is None:
        return None
    named = trigger.value if trigger.kind == LIST else [trigger]
    sound = [_check_trigger(work, document, one) for one in named]
    return tuple(sorted(one.value for one in named)) if all(sound) else None


def _check_trigger(work: Work, document: Document, node: Node) -> bool:
    if node.flawed:
        return False
    if node.value == EVENT_RETRACTED:
        message = f"{EVENT_RETRACTED} takes events out of the log; it counts for nothing"
        work.report("bad-value", message, document, node.span)
        return False
    if node.value not in work.events:
        work.unknown("event", node, document)
        return False
    return True


def _params(work: Work, document: Document, node: Node, kind: str | None) -> dict[str, Any] | None:
    """The measure's keys as plain values; ``by`` as True."""
    if kind is None:
        return None
    written = [key for key in node.value if key in _PARAMETERS]
    if not written:
        return {}
    _check_foreign(work, document, node, kind, written)
    _check_period(work, document, node)
    _check_exclusive(work, document, node, written)
    _check_within(work, document, node.get("within"))
    sound = {key: child for key in written if key != "of" and (child := node.get(key)) is not None}
    values = {key: True if key == "by" else child.plain() for key, child in sound.items()}
    return {key: value for key, value in values.items() if key not in NEUTRAL or value != NEUTRAL[key]}


def _check_foreign(work: Work, document: Document, node: Node, kind: str, written: list[str]) -> None:
    for key in written:
        if key not in REGISTRY[kind].PARAMETERS and not node.value[key].flawed:
            node.value[key].flawed = True
            others = [name for name, module in REGISTRY.items() if key in module.PARAMETERS]
            message = f"{key} is not a key of measure {kind}"
            work.report("unknown-key", message, document, node.keys[key].span, f"it belongs to {', '.join(others)}")


def _check_period(work: Work, document: Document, node: Node) -> None:
    """A streak of events has no periods that could be missed, or hold several events."""
    period = node.get("period")
    for key in ("grace", "min_events"):
        if period is not None and period.value == "event" and node.get(key) is not None:
            node.value[key].flawed = True
            message = f"{key} has no meaning with period: event"
            work.report("unknown-key", message, document, node.keys[key].span, f"leave out {key}")


def _check_exclusive(work: Work, document: Document, node: Node, written: list[str]) -> None:
    found = [key for key in written if key in EXCLUSIVE and (child := node.get(key)) and child.value is not False]
    for key in found[1:]:
        node.value[key].flawed = True
        message = f"{key} cannot stand beside {found[0]}"
        work.report("bad-value", message, document, node.value[key].span, f"keep one of {found[0]} and {key}")


def _check_within(work: Work, document: Document, node: Node | None) -> None:
    if node is None:
        return
    match = re.fullmatch(r"[0-9]{1,9}[mhdw]", node.value, re.ASCII)
    if match and 0 < width(node.value) <= LONGEST_WINDOW:
        return
    node.flawed = True
    message = f"{node.value} is not a window: a whole number and one of m, h, d, w, at most 400d"
    work.report("bad-window", message, document, node.span, "write a window such as 7d")


def metric_of(
    work: Work,
    counted: Counted,
    name: str | None = None,
    available: Window = ALWAYS,
    gate: Prerequisites | None = None,
    gate_versions: tuple[Any, ...] = (),
    laps: Any = None,
) -> Metric:
    """The metric: one for each definition, however often it is written."""
    params = dict(counted.params) if laps is None else {**counted.params, "laps": laps}
    measure = build(counted.kind, params)
    key = fingerprint(work, counted, measure, available, gate_versions)
    if key not in work.pool:
        work.pool[key] = Metric(
            key, name, counted.triggers, counted.when, counted.of, counted.by, measure, available, gate
        )
    return work.pool[key]


def is_awarded(counted: Counted) -> bool:
    """Whether awards of badges are what it counts."""
    return BADGE_AWARDED in counted.triggers
