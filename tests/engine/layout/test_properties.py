"""Whatever hands wrote: layout changes no value and no comment, and there is nothing left to do for it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from docs.pages import PAGES, rule_sets
from engine.compiler import compile_rules
from engine.documents import normal, parse
from engine.layout import lay_out
from engine.layout.comments import comments
from engine.layout.writer import Writer
from tests.engine.layout.untidy import Hand, random_value
from tests.reference.strategies import random_rule_set

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("rules", "examples", "tests/bad_rules")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.yaml"))]
SEEDS = st.integers(0, 2**31)


def held(text: str) -> tuple[object, list[str]]:
    """What a text says: its values, faults and comments."""
    root, problems = parse("x.yaml", text)
    told = [(problem.code, problem.message) for problem in problems]
    return (root.plain() if root else None, told, comments(normal(text)))


def check(text: str) -> None:
    """The writer itself keeps what is said, without the net that is below it; and is done in one go."""
    written = Writer(normal(text)).written()
    assert held(written) == held(text)
    assert Writer(written).written() == written
    assert lay_out("x.yaml", text) == (written, [])


@settings(deadline=None)
@given(SEEDS, SEEDS)
def test_nothing_but_the_layout_changes(style: int, taste: int) -> None:
    check(Hand(Random(style), Random(taste)).document(random_value(Random(style))))


@settings(deadline=None)
@given(SEEDS, SEEDS, SEEDS)
def test_the_layout_does_not_depend_on_the_hand(style: int, one: int, other: int) -> None:
    value = random_value(Random(style))
    texts = [Hand(Random(style), Random(taste), comments=False).document(value) for taste in (one, other)]
    assert lay_out("x.yaml", texts[0]) == lay_out("x.yaml", texts[1])
    assert parse("x.yaml", texts[0])[0].plain() == value


@settings(deadline=None)
@given(SEEDS)
def test_the_reader_in_python_gives_the_same(style: int) -> None:
    text = Hand(Random(style), Random(style + 1)).document(random_value(Random(style)))
    text = text.replace(" \t", "  ")  # the one reader takes tabs between values, the other does not
    expected = lay_out("x.yaml", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.documents.lines.read", lambda text: None)
        patch.setattr("engine.documents.events.LOADER", yaml.SafeLoader)
        assert lay_out("x.yaml", text) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_of_this_project_say_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root, problems = parse("x.yaml", text)
    if any(problem.code == "yaml-syntax" for problem in problems):
        assert lay_out("x.yaml", text)[0] is None
    elif root is not None and root.kind == "mapping":
        check(text)


@settings(deadline=None, max_examples=10)
@given(SEEDS, st.sampled_from([None, True, False]), st.integers(2, 6))
def test_a_rule_set_means_the_same_and_has_the_same_problems(seed: int, flow: bool | None, indent: int) -> None:
    texts = {
        file: yaml.safe_dump(yaml.safe_load(text), default_flow_style=flow, indent=indent, width=40, sort_keys=False)
        for file, text in random_rule_set(Random(seed)).items()
    }
    laid_out = {file: lay_out(file, text)[0] or "" for file, text in texts.items()}
    before, after = compile_rules(texts), compile_rules(laid_out)
    assert before.rules and after.rules
    assert before.rules.semantics == after.rules.semantics
    assert {id: badge.version for id, badge in before.rules.badges.items()} == {
        id: badge.version for id, badge in after.rules.badges.items()
    }
    assert sorted((p.code, p.file, p.message) for p in before.problems) == sorted(
        (p.code, p.file, p.message) for p in after.problems
    )


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_the_documents_say_the_same(page: str) -> None:
    for example in rule_sets(page):
        for text in example.files.values():
            check(text)


@pytest.mark.parametrize("folder", ["rules", "examples"])
def test_the_rules_of_this_project_are_laid_out(folder: str) -> None:
    files = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.yaml"))}
    assert [path for path, text in files.items() if lay_out(path.name, text)[0] != text] == []
