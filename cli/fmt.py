"""``badges fmt``: lays rule files out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.layout import lay_out
from engine.printers import as_text
from engine.problems import Problem

from .boundary import FOUND
from .folder import BadFolder, rule_files
from .options import rules_argument
from .terminal import counted, in_colour


@click.command("fmt")
@rules_argument
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if there is something to do.")
@click.pass_context
def command(ctx: click.Context, rules: Path, only_check: bool) -> None:
    """Lay the files of a rule set out: indentation, blanks and empty lines; keys, values and comments stay.

    RULES may also be one file. Names the files that it changes. Exits with 1 if one is no YAML, which is left as it is.
    """
    files = {file: _text(file) for file in _files(rules)}
    changed, refused = 0, 0
    for file, text in files.items():
        name = file.relative_to(rules).as_posix() if file != rules else str(file)
        laid_out, problems = lay_out(name, text)
        if laid_out is None:
            refused += 1
            _refuse(problems, name, text)
        elif laid_out != text:
            changed += 1
            click.echo(file)
            if not only_check:
                file.write_text(laid_out, encoding="utf-8", newline="\n")
    click.echo(_told(changed, len(files), only_check), err=True)
    if refused or (changed and only_check):
        ctx.exit(FOUND)


def _files(rules: Path) -> list[Path]:
    files = [rules] if rules.is_file() else sorted(rule_files(rules)) if rules.is_dir() else []
    files = [file for file in files if file.suffix != ".json"]
    if not files:
        raise BadFolder(f"{rules} is no rule file, and no folder that holds any (*.yaml)")
    return files


def _text(file: Path) -> str:
    """The text with its line breaks as they are; what is not UTF-8 becomes half characters, which are a fault."""
    return file.read_bytes().decode("utf-8", errors="surrogateescape")


def _refuse(problems: list[Problem], name: str, text: str) -> None:
    click.echo(as_text(problems, {name: text}, in_colour(sys.stderr)), err=True)


def _told(changed: int, files: int, only_check: bool) -> str:
    what = "to lay out" if only_check else "laid out"
    return f"{counted(changed, 'file')} {what}, of {files}."
