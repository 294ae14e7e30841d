"""What the pages hold: rule sets, tables of expressions, console sessions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RECIPES = tuple(sorted(f"docs/recipes/{path.name}" for path in (ROOT / "docs/recipes").glob("*.md")))
PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")), *RECIPES)

_PIECE = re.compile(
    r"^<!-- start anew(?: with: (?P<kept>.*?))? -->$"
    r"|^```yaml\n(?P<yaml>.*?)^```$"
    r"|^(?P<table>\| expression \|.*?)(?=^(?!\|))",
    re.MULTILINE | re.DOTALL,
)
_PATH = re.compile(r"# (\S+\.yaml)\n")


@dataclass
class RuleSetExample:
    """The rule files of a page, from one ``<!-- start anew -->`` to the next, and the tables that read them."""

    page: str
    line: int
    files: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Row:
    """One line of a table of expressions: cells by the column's heading, without back quotes."""

    place: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.place} {self.cells['expression']}"

    def value(self, column: str) -> Any:
        """The JSON value of a cell, None if it is empty."""
        text = self.cells.get(column, "")
        return json.loads(text) if text else None


def rule_sets(page: str) -> list[RuleSetExample]:
    """The rule sets of a page. Raises ValueError for an example that does not say which file it is."""
    text = (ROOT / page).read_text(encoding="utf-8")
    sets, known = [RuleSetExample(page, 1)], dict[str, str]()
    for match in _PIECE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        current = sets[-1]
        if match["yaml"] is not None:
            path = _PATH.match(match["yaml"])
            if path is None:
                raise ValueError(f"{page}:{line}: the example needs a first line `# path.yaml`")
            current.files[path[1]] = known[path[1]] = match["yaml"]
        elif match["table"] is not None:
            current.rows.extend(_rows(match["table"], f"{page}:{line}"))
        else:
            kept = (match["kept"] or "").split()
            files = example_rules() if kept == ["rules"] else {name: known[name] for name in kept}
            sets.append(RuleSetExample(page, line, files))
    return [example for example in sets if example.files]


def example_rules() -> dict[str, str]:
    """The files of the example rule set."""
    folder = ROOT / "rules"
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in folder.rglob("*.yaml")}


def _rows(table: str, place: str) -> Iterator[Row]:
    heading, _, *lines = table.splitlines()
    names = _cells(heading)
    for line in lines:
        yield Row(place, dict(zip(names, _cells(line), strict=True)))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split(" |")]
