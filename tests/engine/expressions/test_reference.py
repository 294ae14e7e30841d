"""Against simpleeval, which reads the same text with Python's own parser: what it works out is what rules work out.

The reference is given the operators as the documentation of expressions defines them, in the plainest words.
"""

from __future__ import annotations

import ast
import math
import operator
from zoneinfo import ZoneInfo

import pytest
import simpleeval
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, Moment
from engine.expressions import Context, EvaluationError, Scope, Wants, compile_expression

SCOPE = Scope(
    {
        "quiz": {
            "required": ["a", "b", "c", "s", "t", "flag", "tags", "points"],
            "properties": {
                "a": {"type": "integer"},
                "b": {"type": "integer"},
                "c": {"type": "number"},
                "s": {"type": "string"},
                "t": {"type": "string"},
                "flag": {"type": "boolean"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "points": {"type": "array", "items": {"type": "number"}},
            },
        }
    },
    {},
    {"texts": ("a", "b", "ab"), "numbers": (0, 1, 2.5)},
)
LARGEST = 2**53


class NoResult(Exception):
    """The reference has no result either."""


def _same(a, b):
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b))


def _whole(value):
    return round(value) if _same(value, round(value)) else value


def _limited(work):
    def run(a, b):
        result = work(a, b)
        if isinstance(result, int) and abs(result) > LARGEST or isinstance(result, float) and not math.isfinite(result):
            raise NoResult
        return result

    return run


def _floor_division(a, b):
    a, b = _whole(a), _whole(b)
    return a // b if isinstance(a, int) and isinstance(b, int) else math.floor(_whole(a / b))


def _remainder(a, b):
    a, b = _whole(a), _whole(b)
    if isinstance(a, int) and isinstance(b, int):
        return a % b
    return 0 if isinstance(_whole(a / b), int) else a % b


OPERATORS = {
    ast.Add: _limited(operator.add),
    ast.Sub: _limited(operator.sub),
    ast.Mult: _limited(operator.mul),
    ast.Div: _limited(operator.truediv),
    ast.FloorDiv: _limited(_floor_division),
    ast.Mod: _limited(_remainder),
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: _same,
    ast.NotEq: lambda a, b: not _same(a, b),
    ast.Lt: lambda a, b: a < b and not _same(a, b),
    ast.Gt: lambda a, b: a > b and not _same(a, b),
    ast.LtE: lambda a, b: a < b or _same(a, b),
    ast.GtE: lambda a, b: a > b or _same(a, b),
    ast.In: lambda a, items: any(_same(a, item) for item in items),
    ast.NotIn: lambda a, items: not any(_same(a, item) for item in items),
}
FUNCTIONS = {
    "abs": abs,
    "min": min,
    "max": max,
    "floor": lambda x: _limited(operator.add)(0, math.floor(_whole(x))),
    "ceil": lambda x: _limited(operator.add)(0, math.ceil(_whole(x))),
    "size": len,
    "lower": str.lower,
    "upper": str.upper,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
}


class Reference(simpleeval.SimpleEval):
    """simpleeval, and the lists that it leaves out."""

    def __init__(self, data):
        names = {"event": data, "catalog": dict(SCOPE.catalogs), "true": True, "false": False, "type": "quiz"}
        super().__init__(operators=OPERATORS, functions=FUNCTIONS, names=names)
        self.nodes[ast.List] = lambda node: [self._eval(item) for item in node.elts]


def _binary(operands, signs):
    return st.tuples(operands, st.sampled_from(signs), operands).map(" ".join)


def _sometimes_bracketed(texts):
    return st.one_of(texts, texts.map("({})".format))


