"""What is found of an expression does not depend on which expressions of its form came before."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from engine.expressions import EvaluationError, Scope, Wants, compile_expression

FORMS = """
event.score > {}
event.score>={} and event.kind == {}
event.score > {} and event.score < {}
event.score > {} and event.score < {} and event.score != {}
event.score > {} or event.score < {}
event.kind == {} or event.kind == {}
event.kind != {} and event.kind != {}
not (event.score > {} and event.total == {})
not event.score > {} and event.score > {}
event.score / event.total * 100 >= {}
event.total > {} and event.score / event.total >= {}
event.total != {} and 1 / event.total > 0.5
event.total == {} or event.score / event.total > {}
has(event.bonus) and event.bonus > {} or default(event.note, "none") == {}
event.bonus > {}
event.passed and event.name == {}
event.total % 0 > {} or event.score // event.total == {}
-event.score < {} and event.name + "x" * 2 != {}
-(event.total % 7) < {} and event.name + upper(event.kind) != {}
event.name == {} and event.name in ["a", "b"]
event.passed == (event.score > {})
(event.score > {}) == (event.score > {})
5 > event.score and 3 < {}
1 < event.score < {}
event.score > {} if event.passed else event.total > {}
contains(event.name, {}) and event.score > {}
contains(event.name, "x > 5 and y") and event.name != {}
event.score > {} # a comment
event.score > {} and event.score in catalog.levels
event.größe == {} and event["odd-name"] == {}
event.at.hour >= {} and time.hour >= {} and time.hour < {}
size(event.tags) >= {} and size(event.tags) < {}
event.score + {} > {} and event.score - {} < {}
event.score > {} and now == {}
event.extra.level >= {} and has(event.extra.level)
event.score == event.total and event.score > {}
min(event.score, {}) > {}
event.score > {} and
event.score => {}
user.age >= {} and event.passed
""".strip().splitlines()
CONSTANTS = r"""0 1 2 5 10 99 100 0.5 5.0 0.50 007 1e3 1_0 .5 5. 999999999999999 9007199254740993 99999999999999999999
-3 "a" 'a' "quiz" "exam" "" "it's" 'say"x"' "größe" "a\n" ">5and" null true [1] event.total (5) x"""


def _written(rng: Random) -> str:
    form = rng.choice(FORMS)
    constants = CONSTANTS.split()
    numbers = [rng.choice(constants[:6] if rng.random() < 0.7 else constants) for _ in range(form.count("{}"))]
    return form.format(*numbers)


def _outcome(compiled: Any, context: Any) -> Any:
    """All that can be asked of what became of a text."""
    expression = compiled.expression
    if expression is None:
        return compiled.faults, compiled.warnings
    native = expression.of_payload()
    values = [_value(expression.evaluate, context), native and _value(native, context.data)]
    told = expression.canonical, expression.type, expression.catalogs, expression.uses_calendar, expression.reads
    return told, compiled.warnings, values, expression.explain(context), expression.implies()


def _value(evaluate: Callable[[Any], Any], of: Any) -> str:
    try:
        return repr(evaluate(of))
    except EvaluationError as error:
        return str(error)


@pytest.mark.parametrize("wants", [Wants.CONDITION, Wants.ANY])
def test_it_is_as_if_each_came_first(scope: Scope, context: Any, wants: Wants) -> None:
    rng, event = Random(7), context()
    for text in (_written(rng) for _ in range(1_200)):
        alone = compile_expression(text, Scope(scope.triggers, scope.user, scope.catalogs), wants)
        assert _outcome(compile_expression(text, scope, wants), event) == _outcome(alone, event), text


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("event.score > 1", "event.score > 2.5"),
        ("event.score >= 0 and event.passed", "event.score >= 3 and event.passed"),
        ("event.score > 1 and event.score < 50", "event.score > 70 and event.score < 72"),
        ("event.name == 'it' or event.total > 5", "event.name == '(' or event.total > 70000"),
        ("has(event.bonus) and event.bonus > 3", "has(event.bonus) and event.bonus > 4"),
        ("event.total > 0 and event.score / event.total > 1", "event.total > 0 and event.score / event.total > 2"),
    ],
)
def test_what_differs_in_constants_alone_is_not_checked_again(
    scope: Scope, monkeypatch: pytest.MonkeyPatch, first: str, other: str
) -> None:
    assert compile_expression(first, scope, Wants.CONDITION).expression is not None
    monkeypatch.setattr("engine.expressions._compile", None)
    expression = compile_expression(other, scope, Wants.CONDITION).expression
    assert expression is not None and expression.text == other


@pytest.mark.parametrize(
    ("first", "other", "code"),
    [
        ("event.score > 1 and event.score < 50", "event.score > 50 and event.score < 50", "never-true"),
        ("event.score >= 1", "event.score >= 0", "always-true"),
        (
            "event.total > 0 and 100 / event.total > 2",
            "event.total > -1 and 100 / event.total > 2",
            "possible-zero-division",
        ),
        (
            "event.total != 0 and 100 / event.total > 2",
            "event.total != 5 and 100 / event.total > 2",
            "possible-zero-division",
        ),
    ],
)
def test_what_a_constant_decides_is_told_of_each(scope: Scope, first: str, other: str, code: str) -> None:
    assert compile_expression(first, scope, Wants.CONDITION).warnings == ()
    assert [warning.code for warning in compile_expression(other, scope, Wants.CONDITION).warnings] == [code]
