"""What `badges new` writes: files that are complete as they stand, and say in their words what is to be changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from engine.compiler import compile_rules
from engine.documents import flow, scalar
from engine.model import RuleSet
from engine.payloads import sample
from engine.scenarios import run, scenarios_of

Files = dict[str, str]
"""Texts by path relative to the rule set's folder."""
THRESHOLDS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)

BADGE = """\
name: {name}
description: What earns it, in the words of those who earn it.
icon: "🏅"

trigger: {trigger}
threshold: {threshold}
"""
STORY = """\
description: What somebody does, and what it gives.
steps:
  - expect: {{without: [{id}]}}
  - {{event: {trigger}, data: {data}{repeat}}}
  - expect: {{badges: [{id}]}}
"""
METRIC = """\
description: What it measures, for those who write badges.
trigger: {trigger}
measure: count
"""
EVENT = """\
description: When this happens, in a sentence.
payload:
  type: object
  required: [amount]
  properties:
    amount: {{type: number, minimum: 0, description: What it is, in which unit.}}
"""
EVENT_STORY = """\
description: No badge counts it yet.
steps:
  - {{event: {id}, data: {{amount: 1}}, awards: []}}
"""


def badge(rules: RuleSet, folder: str, id: str, trigger: str) -> Files:
    """A badge that works, and a scenario that it passes.

    Its threshold is the first with which it is no other badge's rule, and no scenario that passed fails.
    """
    drafts = [_badge(rules, folder, id, trigger, threshold) for threshold in THRESHOLDS]
    sound = [(draft, compiled) for draft in drafts if (compiled := _sound(rules, draft))]
    fine = (draft for draft, compiled in sound if set(_failing(compiled)) <= {*_failing(rules), *draft})
    return next(chain(fine, (draft for draft, _ in sound), drafts))


def _badge(rules: RuleSet, folder: str, id: str, trigger: str, threshold: int) -> Files:
    name = scalar(id.replace("_", " ").capitalize())
    data = flow(sample(rules.events[trigger].payload))
    repeat = f", repeat: {threshold}, every: 1h" if threshold > 1 else ""
    story = STORY.format(id=scalar(id), trigger=scalar(trigger), data=data, repeat=repeat)
    return {
        f"badges/{folder}{id}.yaml": BADGE.format(name=name, trigger=scalar(trigger), threshold=threshold),
        f"scenarios/{folder}{id}.yaml": story,
    }


def metric(rules: RuleSet, folder: str, id: str, trigger: str) -> Files:
    """A metric, for badges and leaderboards to use."""
    return {f"metrics/{folder}{id}.yaml": METRIC.format(trigger=scalar(trigger))}


def event(folder: str, id: str) -> Files:
    """An event type, and a scenario in which it happens."""
    return {
        f"events/{folder}{id}.yaml": EVENT.format(),
        f"scenarios/{folder}{id}.yaml": EVENT_STORY.format(id=scalar(id)),
    }


def _sound(rules: RuleSet, draft: Files) -> RuleSet | None:
    """The rule set with a draft, unless it has a problem that it has not without it."""
    compiled = compile_rules({**rules.files, **draft})
    before = {(problem.code, problem.file) for problem in compile_rules(rules.files).problems}
    return compiled.rules if all((p.code, p.file) in before for p in compiled.problems) else None


def _failing(rules: RuleSet) -> Iterator[str]:
    return (scenario.file for scenario in scenarios_of(rules) if not run(rules, scenario).passed)