small = st.integers(-20, 20)
numbers = st.deferred(
    lambda: _sometimes_bracketed(
        st.one_of(
            st.one_of(small.map(str), st.sampled_from(["0.1", "0.5", "2.75", "1e-3", "event.c", "event.a", "event.b"])),
            _binary(numbers, ["+", "-", "*", "/", "//", "%"]),
            numbers.map("-({})".format),
            st.tuples(st.sampled_from(["min", "max"]), numbers, numbers).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
            st.tuples(st.sampled_from(["abs", "floor", "ceil"]), numbers).map(lambda p: f"{p[0]}({p[1]})"),
            st.tuples(numbers, flags, numbers).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
            st.sampled_from(["size(event.tags)", "size(event.s)", "max(event.a, 3)", "size(catalog.texts)"]),
        )
    )
)
strings = st.deferred(
    lambda: _sometimes_bracketed(
        st.one_of(
            st.sampled_from(["'a'", '"b"', "'Ab'", "event.s", "event['t']", "type"]),
            _binary(strings, ["+"]),
            st.tuples(st.sampled_from(["lower", "upper"]), strings).map(lambda p: f"{p[0]}({p[1]})"),
        )
    )
)
flags = st.deferred(
    lambda: _sometimes_bracketed(
        st.one_of(
            st.sampled_from(["true", "false", "event.flag"]),
            _binary(numbers, ["<", "<=", ">", ">=", "==", "!="]),
            st.tuples(numbers, numbers, numbers).map(lambda p: f"({p[0]}) < ({p[1]}) <= ({p[2]})"),
            _binary(strings, ["==", "!="]),
            st.tuples(
                strings, st.sampled_from(["in", "not in"]), st.sampled_from(["event.tags", "catalog.texts", "['a']"])
            ).map(" ".join),
            st.tuples(numbers, st.sampled_from(["event.points", "catalog.numbers", "[0, 1, 0.3]"])).map(" in ".join),
            st.tuples(flags, st.sampled_from([" and ", " or "]), flags).map("".join),
            flags.map("not {}".format).map("({})".format),
            st.tuples(st.sampled_from(["contains", "startswith", "endswith"]), strings, strings).map(
                lambda p: f"{p[0]}({p[1]}, {p[2]})"
            ),
        )
    )
)
payloads = st.fixed_dictionaries(
    {
        "a": small,
        "b": st.one_of(small, st.sampled_from([LARGEST, -LARGEST])),
        "c": st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 0.1, 0.3, 1e308])),
        "s": st.text("aAb", max_size=4),
        "t": st.text("ab", max_size=2),
        "flag": st.booleans(),
        "tags": st.lists(st.text("ab", max_size=2), max_size=3),
        "points": st.lists(st.one_of(small, st.sampled_from([0.1, 0.3, 2.5])), max_size=3),
    }
)


def _expected(text, data):
    try:
        result = Reference(data).eval(text)
    except (ZeroDivisionError, OverflowError, NoResult):
        return None
    return None if isinstance(result, int) and abs(result) > LARGEST else result


@settings(max_examples=300, deadline=None)
@given(st.one_of(numbers, strings, flags), payloads)
def test_simpleeval_comes_to_the_same(text, data):
    expression = compile_expression(text, SCOPE, Wants.ANY).expression
    if expression is None:
        assert len(text) > 1_000 or _depth(text) > 40
        return
    expected = _expected(text, data)
    try:
        result = expression.evaluate(Context(data, "quiz", "app", {"id": "u"}, Moment(0, Calendar(ZoneInfo("UTC")))))
    except EvaluationError:
        assert expected is None
        return
    assert expected is not None
    assert type(result) is type(expected)
    assert result == expected


def _depth(text):
    return sum(1 for char in text if char in "(-")


@pytest.mark.parametrize("text", ["event.a < event.b < event.c", "1 if event.flag else 2 if event.flag else 3"])
def test_chains_and_choices_are_read_as_python_reads_them(text):
    data = {"a": 1, "b": 2, "c": 3.5, "flag": False}
    expression = compile_expression(text, SCOPE, Wants.ANY).expression
    context = Context(data, "quiz", "app", {"id": "u"}, Moment(0, Calendar(ZoneInfo("UTC"))))
    assert expression.evaluate(context) == Reference(data).eval(text)
