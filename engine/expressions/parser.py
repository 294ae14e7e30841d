"""Text to tree: the grammar of expressions, which is the host language's, less what rules have no use for.

A construct that only the host language has is reported, and reading goes on behind it, so that other faults are found
too; the first token that can stand nowhere ends the reading.

    conditional  disjunction ["if" disjunction "else" conditional]
    disjunction  conjunction {"or" conjunction}
    conjunction  negation {"and" negation}
    negation     "not" negation | comparison
    comparison   sum {("<" | "<=" | ">" | ">=" | "==" | "!=" | "in" | "not" "in") sum}
    sum          product {("+" | "-") product}
    product      factor {("*" | "/" | "//" | "%") factor}
    factor       "-" factor | postfix
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..numeric import is_number
from . import hints
from .cursor import Cursor, Stop
from .nodes import Arithmetic, Compare, Conditional, Literal, Logic, Negative, Node, Not, Refused, Step, depth
from .nouns import MAX_CHARACTERS, MAX_DEPTH, Fault
from .primaries import postfix
from .tokens import END, WORD

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})
_BEGIN_COMPARISONS = _COMPARISONS | {"not", "is"}
_RISING, _FALLING = frozenset({"<", "<=", "=="}), frozenset({">", ">=", "=="})
_HOST_COMPARISONS = frozenset({"is", "is not"})
_SUM, _PRODUCT = frozenset({"+", "-"}), frozenset({"*", "/", "//", "%"})
_BEFORE_VALUES = frozenset({"-", "+", "~"})
_HOST_SUM, _HOST_PRODUCT = frozenset({"<<", ">>", "^"}), frozenset({"@"})
_BEHIND_VALUES = _SUM | _PRODUCT | _HOST_SUM | _HOST_PRODUCT | {"**"}


def parse(text: str) -> tuple[Node | None, list[Fault]]:
    """The tree of an expression, and every fault of its form. There is no tree where reading had to end."""
    if len(text) > MAX_CHARACTERS:
        message = f"an expression has at most {MAX_CHARACTERS} characters, and this one has {len(text)}"
        whole = (len(text) - len(text.lstrip()), len(text.rstrip()))
        return None, [Fault("expression-too-large", message, *whole, hints.SPLIT)]
    cursor = Cursor(text, conditional)
    try:
        return _whole(cursor), cursor.faults
    except Stop as stop:
        return None, [*cursor.faults, stop.fault]


def _whole(cursor: Cursor) -> Node:
    tree = conditional(cursor)
    if cursor.token.kind != END:
        raise cursor.misplaced()
    if depth(tree) > MAX_DEPTH:
        raise cursor.too_deep()
    return tree


def conditional(cursor: Cursor) -> Node:
    start = cursor.token.start
    yes = _disjunction(cursor)
    if cursor.sign != "if":
        return yes
    cursor.take()
    test = _disjunction(cursor)
    cursor.expect("else")
    no = cursor.inner()
    return Conditional(start, cursor.end, test, yes, no)


def _disjunction(cursor: Cursor) -> Node:
    return _joined(cursor, "or", "|", _conjunction)


def _conjunction(cursor: Cursor) -> Node:
    return _joined(cursor, "and", "&", _negation)


def _joined(cursor: Cursor, word: str, host_sign: str, read: Callable[[Cursor], Node]) -> Node:
    start, first = cursor.token.start, read(cursor)
    if cursor.sign != word and cursor.sign != host_sign:
        return first
    operands, refused = [first], False
    while cursor.sign in (word, host_sign):
        if cursor.sign == host_sign:
            cursor.refuse_sign()
            refused = True
        cursor.take()
        operands.append(read(cursor))
    if refused:
        return Refused(start, cursor.end, tuple(operands))
    return Logic(start, cursor.end, word, tuple(part for node in operands for part in _parts(node, word)))


def _parts(node: Node, word: str) -> tuple[Node, ...]:
    return node.operands if isinstance(node, Logic) and node.word == word else (node,)


def _negation(cursor: Cursor) -> Node:
    if cursor.sign != "not":
        return _comparison(cursor)
    start = cursor.take().start
    operand = cursor.nested(_negation)
    return Not(start, cursor.end, operand)


def _comparison(cursor: Cursor) -> Node:
    start, first = cursor.token.start, _sum(cursor)
    if cursor.sign not in _BEGIN_COMPARISONS:
        return first
    signs: list[Step] = []
    operands = [first]
    while sign := _comparison_sign(cursor):
        signs.append(sign)
        operands.append(_sum(cursor))
    if not signs:
        return first
    if not _HOST_COMPARISONS.isdisjoint([sign.name for sign in signs]) or not _has_one_direction(cursor, signs):
        return Refused(start, cursor.end, tuple(operands))
    return Compare(start, cursor.end, tuple(signs), tuple(operands))


def _comparison_sign(cursor: Cursor) -> Step | None:
    start, name = cursor.token.start, cursor.sign
    if name in _COMPARISONS:
        return cursor.take_step()
    if name == "not" and cursor.following()[:2] == (WORD, "in"):
        cursor.move(cursor.index + 2)
        name = "not in"
    elif name == "is":
        name = _host_comparison(cursor)
    else:
        return None
    return Step(start, cursor.end, name)


def _host_comparison(cursor: Cursor) -> str:
    start, name = cursor.take().start, "is"
    if cursor.sign == "not":
        cursor.take()
        name = "is not"
    cursor.refuse(start, cursor.end, f"{name} is not part of expressions", hints.instead_of(name))
    return name


def _has_one_direction(cursor: Cursor, signs: Sequence[Step]) -> bool:
    """Whether a chain runs in one direction; reports the sign at which it turns."""
    for count in range(2, len(signs) + 1):
        names = {sign.name for sign in signs[:count]}
        if not (names <= _RISING or names <= _FALLING):
            sign = signs[count - 1]
            help = "compare two at a time and join them with and"
            cursor.refuse(sign.start, sign.end, f"{sign.name} cannot go on this chain of comparisons", help)
            return False
    return True


def _sum(cursor: Cursor) -> Node:
    """A run of ``+`` and ``-``. Most are one value: that is found out without asking for each operator by itself."""
    start = cursor.token.start
    if cursor.sign in _BEFORE_VALUES:
        first = _product(cursor)
    else:
        value = postfix(cursor)
        if cursor.sign not in _BEHIND_VALUES:
            return value
        first = _products(cursor, start, _power(cursor, start, value))
    return _run(cursor, start, first, _SUM, _HOST_SUM, _product)


def _product(cursor: Cursor) -> Node:
    start = cursor.token.start
    return _products(cursor, start, _factor(cursor))


def _products(cursor: Cursor, start: int, first: Node) -> Node:
    return _run(cursor, start, first, _PRODUCT, _HOST_PRODUCT, _factor)


def _run(
    cursor: Cursor,
    start: int,
    first: Node,
    signs: frozenset[str],
    host_signs: frozenset[str],
    read: Callable[[Cursor], Node],
) -> Node:
    """A run of operators that bind alike, behind its first operand, which begins at ``start``."""
    refused = False
    operators: list[Step] = []
    operands = [first]
    while cursor.sign in signs or cursor.sign in host_signs:
        if cursor.sign in host_signs:
            cursor.refuse_sign()
            refused = True
        operators.append(cursor.take_step())
        operands.append(read(cursor))
    if not operators:
        return first
    if refused:
        return Refused(start, cursor.end, tuple(operands))
    if isinstance(first, Arithmetic) and first.operators[0].name in signs:
        operators, operands = [*first.operators, *operators], [*first.operands, *operands[1:]]
    return Arithmetic(start, cursor.end, tuple(operators), tuple(operands))


def _factor(cursor: Cursor) -> Node:
    if cursor.sign == "-":
        return _negative(cursor)
    if cursor.sign not in ("+", "~"):
        return _power(cursor, cursor.token.start, postfix(cursor))
    sign = cursor.take()
    cursor.refuse(sign.start, sign.end, f"{sign.text} cannot stand before a value", f"leave {sign.text} out")
    operand = cursor.nested(_factor)
    return Refused(sign.start, cursor.end, (operand,))


def _negative(cursor: Cursor) -> Node:
    sign = cursor.take_step()
    operand = cursor.nested(_factor)
    if isinstance(operand, Literal) and is_number(operand.value):
        return Literal(sign.start, cursor.end, -operand.value)
    return Negative(sign.start, cursor.end, sign, operand)


def _power(cursor: Cursor, start: int, base: Node) -> Node:
    if cursor.sign != "**":
        return base
    cursor.refuse_sign()
    cursor.take()
    exponent = cursor.nested(_factor)
    return Refused(start, cursor.end, (base, exponent))
