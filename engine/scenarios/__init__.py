"""Scenarios: the tests of a rule set that its authors write themselves, run step by step through the engine."""

from .coverage import Coverage, coverage
from .junit import as_junit
from .nouns import Fault, Scenario, ScenarioError, ScenarioResult, Step
from .play import run
from .reading import scenarios_of, select
from .reasons import because
from .recording import record, written

__all__ = [
    "Coverage",
    "Fault",
    "Scenario",
    "ScenarioError",
    "ScenarioResult",
    "Step",
    "as_junit",
    "because",
    "coverage",
    "record",
    "run",
    "scenarios_of",
    "select",
    "written",
]
