"""The reference leaves nothing out, and leads nowhere wrong."""

from __future__ import annotations

import re

import pytest

from docs.pages import PAGES, ROOT
from engine.expressions.functions import FUNCTIONS
from engine.measures import REGISTRY
from engine.problems import CODES


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def sources(*folders: str) -> str:
    """The code of some packages, in one text."""
    return "\n".join(file.read_text(encoding="utf-8") for folder in folders for file in (ROOT / folder).rglob("*.py"))


def first_cells(text: str) -> set[str]:
    """What stands in back quotes in the first column of tables."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def anchor(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_problem_code_is_documented() -> None:
    table = page("docs/rules.md").partition("| code | means |")[2].partition("## Every key")[0]
    assert first_cells(table) == CODES


def test_every_measure_has_a_section() -> None:
    headings = re.findall(r"^### (.*)$", page("docs/rules.md"), re.MULTILINE)
    assert {name for heading in headings for name in heading.split(", ")} >= set(REGISTRY)


def test_every_function_of_expressions_is_documented() -> None:
    table = page("docs/expressions.md").partition("| function | gives |")[2].partition("| expression |")[0]
    assert {cell.partition("(")[0] for cell in first_cells(table)} == {*FUNCTIONS, "has", "default", "timestamp"}


def test_every_variable_of_the_environment_is_documented() -> None:
    assert first_cells(page("docs/operations.md")) >= set(
        re.findall(r"BADGES_[A-Z_]+", sources("api", "cli", "engine"))
    )


def test_every_type_of_problem_that_http_answers_is_documented() -> None:
    raised = re.findall(
        r"(?:Refused|HttpProblem|BadRequest|unauthorized)\((?:\s*\d{3}, )?\"([a-z-]+)\"", sources("api", "engine")
    )
    table = page("docs/api.md").partition("| status | `type`")[2].partition("## Events")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) >= set(raised)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page(name)):
        if "://" not in target:
            path, _, fragment = target.partition("#")
            file = (ROOT / name).parent / path if path else ROOT / name
            assert file.exists(), target
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE) if fragment else []
            assert not fragment or fragment in map(anchor, headings), target
