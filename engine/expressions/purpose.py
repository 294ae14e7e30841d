"""Whether the result of an expression serves the place where it stands."""

from __future__ import annotations

from .findings import Findings
from .nouns import Fault, Wants
from .types import BOOLEAN, CATALOG, LIST, NUMBER, TEXT, TIMESTAMP, UNKNOWN, Type, known_truth

_TAKES = {
    Wants.CONDITION: frozenset({BOOLEAN}),
    Wants.NUMBER: frozenset({NUMBER}),
    Wants.KEY: frozenset({TEXT, NUMBER, BOOLEAN}),
}
_DUE = {
    Wants.CONDITION: "a condition is due here",
    Wants.NUMBER: "a number is due here",
    Wants.KEY: "text, a number, or true or false is due here",
    Wants.ANY: "a value is due here",
}


def judge(found: Findings, type: Type) -> None:
    """Report a result of the wrong kind, and a condition whose result no event can change."""
    wants = found.wants
    if type.kind == UNKNOWN:
        return
    if type.kind == CATALOG or (wants is not Wants.ANY and type.kind not in _TAKES[wants]):
        code = "not-a-condition" if wants is Wants.CONDITION else "type-mismatch"
        help = _way_out(found.text.strip(), type.kind, wants)
        found.faults.append(_whole(found.text, code, f"this is {type.name}, and {_DUE[wants]}", help))
    elif wants is Wants.CONDITION and not found.faults:
        _certain(found, known_truth(type))


def _certain(found: Findings, known: bool | None) -> None:
    if known is None:
        return
    code, message = ("always-true", "this always holds") if known else ("never-true", "this can never hold")
    help = "leave it out to count every event" if known else None
    found.warnings.append(_whole(found.text, code, message, help))


def _whole(text: str, code: str, message: str, help: str | None) -> Fault:
    return Fault(code, message, len(text) - len(text.lstrip()), len(text.rstrip()), help)


def _way_out(text: str, kind: str, wants: Wants) -> str | None:
    if kind in (LIST, CATALOG) and wants is not Wants.ANY:
        return f"write size({text})"
    if kind == TIMESTAMP and wants is Wants.KEY:
        return f"take one of its fields: {text}.date"
    if wants is Wants.CONDITION:
        return {NUMBER: f"compare it: {text} > 0", TEXT: f'compare it: {text} == "…"'}.get(kind)
    return None
