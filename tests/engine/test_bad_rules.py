"""Each file of ``tests/bad_rules`` has one fault; its first line says which problem the checker finds, and where."""

import re
from pathlib import Path

import pytest

from engine.compiler import compile_rules
from engine.problems import CODES, WARNINGS, Problem

FOLDER = Path(__file__).parents[1] / "bad_rules"
BASE = {p.relative_to(FOLDER / "base").as_posix(): p.read_text("utf-8") for p in (FOLDER / "base").rglob("*.yaml")}
EXPECT = re.compile(r"\ufeff?# expect: (\S+) (\d+):(\d+) path=(\S+)")
FILES = sorted(FOLDER.glob("*.bad.yaml"))
JARGON = re.compile(
    r"\b(None|True|False|str|int|float|bool|dict|tuple|NoneType|oneOf|anyOf|instance|regex)\b|Error|object at"
)


def read(file: Path) -> tuple[tuple[str, str, int, int], dict[str, str]]:
    """What is expected of a bad file, and the rule set with it in its place."""
    text = file.read_bytes().decode("utf-8")
    code, line, column, path = EXPECT.match(text).groups()
    own, *others = re.split(r"^# === (\S+)\n", text, flags=re.M)
    files = {**BASE, path: own, **dict(zip(others[::2], others[1::2], strict=True))}
    return (code, path, int(line), int(column)), files


def place(problem: Problem) -> tuple[str, str, int, int]:
    return problem.code, problem.file, problem.span.line, problem.span.column


def test_the_rule_set_around_the_faults_is_clean() -> None:
    assert compile_rules(BASE).problems == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".bad.yaml"))
def test_one_fault_is_one_problem_at_its_place(file: Path) -> None:
    expected, files = read(file)
    compiled = compile_rules(files)
    assert [place(problem) for problem in compiled.problems] == [expected]
    assert (compiled.rules is None) == (expected[0] not in WARNINGS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".bad.yaml"))
def test_a_problem_is_told_in_the_words_of_its_author(file: Path) -> None:
    (problem,) = compile_rules(read(file)[1]).problems
    assert problem.message and not JARGON.search(problem.message + (problem.help or ""))
    assert problem.span.end_column >= problem.span.column


def test_every_code_has_a_bad_file() -> None:
    assert {read(file)[0][0] for file in FILES} == CODES
