"""``badges test``: runs the scenarios of a rule set, or records one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import click

from engine.model import RuleSet
from engine.scenarios import Coverage, Scenario, ScenarioResult, as_junit, coverage, run, scenarios_of, select

from .boundary import FOUND, say
from .folder import RuleFolder, loaded
from .options import database_option, opened, rules_argument
from .terminal import counted, dyed


@click.command("test")
@rules_argument
@click.option("--run", "pattern", default="*", metavar="GLOB", help="Only those whose name fits, such as 'streak*'.")
@click.option("--coverage", "least", type=click.IntRange(0, 100), metavar="N", help="Fail below N percent.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write the results as JUnit's XML, too.")
@click.option("--record", "of", nargs=2, metavar="USER BADGE", help="Write a scenario of what USER did for BADGE.")
@database_option
@click.pass_context
def command(
    ctx: click.Context,
    rules: Path,
    pattern: str,
    least: int | None,
    junit: Path | None,
    of: tuple[str, str] | None,
    database: str,
) -> None:
    """Run the scenarios of a rule set.

    Exits with 1 if one fails, if none is selected, or if the coverage asked for is not reached. Covered are badges that
    a scenario awards, and conditions that are true in one event and false in another.

    With --record it first writes a scenario out of stored events, and runs that one: the events of USER that touch
    BADGE, with the user called `user` and without the data that no rule reads.
    """
    if of:
        pattern = _recorded(rules, of, database)
    rule_set = loaded(rules)
    chosen = select(scenarios_of(rule_set), pattern)
    if not chosen:
        say(f"no scenario fits {pattern}" if pattern != "*" else "there are no scenarios")
        ctx.exit(FOUND)
    results, seconds = _played(rule_set, chosen)
    if junit:
        junit.write_text(as_junit(results, seconds, RuleFolder(rules, {}).in_repository), encoding="utf-8")
    failed = sum(not result.passed for result in results)
    click.echo(f"{counted(len(results), 'scenario')}: {len(results) - failed} passed, {failed} failed.")
    enough = least is None or _covered(rule_set, results, least)
    if failed or not enough:
        ctx.exit(FOUND)


def _recorded(rules: Path, of: tuple[str, str], database: str) -> str:
    """Record a scenario; its id."""
    from .recording import recorded

    with opened(database) as service:
        file = recorded(service, loaded(rules), rules, *of)
    click.echo(file)
    return file.relative_to(rules / "scenarios").with_suffix("").as_posix()


def _played(rules: RuleSet, chosen: Sequence[Scenario]) -> tuple[list[ScenarioResult], list[float]]:
    """Run and print one after the other; the results, and how long each took."""
    results, seconds = [], []
    for scenario in chosen:
        start = perf_counter()
        results.append(run(rules, scenario))
        seconds.append(perf_counter() - start)
        _print(results[-1])
    return results, seconds


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
