"""`badges test`: what it prints, and how it exits."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from .conftest import Run


def test_scenarios_that_pass_exit_with_0(badges: Run) -> None:
    result = badges("test")
    assert (result.exit_code, result.stdout) == (0, "ok   story\n1 scenario: 1 passed, 0 failed.\n")


def test_a_failure_exits_with_1_and_says_what_was_expected_what_came_and_why(badges: Run, folder: Path) -> None:
    story = folder / "rules/scenarios/story.yaml"
    story.write_text(story.read_text().replace("90", "79"))
    result = badges("test")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "FAIL story",
        "       scenarios/story.yaml:2: step 1: expected new awards: first, good; got: first",
        "         good is at 0, and needs at least 1",
        "         step 1 (quiz) did not count: event.score >= 80 is false (event.score = 79), badges/good.yaml:3",
        "1 scenario: 0 passed, 1 failed.",
    ]


def test_some_are_chosen_by_name_and_an_empty_choice_is_no_pass(badges: Run) -> None:
    assert badges("test", "--run", "st*").exit_code == 0
    result = badges("test", "--run", "other*")
    assert (result.exit_code, result.stderr) == (1, "badges: no scenario fits other*\n")


def test_a_rule_set_without_scenarios_is_no_pass(badges: Run, folder: Path) -> None:
    (folder / "rules/scenarios/story.yaml").unlink()
    assert badges("test").exit_code == 1


def test_a_scenario_that_names_an_unknown_badge_or_expects_nothing_is_no_pass(badges: Run, folder: Path) -> None:
    story = folder / "rules/scenarios/story.yaml"
    story.write_text("steps:\n  - {event: quiz, data: {score: 90}, awards: [frist]}\n")
    result = badges("test")
    assert result.exit_code == 1 and "frist" in result.output
    story.write_text("steps:\n  - {event: quiz, data: {score: 90}}\n")
    result = badges("test")
    assert result.exit_code == 1 and "expects nothing" in result.output


def test_rules_with_an_error_are_told_and_run_nothing(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/good.yaml").write_text("name: Good\ntrigger: quizz\n")
    result = badges("test")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "badges/good.yaml:2:10: unknown-event: " in result.stderr


def test_coverage_names_what_is_never_touched_and_fails_below_what_is_asked_for(badges: Run) -> None:
    result = badges("test", "--coverage", 80)
    assert result.exit_code == 0
    told = "never false: event.score >= 80, badges/good.yaml:3\nCoverage: 80% (4 of 5), 80% asked for.\n"
    assert told in result.stdout
    assert badges("test", "--coverage", 81).exit_code == 1


def test_junit_tells_each_case_with_its_file_and_why_it_failed(badges: Run, folder: Path) -> None:
    more = "steps:\n  - {event: quiz, data: {score: 79}, awards: [first, good]}\n"
    (folder / "rules/scenarios/app").mkdir()
    (folder / "rules/scenarios/app/bad.yaml").write_text(more, encoding="utf-8")
    same = "  - {event: quiz, id: a, data: {score: %d}, awards: []}\n"
    wrong = "steps:\n" + same % 1 + same % 2
    (folder / "rules/scenarios/app/wrong.yaml").write_text(wrong, encoding="utf-8")
    assert badges("test", "--junit", "out.xml").exit_code == 1
    suites = ElementTree.parse(folder / "out.xml").getroot()
    counts = {key: suites.get(key) for key in ("tests", "failures", "errors")}
    assert counts == {"tests": "3", "failures": "1", "errors": "1"}
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert cases["story"].get("classname") == "scenarios" and not list(cases["story"])
    assert cases["bad"].get("classname") == "app"
    assert cases["bad"].get("file") == "rules/scenarios/app/bad.yaml"
    (failure,) = cases["bad"]
    assert failure.tag == "failure" and failure.get("message") == "expected new awards: first, good; got: first"
    assert "event.score >= 80 is false (event.score = 79), badges/good.yaml:3" in (failure.text or "")
    assert [part.tag for part in cases["wrong"]] == ["error"]


def test_junit_holds_any_text(badges: Run, folder: Path) -> None:
    story = 'steps:\n  - {event: quiz, id: "<&\\u0007>", data: {score: 1}}\n  - expect: {badges: [good]}\n'
    (folder / "rules/scenarios/story.yaml").write_text(story, encoding="utf-8")
    assert badges("test", "--junit", "out.xml").exit_code == 1
    ElementTree.parse(folder / "out.xml")
