"""Scenarios: the tests of a rule set that its authors write themselves, run step by step through the engine."""

from .coverage import Coverage, coverage
from .nouns import Fault, Scenario, ScenarioError, ScenarioResult
from .play import run
from .reading import scenarios_of, select
from .reasons import because

__all__ = [
    "Coverage",
    "Fault",
    "Scenario",
    "ScenarioError",
    "ScenarioResult",
    "because",
    "coverage",
    "run",
    "scenarios_of",
    "select",
]
