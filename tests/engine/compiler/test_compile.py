"""The whole way from texts to a rule set, or to every problem found."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compiler import compile_rules, load
from engine.problems import CODES, WARNING, RulesRejected

RULES = Path(__file__).parents[3] / "rules"
EXAMPLE = {file.relative_to(RULES).as_posix(): file.read_text("utf-8") for file in RULES.rglob("*.yaml")}
LOGIN = {"events/login.yaml": "payload: {type: object}"}


def codes(files: dict[str, str]) -> list[tuple[str, str, int, int]]:
    return [
        (p.code, p.file, p.span.line, p.span.column)
        for p in compile_rules(files).problems
        if p.code != "untested-badge"
    ]


def test_the_example_has_no_problem() -> None:
    compiled = compile_rules(EXAMPLE)
    assert compiled.problems == () and compiled.rules is not None
    assert compiled.rules.files == EXAMPLE


def test_no_files_are_an_empty_rule_set() -> None:
    assert load({}).badges == {}


def test_load_raises_with_the_errors_alone() -> None:
    with pytest.raises(RulesRejected) as caught:
        load(
            {
                **LOGIN,
                "badges/x.yaml": "name: X\ntrigger: logn\nwhen: event.a\n",
                "badges/y.yaml": "name: Y\ntrigger: login\n",
            }
        )
    assert [problem.code for problem in caught.value.problems] == ["unknown-event"]


def test_every_fault_of_every_file_is_reported_in_one_run() -> None:
    files = {
        **LOGIN,
        "badges/a.yaml": "name: 3\ntrigger: login\nthreshold: 0\nwhen: evnt.x && true\n",
        "badges/b.yaml": "tigger: login\n",
        "metrics/m.yaml": "trigger: nothing\n",
    }
    assert codes(files) == [
        ("wrong-type", "badges/a.yaml", 1, 7),
        ("bad-value", "badges/a.yaml", 3, 12),
        ("expression-syntax", "badges/a.yaml", 4, 14),
        ("missing-key", "badges/b.yaml", 1, 1),
        ("unknown-key", "badges/b.yaml", 1, 1),
        ("unknown-event", "metrics/m.yaml", 1, 10),
    ]


def test_the_id_of_a_file_that_is_no_yaml_is_still_known() -> None:
    files = {
        **LOGIN,
        "badges/a.yaml": "name: [\n",
        "badges/b.yaml": "name: B\ntrigger: login\nprerequisites: [a.gold, a]\n",
    }
    assert [code for code, *_ in codes(files)] == ["yaml-syntax"]


def test_form_is_checked_even_where_the_event_type_is_unknown() -> None:
    found = codes({"badges/a.yaml": "name: A\ntrigger: nothing\nwhen: event.x = 3\n"})
    assert found == [("unknown-event", "badges/a.yaml", 2, 10), ("expression-syntax", "badges/a.yaml", 3, 15)]


def test_a_comment_that_cuts_a_text_in_half_is_one_error_with_its_way_out() -> None:
    files = {"events/login.yaml": "payload: {required: [tag], properties: {tag: {type: string}}}"}
    text = 'name: A\ntrigger: login\nwhen: event.tag == "a #b"\n'
    (problem,) = (p for p in compile_rules({**files, "badges/a.yaml": text}).problems if p.severity != WARNING)
    assert (problem.code, problem.span.line, problem.span.column) == ("expression-syntax", 3, 20)
    assert problem.help is not None and "begins a comment" in problem.help


def test_a_comment_after_a_blank_is_no_warning() -> None:
    assert codes({**LOGIN, "badges/a.yaml": "name: A\ntrigger: login\nwhen: time.hour > 3 # early\n"}) == []


def test_a_chain_behind_a_retired_badge_is_unreachable_as_a_whole() -> None:
    text = "name: A\ntrigger: login\nthreshold: {}\nprerequisites: [{}]\n"
    files = {
        **LOGIN,
        "badges/a.yaml": "name: A\ntrigger: login\nretired: true\n",
        "badges/b.yaml": text.format(2, "a"),
        "badges/c.yaml": text.format(3, "b"),
    }
    assert [(code, file) for code, file, *_ in codes(files)] == [
        ("unreachable", "badges/b.yaml"),
        ("unreachable", "badges/c.yaml"),
    ]


def test_another_way_round_a_retired_badge_is_enough() -> None:
    files = {
        **LOGIN,
        "badges/a.yaml": "name: A\ntrigger: login\nretired: true\n",
        "badges/b.yaml": "name: B\ntrigger: login\nthreshold: 2\n",
        "badges/c.yaml": "name: C\ntrigger: login\nthreshold: 3\nprerequisites: {any: [a, b]}\n",
    }
    assert codes(files) == []


def test_plain_texts_need_no_translation_beside_translated_ones() -> None:
    files = {
        **LOGIN,
        "badges/a.yaml": "name: {en: A, ja: A}\ntrigger: login\n",
        "badges/b.yaml": "name: B\ntrigger: login\nthreshold: 2\n",
        "badges/c.yaml": "name: {ja: C}\ntrigger: login\nthreshold: 3\n",
    }
    assert codes(files) == [("missing-translation", "badges/c.yaml", 1, 8)]


def test_an_aliased_fault_is_one_problem() -> None:
    text = "name: A\ncriteria:\n- {trigger: login, when: &w evnt.x == 1}\n- {trigger: login, when: *w, threshold: 2}\n"
    assert codes({**LOGIN, "badges/a.yaml": text}) == [("unknown-name", "badges/a.yaml", 3, 29)]


def test_a_thousand_badges_in_a_chain_compile() -> None:
    files = {
        f"badges/b{i}.yaml": f"name: B\ntrigger: login\nthreshold: {i + 1}\nprerequisites: [b{i - 1}]\n"
        for i in range(1, 1000)
    }
    found = load({**LOGIN, **files, "badges/b0.yaml": "name: B\ntrigger: login\n"})
    assert found.badges["b999"].depth == 999


PIECES = st.sampled_from(
    [
        *(
            "",
            "\t",
            "\n",
            "\r\n",
            "  ",
            ": ",
            "- ",
            "#",
            " #x",
            "[",
            "]",
            "{",
            "}",
            "'",
            '"',
            "|\n",
            "&a ",
            "*a",
            "!x ",
        ),
        *(
            "<<: *a",
            "---\n",
            "\x00",
            "é🎯",
            "\u2028",
            "\udc80",
            "0x1",
            "1e999",
            "1_000",
            "null",
            "true",
            "9" * 20,
            "9999-12-31",
        ),
        *("event.score", "catalog.x", "user.y", "time", "&&", "in", "badge.awarded", "$ref: '#'", "type: object"),
        *("tiers: []", "criteria: [{}]", "prerequisites: {any: [x]}", "grant: staff"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_written_there_are_problems_with_places_and_never_a_crash(data: st.DataObject) -> None:
    files = dict(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        file = data.draw(st.sampled_from(sorted(files)))
        start = data.draw(st.integers(0, len(files[file])))
        end = min(len(files[file]), start + data.draw(st.integers(0, 12)))
        files[file] = files[file][:start] + data.draw(PIECES) + files[file][end:]
    compiled = compile_rules(files)
    assert (compiled.rules is None) == any(problem.severity != WARNING for problem in compiled.problems)
    for problem in compiled.problems:
        lines = files[problem.file].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert problem.code in CODES and 1 <= problem.span.line <= len(lines)
        assert 1 <= problem.span.column <= len(lines[problem.span.line - 1]) + 1
