"""``badges check``: every problem of a rule set, in one run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.printers import PRINTERS, as_text, summary
from engine.problems import ERROR, Problem

from .boundary import FOUND
from .folder import RuleFolder, read_folder
from .options import format_option, rules_argument
from .terminal import in_colour


@click.command("check")
@rules_argument
@format_option(*PRINTERS)
@click.option("--strict", is_flag=True, help="A warning is an error.")
@click.pass_context
def command(ctx: click.Context, rules: Path, form: str, strict: bool) -> None:
    """Report every problem of a rule set.

    Exits with 0 if there is none, 1 if there is an error (with --strict, a warning), 2 if it could not run.
    """
    folder = read_folder(rules)
    problems = folder.compiled().problems
    _print(folder, problems, form)
    if any(strict or problem.severity == ERROR for problem in problems):
        ctx.exit(FOUND)


def _print(folder: RuleFolder, problems: Sequence[Problem], form: str) -> None:
    if form != "text":
        told = PRINTERS[form](problems, folder.files, folder.in_repository)
    else:
        listed = as_text(problems, folder.files, in_colour(sys.stdout))
        told = "\n\n".join(part for part in (listed, summary(problems, len(folder.files))) if part)
    if told:
        click.echo(told)
