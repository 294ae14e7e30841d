"""How a comparison is printed: text, markdown, JSON."""

import json

from engine.compiler import load
from engine.diff import Change, Comparison, Reached, as_json, as_markdown, as_text, diff
from tests.engine.diff.telling import FILES, comparison

SAMPLE = Comparison(
    (
        Change("badge", "x", "threshold", "tighter", "threshold 2 → 3", "badges/x.yaml", False, True, {"y": "tighter"}),
        Change("catalog", "topics", "items", "changed", "with a|b & <b>"),
    ),
    rebuilt=("z",),
    versions=("x",),
    reached={"y": Reached("tighter", "needs x")},
)


def test_text_has_a_line_a_change_then_what_it_leads_to_then_how_many() -> None:
    assert as_text(SAMPLE).split("\n") == [
        "x: tighter: threshold 2 → 3",
        "catalog topics: changed: with a|b & <b>",
        "",
        "Reached as well:",
        "y: tighter: needs x",
        "",
        "Counted anew from the stored events: z",
        "New versions; awards already given stay as they are: x",
        "",
        "2 changes: 1 tighter, 1 changed.",
    ]


def test_colours_are_asked_for() -> None:
    assert "\x1b[" in as_text(SAMPLE, colour=True) and "\x1b[" not in as_text(SAMPLE)


def test_markdown_begins_with_the_summary_and_shows_texts_as_they_are() -> None:
    lines = as_markdown(SAMPLE).split("\n")
    assert lines[:5] == [
        "**2 changes: 1 tighter, 1 changed.**",
        "",
        "| what | direction | change |",
        "|---|---|---|",
        "| `x` | tighter | threshold 2 → 3 |",
    ]
    assert "| `catalog topics` | changed | with a\\|b & \\<b\\> |" in lines
    assert "| `y` | tighter | needs x |" in lines
    assert lines[-2:] == [
        "- Counted anew from the stored events: z",
        "- New versions; awards already given stay as they are: x",
    ]


def test_json_is_a_list_of_records_that_begin_with_their_subject() -> None:
    first, second = json.loads(as_json(SAMPLE))
    assert first == {
        "badge": "x",
        "kind": "threshold",
        "direction": "tighter",
        "sentence": "threshold 2 → 3",
        "file": "badges/x.yaml",
        "rebuilds": False,
        "new_version": True,
        "reaches": {"y": "tighter"},
    }
    assert next(iter(second.items())) == ("catalog", "topics")


def test_rule_sets_that_mean_the_same_have_nothing_to_tell() -> None:
    same = comparison({}, {})
    assert (as_text(same), as_markdown(same), as_json(same)) == (
        "No change in meaning.",
        "**No change in meaning.**",
        "[]",
    )
    assert diff(load(FILES), load(dict(reversed(FILES.items())))) == []


def test_no_text_of_a_rule_set_commands_a_terminal() -> None:
    change = Change("badge", "x", "name", "text only", 'name "\x1b[31mred" is new')
    assert "\x1b" not in as_text(Comparison((change,))) and "\x1b" not in as_markdown(Comparison((change,)))


def test_a_long_list_is_cut() -> None:
    many = Comparison((), versions=tuple(f"b{number}" for number in range(40)))
    assert as_text(many).split("\n")[0].endswith("b29 and 10 more")
