"""``badges diff``: what a rule change means."""

from __future__ import annotations

import sys

import click

from engine.diff import Comparison, as_json, as_markdown, as_text, compare
from engine.model import RuleSet
from engine.problems import ERROR

from .boundary import FOUND, UNABLE, say, say_rejected
from .folder import Rejected
from .options import RULES, format_option
from .revisions import rules_at
from .terminal import in_colour


@click.command("diff")
@click.argument("old")
@click.argument("new", default=RULES)
@format_option("text", "markdown", "json")
@click.pass_context
def command(ctx: click.Context, old: str, new: str, form: str) -> None:
    """Say what changes from one rule set to another: by meaning, in sentences, and whether it is looser or tighter.

    OLD and NEW are folders or git revisions (main, HEAD~1, v1.2, main:services/rules); NEW is the folder rules if it is
    left out. Of a revision it is the folder that it is compared with, else rules. Exits with 0 if they mean the same, 1
    if they differ, 2 if it could not run.
    """
    try:
        found = compare(_rules(old, new), _rules(new, old))
    except Rejected as error:
        say_rejected(error)
        say(f"{error}: rule sets with errors cannot be compared.")
        ctx.exit(UNABLE)
    click.echo(_told(found, form))
    if found.changes:
        ctx.exit(FOUND)


def _rules(name: str, beside: str) -> RuleSet:
    folder = rules_at(name, beside)
    compiled = folder.compiled()
    if compiled.rules is None:
        raise Rejected(folder, [problem for problem in compiled.problems if problem.severity == ERROR])
    return compiled.rules


def _told(found: Comparison, form: str) -> str:
    if form == "json":
        return as_json(found)
    return as_markdown(found) if form == "markdown" else as_text(found, in_colour(sys.stdout))
