"""A small rule set, and what `diff` tells of an edit of it."""

from collections.abc import Mapping

from engine.compiler import load
from engine.diff import Comparison, compare

QUIZ = """\
payload:
  type: object
  required: [score]
  properties:
    score: {type: number, minimum: 0}
    delta: {type: number}
    topic: {type: string}
    passed: {type: boolean}
"""
FILES = {
    "events/quiz.yaml": QUIZ,
    "events/login.yaml": "payload: {type: object}\n",
    "catalogs/topics.yaml": "items: [math, art]\n",
    "badges/first.yaml": "name: First\ntrigger: quiz\n",
    "badges/other.yaml": "name: Other\ntrigger: login\n",
}
BADGE = "badges/x.yaml"
"""The badge that is edited."""


def comparison(before: str | Mapping[str, str], after: str | Mapping[str, str]) -> Comparison:
    """What is told of an edit: of the badge x, or of files that are added to the small rule set."""
    old, new = ({BADGE: one} if isinstance(one, str) else one for one in (before, after))
    return compare(load({**FILES, **old}), load({**FILES, **new}))


def told(before: str | Mapping[str, str], after: str | Mapping[str, str]) -> list[str]:
    """The changes, a line each: ``x: tighter: threshold 2 → 3``."""
    return [f"{c.title}: {c.direction}: {c.sentence}" for c in comparison(before, after).changes]


def directions(before: str, after: str) -> list[str]:
    """The directions of all that is told of the badge x."""
    return [change.direction for change in comparison(before, after).changes]
