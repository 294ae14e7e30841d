"""RESULTS.md: the figures, beside what they are to reach. results.json holds what was measured, room by room."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import engine

FOLDER = Path(__file__).parent
RESULTS, MEASURED = FOLDER / "RESULTS.md", FOLDER / "results.json"
BEGIN, END = "<!-- begin: python -m benchmarks -->", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its target; ``number`` names the target, and is empty where there is none."""

    number: str
    what: str
    figure: str
    """The measured thing as such, such as a rate."""
    ratio: float | None = None
    """What is held against the target."""
    least: str = ""
    """Such as ``≥ 0.5``."""
    aim: str = ""

    @property
    def reached(self) -> str:
        """Whether the target is reached, or how much of it."""
        if self.ratio is None or not self.least:
            return ""
        if _holds(self.ratio, self.aim or self.least):
            return "aim"
        return "yes" if _holds(self.ratio, self.least) else f"**no**: {_part(self.ratio, self.least):.0%} of it"

    def as_row(self) -> str:
        """A row of a table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        return f"| {self.number} | {self.what} | {self.figure} | {ratio} | {self.least} | {self.aim} | {self.reached} |"


def record(room: str, lines: Iterable[Line]) -> None:
    """Keep what a room has measured, and write RESULTS.md anew."""
    found = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    found[room] = {"conditions": _conditions(), "lines": [asdict(line) for line in lines]}
    MEASURED.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    RESULTS.write_text(before + "\n".join([BEGIN, "", *_tables(found), END]) + after, encoding="utf-8")


def _conditions() -> str:
    day = datetime.now(UTC).date().isoformat()
    built = "compiled by mypyc" if engine.is_compiled() else "pure Python"
    return f"{day}, Python {platform.python_version()}, {platform.machine()}, {_cores()} cores, {built}"


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tables(found: Mapping[str, Any]) -> list[str]:
    lines = [Line(**line) for room in found.values() for line in room["lines"]]
    aimed = sorted((line for line in lines if line.number), key=lambda line: _place(line.number))
    rest = [line for line in lines if not line.number]
    told = sorted({room["conditions"] for room in found.values()})
    head = ["Measured: " + "; ".join(told) + ". Medians of five rounds or more, ratios round by round.", ""]
    return [*head, *_table(aimed), "", "Beside them:", "", *_table(rest), ""]


def _table(lines: Sequence[Line]) -> list[str]:
    head = ["| # | what | figure | ratio | at least | aim | reached |", "|---|---|---|---|---|---|---|"]
    return [*head, *(line.as_row() for line in lines)]


def _place(number: str) -> tuple[int, str]:
    digits = "".join(c for c in number if c.isdigit())
    return (int(digits) if digits else 99, number)


def _holds(ratio: float, target: str) -> bool:
    sign, bound = target.split()[0], float(target.split()[1])
    return ratio >= bound if sign == "≥" else ratio > bound if sign == ">" else ratio <= bound


def _part(ratio: float, target: str) -> float:
    sign, bound = target.split()[0], float(target.split()[1])
    return bound / ratio if sign == "≤" and ratio else ratio / bound
