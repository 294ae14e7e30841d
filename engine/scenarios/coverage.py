"""What the scenarios of a rule set never touch: badges never awarded, conditions never true or never false."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model import Metric, RuleSet
from .nouns import ScenarioResult, Seen
from .places import condition_place


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was touched, of all that could be, and the rest by name."""

    touched: int
    total: int
    never_awarded: tuple[str, ...]
    never_true: tuple[str, ...]
    """Conditions, each with its place."""
    never_false: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Rounded down; 100 where there is nothing to touch."""
        return 100 * self.touched // self.total if self.total else 100


def coverage(rules: RuleSet, results: Iterable[ScenarioResult]) -> Coverage:
    """What scenarios touched: each badge that can be awarded counts once, each condition as true and as false."""
    seen = Seen()
    for result in results:
        seen.add(result.seen)
    badges = [badge.id for badge in rules.badges.values() if not badge.retired]
    conditions = [metric for metric in rules.by_fingerprint.values() if metric.when]
    awarded = tuple(sorted(badge for badge in badges if badge not in seen.awarded))
    true = tuple(_named(rules, metric) for metric in conditions if metric.fingerprint not in seen.true)
    false = tuple(_named(rules, metric) for metric in conditions if metric.fingerprint not in seen.false)
    total = len(badges) + 2 * len(conditions)
    return Coverage(total - len(awarded) - len(true) - len(false), total, awarded, true, false)


def _named(rules: RuleSet, metric: Metric) -> str:
    place = condition_place(rules, metric)
    text = metric.when.text if metric.when else ""
    return f"{text}, {place}" if place else text
