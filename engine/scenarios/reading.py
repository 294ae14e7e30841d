"""The scenarios of a rule set, and the choice of some of them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ..documents import MAPPING, Node, parse
from ..model import RuleSet
from .nouns import Scenario

FOLDER = "scenarios/"


def scenarios_of(rules: RuleSet) -> list[Scenario]:
    """All scenarios of a rule set, by file."""
    files = sorted(file for file in rules.files if file.startswith(FOLDER) and file.endswith(".yaml"))
    roots = [(file, parse(file, rules.files[file])[0]) for file in files]
    return [_scenario(file, root) for file, root in roots if root is not None and root.kind == MAPPING]


def select(scenarios: Iterable[Scenario], pattern: str) -> list[Scenario]:
    """The scenarios whose id (``app/streaks``), or the last part of it, fits a pattern such as ``streak*``."""
    return [s for s in scenarios if fnmatchcase(s.id, pattern) or fnmatchcase(s.id.rpartition("/")[2], pattern)]


def _scenario(file: str, root: Node) -> Scenario:
    steps = root.get("steps")
    lines = tuple(step.span.line for step in steps.children()) if steps else ()
    return Scenario(file.removeprefix(FOLDER).removesuffix(".yaml"), file, root.plain(), lines)
