"""Why a badge is earned, or what is missing: criteria, prerequisites, and what became of the newest events."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from .calendar import format_instant
from .expressions import Context, Explanation
from .fold import COUNTED, FALSE, replay, retracted
from .measures import width
from .model import Award, Badge, CriterionProgress, Event, Metric, Progress, RuleSet, Snapshot
from .presentation import award_json, criterion_json, progress_json
from .progress import progress_of, visible, written
from .reconcile import sorted_out
from .state import State

OUTSIDE_WINDOW = "outside the window"
RETRACTED = "retracted"
EVENTS_SHOWN = 10


@dataclass(slots=True)
class Trace:
    """What became of one event in one metric."""

    metric: Metric
    context: Context
    verdict: str
    message: str | None


def explain(
    rules: RuleSet,
    user: str,
    log: Sequence[Event],
    awards: Sequence[Award],
    badge: Badge,
    now: int,
    hidden: Set[str] = frozenset(),
    locales: Sequence[str] = (),
    start: Snapshot | None = None,
) -> dict[str, Any]:
    """The explanation of one badge for one user, as plain values. Hidden badges are not named."""
    traces: dict[tuple[str, str], list[Trace]] = {}
    state = _traced(rules, user, log, awards, badge, traces, start)
    held = [award for award in awards if award.badge == badge.id]
    answer: dict[str, Any] = {
        "user": user,
        "badge": badge.id,
        "state": "earned" if held and not badge.criteria else "not_earned",
        "awards": [{**award_json(a, rules, locales), "kept": a.kept, "by_call": a.by_call} for a in held],
        "progress": None,
        "criteria": [],
        "prerequisites": _prerequisites(state, badge, hidden),
        "events": _events(rules, state, log, badge, traces, now),
        "compacted_until": format_instant(start.until) if start else None,
    }
    if badge.criteria:
        progress = visible(progress_of(rules, state, badge, now), hidden)
        answer["state"] = progress.state
        answer["progress"] = progress_json(progress)
        answer["criteria"] = _criteria(rules, state, badge, now)
    return answer


def _traced(
    rules: RuleSet,
    user: str,
    log: Sequence[Event],
    awards: Sequence[Award],
    badge: Badge,
    traces: dict[tuple[str, str], list[Trace]],
    start: Snapshot | None,
) -> State:
    """Replay the log with what is kept, and note what became of each event in the badge's metrics."""
    own = {criterion.metric.fingerprint for criterion in badge.criteria}

    def note(metric: Metric, event: Event, context: Context, verdict: str, message: str | None) -> None:
        if metric.fingerprint in own:
            traces.setdefault((event.source, event.id), []).append(Trace(metric, context, verdict, message))

    current, pinned = sorted_out(rules, log, awards, start)
    kept = [award for award in current.values() if award.kept]
    return replay(rules, user, log, kept, pinned, note, start)


def _prerequisites(state: State, badge: Badge, hidden: Set[str]) -> dict[str, Any]:
    wanted = badge.prerequisites
    items = [item for item in wanted.items if item[0] not in hidden] if wanted else []
    return {
        "met": state.meets(wanted),
        "needed": wanted.needed if wanted else 0,
        "items": [{"badge": written(name, tier), "held": state.holds(name, tier)} for name, tier in items],
    }


def _criteria(rules: RuleSet, state: State, badge: Badge, now: int) -> list[dict[str, Any]]:
    """Each criterion with its value and threshold, and what it counts."""
    progress = progress_of(rules, state, badge, now)
    parts = progress.criteria or (progress_part(progress, badge),)
    return [
        {
            **criterion_json(part),
            "measure": criterion.metric.measure.kind,
            "trigger": list(criterion.metric.triggers),
            "when": criterion.metric.when.text if criterion.metric.when else None,
            "of": criterion.metric.of.text if criterion.metric.of else None,
        }
        for criterion, part in zip(badge.criteria, parts, strict=True)
    ]


def progress_part(progress: Progress, badge: Badge) -> CriterionProgress:
    """The only criterion of a badge, from the badge's progress."""
    criterion = badge.criteria[0]
    return CriterionProgress(
        progress.value,
        progress.threshold,
        progress.percent,
        progress.remaining,
        progress.expires_at,
        progress.longest,
        criterion.at_most,
        progress.percent == 100,
        criterion.metric.name,
    )


def _events(
    rules: RuleSet,
    state: State,
    log: Sequence[Event],
    badge: Badge,
    traces: dict[tuple[str, str], list[Trace]],
    now: int,
) -> list[dict[str, Any]]:
    """The newest events of the badge's triggers, newest first, and for each whether it counted and why not."""
    gone = retracted(log)
    own = [e for e in log if e.type in badge.triggers or (e.source, e.id) in traces]
    newest = sorted(own, key=lambda e: e.position, reverse=True)[:EVENTS_SHOWN]
    return [_event(rules, state, event, traces.get((event.source, event.id), []), gone, now) for event in newest]


def _event(
    rules: RuleSet, state: State, event: Event, traces: list[Trace], gone: set[tuple[str, str]], now: int
) -> dict[str, Any]:
    verdicts = [_verdict(rules, state, trace, event, now) for trace in traces]
    is_gone = (event.source, event.id) in gone
    return {
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "time": format_instant(event.time),
        "counted": not is_gone and any(verdict["counted"] for verdict in verdicts),
        "reason": RETRACTED if is_gone else _reason(verdicts),
        "metrics": [] if is_gone else verdicts,
    }


def _reason(verdicts: list[dict[str, Any]]) -> str | None:
    """Why the event did not count; None if it did."""
    if any(verdict["counted"] for verdict in verdicts):
        return None
    return str(verdicts[0]["reason"]) if verdicts else "no metric of this badge reads it"


def _verdict(rules: RuleSet, state: State, trace: Trace, event: Event, now: int) -> dict[str, Any]:
    metric, when = trace.metric, trace.metric.when
    counted = trace.verdict == COUNTED
    outside = counted and not _in_window(rules, state, metric, trace.context, now)
    reason = OUTSIDE_WINDOW if outside else None if counted else trace.verdict
    if trace.message:
        reason = f"{trace.verdict}: {trace.message}"
    elif trace.verdict == FALSE and when:
        reason = f"{when.text} is false"
    return {
        "metric": metric.name,
        "counted": counted and not outside,
        "reason": reason,
        "condition": tree(when.explain(trace.context)) if when else None,
    }


def _in_window(rules: RuleSet, state: State, metric: Metric, context: Context, now: int) -> bool:
    params = metric.measure.params
    if "within" in params:
        return bool(context.moment.instant > now - width(params["within"]))
    if "per" in params:
        return bool(context.moment.period(params["per"]) == state.moment(rules, now).period(params["per"]))
    return True


def tree(part: Explanation) -> dict[str, Any]:
    """A condition, operand by operand, as plain values: what was not evaluated or has no parts says no more of it."""
    answer: dict[str, Any] = {"text": part["text"]}
    if part["skipped"]:
        return {**answer, "skipped": True}
    outcome = {"error": part["error"]} if part["error"] else {"value": part["value"]}
    inner = {"children": [tree(child) for child in part["children"]]} if part["children"] else {}
    return answer | outcome | inner
