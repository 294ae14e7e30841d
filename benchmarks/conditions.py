"""Ten conditions on one event, errors isolated per rule: this engine, Python by hand, and other evaluators."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from engine.calendar import Calendar, Moment, zone_named
from engine.expressions import Context, EvaluationError, Scope, Wants, compile_expression

from .report import Line
from .timing import Figure, ratio, rounds

TIMES = 2000
SCHEMA = {
    "type": "object",
    "required": ["score", "total", "kind", "level", "country"],
    "properties": {
        "score": {"type": "number"},
        "total": {"type": "integer", "minimum": 1},
        "kind": {"type": "string"},
        "level": {"type": "integer"},
        "country": {"type": "string"},
    },
}
EVENT = {"score": 9.5, "total": 10, "kind": "exam", "level": 3, "country": "np"}
TEXTS = (
    "event.score >= 8",
    "event.score / event.total * 100 >= 85",
    'event.kind == "exam"',
    'event.kind == "exam" and event.level >= 3',
    'event.country in ["de", "np", "us"]',
    "event.level < 2 or event.score > 9",
    "not (event.level == 1)",
    "event.score + event.level >= 12",
    'event.kind != "quiz" and event.total > 5',
    "event.score >= 5 and event.score < 10",
)

BY_HAND: tuple[Callable[[dict[str, Any]], bool], ...] = (
    lambda e: e["score"] >= 8,
    lambda e: e["score"] / e["total"] * 100 >= 85,
    lambda e: e["kind"] == "exam",
    lambda e: e["kind"] == "exam" and e["level"] >= 3,
    lambda e: e["country"] in ("de", "np", "us"),
    lambda e: e["level"] < 2 or e["score"] > 9,
    lambda e: e["level"] != 1,
    lambda e: e["score"] + e["level"] >= 12,
    lambda e: e["kind"] != "quiz" and e["total"] > 5,
    lambda e: e["score"] >= 5 and e["score"] < 10,
)


def by_engine() -> Callable[[], list[bool]]:
    scope = Scope({"done": SCHEMA}, {}, {})
    found = [compile_expression(text, scope, Wants.CONDITION).expression for text in TEXTS]
    runs = [expression.evaluate for expression in found if expression]
    context = Context(EVENT, "done", "bench", {"id": "u"}, Moment(0, Calendar(zone_named("UTC"))))

    def run() -> list[bool]:
        answers = []
        for evaluate in runs:
            try:
                answers.append(evaluate(context))
            except EvaluationError:
                answers.append(False)
        return answers

    return run


def by_hand() -> Callable[[], list[bool]]:
    def run() -> list[bool]:
        answers = []
        for condition in BY_HAND:
            try:
                answers.append(condition(EVENT))
            except (KeyError, TypeError, ZeroDivisionError):
                answers.append(False)
        return answers

    return run


def by_simpleeval() -> Callable[[], list[bool]]:
    from simpleeval import EvalWithCompoundTypes

    evaluator = EvalWithCompoundTypes(names={"event": EVENT})
    parsed = [evaluator.parse(text) for text in TEXTS]
    return lambda: [evaluator.eval(text, tree) for text, tree in zip(TEXTS, parsed, strict=True)]


def by_rule_engine() -> Callable[[], list[bool]]:
    import rule_engine

    rules = [rule_engine.Rule(text.replace("event.", "")) for text in TEXTS]
    return lambda: [rule.matches(EVENT) for rule in rules]


def by_zen() -> Callable[[], list[bool]]:
    import zen

    texts = [text.replace("event.", "").replace("not (level == 1)", "not (level == 1)") for text in TEXTS]
    compiled = [zen.compile_expression(text) for text in texts]
    return lambda: [expression.evaluate(EVENT) for expression in compiled]


CONTENDERS = {
    "this engine": by_engine,
    "Python by hand": by_hand,
    "simpleeval, parsed before": by_simpleeval,
    "rule-engine": by_rule_engine,
    "zen-engine": by_zen,
}


def measure() -> list[Line]:
    """Check that all agree, then time them."""
    runs = {name: make() for name, make in CONTENDERS.items()}
    answers = {name: json.dumps(run()) for name, run in runs.items()}
    if len(set(answers.values())) != 1:
        raise SystemExit(f"The contenders disagree: {answers}")
    figures = rounds({name: _many(run) for name, run in runs.items()})
    own = figures["this engine"]
    lines = [
        Line(
            "1",
            "ten conditions, of Python by hand",
            _micros(own),
            ratio(own, figures["Python by hand"]),
            "≤ 3",
            "≤ 1.5",
        )
    ]
    for name, least, aim in (("simpleeval, parsed before", "≥ 15", "≥ 40"), ("zen-engine", "≥ 5", "≥ 15")):
        lines.append(
            Line("2", f"{name}, of this engine", _micros(figures[name]), ratio(figures[name], own), least, aim)
        )
    other = figures["rule-engine"]
    return [*lines, Line("2", "rule-engine, of this engine", _micros(other), ratio(other, own), "", "")]


def _many(run: Callable[[], list[bool]]) -> Callable[[], None]:
    def repeat() -> None:
        for _ in range(TIMES):
            run()

    return repeat


def _micros(figure: Figure) -> str:
    return f"{figure.median / TIMES * 1e6:.1f} µs"
