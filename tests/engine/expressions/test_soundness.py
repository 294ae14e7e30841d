"""What a check promises holds on every event that the schema accepts.

A field that may be read is there; a divisor that is not warned of is not 0; what always holds never fails to, and what
can never hold never does.
"""

from __future__ import annotations

from random import Random
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, Moment
from engine.expressions import Context, EvaluationError, Scope, Wants, compile_expression

SCOPE = Scope(
    {
        "quiz": {
            "required": ["free", "least", "share", "pick", "kind", "flag"],
            "properties": {
                "free": {"type": "integer"},
                "least": {"type": "integer", "minimum": 1},
                "share": {"type": "number", "minimum": 0, "maximum": 1},
                "pick": {"enum": [0, 2, 5]},
                "kind": {"enum": ["a", "b"]},
                "flag": {"type": "boolean"},
                "maybe": {"type": "integer", "minimum": 0},
                "word": {"type": ["string", "null"]},
            },
        }
    },
    {"age": {"type": "integer"}},
    {"words": ("a", "x"), "picks": (0, 2)},
)
CALENDAR = Calendar(ZoneInfo("UTC"))


def _binary(operands, signs):
    return st.tuples(operands, st.sampled_from(signs), operands).map(" ".join).map("({})".format)


leaves = [
    "0",
    "1",
    "2",
    "0.5",
    "-3",
    "event.free",
    "event.least",
    "event.share",
    "event.pick",
    "event.maybe",
    "user.age",
]
LEAVES = 3 * [st.sampled_from([*leaves, "default(event.maybe, 2)", "default(user.age, 0)", "size(event.kind)"])]
"""Three of nine: with fewer most terms grow beyond what is tried."""
numbers = st.deferred(
    lambda: st.one_of(
        *LEAVES,
        _binary(numbers, ["+", "-", "*", "/", "%", "//"]),
        numbers.map("(-{})".format),
        st.tuples(st.sampled_from(["abs", "floor", "ceil", "round"]), numbers).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["min", "max"]), numbers, numbers).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        st.tuples(numbers, conditions, numbers).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
    )
)
simple = st.sampled_from(leaves[:-2])
words = st.sampled_from(["'a'", "'c'", "event.kind", "event.word", "default(event.word, 'x')", "type"])
conditions = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["event.flag", "has(event.maybe)", "has(event.word)", "has(user.age)", "has(event.least)"]),
        _binary(simple, ["<", "<=", ">", ">=", "==", "!="]),
        _binary(simple, ["<", "<=", ">", ">=", "==", "!="]),
        _binary(numbers, ["<", "<=", ">", ">=", "==", "!="]),
        st.tuples(simple, simple, simple).map(lambda p: f"({p[0]} < {p[1]} <= {p[2]})"),
        _binary(words, ["==", "!="]),
        st.tuples(simple, st.sampled_from(["in [0, 1]", "not in [0]", "in catalog.picks"]))
        .map(" ".join)
        .map("({})".format),
        st.tuples(words, st.sampled_from(["in ['a', 'b']", "not in catalog.words"])).map(" ".join).map("({})".format),
        _binary(conditions, ["and", "or"]),
        _binary(conditions, ["and", "or"]),
        conditions.map("(not {})".format),
        st.tuples(conditions, conditions, conditions).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
    )
)
guards = st.recursive(
    st.sampled_from(["has(event.maybe)", "event.free > 0", "event.free == 0", "event.free != 0", "event.flag"]),
    lambda inner: st.one_of(
        _binary(inner, ["and", "or"]),
        inner.map("(not {})".format),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
    ),
    max_leaves=6,
)
uses = st.sampled_from(["event.maybe > 1", "1 / event.free < 2", "event.maybe / event.free > 0", "event.free < 0"])
guarded = st.tuples(guards, uses, uses, st.sampled_from(["{0} and {1}", "{0} or {1}", "({1} if {0} else {2})"])).map(
    lambda p: p[3].format(*p[:3])
)


EACH = 20
"""Events for an expression: made from a seed, for each drawn one would take longer than to evaluate it."""


def _event(rng):
    """A payload that the schema accepts, and a user."""
    data = {
        "free": rng.randint(-4, 6),
        "least": rng.randint(1, 4),
        "share": rng.choice([0, 0.25, 0.5, 1]),
        "pick": rng.choice([0, 2, 5]),
        "kind": rng.choice(["a", "b"]),
        "flag": rng.choice([True, False]),
    }
    optional = {"maybe": rng.randint(0, 3), "word": rng.choice([None, "a", "c"])}
    data |= {key: value for key, value in optional.items() if rng.random() < 0.5}
    return data, {"id": "u"} | ({"age": rng.randint(-1, 2)} if rng.random() < 0.5 else {})


def _events(seed):
    rng = Random(seed)
    return [_event(rng) for _ in range(EACH)]


events = st.integers(0, 2**31).map(_events)


def _outcome(expression, data, user):
    try:
        return expression.evaluate(Context(data, "quiz", "app", user, Moment(0, CALENDAR)))
    except EvaluationError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(st.one_of(conditions, guarded, _binary(guarded, ["and", "or"])), events)
def test_what_is_known_of_a_condition_is_true_of_every_event(text, given_events):
    compilation = compile_expression(text, SCOPE, Wants.CONDITION)
    assume(compilation.expression is not None)
    warned = {warning.code for warning in compilation.warnings}
    for data, user in given_events:
        outcome = _outcome(compilation.expression, data, user)
        assert "missing" not in str(outcome)
        assert "possible-zero-division" in warned or "divides by 0" not in str(outcome)
        assert "always-true" not in warned or outcome is not False
        assert "never-true" not in warned or outcome is not True


@settings(max_examples=200, deadline=None)
@given(st.one_of(conditions, guards), st.one_of(numbers, uses.map("(1 if {} else 2)".format)), events)
def test_what_follows_from_a_condition_is_true_where_it_holds(condition, text, given_events):
    when = compile_expression(condition, SCOPE, Wants.CONDITION).expression
    assume(when is not None)
    compilation = compile_expression(text, SCOPE, Wants.NUMBER, given=when)
    assume(compilation.expression is not None)
    for data, user in given_events:
        if _outcome(when, data, user) is True:
            outcome = str(_outcome(compilation.expression, data, user))
            assert "missing" not in outcome
            assert compilation.warnings or "divides by 0" not in outcome
