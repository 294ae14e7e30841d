"""Whatever is written: checking it ends with an answer; and what compiles fails with a sentence or not at all."""

from __future__ import annotations

import copy
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, Moment
from engine.expressions import Context, EvaluationError, Scope, Wants, compile_expression

NAMES = ["number", "whole", "text", "flag", "list", "numbers", "moment", "day", "days", "group", "maybe"]
SCOPE = Scope(
    {
        "quiz": {
            "required": NAMES[:-1],
            "properties": {
                "number": {"type": "number"},
                "whole": {"type": "integer"},
                "text": {"type": "string"},
                "flag": {"type": "boolean"},
                "list": {"type": "array"},
                "numbers": {"type": "array", "items": {"type": "number"}},
                "moment": {"type": "string", "format": "date-time"},
                "day": {"type": "string", "format": "date"},
                "days": {"type": "array", "items": {"type": "string", "format": "date"}},
                "group": {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}},
                "maybe": {"type": "number"},
            },
        }
    },
    {"plan": {"type": "string"}},
    {"texts": ("a", "b"), "numbers": (1, 2.5), "none": ()},
)
PLAIN_WORDS = """
event . , ( ) [ ] + - * / // % < <= > >= == != and or not in if else true false null 1 0 2.5 1e300 'a' ''
event.number event.whole event.text event.flag event.list event.numbers event.moment event.day event.days event.group.a
event.maybe user.plan user.id type source time time.hour time.date catalog.texts catalog.numbers catalog.none
event['text'] 9007199254740992 abs( min( max( round( floor( ceil( size( lower( upper( startswith( endswith( contains(
has( default( timestamp( days_between( hours_between( ** & | ^ ~ := lambda for is f' __class__ && || = ! { } : ; #
% 'x 0x1 1_0 é ＡＢ \\ $ AND Not => =<
"""
WORDS = [*PLAIN_WORDS.split(), "\u00a0", "\n"]
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))


def _operand(kind: str) -> st.SearchStrategy[str]:
    return {"number": numbers, "text": strings, "flag": flags, "moment": moments}[kind]


def _call(name: str, *kinds: str) -> st.SearchStrategy[str]:
    return st.tuples(*map(_operand, kinds)).map(lambda given: f"{name}({', '.join(given)})")


numbers = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["0", "1", "2.5", "1e300", "9007199254740992", "event.number", "event.whole", "event.group.a"]),
        st.sampled_from(["default(event.maybe, 1)", "time.hour", "event.moment.year", "size(event.list)"]),
        st.tuples(numbers, st.sampled_from(["+", "-", "*", "/", "//", "%"]), numbers).map(lambda p: f"({' '.join(p)})"),
        numbers.map(lambda one: f"-{one}"),
        st.tuples(numbers, flags, numbers).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        *[_call(name, "number") for name in ("abs", "floor", "ceil", "round")],
        st.tuples(numbers, st.integers(-12, 12)).map(lambda p: f"round({p[0]}, {p[1]})"),
        *[_call(name, "number", "number") for name in ("min", "max")],
        st.sampled_from(["max(event.numbers)", "min(event.numbers)"]),
        _call("size", "text"),
        *[_call(name, "moment", "moment") for name in ("days_between", "hours_between")],
    )
)
strings = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["'a'", "event.text", "user.id", "default(user.plan, '')", "time.weekday", "event.day.date"]),
        st.tuples(strings, strings).map(lambda pair: f"({pair[0]} + {pair[1]})"),
        *[_call(name, "text") for name in ("lower", "upper")],
    )
)
moments = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["time", "event.moment", "event.day", "timestamp('2026-03-01')", "timestamp(event.text)"])
    )
)
flags = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["true", "event.flag", "has(event.maybe)", "has(user.plan)", "time.is_weekend"]),
        st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers)
        .map(" ".join)
        .map("({})".format),
        st.tuples(moments, st.sampled_from(["<", ">=", "==", "!="]), moments).map(" ".join).map("({})".format),
        st.tuples(strings, st.sampled_from(["==", "!="]), strings).map(" ".join).map("({})".format),
        st.tuples(numbers, st.sampled_from(["event.numbers", "event.list", "catalog.numbers", "[1, 2]"])).map(
            lambda pair: f"({pair[0]} in {pair[1]})"
        ),
        st.tuples(strings, st.sampled_from(["event.list", "catalog.texts", "['a']"])).map(
            lambda pair: f"({pair[0]} not in {pair[1]})"
        ),
        moments.map(lambda one: f"({one} in event.days)"),
        st.lists(flags, min_size=2, max_size=4).map(lambda parts: f"({' and '.join(parts)})"),
        st.lists(flags, min_size=2, max_size=4).map(lambda parts: f"({' or '.join(parts)})"),
        flags.map(lambda one: f"(not {one})"),
        *[_call(name, "text", "text") for name in ("contains", "startswith", "endswith")],
    )
)
sound = st.one_of(numbers, strings, flags, moments)

