"""Completion and hover text: what is said at a cursor, also in files that are not finished."""

from __future__ import annotations

import pytest

from engine.compiler import compile_rules
from engine.studio.completion import complete, hover
from engine.studio.places import Cursor

FILES = {
    "settings.yaml": "user: {type: object, properties: {plan: {type: string, enum: [free, pro]}}}\n",
    "events/quiz.yaml": """
description: A quiz is over.
payload:
  type: object
  required: [score]
  properties:
    score: {type: number, description: Right answers.}
    level: {type: string, enum: [easy, hard]}
    done: {type: string, format: date-time}
    by: {type: object, properties: {name: {type: string}}}
""",
    "events/login.yaml": "payload: {type: object}\n",
    "catalogs/topics.yaml": "items: [maths, art]\n",
    "metrics/quizzes.yaml": "description: All quizzes.\ntrigger: quiz\n",
    "badges/first.yaml": "name: First quiz\ndescription: Finish one.\ncategory: start\ntrigger: quiz\n",
    "badges/medal.yaml": "name: Medal\nmetric: quizzes\ntiers: [{id: gold, threshold: 9}]\n",
}
BADGE, METRIC, SCENARIO = "badges/new.yaml", "metrics/new.yaml", "scenarios/new.yaml"


def asked(file: str, marked: str) -> tuple:
    """The question about the place of the ``|`` in a text."""
    at = marked.index("|")
    text, before = marked[:at] + marked[at + 1 :], marked[:at]
    cursor = Cursor(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    return compile_rules({**FILES, file: text}).names, file, text, cursor


def offered(file: str, marked: str) -> list[str]:
    return [option["text"] for option in complete(*asked(file, marked))["options"]]


@pytest.mark.parametrize(
    ("file", "text", "some"),
    [
        (BADGE, "|", {"name", "trigger", "tiers", "secret"}),
        (BADGE, "name: New\nthre|", {"threshold", "trigger"}),
        (BADGE, "name: New\ntrigger: |\nthreshold: 3\n", {"quiz", "login", "badge.awarded"}),
        (BADGE, "trigger: [quiz, lo|]", {"login"}),
        (BADGE, "name: New\nmetric: |", {"quizzes"}),
        (BADGE, "prerequisites: [fi|", {"first", "medal.gold"}),
        (BADGE, "prerequisites: {category: |}", {"start"}),
        (BADGE, "measure: |\n", {"count_distinct", "streak"}),
        (BADGE, "secret: |", {"true", "false"}),
        (BADGE, "criteria:\n  - trigger: quiz\n    |\n", {"when", "threshold"}),
        (BADGE, "notify: {|}", {"progress_at"}),
        (BADGE, "trigger: quiz\nwhen: |", {"event", "time", "user", "size", "and"}),
        (BADGE, "trigger: quiz\nwhen: event.|", {"score", "level", "by"}),
        (BADGE, "trigger: quiz\nwhen: event.by.|", {"name"}),
        (BADGE, "trigger: quiz\nwhen: event.done.w|", {"weekday"}),
        (BADGE, "trigger: quiz\nwhen: time.|", {"is_weekend", "hour"}),
        (BADGE, "trigger: quiz\nwhen: user.|", {"plan", "id"}),
        (BADGE, "trigger: quiz\nwhen: event.level in catalog.|", {"topics"}),
        (BADGE, "trigger: quiz\nwhen: 'event.level == \"|\"'", {"easy", "hard"}),
        (BADGE, "trigger: quiz\nwhen: event.level != |", {'"easy"'}),
        (BADGE, "trigger: quiz\nwhen: >-\n  event.score > 3\n  and event.sc|\n", {"score"}),
        (BADGE, "trigger: quiz\nmetadata:\n  s: event.|\n", {"score"}),
        (BADGE, "threshold: |", {"catalog", "size", "size(catalog.topics)"}),
        (METRIC, "trigger: quiz\nmeasure: sum\nof: event.|", {"score"}),
        (SCENARIO, "steps:\n  - |", {"event", "expect", "retract"}),
        (SCENARIO, "steps:\n  - {event: quiz, data: {|", {"score", "level"}),
        (SCENARIO, "steps:\n  - {event: quiz, data: {level: |}}\n", {"easy", "hard"}),
        (SCENARIO, "steps:\n  - expect: {badges: [|]}\n", {"first", "medal.gold"}),
        (SCENARIO, "steps:\n  - expect: {progress: {|}}\n", {"first", "medal"}),
        ("events/new.yaml", "payload:\n  |\n", {"type", "required", "properties"}),
        ("leaderboards/new.yaml", "name: X\nrank_by: |", {"metric", "badges", "points"}),
    ],
)
def test_what_can_be_written_is_offered(file: str, text: str, some: set[str]) -> None:
    assert some <= set(offered(file, text))


def test_keys_and_items_that_stand_there_are_not_offered_again() -> None:
    assert "name" not in offered(BADGE, "name: New\n|\ntrigger: quiz\n")
    assert "first" not in offered(BADGE, "prerequisites: [first, |]")


def test_an_expression_without_a_trigger_is_offered_the_fields_of_all_events() -> None:
    assert "score" in offered(BADGE, "when: event.|\n")
    assert "score" not in offered(BADGE, "trigger: login\nwhen: event.|\n")


def test_an_option_says_what_it_replaces_and_inserts() -> None:
    answer = complete(*asked(BADGE, "name: New\nthre|"))
    option = next(option for option in answer["options"] if option["text"] == "threshold")
    assert (answer["replace"], option["insert"]) == (4, "threshold: ")
    field = complete(*asked(BADGE, "trigger: quiz\nwhen: event.sc| > 3\n"))
    assert field["replace"] == 2
    assert field["options"][0] == {
        "text": "score",
        "kind": "field",
        "detail": "a number",
        "told": "Right answers.",
        "insert": "score",
    }


def test_nothing_is_offered_in_a_file_of_no_kind_or_in_a_text() -> None:
    assert offered("notes.yaml", "|") == []
    assert offered(BADGE, "name: |") == []


@pytest.mark.parametrize(
    ("text", "title", "told"),
    [
        ("trig|ger: quiz\n", "trigger: string or array", "The type of event that counts, or a list of types."),
        ("trigger: q|uiz\n", "quiz", "A quiz is over."),
        ("trigger: quiz\nwhen: event.sc|ore > 3\n", "score: a number", "Right answers."),
        ("trigger: quiz\nwhen: fl|oor(event.score) > 3\n", "floor(x)", "Gives the whole number below."),
        ("trigger: login\nprerequisites: [fir|st]\n", "first", "First quiz: Finish one."),
        ("trigger: login\nprerequisites: [medal.go|ld]\n", "medal.gold", "Medal"),
        ("trigger: quiz\nwhen: event.level == 'ea|sy'\n", "", ""),
        ("name: So|mething\n", "", ""),
    ],
)
def test_a_word_is_told(text: str, title: str, told: str) -> None:
    answer = hover(*asked(BADGE, text))
    assert (answer["title"], answer["told"]) == (title, told)


@pytest.mark.parametrize(
    "text", ["name: 'x|", 'when: "event.|', "a: [b, {c: |", "\t|", "- - |", "&a |", "x: *a|", "'|"]
)
def test_what_is_no_yaml_is_no_fault(text: str) -> None:
    assert isinstance(complete(*asked(BADGE, text))["options"], list)
    assert hover(*asked(BADGE, text))["title"] == ""
