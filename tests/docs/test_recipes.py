"""Every recipe is a rule set without a problem, whose scenario touches all of it; and the index names them all."""

from __future__ import annotations

import re

import pytest

from docs.pages import RECIPES, ROOT, rule_sets
from engine.compiler import compile_rules, load
from engine.layout import lay_out
from engine.scenarios import coverage, run, scenarios_of

INDEX = "docs/recipes/README.md"
PAGES = [page for page in RECIPES if page != INDEX]


@pytest.mark.parametrize("page", PAGES)
def test_a_recipe_is_one_rule_set_without_a_problem(page: str) -> None:
    (example,) = rule_sets(page)
    assert compile_rules(example.files).problems == ()
    assert any(file.startswith("badges/") for file in example.files)


@pytest.mark.parametrize("page", PAGES)
def test_its_scenario_passes_and_touches_all_of_it(page: str) -> None:
    (example,) = rule_sets(page)
    rules = load(example.files)
    results = [run(rules, scenario) for scenario in scenarios_of(rules)]
    assert [(result.scenario.file, result.faults) for result in results if not result.passed] == []
    found = coverage(rules, results)
    assert (found.never_awarded, found.never_true, found.never_false) == ((), (), ())


@pytest.mark.parametrize("page", PAGES)
def test_its_files_are_laid_out(page: str) -> None:
    (example,) = rule_sets(page)
    assert [file for file, text in example.files.items() if lay_out(file, text)[0] != text] == []


def test_the_index_names_every_recipe_by_its_title() -> None:
    text = (ROOT / INDEX).read_text(encoding="utf-8")
    listed = re.findall(r"^- \[([^\]]+)\]\(([a-z-]+)\.md\):", text, re.MULTILINE)
    titles = [(page, (ROOT / page).read_text(encoding="utf-8").split("\n")[0]) for page in PAGES]
    assert sorted(listed) == sorted((head.removeprefix("# "), page.split("/")[-1][:-3]) for page, head in titles)
    assert len(listed) >= 20
