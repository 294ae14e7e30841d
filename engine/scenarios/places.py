"""Where a metric's condition stands in the files of a rule set."""

from __future__ import annotations

from ..documents import LIST, Node, parse
from ..model import Metric, RuleSet


def condition_place(rules: RuleSet, metric: Metric) -> str:
    """``badges/quiz.yaml:9``: the first file in which the condition of a metric stands; empty if there is none."""
    for badge in rules.users_of.get(metric.fingerprint, ()):
        for index, criterion in enumerate(rules.badges[badge].criteria):
            if criterion.metric is metric and (place := _in_badge(rules, badge, index)):
                return place
    return _in_file(rules, f"metrics/{metric.name}.yaml", ()) if metric.name else ""


def _in_badge(rules: RuleSet, badge: str, index: int) -> str:
    file = next((f for f in sorted(rules.files) if f.startswith("badges/") and f.endswith(f"/{badge}.yaml")), "")
    return _in_file(rules, file, ()) or _in_file(rules, file, ("criteria", index))


def _in_file(rules: RuleSet, file: str, path: tuple[str | int, ...]) -> str:
    root = parse(file, rules.files[file])[0] if file in rules.files else None
    holder: Node | None = root
    for step in path:
        holder = _child(holder, step)
    when = holder.get("when") if holder else None
    return f"{file}:{when.span.line}" if when else ""


def _child(node: Node | None, step: str | int) -> Node | None:
    if node is None:
        return None
    if isinstance(step, str):
        return node.get(step)
    return node.value[step] if node.kind == LIST and step < len(node.value) else None
