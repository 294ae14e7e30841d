"""The reference leaves nothing out."""

from __future__ import annotations

import re

from docs.pages import ROOT
from engine.measures import REGISTRY
from engine.problems import CODES

RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_every_problem_code_is_documented() -> None:
    table = RULES.partition("| code | means |")[2].partition("## Every key")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)} == CODES


def test_every_measure_has_a_section() -> None:
    headings = {name for heading in re.findall(r"^### (.*)$", RULES, re.MULTILINE) for name in heading.split(", ")}
    assert headings >= set(REGISTRY)
