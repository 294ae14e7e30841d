"""What is not an expression: one fault, at the first token that cannot stand there, with what to write instead."""

import pytest

from engine.expressions import Wants


@pytest.mark.parametrize(
    ("text", "at", "help"),
    [
        ("event.score > 3 && event.passed", "&&", "write and instead of &&"),
        ("event.score > 3 || event.passed", "||", "write or instead of ||"),
        ("!event.passed", "!", "write not instead of !"),
        ("event.passed and !event.passed", "!", "write not instead of !"),
        ("event.score = 3", "=", "write == instead of ="),
        ("event.score => 3", "=>", "write >= instead of =>"),
        ("event.score =< 3", "=<", "write <= instead of =<"),
        ("event.score <> 3", "<>", "write != instead of <>"),
        ("event.score === 3", "===", "write == instead of ==="),
        ("event.score !== 3", "!==", "write != instead of !=="),
        ("event.passed AND event.passed", "AND", "write and instead of AND"),
        ("event.passed Or event.passed", "Or", "write or instead of Or"),
        ("NOT event.passed", "NOT", "write not instead of NOT"),
        ("not(event.passed) OR event.passed", "OR", "write or instead of OR"),
        ("event.kind IN ['quiz']", "IN", "write in instead of IN"),
        ("event.kind == “quiz”", "“", "write plain quotes: '…' or \"…\""),
        ("event.kind == ‘quiz’", "‘", "write plain quotes: '…' or \"…\""),
        ("event.kind == `quiz`", "`", "write plain quotes: '…' or \"…\""),
        ("event.score >= 90%", "%", "write 90 for 90 percent, without the sign"),
        ("event.score >= 90% and event.passed", "%", "write 90 for 90 percent, without the sign"),
        ("(event.score >= 90%)", "%", "write 90 for 90 percent, without the sign"),
        ("event.score ≥ 3", "≥", "write >="),
        ("event.score − 3 > 1", "−", "write -"),
        ("event.score > 3 ? 1 : 2", "?", "write: a if condition else b"),
        ("event.score > 3 # many", "#", "put it on a line before"),
        ("event.score >\u00a03", "\u00a0", "write a plain space"),
        ("event.score > 010", "010", "write 10"),
        ("event.score > 3pts", "3pts", "write 3"),
        ("event.kind == 'quiz", "'quiz", "end it with '"),
        (r"event.name == '\d'", r"\d", r"write \\ for a backslash"),
        (r"event.name == '\ud800'", r"\ud800", r"write \\ for a backslash"),
        (r"event.name == 'a\0'", r"\0", r"write \\ for a backslash"),
        ("event.score >", "", None),
        ("event.", "", None),
        ("(event.score > 3", "", "close the bracket with )"),
        ("event.kind in ['quiz'", "", "close the bracket with ]"),
        ("size(event.tags", "", "close the bracket with )"),
        ("event.score > 3)", ")", "no bracket is open here"),
        ("(event.score > 3]", "]", None),
        ("event.score > > 3", ">", None),
        ("event.score > 1,000", ",", "numbers have a point, and no separators: 0.5, 1000"),
        ("event.kind == 'quiz' or == 'exam'", "==", "repeat what is compared: or … =="),
        ("event.score 3", "3", None),
        ("event.score greater 3", "greater", None),
        ("event.kind == 'it's'", "s", None),
        ("event.kind, event.name", ",", None),
        ("event.score > 3; true", ";", None),
        ("event.class == 'a'", "class", 'write ["class"] instead of .class'),
        ("event.in > 3", "in", 'write ["in"] instead of .in'),
        ("event.passed == not event.passed", "not", "put brackets around: (not …)"),
        ("event.passed if event.passed", "", None),
        ("if event.passed", "if", None),
        ("import os", "import", None),
        ("event..score", ".", None),
        ("event[]", "]", None),
        ("* 3", "*", None),
        ("$score > 3", "$", None),
        ("", "", None),
        (" \n ", "", None),
        ("()", "()", None),
    ],
)
def test_a_fault_of_form_is_one_fault_at_its_token(fault, text, at, help):
    found = fault(text)
    assert found.code == ("forbidden-expression" if text == "()" else "expression-syntax")
    assert text[found.start : found.end] == at
    if help is not None:
        assert found.help == help


@pytest.mark.parametrize(
    ("text", "start"),
    [("event.score >", 13), ("event.score >  \n", 13), ("(event.score > 3", 16), ("", 0), ("  ", 0)],
)
def test_an_expression_that_ends_too_early_is_a_fault_behind_its_last_character(fault, text, start):
    assert (fault(text).start, fault(text).end) == (start, start)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("event.name == 'ＡＢＣ' && true", 20),
        ("event.name == '🎯🎯' && true", 19),
        ("event.größe > 1 && true", 16),
        ("event.name == 'e\u0301' and event.scroe > 1", 29),
        ("event.name == 'x'\n  and\n  event.scroe > 1", 32),
        ("event.name == 'x'\r\n  and event.scroe > 1", 31),
    ],
)
def test_places_are_counted_in_characters(fault, text, start):
    assert fault(text).start == start


def test_an_expression_has_1000_characters_at_most(faults):
    long = "event.score > 1 and " * 49
    assert faults(long + "event.score > 1") == []
    assert faults("event.score > 1" + " " * 985) == []
    text = " event.score > 1" + " " * 985
    assert faults(text) == [("expression-too-large", "event.score > 1")]


@pytest.mark.parametrize(
    "nest", [lambda n: "(" * n + "1" + ")" * n, lambda n: "-" * n + "event.score", lambda n: "abs(" * n + "1" + ")" * n]
)
def test_an_expression_is_nested_50_levels_deep_at_most(faults, nest):
    assert faults(nest(48), Wants.NUMBER) == []
    ((code, at),) = faults(nest(60), Wants.NUMBER)
    assert (code, at) == ("expression-too-large", nest(60))


def test_a_long_run_of_operators_is_not_a_deep_one(evaluate):
    assert evaluate("+".join("1" * 400)) == 400
    assert evaluate(" or ".join(["false"] * 100)) is False


@pytest.mark.parametrize(
    "char", ["(", "[", "not ", "-", "abs(", "1 if true else ", "event[", "{", "lambda:", "'", "\\"]
)
def test_endless_repetition_ends_at_once(faults, char):
    for count in (100, 1_000, 100_000):
        assert faults(char * count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("event.scroe ** 2 > 1", [("unknown-field", "scroe"), ("forbidden-expression", "**")]),
        ("event.score ** 2 > 1 and event.bonus > 1", [("forbidden-expression", "**"), ("optional-field", "bonus")]),
        ("event.scroe > 1 && event.bonus > 1", [("expression-syntax", "&&")]),
    ],
)
def test_reading_goes_on_behind_what_only_the_host_language_has(faults, text, expected):
    assert faults(text) == expected
