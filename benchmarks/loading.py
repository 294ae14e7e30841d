"""A thousand badges, checked and compiled: against libyaml's reading of the files, in a service, and as a command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

import yaml

from engine.compiler import compile_rules
from engine.service import Service
from engine.store import open_store

from .many import many
from .report import Line
from .scaling import now
from .timing import Figure, computing, ratio, rounds

EDITED = "badges/group_0/many_0.yaml"
COMMAND = "from cli import main; main()"


def measure() -> list[Line]:
    """Check that there is nothing wrong with the rules, then load them."""
    files = many()
    problems = [problem for problem in compile_rules(files).problems if problem.code != "untested-badge"]
    if problems:
        raise SystemExit(f"The large rule set has problems: {problems[0]}")
    figures = rounds(
        {
            "compile": computing(lambda: compile_rules(files)),
            "load": computing(lambda: _each(files, yaml.load)),
            "compose": computing(lambda: _each(files, yaml.compose)),
        }
    )
    compiled, loaded, composed = figures["compile"], figures["load"], figures["compose"]
    return [
        Line("11", "1,000 badges, of libyaml's load", _millis(compiled), ratio(compiled, loaded), "≤ 3", "≤ 2"),
        Line("", "1,000 badges, of libyaml's compose", _millis(composed), ratio(compiled, composed)),
        Line("", "libyaml's load of them", _millis(loaded)),
        *_served(files),
        Line(
            "", "`badges check` of 1,000 badges, the whole process, seconds of the processor", _command(files, "check")
        ),
        Line("", "`badges --version`, the whole process, seconds of the processor", _command(files, "--version")),
    ]


def _served(files: dict[str, str]) -> list[Line]:
    """What a service takes until it has the rules in service, and to put an edited rule set there."""
    edited = ({**files, EDITED: files[EDITED].replace("points: 5", f"points: {number}")} for number in count(6))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/badges.db")
        service = Service(store, now)
        service.apply(files, "benchmark")
        figures = rounds(
            {
                "start": computing(lambda: Service(store, now).rules),
                "apply": computing(lambda: service.apply(next(edited), "benchmark")),
            }
        )
        store.close()
    start, apply = _millis(figures["start"]), _millis(figures["apply"])
    return [Line("", "a service begins with 1,000 badges", start), Line("", "one of them is edited: `apply`", apply)]


def _each(files: dict[str, str], read: object) -> None:
    assert callable(read)
    for text in files.values():
        read(text, yaml.CSafeLoader)


def _command(files: dict[str, str], word: str) -> str:
    """The median of the processor's seconds that a process takes."""
    with tempfile.TemporaryDirectory() as folder:
        for file, text in files.items():
            path = Path(folder, "rules", file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        words = [sys.executable, "-c", COMMAND, word, *([f"{folder}/rules"] if word == "check" else [])]
        return _millis(rounds({word: lambda: _processor_seconds(words, folder)})[word])


def _processor_seconds(words: list[str], folder: str) -> float:
    """With the modules compiled before, as an installation has them."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
    before = os.times()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def _millis(figure: Figure) -> str:
    return f"{figure.median * 1e3:,.0f} ms"
