"""A tree, checked in its scope: every name, type and operand, and what can be known of the result before any event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from . import calls, operands
from .facts import NOTHING, Facts
from .findings import Findings, Reading
from .names import Resolved, Unresolved, resolve, timestamp_field
from .nodes import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Field,
    ListOf,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Path,
    Refused,
    canonical,
)
from .nouns import Scope, Wants
from .operands import Operand
from .ranges import negated
from .types import (
    ANYTHING,
    BOOLEAN,
    CATALOG,
    LIST,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Type,
    items_type,
    known_truth,
    numbers,
    truth,
    type_of_value,
    union,
)


class Outcome(NamedTuple):
    """What is known of a part: its type, and what holds once it is true, or false."""

    type: Type
    yes: Facts
    no: Facts


class Checker:
    """One pass over one tree."""

    def __init__(self, text: str, scope: Scope, wants: Wants) -> None:
        self.scope = scope
        self.wants = wants
        self.found = Findings(text)

    def check(self, node: Node, facts: Facts) -> Outcome:
        """The outcome of a part where ``facts`` hold."""
        outcome = self._VISITS[type(node)](self, node, facts)
        if facts.values and outcome.type.kind in (NUMBER, TEXT, BOOLEAN):
            outcome = outcome._replace(type=facts.values.get(canonical(node), outcome.type))
        self.found.types[node] = outcome.type
        return outcome

    def operand(self, node: Node, facts: Facts) -> Operand:
        return Operand(node, self.check(node, facts).type)

    def literal(self, node: Literal, facts: Facts) -> Outcome:
        return Outcome(type_of_value(node.value), facts, facts)

    def list_of(self, node: ListOf, facts: Facts) -> Outcome:
        kinds = [type_of_value(item.value).kind for item in node.items]
        for item, kind in zip(node.items, kinds, strict=True):
            if kind == NULL or kind != kinds[0]:
                why = "null is no value to look for" if kind == NULL else "the items of a list are of one kind"
                self.found.mismatch(item, why)
                return Outcome(ANYTHING, facts, facts)
        self.found.sizes[node] = len(node.items)
        return Outcome(Type(LIST, item=items_type(item.value for item in node.items)), facts, facts)

    def refused(self, node: Refused, facts: Facts) -> Outcome:
        for inner in node.inside:
            self.check(inner, facts)
        return Outcome(ANYTHING, facts, facts)

    def path(self, node: Path, facts: Facts) -> Outcome:
        resolved = self.resolved(node)
        if resolved is None or not self.is_there(node, resolved, facts):
            return Outcome(ANYTHING, facts, facts)
        return Outcome(self.readable(node, resolved), facts, facts)

    def resolved(self, node: Path) -> Resolved | None:
        try:
            resolved = resolve(node, self.scope)
        except Unresolved as error:
            self.found.fault(error.code, error.place, error.message, error.help)
            return None
        if node.root.name == "catalog":
            self.found.catalogs.add(node.steps[0].name)
            self.found.sizes[node] = len(self.scope.catalogs[node.steps[0].name])
        else:
            self.found.reads.add(node.names)
        return resolved

    def is_there(self, node: Path, resolved: Resolved, facts: Facts) -> bool:
        """Whether no step can be missing here; reports the first that can."""
        for index in resolved.optional if self.wants is not Wants.ANY else ():
            names = node.names[: index + 2]
            if names not in facts.present:
                self.report_missing(node, index, resolved)
                return False
        return True

    def report_missing(self, node: Path, index: int, resolved: Resolved) -> None:
        names = node.names[: index + 2]
        if names in self.found.missing:
            return
        self.found.missing.add(names)
        written = self.found.fragment(replace(node, end=node.steps[index].end))
        value = calls.example(resolved.type.kind if resolved.type else UNKNOWN)
        help = f"write has({written}) and … before it, or default({written}, {value})"
        self.found.fault("optional-field", node.steps[index], f"{written} can be missing", help)

    def readable(self, node: Path, resolved: Resolved) -> Type:
        type = resolved.type
        if type is None:
            self.found.mismatch(node.steps[-1], resolved.why)
            return ANYTHING
        if type.kind == OBJECT:
            message = f"{self.found.fragment(node)} is a group of fields"
            self.found.mismatch(node.steps[-1], message, "read one of its fields")
            return ANYTHING
        keys = tuple(step.name for step in node.steps)
        kind = TIMESTAMP if resolved.field else type.kind
        self.found.readings[node] = Reading(keys[:-1] if resolved.field else keys, kind, resolved.field)
        self.found.uses_calendar |= type.local or resolved.field is not None
        return type

    def field(self, node: Field, facts: Facts) -> Outcome:
        of = self.operand(node.of, facts)
        if of.kind == UNKNOWN:
            return Outcome(ANYTHING, facts, facts)
        try:
            if of.kind != TIMESTAMP:
                message = f"{self.found.fragment(node.of)} has no fields: it is {of.type.name}"
                raise Unresolved("unknown-field", node.step, message)
            type = timestamp_field(node.step)
        except Unresolved as error:
            self.found.fault(error.code, error.place, error.message, error.help)
            return Outcome(ANYTHING, facts, facts)
        self.found.uses_calendar = True
        return Outcome(type, facts, facts)

    def negative(self, node: Negative, facts: Facts) -> Outcome:
        operand = self.operand(node.operand, facts)
        if operand.kind == NUMBER:
            return Outcome(numbers(negated(operand.type.interval)), facts, facts)
        if operand.kind != UNKNOWN:
            said = f"{self.found.fragment(node.operand)} is {operand.type.name}"
            self.found.mismatch(node.operand, f"- works on numbers, and {said}")
        return Outcome(ANYTHING, facts, facts)

    def arithmetic(self, node: Arithmetic, facts: Facts) -> Outcome:
        first, *rest = [self.operand(operand, facts) for operand in node.operands]
        left = first
        for sign, right in zip(node.operators, rest, strict=True):
            span = replace(node, end=right.node.end)
            if not operands.fits_arithmetic(self.found, left, sign, right):
                left = Operand(span, ANYTHING)
                continue
            if sign.name in ("/", "//", "%"):
                self.divides(right, sign.name)
            left = Operand(span, self.result(left.type, sign.name, right.type))
        return Outcome(left.type, facts, facts)

    def result(self, left: Type, sign: str, right: Type) -> Type:
        if left.kind == TEXT:
            return Type(TEXT)
        return numbers(operands.INTERVALS[sign](left.interval, right.interval))

    def divides(self, divisor: Operand, sign: str) -> None:
        if not divisor.type.interval.can_be_zero:
            return
        written = self.found.fragment(divisor.node)
        always = divisor.type.interval.value == 0
        message = f"{written} {'is' if always else 'can be'} 0, and {sign} by 0 has no result"
        help = None if always else f"write {written} > 0 and … before it, or declare a minimum above 0"
        self.found.warn("possible-zero-division", divisor.node, message, help)

    def compare(self, node: Compare, facts: Facts) -> Outcome:
        sides = [self.side(node, index, facts) for index in range(len(node.operands))]
        results: list[bool | None] = []
        yes, no = facts, facts
        for left, sign, right in zip(sides, node.operators, sides[1:], strict=False):
            if not operands.fits_comparison(self.found, left, sign, right):
                results.append(None)
                continue
            results.append(self.known(left, sign.name, right))
            yes = self.told(yes, left, sign.name, right, holds=True)
            if len(node.operators) == 1:
                no = self.told(no, left, sign.name, right, holds=False)
        known = False if False in results else True if all(results) else None
        return Outcome(truth(known), yes, no)

    def side(self, node: Compare, index: int, facts: Facts) -> Operand:
        """An operand; beside null, it need not be there: the comparison is the fault."""
        operand = node.operands[index]
        beside = node.operands[max(index - 1, 0) : index + 2]
        is_beside_null = any(isinstance(other, Literal) and other.value is None for other in beside)
        if isinstance(operand, Path) and is_beside_null:
            resolved = self.resolved(operand)
            return Operand(operand, (resolved.type if resolved else None) or ANYTHING)
        return self.operand(operand, facts)

    def known(self, left: Operand, sign: str, right: Operand) -> bool | None:
        if sign not in ("in", "not in") and canonical(left.node) == canonical(right.node):
            return sign in ("==", "<=", ">=")
        return operands.known_result(sign, left.type, right.type)

    def told(self, facts: Facts, left: Operand, sign: str, right: Operand, holds: bool) -> Facts:
        """What a comparison says of both its operands."""
        if not isinstance(left.node, Literal):
            facts = facts.knowing(canonical(left.node), operands.narrowed(sign, left.type, right.type, holds))
        mirrored = operands.mirrored(sign)
        if mirrored and not isinstance(right.node, Literal):
            facts = facts.knowing(canonical(right.node), operands.narrowed(mirrored, right.type, left.type, holds))
        return facts

    def logic(self, node: Logic, facts: Facts) -> Outcome:
        """Each operand is checked where those before it hold (``and``), or do not hold (``or``)."""
        ends = node.word == "or"
        reached, stopped, known = facts, [], []
        for operand in node.operands:
            outcome = self.condition(operand, reached, node)
            known.append(known_truth(outcome.type))
            stopped.append(outcome.yes if ends else outcome.no)
            reached = outcome.no if ends else outcome.yes
        leaving = reduce(Facts.either, stopped)
        result = ends if ends in known else (not ends) if all(k is (not ends) for k in known) else None
        yes, no = (leaving, reached) if ends else (reached, leaving)
        return Outcome(truth(result), yes, no)

    def condition(self, node: Node, facts: Facts, inside: Node) -> Outcome:
        """A part that must be true or false; as a fact, a plain field is one that holds."""
        outcome = self.check(node, facts)
        if outcome.type.kind not in (BOOLEAN, UNKNOWN):
            message = f"{self.found.fragment(node)} is {outcome.type.name}, and a condition is due here"
            self.found.mismatch(node, message, self.meant_condition(node, outcome.type, inside))
        if isinstance(node, Path) and outcome.type.kind == BOOLEAN:
            key = canonical(node)
            return outcome._replace(yes=facts.knowing(key, truth(True)), no=facts.knowing(key, truth(False)))
        return outcome

    def meant_condition(self, node: Node, type: Type, inside: Node) -> str | None:
        """What to write for a value that stands where a condition is due."""
        written = self.found.fragment(node)
        if isinstance(node, Literal) and isinstance(inside, Logic):
            compared = [o for o in inside.operands if isinstance(o, Compare) and o.operators[0].name in ("==", "!=")]
            if compared:
                left = self.found.fragment(compared[0].operands[0])
                return f"repeat the comparison: {left} {compared[0].operators[0].name} {written}"
        if type.kind == NUMBER:
            return f"compare it: {written} > 0"
        return f"compare it: {written} == …" if type.kind == TEXT else None

    def denied(self, node: Not, facts: Facts) -> Outcome:
        outcome = self.condition(node.operand, facts, node)
        known = known_truth(outcome.type)
        return Outcome(truth(None if known is None else not known), outcome.no, outcome.yes)

    def conditional(self, node: Conditional, facts: Facts) -> Outcome:
        test = self.condition(node.test, facts, node)
        yes, no = self.operand(node.yes, test.yes), self.operand(node.no, test.no)
        found = [branch for branch in (yes, no) if branch.kind != NULL]
        for branch in found:
            if branch.kind == CATALOG:
                self.found.mismatch(branch.node, "a catalog stands behind in, or in size(…), alone")
                return Outcome(ANYTHING, facts, facts)
        if UNKNOWN in (yes.kind, no.kind):
            return Outcome(ANYTHING, facts, facts)
        if len({branch.kind for branch in found}) > 1:
            message = f"{self.found.fragment(no.node)} is {no.type.name}, and the other branch is {yes.type.name}"
            self.found.mismatch(no.node, message, "both branches must be of one kind")
            return Outcome(ANYTHING, facts, facts)
        known = known_truth(test.type)
        if known is not None and found == [yes, no]:
            found = [yes if known else no]
        return Outcome(union(branch.type for branch in found) if found else yes.type, facts, facts)

    def call(self, node: Call, facts: Facts) -> Outcome:
        if node.function.name in ("has", "default"):
            return self.has(node, facts) if node.function.name == "has" else self.default(node, facts)
        given = [self.operand(operand, facts) for operand in node.operands]
        type = calls.checked(self.found, node, given) if calls.is_known(self.found, node) else ANYTHING
        return Outcome(type, facts, facts)

    def optional_path(self, node: Call) -> tuple[Path, Resolved] | None:
        """The path that ``has`` and ``default`` ask for."""
        operand = node.operands[0]
        if not isinstance(operand, Path) or operand.root.name not in ("event", "user") or not operand.steps:
            if isinstance(operand, Path) and self.resolved(operand) is None:
                return None
            message = f"{node.function.name} asks for a field, such as event.score or user.plan"
            self.found.mismatch(operand, message)
            return None
        resolved = self.resolved(operand)
        return (operand, resolved) if resolved else None

    def has(self, node: Call, facts: Facts) -> Outcome:
        if not calls.counted(self.found, node, 1, 1) or (asked := self.optional_path(node)) is None:
            return Outcome(ANYTHING, facts, facts)
        path, resolved = asked
        keys = tuple(step.name for step in path.steps)
        self.found.readings[path] = Reading(keys[:-1] if resolved.field else keys, OBJECT)
        names = path.names
        present = facts.having(names[:count] for count in range(2, len(names) + 1))
        always = all(names[: index + 2] in facts.present for index in resolved.optional)
        return Outcome(truth(True if always else None), present, facts)

    def default(self, node: Call, facts: Facts) -> Outcome:
        if not calls.counted(self.found, node, 2, 2) or (asked := self.optional_path(node)) is None:
            return Outcome(ANYTHING, facts, facts)
        type = self.readable(*asked)
        self.found.types[asked[0]] = type
        other = self.operand(node.operands[1], facts)
        if UNKNOWN in (type.kind, other.kind):
            return Outcome(ANYTHING, facts, facts)
        if other.kind != type.kind:
            path = self.found.fragment(asked[0])
            message = f"{path} is {type.name}, and {self.found.fragment(other.node)} is {other.type.name}"
            self.found.mismatch(other.node, message, "the value to take instead must be of the same kind")
            return Outcome(ANYTHING, facts, facts)
        return Outcome(union([type, other.type]), facts, facts)

    _VISITS: dict[type, Callable[..., Outcome]] = {
        Literal: literal,
        ListOf: list_of,
        Refused: refused,
        Path: path,
        Field: field,
        Negative: negative,
        Arithmetic: arithmetic,
        Compare: compare,
        Logic: logic,
        Not: denied,
        Conditional: conditional,
        Call: call,
    }


def check(node: Node, text: str, scope: Scope, wants: Wants, given: Facts = NOTHING) -> tuple[Outcome, Findings]:
    """What is known of a whole expression, where ``given`` holds, and everything that was found on the way."""
    checker = Checker(text, scope, wants)
    outcome = checker.check(node, given)
    return outcome, checker.found
