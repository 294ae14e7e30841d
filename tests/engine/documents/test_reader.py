"""YAML as rules read it: scalars of YAML 1.2, and every fault with its place."""

import pytest

from engine.documents import BOOLEAN, NULL, NUMBER, TEXT, parse


def plain(text: str):
    root, problems = parse("x.yaml", text)
    assert not problems
    return root.plain()


def fault(text: str) -> tuple[str, int, int]:
    root, problems = parse("x.yaml", text)
    (problem,) = problems
    assert root is None or problem.code != "yaml-syntax"
    return problem.code, problem.span.line, problem.span.column


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "off", "y", "12:30", "1_000", "010", "+_1", "2026-01-01", "1e", "0x", "tRue"]
)
def test_what_yaml_1_2_does_not_read_is_text(text: str) -> None:
    assert plain(f"k: {text}") == {"k": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-12", -12), ("+5", 5), ("1.50", 1.5), (".5", 0.5), ("1e3", 1000.0), ("-1.5E-2", -0.015), ("7.", 7.0)],
)
def test_decimal_numbers_are_numbers(text: str, value: float) -> None:
    assert plain(f"k: {text}") == {"k": value}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("true", BOOLEAN), ("False", BOOLEAN), ("null", NULL), ("~", NULL), ("", NULL), ("1", NUMBER), ("'1'", TEXT)],
)
def test_scalars_have_kinds(text: str, kind: str) -> None:
    root, _ = parse("x.yaml", f"k: {text}")
    assert root.value["k"].kind == kind


@pytest.mark.parametrize("text", ["0o17", "0x1F", ".inf", "-.INF", ".nan", "9007199254740993", "1e400", "9" * 400])
def test_numbers_that_rules_do_not_have_are_bad_values(text: str) -> None:
    assert fault(f"k: {text}") == ("bad-value", 1, 4)


def test_a_refused_number_in_quotes_is_a_text() -> None:
    assert plain("k: '0x1F'") == {"k": "0x1F"}


def test_keys_are_texts_as_they_are_written() -> None:
    assert plain("{1: a, true: b, null: c, no: d}") == {"1": "a", "true": "b", "null": "c", "no": "d"}


def test_a_key_written_twice_keeps_its_first_value() -> None:
    root, problems = parse("x.yaml", "a: 1\nb: 2\n'a': 3\n")
    assert [(p.code, p.span.line, p.span.column, p.span.end_column) for p in problems] == [("duplicate-key", 3, 1, 4)]
    assert root.plain() == {"a": 1, "b": 2}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_has_no_document_and_no_fault(text: str) -> None:
    root, problems = parse("x.yaml", text)
    assert not problems
    assert root is None or root.kind == NULL


@pytest.mark.parametrize("text", ["---\na: 1\n...\n", "%YAML 1.2\n---\na: 1\n", "\ufeffa: 1\n", "a: 1\r\n", "a: 1\r"])
def test_one_document_is_read_however_it_begins_and_ends(text: str) -> None:
    assert plain(text) == {"a": 1}


def test_an_alias_repeats_a_value() -> None:
    assert plain("a: &v [1, 2]\nb: *v\n") == {"a": [1, 2], "b": [1, 2]}


def test_line_breaks_of_yaml_1_1_are_characters_of_a_text() -> None:
    assert plain('k: "a\x85b\u2028c"\nl: x\u2029y') == {"k": "a\x85b\u2028c", "l": "x\u2029y"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [\n" * 60, (26, 1)),
        ("a: *b\n", (1, 4)),
        ("a: !x 1\n", (1, 4)),
        ("a: &b !x 1\n", (1, 7)),
        ("a: 1\n--- \nb: 1\n", (2, 1)),
        ("a: {<<: {b: 1}}\n", (1, 5)),
        ("a: \ud800\n", (1, 4)),
        ("a: b\nc: \x00\n", (2, 4)),
        ("a: 'x\n", (1, 4)),
        ("a: {x: 1\n", (1, 4)),
        ("ä: ö: ü\n", (1, 5)),
    ],
)
def test_a_text_that_is_no_yaml_has_one_fault(text: str, place: tuple[int, int]) -> None:
    assert fault(text) == ("yaml-syntax", *place)


def test_a_hundred_thousand_brackets_are_refused_at_once() -> None:
    assert fault("a: " + "[" * 100_000)[0] == "yaml-syntax"
    assert fault("a: " + "{b: " * 100_000)[0] == "yaml-syntax"


def test_a_file_of_many_millions_of_characters_is_refused() -> None:
    assert fault("a" * 3_000_000) == ("yaml-syntax", 1, 1)


def test_aliases_that_explode_are_refused() -> None:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    assert fault("\n".join(lines))[0] == "yaml-syntax"
