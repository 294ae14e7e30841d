"""What a badge takes, in a sentence: of a badge that is new, of a criterion that has come or gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..calendar import format_instant
from ..expressions import Expression
from ..model import Badge, Criterion, Metric, Number, Prerequisites
from ..numeric import shown
from ..progress import written

_LONGEST = 120
_MOST_ITEMS = 10


def taken_by(badge: Badge) -> str:
    """What a badge takes: criteria, tiers, prerequisites and all that limits it."""
    return "; ".join(part for part in (_core(badge), *_limits(badge)) if part)


def _core(badge: Badge) -> str:
    if not badge.criteria:
        whose = "users themselves" if badge.grant == "client" else "staff"
        return f"given by a call of {whose}"
    if badge.tiers:
        steps = ", ".join(f"{shown(tier.threshold)} ({tier.id})" for tier in badge.tiers)
        return phrase(badge.criteria[0], steps)
    return " and ".join(map(phrase, badge.criteria))


def _limits(badge: Badge) -> list[str]:
    since, until = badge.available
    return [
        f"needs {needed(badge.prerequisites)}" if badge.prerequisites else "",
        "counted from then on" if is_gated(badge) else "",
        f"from {format_instant(since)}" if since is not None else "",
        f"until {format_instant(until)}" if until is not None else "",
        _repeats(badge),
        "secret" if badge.secret else "",
        "retired" if badge.retired else "",
    ]


def _repeats(badge: Badge) -> str:
    if not badge.repeatable:
        return ""
    unit = badge.criteria[0].metric.measure.params.get("per")
    most = f", at most {badge.max_awards} times" if badge.max_awards is not None else ""
    return (f"once a {unit}" if unit else "again and again") + most


def is_gated(badge: Badge) -> bool:
    """Whether only what is done after the prerequisites were met counts."""
    return any(criterion.metric.gate for criterion in badge.criteria)


def needed(prerequisites: Prerequisites) -> str:
    """``a and b``, ``one of a, b``, ``2 of a, b, c``."""
    names = [written(badge, tier) for badge, tier in prerequisites.items]
    if prerequisites.needed >= len(names):
        return " and ".join(names) or "nothing"
    return f"{'one' if prerequisites.needed == 1 else prerequisites.needed} of {', '.join(names)}"


def phrase(criterion: Criterion, amount: str | None = None) -> str:
    """What a criterion asks for: ``5 quiz_completed in a row when event.passed``."""
    metric = criterion.metric
    number = amount or str(shown(criterion.threshold))
    if metric.measure.kind in ("count", "count_distinct", "streak"):
        most = "at most " if criterion.at_most else ""
        return f"{most}{_counted(metric, number)}{_when(metric)}"
    limit = f"{number} or {'less' if criterion.at_most else 'more'}"
    return f"{_valued(metric, limit)}{_when(metric)}"


def _counted(metric: Metric, number: str) -> str:
    events, params = events_of(metric), metric.measure.params
    if metric.measure.kind == "count_distinct":
        newest = ", by the newest event of each" if params.get("latest") else ""
        return f"{number} different {one_line(metric.of)} of {events}{_window(metric)}{newest}"
    if metric.measure.kind == "count":
        by = f" with the same {one_line(metric.by)}" if metric.by else ""
        return f"{number} {events}{by}{_window(metric)}"
    if params["period"] == "event":
        return f"{number} {events} in a row"
    least, grace = params.get("min_events", 1), params.get("grace", 0)
    each = f"{least} {events} in each" if least > 1 else events
    return f"{number} {params['period']}s in a row with {each}{f', up to {grace} missed between two' if grace else ''}"


def _valued(metric: Metric, limit: str) -> str:
    of, events, window = one_line(metric.of), events_of(metric), _window(metric)
    least = metric.measure.params.get("min_events", 1)
    if metric.measure.kind == "sum":
        by = f" for the same {one_line(metric.by)}" if metric.by else ""
        return f"{of} of {events} adding up to {limit}{by}{window}"
    words = {"max": "largest", "min": "smallest", "average": "average", "latest": "newest"}
    over = f" ({least} events or more)" if least > 1 else ""
    return f"the {words[metric.measure.kind]} {of} of {events} at {limit}{window}{over}"


def _window(metric: Metric) -> str:
    params = metric.measure.params
    if "within" in params:
        return f" within {params['within']}"
    return f" in one {params['per']}" if "per" in params else ""


def _when(metric: Metric) -> str:
    return f" when {one_line(metric.when)}" if metric.when else ""


def events_of(metric: Metric) -> str:
    """The events that a metric looks at: ``login``, ``login or quiz_completed``."""
    return " or ".join(metric.triggers)


def one_line(expression: Expression | None) -> str:
    """An expression as it is written, on one line, cut where it is long."""
    text = " ".join(expression.text.split()) if expression else ""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def some(items: Sequence[Any]) -> str:
    """Items, or the first ones of many."""
    more = f" and {len(items) - _MOST_ITEMS} more" if len(items) > _MOST_ITEMS else ""
    return ", ".join(map(str, items[:_MOST_ITEMS])) + more


def moved(what: str, old: Number, new: Number) -> str:
    """``threshold 10 → 12``."""
    return f"{what} {shown(old)} → {shown(new)}"