json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.just(10**399),
        st.floats(allow_nan=False, allow_infinity=False),
        st.decimals(allow_nan=False, allow_infinity=False, places=25).filter(lambda d: abs(d) < 10**20),
        st.sampled_from([Decimal("1e-400") + Decimal("1e-420"), 0, 0.0, -0.0, 2**53, "", "a", "2026-03-01"]),
        st.sampled_from(["0001-01-01", "9999-12-31", "9999-12-30T23:59:59Z", "0001-01-03T00:00:00Z", "ß" * 9_999]),
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=5,
)
fitting = st.fixed_dictionaries(
    {
        "number": st.one_of(
            st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.sampled_from([0, 1, 2.5])
        ),
        "whole": st.integers(-5, 5),
        "text": st.sampled_from(["", "a", "A", "ß", "2026-03-01", "2026-03-29T01:30:00+02:00"]),
        "flag": st.booleans(),
        "list": st.lists(json_values, max_size=3),
        "numbers": st.lists(st.one_of(st.integers(), st.floats(-9, 9)), max_size=3),
        "moment": st.sampled_from(["2026-03-01T00:00:00Z", "2026-10-25T02:30:00+01:00", "0001-01-03T00:00:00Z"]),
        "day": st.sampled_from(["2026-03-29", "0001-01-01", "9999-12-31"]),
        "days": st.lists(st.sampled_from(["2026-03-29", "x"]), max_size=2),
        "group": st.fixed_dictionaries({"a": st.integers(-2, 2)}),
    },
    optional={"maybe": st.one_of(st.none(), st.integers(-2, 2))},
)
anything = st.dictionaries(st.sampled_from(NAMES), json_values)
moments_of_events = st.builds(
    lambda instant, zone, start: Moment(instant, Calendar(ZoneInfo(zone), start)),
    st.sampled_from([0, 1_772_321_400_000_000, -62_135_424_000_000_000, 253_402_128_000_000_000]),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Etc/GMT+12", "Pacific/Kiritimati"]),
    st.sampled_from([0, 240, 1439]),
)


def _is_harmless(text: str, wants: Wants, data: dict, moment: Moment) -> bool:
    """Compiles and evaluates; says whether there was something to evaluate."""
    compilation = compile_expression(text, SCOPE, wants)
    for found in (*compilation.faults, *compilation.warnings):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message
    if compilation.expression is None:
        assert compilation.faults
        return False
    context = Context(data, "quiz", "app", {"id": "u"}, moment)
    before = copy.deepcopy(data)
    told = compilation.expression.explain(context)
    try:
        value = compilation.expression.evaluate(context)
        assert isinstance(value, int | float | Decimal | str | bool | list | tuple | Moment)
        assert told["error"] is None
    except EvaluationError as error:
        assert told["error"] == str(error)
    assert data == before
    return True


quick = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(texts, st.sampled_from(Wants), anything, moments_of_events)
@example("(" * 1_000, Wants.ANY, {}, Moment(0, Calendar(ZoneInfo("UTC"))))
def test_any_text_is_answered(text, wants, data, moment):
    _is_harmless(text, wants, data, moment)


@quick
@given(sound, st.one_of(fitting, anything), moments_of_events)
def test_a_sound_expression_fails_with_a_sentence_or_not_at_all(text, data, moment):
    compiled = _is_harmless(text, Wants.ANY, data, moment)
    assert compiled or len(text) > 1_000 or text.count("(") > 20


@quick
@given(sound)
def test_the_canonical_text_is_itself_an_expression_of_the_same_meaning(text):
    expression = compile_expression(text, SCOPE, Wants.ANY).expression
    if expression is not None:
        again = compile_expression(expression.canonical, SCOPE, Wants.ANY).expression
        assert again is None or again.canonical == expression.canonical


@pytest.mark.parametrize("text", ["event.text + 'x'", "upper(event.text) == 'X'", "contains(event.text, 'yz')"])
def test_a_huge_text_costs_no_more_than_it_must(text):
    expression = compile_expression(text, SCOPE, Wants.ANY).expression
    context = Context({"text": "x" * 5_000_000}, "quiz", "app", {"id": "u"}, Moment(0, Calendar(ZoneInfo("UTC"))))
    try:
        assert expression.evaluate(context) is False
    except EvaluationError as error:
        assert "longer than" in str(error)
