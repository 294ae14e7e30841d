"""What stands in the documents works as it stands: rule files compile, scenarios pass, expressions give their value."""

from __future__ import annotations

import json

import pytest

from docs.pages import PAGES, Row, RuleSetExample, rule_sets
from engine.calendar import parse_instant
from engine.compiler import compile_rules, load
from engine.fold import replay
from engine.model import Event
from engine.scenarios import run, scenarios_of

EXAMPLES = [example for page in PAGES for example in rule_sets(page)]
ROWS = [(example, row) for example in EXAMPLES for row in example.rows]
VALUES = [pair for pair in ROWS if "value" in pair[1].cells]
PROBLEMS = [pair for pair in ROWS if "problem" in pair[1].cells]
USUAL = {
    "score": 8,
    "totalQuestions": 10,
    "subject": "maths",
    "tags": ["a", "b"],
    "finished": "2026-03-01T23:30:00Z",
    "day": "2026-03-02",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_rule_files_compile_without_a_problem(example: RuleSetExample) -> None:
    problems = compile_rules(example.files).problems
    assert [p for p in problems if p.code != "untested-badge"] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_scenarios_pass(example: RuleSetExample) -> None:
    rules = load(example.files)
    results = [run(rules, scenario) for scenario in scenarios_of(rules)]
    assert [(result.scenario.file, result.faults) for result in results if not result.passed] == []


@pytest.mark.parametrize(("example", "row"), VALUES, ids=lambda part: str(part))
def test_an_expression_gives_the_value_of_its_table(example: RuleSetExample, row: Row) -> None:
    probe = f"name: Probe\ntrigger: quiz_completed\nmetadata: {{value: {json.dumps(row.cells['expression'])}}}\n"
    rules = load({**example.files, "badges/probe.yaml": probe})
    data = {**USUAL, **(row.value("event") or {})}
    instant, offset = parse_instant("2026-03-01T12:00:00Z")
    event = Event("u", "quizzes", "1", "quiz_completed", instant, offset, data)
    award = next(award for award in replay(rules, "u", [event]).given if award.badge == "probe")
    assert award.metadata == {"value": row.value("value")}


@pytest.mark.parametrize(("example", "row"), PROBLEMS, ids=lambda part: str(part))
def test_an_expression_has_the_problem_of_its_table(example: RuleSetExample, row: Row) -> None:
    probe = f"name: Probe\ntrigger: quiz_completed\nwhen: {json.dumps(row.cells['expression'])}\n"
    problems = compile_rules({**example.files, "badges/probe.yaml": probe}).problems
    found = [p for p in problems if p.file == "badges/probe.yaml" and p.code != "untested-badge"]
    assert [p.code for p in found] == [row.cells["problem"]]
    assert not row.cells["help"] or found[0].help == row.cells["help"]
