"""How many scenarios a second run in memory: ``python -m benchmarks.scenarios [COPIES]``.

The scenarios of the example rules and of every recipe, many times over; also what reading and checking them costs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time
from typing import TypeVar

from docs.pages import RECIPES, example_rules, rule_sets
from engine.compiler import load
from engine.model import RuleSet
from engine.scenarios import Scenario, run, scenarios_of

COPIES = 100
Files = dict[str, str]
T = TypeVar("T")


def main(copies: int) -> None:
    """Print the figures, best of three, in seconds of the processor."""
    recipes = [example.files for page in RECIPES for example in rule_sets(page)]
    measure("the example rules", [many(example_rules(), copies)])
    measure("the recipes", [many(files, copies) for files in recipes])


def many(files: Files, copies: int) -> Files:
    """A rule set with its scenarios many times over."""
    stories = {file: text for file, text in files.items() if file.startswith("scenarios/")}
    more = {f"{file.removesuffix('.yaml')}_{n}.yaml": text for file, text in stories.items() for n in range(1, copies)}
    return {**files, **more}


def measure(name: str, sets: list[Files]) -> None:
    """Print how fast scenarios of some rule sets are checked, read and run."""
    checked, rules = best(lambda: [load(files) for files in sets])
    read, stories = best(lambda: [(one, scenario) for one in rules for scenario in scenarios_of(one)])
    ran, events = best(lambda: sum(play(one, scenario) for one, scenario in stories))
    number = len(stories)
    print(f"{name}: {number} scenarios with {events / number:.1f} events each")
    print(f"  run      {number / ran:9,.0f} scenarios a second, {events / ran:9,.0f} events a second")
    print(f"  read     {number / read:9,.0f} scenarios a second")
    print(f"  checked  {number / checked:9,.0f} scenarios a second, with the rules")


def play(rules: RuleSet, scenario: Scenario) -> int:
    """Run a scenario; how many events it has. Raises ValueError if it does not pass."""
    if not run(rules, scenario).passed:
        raise ValueError(f"{scenario.file} does not pass")
    return sum(step.get("repeat", 1) for step in scenario.steps if "event" in step)


def best(work: Callable[[], T]) -> tuple[float, T]:
    """The shortest of three times, and what the work gave."""
    times = []
    for _ in range(3):
        start = process_time()
        given = work()
        times.append(process_time() - start)
    return min(times), given


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COPIES)
