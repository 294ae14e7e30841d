"""The schemas of one rule set: they know its ids, take what the checker takes, and tell of what it does not have."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from docs.pages import RECIPES, rule_sets
from engine.compiler import compile_rules
from engine.compiler.files import FOLDERS, SINGLES
from engine.documents import parse
from engine.model import Names
from engine.schema import schemas, schemas_for

ROOT = Path(__file__).parents[3]
FILES = {
    "settings.yaml": "user: {type: object, properties: {plan: {type: string}}}\n",
    "events/quiz.yaml": "description: A quiz.\npayload: {type: object, required: [score], properties: "
    "{score: {type: number}, level: {type: [integer, 'null']}}}\n",
    "catalogs/topics.yaml": "items: [a]\n",
    "metrics/quizzes.yaml": "trigger: quiz\n",
    "badges/first.yaml": "name: First\ncategory: start\ntrigger: quiz\n",
    "badges/medal.yaml": "name: Medal\nmetric: quizzes\ntiers: [{id: gold, threshold: 9}]\n",
    "badges/gift.yaml": "name: Gift\ngrant: staff\n",
    "leaderboards/best.yaml": "name: Best\nrank_by: badges\n",
}


def named(files: dict[str, str]) -> Names:
    """What the files of a rule set name."""
    return compile_rules(files).names


SCHEMAS = schemas_for(named(FILES))


def accepts(kind: str, text: str, known: dict[str, Any] = SCHEMAS) -> bool:
    root, _ = parse("x.yaml", text)
    assert root is not None
    return bool(Draft202012Validator(known[kind]).is_valid(root.plain()))


@pytest.mark.parametrize(
    ("kind", "template", "known", "unknown"),
    [
        ("badge", "name: X\ntrigger: {}\n", ["quiz", "user.updated", "badge.awarded", "[quiz]"], ["quizz", "[quizz]"]),
        ("badge", "name: X\nmetric: {}\n", ["quizzes"], ["quiz"]),
        ("badge", "name: X\ncriteria: [{{metric: {}}}]\n", ["quizzes"], ["first"]),
        ("badge", "name: X\ntrigger: quiz\nprerequisites: [{}]\n", ["first", "medal.gold"], ["medal.tin"]),
        ("badge", "name: X\ntrigger: quiz\nprerequisites: {{category: {}}}\n", ["start"], ["stop"]),
        ("badge", "name: X\ntrigger: quiz\nthreshold: {}\n", ["3", "size(catalog.topics)", "size(x) + 1"], ["[]"]),
        ("metric", "trigger: {}\n", ["quiz"], ["event.retracted"]),
        ("leaderboard", "name: X\nrank_by: metric\nmetric: {}\n", ["quizzes"], ["quiz"]),
        ("actions", "check_streaks: {{emits: quiz, metric: quizzes, badges: [{}]}}\n", ["first"], ["medal.gold"]),
        ("actions", "check_quiz_master: {{catalog: {}}}\n", ["topics"], ["topic"]),
        ("actions", "leaderboard: {{leaderboard: {}}}\n", ["best"], ["worst"]),
        ("scenario", "steps: [{{grant: {}}}]\n", ["gift", "medal.gold"], ["gifts"]),
        ("scenario", "steps: [{{expect: {{badges: [{}]}}}}]\n", ["medal.gold", '"first#2"'], ["second"]),
        ("scenario", "steps: [{{expect: {{progress: {{{}: 1}}}}}}]\n", ["medal"], ["gift", "medal.gold"]),
        ("scenario", "steps: [{{event: quiz, data: {}}}]\n", ["{score: 1}"], ["{score: x}", "{}"]),
        ("scenario", "steps: [{{event: user.updated, data: {}}}]\n", ["{plan: pro}"], ["{plans: pro}"]),
    ],
)
def test_ids_are_those_of_the_rule_set(kind: str, template: str, known: list[str], unknown: list[str]) -> None:
    assert [name for name in known if not accepts(kind, template.format(name))] == []
    assert [name for name in unknown if accepts(kind, template.format(name))] == []


def test_without_ids_of_a_kind_nothing_is_said_of_them() -> None:
    bare = schemas_for(named({"events/quiz.yaml": "payload: {type: object}\n"}))
    assert accepts("badge", "name: X\nmetric: anything\n", bare)
    assert not accepts("badge", "name: X\ntrigger: anything\n", bare)


def test_a_condition_tells_which_fields_there_are() -> None:
    told = SCHEMAS["badge"]["properties"]["when"]["description"]
    assert "quiz: event.score (a number), event.level (a whole number or nothing, optional)" in told


def test_a_payload_that_refers_to_its_own_parts_is_left_out_of_the_scenarios_schema() -> None:
    payload = '{type: object, $defs: {n: {type: number}}, properties: {n: {$ref: "#/$defs/n"}}}'
    known = schemas_for(named({"events/odd.yaml": f"payload: {payload}\n"}))
    Draft202012Validator.check_schema(known["scenario"])
    assert accepts("scenario", "steps: [{event: odd, data: {n: x}, awards: []}]\n", known)


def kind_of(file: str) -> str:
    return SINGLES.get(file) or FOLDERS[file.partition("/")[0]]


@cache
def check_schema(text: str) -> None:
    """What most rule sets have in common is checked once."""
    Draft202012Validator.check_schema(json.loads(text))


def check(files: dict[str, str]) -> None:
    known = schemas_for(named(files))
    for schema in known.values():
        check_schema(json.dumps(schema))
    assert [file for file, text in files.items() if not accepts(kind_of(file), text, known)] == []


@pytest.mark.parametrize("folder", ["rules", "examples/contributors/rules"])
def test_what_the_checker_takes_the_schemas_of_a_rule_set_take(folder: str) -> None:
    root = ROOT / folder
    check({path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.yaml")})


@pytest.mark.parametrize("page", [page for page in RECIPES if rule_sets(page)])
def test_what_recipes_write_the_schemas_take(page: str) -> None:
    for example in rule_sets(page):
        check(example.files)


def test_the_schemas_of_no_rule_set_stay_as_they_are() -> None:
    before = repr(schemas())
    schemas_for(named(FILES))
    assert repr(schemas()) == before
