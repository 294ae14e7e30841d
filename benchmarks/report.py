"""RESULTS.md: the figures, how they came about, and how to make them again."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
BEGIN, END = "<!-- begin: python -m benchmarks -->", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its target; ``number`` names the target."""

    number: str
    what: str
    figure: str
    ratio: float | None
    least: str
    aim: str

    def as_row(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"| {self.number} | {self.what} | {self.figure} | {ratio} | {self.least} | {self.aim} |"


def write(lines: Iterable[Line]) -> None:
    """Replace the generated part of RESULTS.md."""
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    head = f"{machine}; medians of 5 rounds in one process, ratios pair by pair."
    table = ["| # | what | median | ratio | at least | aim |", "|---|---|---|---|---|---|"]
    body = "\n".join([BEGIN, "", head, "", *table, *(line.as_row() for line in lines), "", END])
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    RESULTS.write_text(before + body + after, encoding="utf-8")
