"""Problems as people and programs read them."""

from __future__ import annotations

import json
from typing import Any

from engine.printers import as_github, as_json, as_sarif, as_text, summary
from engine.problems import Problem, Span

LINE = "when: event.scroe >= 80"
FILES = {"badges/quiz.yaml": f"name: Quiz\n{LINE}\n"}
FILE = "badges/quiz.yaml"
MISSPELT = Problem("unknown-field", "quiz has no field scroe", FILE, Span(2, 13, 18), "did you mean score?")
UNTESTED = Problem("untested-badge", "no scenario awards quiz", FILE)


def test_text_has_place_code_and_sentence_the_source_line_with_a_caret_and_the_way_out() -> None:
    assert as_text([MISSPELT], FILES).split("\n") == [
        "badges/quiz.yaml:2:13: unknown-field: quiz has no field scroe",
        "    2 | when: event.scroe >= 80",
        "      |             ^^^^^",
        "      = did you mean score?",
    ]


def test_a_warning_says_that_it_is_one() -> None:
    assert as_text([UNTESTED], FILES).split("\n")[0] == (
        "badges/quiz.yaml:1:1: untested-badge: no scenario awards quiz (warning)"
    )


def test_the_caret_stands_under_its_place_after_wide_characters_and_tabs() -> None:
    files = {"badges/quiz.yaml": "name: 日本 x\n\tab"}
    wide = Problem("bad-value", "x", "badges/quiz.yaml", Span(1, 10, 11))
    assert as_text([wide], files).split("\n")[2] == "      |            ^"
    tab = Problem("bad-value", "x", "badges/quiz.yaml", Span(2, 2, 4))
    assert as_text([tab], files).split("\n")[2] == "      | \t^^"


def test_a_long_line_is_shown_around_its_place() -> None:
    files = {"badges/quiz.yaml": "x" * 500 + "FAULT" + "y" * 500}
    long = Problem("bad-value", "x", "badges/quiz.yaml", Span(1, 501, 506))
    _, line, caret = as_text([long], files).split("\n")
    assert len(line) < 200 and line[caret.index("^") : caret.index("^") + 5] == "FAULT" and caret.count("^") == 5


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    files = {"badges/quiz.yaml": "name: \x1b[2J\x07"}
    told = as_text([Problem("yaml-syntax", "a \x1b[31m here", "badges/quiz.yaml", Span(1, 7, 8))], files)
    assert "\x1b" not in told and "\x07" not in told


def test_colour_is_only_there_when_asked_for() -> None:
    assert "\x1b[31m" in as_text([MISSPELT], FILES, colour=True)
    assert "\x1b" not in as_text([MISSPELT], FILES)


def test_a_problem_beyond_the_end_of_its_file_has_no_source_line() -> None:
    assert as_text([Problem("missing-key", "x", "badges/quiz.yaml", Span(9, 1, 2))], FILES).count("\n") == 0
    assert as_text([Problem("missing-key", "x", "badges/none.yaml", Span(1, 1, 2))], FILES).count("\n") == 0


def test_the_summary_counts() -> None:
    assert summary([MISSPELT, MISSPELT, UNTESTED], 34) == "2 errors and 1 warning in 34 files."
    assert summary([UNTESTED], 1) == "1 warning in 1 file."
    assert summary([], 34) == "No problem in 34 files."


def test_json_is_the_record_of_each_problem() -> None:
    assert json.loads(as_json([MISSPELT, UNTESTED])) == [
        {
            "code": "unknown-field",
            "severity": "error",
            "file": "badges/quiz.yaml",
            "line": 2,
            "column": 13,
            "end_column": 18,
            "message": "quiz has no field scroe",
            "help": "did you mean score?",
        },
        {
            "code": "untested-badge",
            "severity": "warning",
            "file": "badges/quiz.yaml",
            "line": 1,
            "column": 1,
            "end_column": 1,
            "message": "no scenario awards quiz",
            "help": None,
        },
    ]
    assert json.loads(as_json([])) == []


def test_github_gets_a_command_a_problem() -> None:
    assert as_github([MISSPELT], "rules") == (
        "::error file=rules/badges/quiz.yaml,line=2,col=13,endColumn=18,title=unknown-field::"
        "quiz has no field scroe (did you mean score?)"
    )
    assert as_github([UNTESTED]).startswith("::warning file=badges/quiz.yaml,line=1,")


def test_what_github_would_read_as_its_own_is_escaped() -> None:
    odd = Problem("bad-value", "100% of\nit", "badges/a,b:c.yaml", Span(1, 1, 2))
    told = as_github([odd])
    assert "\n" not in told and "100%25 of%0Ait" in told and "file=badges/a%2Cb%3Ac.yaml," in told


def test_sarif_has_one_result_a_problem_with_its_region() -> None:
    log: dict[str, Any] = json.loads(as_sarif([MISSPELT, UNTESTED, MISSPELT], "my rules"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0" and run["tool"]["driver"]["name"] == "badges"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["unknown-field", "untested-badge"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 0]
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "my%20rules/badges/quiz.yaml"
    assert location["region"] == {"startLine": 2, "startColumn": 13, "endColumn": 18}
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error"]
