"""``badges test``: runs the scenarios of a rule set."""

from __future__ import annotations

from pathlib import Path

import click

from engine.model import RuleSet
from engine.scenarios import Coverage, ScenarioResult, coverage, run, scenarios_of, select

from .boundary import FOUND, say
from .folder import loaded
from .options import rules_argument
from .terminal import counted, dyed


@click.command("test")
@rules_argument
@click.option("--run", "pattern", default="*", metavar="GLOB", help="Only those whose name fits, such as 'streak*'.")
@click.option("--coverage", "least", type=click.IntRange(0, 100), metavar="N", help="Fail below N percent.")
@click.pass_context
def command(ctx: click.Context, rules: Path, pattern: str, least: int | None) -> None:
    """Run the scenarios of a rule set.

    Exits with 1 if one fails, if none is selected, or if the coverage asked for is not reached. Covered are badges that
    a scenario awards, and conditions that are true in one event and false in another.
    """
    rule_set = loaded(rules)
    chosen = select(scenarios_of(rule_set), pattern)
    if not chosen:
        say(f"no scenario fits {pattern}" if pattern != "*" else "there are no scenarios")
        ctx.exit(FOUND)
    results = [run(rule_set, scenario) for scenario in chosen]
    for result in results:
        _print(result)
    failed = sum(not result.passed for result in results)
    click.echo(f"{counted(len(results), 'scenario')}: {len(results) - failed} passed, {failed} failed.")
    enough = least is None or _covered(rule_set, results, least)
    if failed or not enough:
        ctx.exit(FOUND)


def _print(result: ScenarioResult) -> None:
    word = dyed("ok  ", "green") if result.passed else dyed("FAIL", "red")
    click.echo(f"{word} {result.scenario.id}")
    for fault in result.faults:
        kind = "error: " if fault.is_error else ""
        step = f"step {fault.step}: " if fault.step else ""
        click.echo(f"       {result.place(fault)}: {kind}{step}{fault.message}")
        for reason in fault.reasons:
            click.echo(f"         {reason}")


def _covered(rules: RuleSet, results: list[ScenarioResult], least: int) -> bool:
    """Print what the scenarios do not touch; whether they touch enough."""
    found = coverage(rules, results)
    for title, names in _untouched(found).items():
        for name in names:
            click.echo(f"{title}: {name}")
    click.echo(f"Coverage: {found.percent}% ({found.touched} of {found.total}), {least}% asked for.")
    return found.percent >= least


def _untouched(found: Coverage) -> dict[str, tuple[str, ...]]:
    return {
        "never awarded": found.never_awarded,
        "never true": found.never_true,
        "never false": found.never_false,
    }
