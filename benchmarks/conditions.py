"""Ten conditions on one event, errors isolated per rule: this engine, Python by hand, and other evaluators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.expressions import EvaluationError, Scope, Wants, compile_expression

from . import node
from .report import Line
from .timing import Contender, Figure, computing, ratio, rounds

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

RULES: tuple[dict[str, Any], ...] = (
    {"all": [{"fact": "score", "operator": "greaterThanInclusive", "value": 8}]},
    {"all": [{"fact": "percent", "operator": "greaterThanInclusive", "value": 85}]},
    {"all": [{"fact": "kind", "operator": "equal", "value": "exam"}]},
    {
        "all": [
            {"fact": "kind", "operator": "equal", "value": "exam"},
            {"fact": "level", "operator": "greaterThanInclusive", "value": 3},
        ]
    },
    {"all": [{"fact": "country", "operator": "in", "value": ["de", "np", "us"]}]},
    {
        "any": [
            {"fact": "level", "operator": "lessThan", "value": 2},
            {"fact": "score", "operator": "greaterThan", "value": 9},
        ]
    },
    {"not": {"fact": "level", "operator": "equal", "value": 1}},
    {"all": [{"fact": "together", "operator": "greaterThanInclusive", "value": 12}]},
    {
        "all": [
            {"fact": "kind", "operator": "notEqual", "value": "quiz"},
            {"fact": "total", "operator": "greaterThan", "value": 5},
        ]
    },
    {
        "all": [
            {"fact": "score", "operator": "greaterThanInclusive", "value": 5},
            {"fact": "score", "operator": "lessThan", "value": 10},
        ]
    },
)
"""The same for json-rules-engine, which has no arithmetic: ``percent`` and ``together`` are facts worked out in
JavaScript."""


def by_engine() -> Callable[[], list[bool]]:
    scope = Scope({"done": SCHEMA}, {}, {})
    found = [compile_expression(text, scope, Wants.CONDITION).expression for text in TEXTS]
    runs = [run for expression in found if expression and (run := expression.of_payload())]

    def run() -> list[bool]:
        answers = []
        for evaluate in runs:
            try:
                answers.append(evaluate(EVENT))
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
AIMS = {
    "simpleeval, parsed before": ("≥ 15", "≥ 40"),
    "zen-engine": ("≥ 5", "≥ 15"),
    "json-rules-engine": ("≥ 30", "≥ 80"),
}


def measure() -> list[Line]:
    """Check that all agree, then time them."""
    runs = {name: make() for name, make in CONTENDERS.items()}
    answers = {name: run() for name, run in runs.items()}
    contenders: dict[str, Contender] = {name: computing(run, TIMES) for name, run in runs.items()}
    with node.json_rules(RULES, EVENT) as other:
        if other is not None:
            answers["json-rules-engine"] = other.answers
            contenders["json-rules-engine"] = lambda: other.seconds(TIMES)
        _check(answers)
        figures = rounds(contenders)
    own = figures["this engine"]
    least = Line("1", "ten conditions, of Python by hand", _micros(own), ratio(own, figures["Python by hand"]))
    lines = [replace(least, least="≤ 3", aim="≤ 1.5")]
    lines += [_against(name, figures[name], own) for name in figures if name not in ("this engine", "Python by hand")]
    if "json-rules-engine" not in figures:
        lines.append(Line("2", "json-rules-engine, of this engine", "not measured: node or npm is missing"))
    return [*lines, Line("", "ten conditions, Python by hand", _micros(figures["Python by hand"]))]


def _check(answers: Mapping[str, list[bool]]) -> None:
    if any(found != answers["this engine"] for found in answers.values()):
        raise SystemExit(f"The contenders disagree: {answers}")


def _against(name: str, figure: Figure, own: Figure) -> Line:
    number = "2" if name in AIMS else ""
    return Line(number, f"{name}, of this engine", _micros(figure), ratio(figure, own), *AIMS.get(name, ("", "")))


def _micros(figure: Figure) -> str:
    return f"{figure.median / TIMES * 1e6:.1f} µs"
